"""Go packages on disk, loaded by `gomagic.load`."""

import pickle

import pytest

import gomagic

MODULE = "module example.com/shop\n\ngo 1.25\n"
PRICES = """// Package stats computes.
package stats

import (
	"errors"
	m "math"
	"math/rand"

	"example.com/shop/stats/internal/deep"
)

// Mean of numbers.
func Mean(xs []float64) float64 {
	total := 0.0
	for _, x := range xs {
		total += x
	}
	return total / float64(len(xs))
}

var ErrNegative = errors.New("negative")

func Root(x float64) (float64, error) {
	if x < 0 {
		return 0, ErrNegative
	}
	return m.Sqrt(x) * deep.Factor, nil
}

func Any() int { return rand.Intn(10) }
"""
POINTS = """package stats

import "crypto/rand"
import _ "embed"

//go:embed data.txt
var text string

type Point struct{ X, Y float64 }

func (p *Point) Move(dx float64) { p.X += dx }

var N int

var kept []float64

func init() { N = 7 }

func Bytes() []byte { b := make([]byte, 3); rand.Read(b); return b }
func Text() string  { return text }
func Keep(xs []float64) { kept = xs }
func At(xs []int, i int) int { b := []byte{0}; rand.Read(b); go func() {}(); return xs[i] }
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    module = tmp_path_factory.mktemp("shop")
    (module / "go.mod").write_text(MODULE)
    deep = module / "stats" / "internal" / "deep"
    deep.mkdir(parents=True)
    (deep / "deep.go").write_text("package deep\n\nconst Factor = 3\n")
    (module / "stats" / "a.go").write_text(PRICES)
    (module / "stats" / "b.go").write_text(POINTS)
    (module / "stats" / "data.txt").write_text("embedded")
    (module / "stats" / "c_windows.go").write_text("package stats\n\nfunc Mean() {}\n")
    (module / "stats" / "d.go").write_text("//go:build special\n\npackage stats\n\nfunc Special() int { return 1 }\n")
    (module / "stats" / "a_test.go").write_text("package stats\n\nfunc broken( {\n")
    return module / "stats"


@pytest.fixture(scope="module")
def stats(folder):
    return gomagic.load(folder)


def test_a_package_is_what_a_cell_of_its_name_would_be(stats):
    assert (stats.__name__, stats.__doc__, stats.N) == ("stats", "Package stats computes.\n", 7)
    assert (stats.Mean([1, 2]), stats.Mean.__doc__) == (1.5, "func Mean(xs []float64) float64\n\nMean of numbers.")
    point = stats.Point(1, 2)
    point.Move(2)
    assert (point.X, point.Y, type(point).__module__) == (3, 2, "stats")
    stats.N += 1
    assert (stats.N, stats.Root(4.0), len(stats.Bytes()), stats.Text(), stats.Any() < 10) == (8, 6, 3, "embedded", True)
    with pytest.raises(stats.ErrNegative):
        stats.Root(-1.0)
    assert not hasattr(stats, "Special")
    assert pickle.loads(pickle.dumps(stats.Mean)) is stats.Mean


def test_a_panic_names_the_files_own_line(stats, folder, monkeypatch):
    with pytest.raises(gomagic.GoPanic, match=rf"{folder}/b.go:22, in At, called with"):
        stats.At([], 1)
    monkeypatch.chdir(folder.parent)
    assert gomagic.load("stats") is stats


def test_the_compilers_word_on_a_parameter_counts(stats):
    from gomagic.bind import plain
    from gomagic.build import notes
    from gomagic.build.manifest import KEEPS

    bound = next(bound for bound in plain._bound.values() if bound.module is stats)
    flags = {call["name"]: call["params"][0]["flags"] for call in bound.manifest["calls"] if call["role"] == "function"
             and call["params"]}  # fmt: skip
    assert (flags["Mean"], flags["Keep"] & KEEPS, flags["At"]) == (0, KEEPS, 0)
    assert any("xs is copied, Keep may keep it (" in note for note in notes.of(bound.manifest, bound.origin.cell))


def test_it_is_built_again_when_its_files_have_changed(folder, stats):
    assert gomagic.load(folder) is stats
    (folder / "internal" / "deep" / "deep.go").write_text("package deep\n\nconst Factor = 4\n")
    again = gomagic.load(folder)
    assert (again.Root(4.0), stats.Root(4.0), again is stats) == (8, 6, False)
    (folder / "e.go").write_text("package stats\n\nfunc Extra() int { return 1 }\n")
    assert gomagic.load(folder).Extra() == 1


def test_build_tags_of_goflags_hold(folder, monkeypatch):
    monkeypatch.setenv("GOFLAGS", "-tags=special")
    assert gomagic.load(folder).Special() == 1


def test_what_does_not_compile_is_shown_at_its_line(tmp_path):
    (tmp_path / "a.go").write_text("package a\n\nfunc F() int { return G() }\n")
    (tmp_path / "b.go").write_text('package a\n\nimport "os"\n\nfunc H() int {\n\treturn "x"\n}\n')
    with pytest.raises(gomagic.GoBuildError) as caught:
        gomagic.load(tmp_path)
    said = str(caught.value)
    assert said.startswith(f"{tmp_path} does not compile\n") and f"  {tmp_path}/a.go:3:23: undefined: G\n" in said
    assert f'  {tmp_path}/b.go:3:8: "os" imported and not used' in said
    assert f"  {tmp_path}/b.go:6:9: cannot use " in said and '      6 |     return "x"\n' in said
    (tmp_path / "b.go").write_text("package a\n\nfunc {\n")
    with pytest.raises(gomagic.GoBuildError, match=f"{tmp_path}/b.go:3:6: expected"):
        gomagic.load(tmp_path)


def test_a_package_with_lines_of_a_generator_is_read(tmp_path):
    (tmp_path / "a.go").write_text('package a\n\nimport rand "crypto/rand"\n\nvar R = rand.Reader\n')
    (tmp_path / "b.go").write_text(
        'package a\n\n//line b.go.y:2\nimport (\n\t"math/rand"\n\t"strings"\n)\n\n'
        "//line b.go.y:34\nfunc Up(s string) string { return strings.ToUpper(s) }\n\n"
        "func Dice() int { return 1 + rand.Intn(6) }\n"
    )
    go = gomagic.load(tmp_path)
    assert (go.Up("a"), 1 <= go.Dice() <= 6) == ("A", True)
    (tmp_path / "c.go").write_text("package a\n\n//line c.go.y:7\nfunc Bad() int { return rand.Nope() + undefined }\n")
    with pytest.raises(gomagic.GoBuildError, match=r"c\.go\.y:7") as caught:
        gomagic.load(tmp_path)
    assert "invalid" not in str(caught.value)


def test_what_is_no_package_of_plain_go_is_said(tmp_path, add, monkeypatch):
    with pytest.raises(FileNotFoundError, match="there is no such package or library"):
        gomagic.load(tmp_path / "none")
    with pytest.raises(gomagic.GoBuildError, match="is no package: no buildable Go source files"):
        gomagic.load(tmp_path)
    (tmp_path / "lib.go").write_text(add)
    with pytest.raises(gomagic.GoBuildError) as caught:
        gomagic.load(tmp_path)
    assert str(caught.value).startswith(f"{tmp_path} is not of Go alone: lib.go\n")
    import subprocess

    command = caught.value.hint.partition("`")[2].partition("`")[0]
    (tmp_path / "go.mod").write_text("module lib\n\ngo 1.25\n")
    subprocess.run(command.split(), cwd=tmp_path, check=True)
    assert gomagic.load(tmp_path / "lib.so").Add(1, 2) == 3


def test_a_package_with_c_or_assembly_is_called_by_a_cell_of_its_module(tmp_path, monkeypatch):
    (tmp_path / "go.mod").write_text("module example.com/mine\n\ngo 1.25\n")
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "one.go").write_text(
        'package one\n\n// int f(void) { return 1; }\nimport "C"\n\nfunc F() int { return int(C.f()) }\n'
    )
    with pytest.raises(gomagic.GoBuildError) as caught:
        gomagic.load(tmp_path / "one")
    assert (
        caught.value.hint == "call it in a cell that imports it, in a notebook of its module or after `%go get` of that"
    )
    monkeypatch.chdir(tmp_path)
    assert gomagic.compile('import "example.com/mine/one"\nfunc F() int { return one.F() }').F() == 1
