"""Cells that import others as `cells/NAME`."""

import pickle
import re

import pytest

from gomagic.errors import GoBuildError, GoPanic, GoRunError

GEO = """%%go geo
import "embed"

//go:embed *.geo
var files embed.FS

type Point struct{ X, Y float64 }

func (p Point) Norm() float64 { return math.Hypot(p.X, p.Y) }

type Counter struct{ n int }

func (c *Counter) Add(k int) int { c.n += k; return c.n }

var Calls int

func Scale(p Point, f float64) Point { return Point{p.X * f, p.Y * f} }

func Map[T any](xs []T, f func(T) T) []T {
	ys := make([]T, len(xs))
	for i, x := range xs {
		ys[i] = f(x)
	}
	return ys
}

func Read() (string, error) { text, err := files.ReadFile("a.geo"); return string(text), err }

func main() {}
"""
SHAPES = """%%go shapes
package shapes

import "cells/geo"

func Far(p geo.Point) bool { return p.Norm() > 10 }

func Double(p geo.Point) geo.Point { return geo.Scale(p, 2) }

func Twice(xs []float64) []float64 { return geo.Map(xs, func(x float64) float64 { return 2 * x }) }

func NewCounter() *geo.Counter { return &geo.Counter{} }

func Bump(c *geo.Counter) int { geo.Calls++; return c.Add(1) }

func Calls() int { return geo.Calls }

func Boom(n int) []int { return geo.Map(make([]int, n), func(x int) int { return []int{}[x] }) }

func Read() (string, error) { return geo.Read() }
"""
DEEP = """%%go deep
import (
	"cells/geo"
	"cells/shapes"
)

func Norm() float64 { return shapes.Double(geo.Point{1.5, 2}).Norm() }
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cells")
    (folder / "a.geo").write_text("round")
    return folder


@pytest.fixture
def cells(shell, folder, monkeypatch):
    monkeypatch.chdir(folder)
    numbers = {}
    for name, text in ("geo", GEO), ("shapes", SHAPES), ("deep", DEEP):
        ran = shell(text)
        assert (ran.error, ran.out.replace(f"cell[{ran.number}]", "")) == (None, NOTES.get(name, ""))
        numbers[name] = ran.number
    shell.numbers = numbers
    yield shell
    shell.names.pop("type", None)  # of a cell that has this name: other tests want Python's


NOTES = {"geo": "note: xs is copied, Map may keep it (:19); `//gomagic:borrow xs` above the function if it does not\n"}


def test_a_cell_shares_its_code_and_not_its_state(cells):
    geo, shapes = cells.names["geo"], cells.names["shapes"]
    assert shapes.Twice([1.0, 2.0]).tolist() == [2, 4]
    assert shapes.Read() == "round"
    before = geo.Calls
    assert shapes.Bump(shapes.NewCounter()) == 1
    assert (shapes.Calls() >= 1, geo.Calls) == (True, before)
    assert cells.names["deep"].Norm() == 5


def test_its_types_cross_as_those_of_imported_packages(cells):
    geo, shapes = cells.names["geo"], cells.names["shapes"]
    point, counter = shapes.Double(geo.Point(3, 4)), shapes.NewCounter()
    assert (repr(point), type(point).__module__, type(counter).__module__) == ("Point(X=6.0, Y=8.0)", "geo", "geo")
    assert not hasattr(shapes, "Point") and type(point) is not geo.Point
    assert (shapes.Far({"X": 9, "Y": 9}), geo.Scale(point, 0.5), counter.Add(2)) == (True, geo.Point(3, 4), 2)
    with pytest.raises(TypeError, match="it is of the Go of another cell"):  # a pointer is to another library's memory
        shapes.Bump(geo.Counter())


def test_a_panic_names_the_lines_of_both(cells):
    with pytest.raises(GoPanic) as caught:
        cells.names["shapes"].Boom(1)
    geo, shapes = cells.numbers["geo"], cells.numbers["shapes"]
    assert f"  cell[{geo}]:22, in Map[...]\n  cell[{shapes}]:18, in Boom" in str(caught.value).replace("File ", "")


def test_programs_and_tests_import_them(cells):
    ran = cells(
        '%%gorun\npackage main\nimport ("cells/geo"; "cells/shapes"; "fmt")\n'
        "func main() { fmt.Println(shapes.Far(geo.Point{30, 1})); shapes.Boom(1) }\n"
    )
    assert isinstance(ran.error, GoRunError)
    assert ran.out.startswith("true\npanic: runtime error: index out of range")
    assert f"cell[{cells.numbers['geo']}]:22" in ran.out and "/gomagic/" not in ran.out
    ran = cells(
        '%%gotest shapes\nimport "cells/geo"\nfunc TestFar(t *testing.T) { if Far(geo.Point{}) { t.Fail() } }\n'
    )
    assert (ran.error, ran.out) == (None, "ok    TestFar\n1 passed, 0 failed\n")


def test_an_edited_cell_is_in_what_imports_it_from_its_next_run_on(cells):
    assert cells(GEO.replace("{p.X * f,", "{100 * f,")).error is None
    assert (cells.names["deep"].Norm(), cells("deep.Norm() == 5").result) == (5, True)
    assert cells(DEEP).error is None
    assert cells.names["deep"].Norm() == pytest.approx(200.04, abs=0.01)
    ran = cells(GEO.replace("func Scale(", "func Scaled("))
    assert ran.error is None
    ran = cells(DEEP)
    assert isinstance(ran.error, GoBuildError)
    assert str(ran.error).startswith(f"cell[{ran.number}] does not compile\n  cell[{cells.numbers['shapes']}]:8:49: ")
    assert "undefined: geo.Scale" in str(ran.error)


def test_an_unchanged_one_is_not_built_again(cells):
    assert cells(DEEP.replace("%%go deep", "%%go deep -v")).out.startswith("unchanged: ")


def test_what_is_pickled_brings_them_along(cells):
    from gomagic.bind import plain

    origin = next(bound.origin for bound in plain._bound.values() if bound.module is cells.names["deep"])
    assert [each.name for each in origin.cell.cells] == ["geo", "shapes"]
    assert pickle.loads(pickle.dumps(origin)) == origin


@pytest.mark.parametrize(
    ("name", "imported", "said"),
    [
        ("apart", "nowhere", "no Go cell named `nowhere` is built\n  hint: run the `%%go nowhere` cell first"),
        ("deep", "deep", "cells cannot import each other in a circle: `deep`, which imports `deep`\n"),
        ("geo", "deep", "a circle: `geo`, which imports `deep`, which imports `geo`\n"),
        ("apart", "bound", '`bound` cannot be imported: it imports "C"\n'),
        ("apart", "type", "`type` cannot be imported: no package of Go's can have this name\n"),
    ],
)
def test_what_cannot_be_imported_is_said_at_its_line(cells, add, name, imported, said):
    cells(f"%%go bound\n{add}")
    cells("%%go type\nfunc F() int { return 1 }\n")
    ran = cells(f'%%go {name}\nimport "fmt"\nimport "cells/{imported}"\nfunc F() {{ fmt.Println({imported}.F) }}\n')
    assert isinstance(ran.error, GoBuildError)
    assert str(ran.error).startswith(f"cell[{ran.number}]:3: ") and said in str(ran.error)
    assert cells.names["geo"].Point(1, 2).Norm() > 2  # what was built before stays


def test_what_the_hints_say_works(cells, add):
    third = "%%go third\nfunc Half(x float64) float64 { return x / 2 }\n"  # what both need, and what is plain Go
    assert cells(third).error is None
    importing = 'import "cells/third"\nfunc F(x float64) float64 { return third.Half(x) }\n'
    assert cells(f"%%go bound\n{add}").error is None
    assert cells(f"%%go apart\n{importing}").error is None
    cells("%%go select\nfunc F() int { return 1 }\n")
    ran = cells('%%go apart\nimport "cells/select"\n')
    name = re.search("`%%go (\\w+)`", ran.error.hint)[1]
    assert cells(f"%%go {name}\nfunc F() int {{ return 1 }}\n").error is None
    assert cells(f'%%go apart\nimport "cells/{name}"\nfunc F() int {{ return {name}.F() }}\n').error is None
    assert cells.names["apart"].F() == 1
