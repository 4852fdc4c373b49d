"""Plain `%%go` cells in IPython: which names the reader gets, and what is said when a cell is built."""

import sys
from types import SimpleNamespace

import pytest

import gomagic
from gomagic import GoBuildError, GoToolchainError
from gomagic.bind import plain
from gomagic.notebook.namespace import Namespace


def test_a_cell_with_a_name_binds_one_object(shell):
    ran = shell("%%go stats\nfunc Twice(n int) int { return n + n }")
    assert (ran.error, ran.out) == (None, "")
    assert shell("stats.Twice(4)").result == 8
    assert "Twice" not in shell.names


def test_a_cell_without_a_name_puts_functions_constants_and_errors_among_the_readers(shell):
    ran = shell(
        '%%go\nconst Dozen = 12\nvar ErrOdd = errors.New("odd")\nfunc Half(n int) (int, error) { return n / 2, nil }'
    )
    assert (ran.error, ran.out) == (None, "")
    assert shell("Half(Dozen), issubclass(ErrOdd, Exception)").result == (6, True)
    assert shell("Half.__module__").result == "__main__"


def test_exported_variables_need_a_name_and_one_line_says_so(shell):
    ran = shell("%%go\nvar Level, Depth int\nfunc Deeper() { Depth++ }")
    assert ran.error is None
    assert ran.out.replace(f"cell[{ran.number}]", "cell[1]").splitlines() == [
        "note: cell[1]: the variable Level needs a name for the cell: `%%go mylib`, then `mylib.Level`",
        "note: cell[1]: the variable Depth needs a name for the cell: `%%go mylib`, then `mylib.Depth`",
    ]
    assert "Level" not in shell.names


def test_names_of_the_previous_version_go_unless_they_are_no_longer_ours():
    names = {"mine": 1}
    namespace = Namespace(names)
    namespace.spread({"A": 1, "B": 2, "C": 3}, "cell-1")
    names["B"] = "the reader's"
    namespace.spread({"C": 4}, "cell-1")
    assert names == {"mine": 1, "B": "the reader's", "C": 4}
    namespace.spread({"D": 5}, "cell-2")
    assert names == {"mine": 1, "B": "the reader's", "C": 4, "D": 5}


def test_without_cell_ids_the_previous_version_is_the_latest_that_shares_a_name(shell):
    shell("%%go\nfunc Alpha() int { return 1 }\nfunc Beta() int { return 1 }")
    shell("%%go\nfunc Gamma() int { return 1 }")
    shell("%%go\nfunc Alpha() int { return 2 }")
    assert shell("Alpha(), Gamma()").result == (2, 1)
    assert "Beta" not in shell.names


def test_a_package_line_and_a_main_are_accepted(shell):
    for start in ("package main\n", "package shapes\n", "// Doc.\npackage main // c\n", ""):
        ran = shell(f"%%go accepted\n{start}func main() {{}}\nfunc One() int {{ return 1 }}")
        assert (ran.error, ran.out) == (None, "")
        assert shell("accepted.One()").result == 1


def test_missing_imports_of_the_standard_library_are_added(shell):
    ran = shell("""%%go imported
import "sort"

func Shout(numbers []int) string {
	sort.Ints(numbers)
	var out bytes.Buffer
	fmt.Fprint(&out, strings.ToUpper("a b"), numbers[0], filepath.Base("/a/b"), utf8.RuneLen('é'))
	return out.String()
}""")
    assert (ran.error, ran.out) == (None, "")
    assert shell("imported.Shout([8, 7])").result == "A B7b2"


def test_a_local_name_like_a_package_is_no_import(shell):
    ran = shell("%%go local\ntype pair struct{ sort int }\nfunc Sort() int { var sort pair; return sort.sort }")
    assert (ran.error, ran.out) == (None, "")


def test_a_compile_error_points_at_the_readers_line_and_keeps_what_was_bound(shell):
    shell("%%go kept\nfunc One() int { return 1 }")
    ran = shell('%%go kept\n\nfunc One() int {\n\treturn strings.Repeat("x", 2)\n}')
    assert isinstance(ran.error, GoBuildError)
    assert ran.error.where == f"cell[{ran.number}]:4:9"
    assert shell("kept.One()").result == 1


def test_text_that_is_not_go_is_explained_by_the_compiler(shell):
    ran = shell("%%go broken\nfunc One( int { return 1 }")
    assert isinstance(ran.error, GoBuildError)
    assert ran.error.where.startswith(f"cell[{ran.number}]:2:")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("func half(n int) int { return n / 2 }", "; Python sees what begins with a capital letter, as in `Half`"),
        ("func main() { println(1) }", "; to run it as a program, write `%%gorun`"),
        ("type point struct{ x, y int }", ""),
        ("// Package notes has a documentation alone.", ""),
        ("package notes", ""),
        (
            "func Peek(p unsafe.Pointer) {}",
            "\nnote: cell[1]:2: Peek is left out: Python has nothing like `unsafe.Pointer`",
        ),
        (
            "func Same[T fmt.Stringer](x T) T { return x }",
            "\nnote: cell[1]:2: Same is left out: no basic type of Go is in the constraints of its type parameters",
        ),
    ],
)
def test_a_cell_with_nothing_for_python_is_built_and_says_so(shell, body, words):
    ran = shell(f"%%go empty\n{body}")
    said = ran.out.replace(f"cell[{ran.number}]", "cell[1]").rstrip("\n")
    assert (ran.error, said) == (None, f"note: cell[1] has nothing for Python{words}")
    assert shell("[name for name in dir(empty) if name[0] != '_']").result == []


def test_a_cell_with_nothing_for_python_can_be_tested_and_prints(shell):
    ran = shell('%%go inner\nfunc init() { println("started") }\nfunc half[T ~int](n T) T { return n / 2 }')
    assert (ran.error, ran.out.count("started")) == (None, 1)
    tested = shell("%%gotest inner\nfunc TestHalf(t *testing.T) { if half(8) != 4 { t.Fatal(half(8)) } }")
    assert (tested.error, tested.out) == (None, "ok    TestHalf\n1 passed, 0 failed\n")


PARTLY = """
import "time"

func Peek(p unsafe.Pointer) {}
func Send(p **unsafe.Pointer) {}
func Same[T fmt.Stringer](x T) T { return x }
func When(t time.Time, p ***unsafe.Pointer) {}
func Deep(xs [][]*chan unsafe.Pointer) {}
func Anonymous(p struct{ X int }) {}
func Fixed(xs [size]int) {}
func Both(p, q unsafe.Pointer) {}
func Many(all []fmt.Stringer) int { return len(all) }
const size = 3
var Later = new(unsafe.Pointer)
type Broken struct { At *unsafe.Pointer; Line int }
func (Broken) Error() string { return "" }
func One() int { return 1 }"""


def test_what_cannot_be_bound_is_said_in_three_lines_at_most(shell):
    ran = shell(f"%%go partly{PARTLY}")
    assert ran.error is None
    assert ran.out.replace(f"cell[{ran.number}]", "cell[1]").splitlines() == [
        "note: cell[1]:4: Peek and Both are left out: Python has nothing like `unsafe.Pointer`",
        "note: cell[1]:5: Send is left out: gomagic does not bind `**unsafe.Pointer` yet",
        "note: cell[1]: 6 more are left out; `%go source partly` shows which and why",
    ]
    assert shell("partly.One()").result == 1
    assert str(shell("partly.Peek").error) == "partly.Peek is left out: Python has nothing like `unsafe.Pointer`"


def test_all_that_is_left_out_stands_below_the_source(shell):
    ran = shell(f"%%go partly{PARTLY}")
    shown = shell("%go source partly").out.replace(f"cell[{ran.number}]", "cell[1]")
    head, _, below = shown.partition("\n// Left out:\n")
    assert "func One() int" in head
    assert below.splitlines() == [
        "//   cell[1]:4: Peek: Python has nothing like `unsafe.Pointer`",
        "//   cell[1]:5: Send: gomagic does not bind `**unsafe.Pointer` yet",
        "//   cell[1]:6: Same: no basic type of Go is in the constraints of its type parameters",
        "//   cell[1]:7: When: gomagic does not bind `***unsafe.Pointer` yet",
        "//   cell[1]:8: Deep: gomagic does not bind `*chan unsafe.Pointer` yet",
        "//   cell[1]:9: Anonymous: a struct needs a name",
        "//   cell[1]:11: Both: Python has nothing like `unsafe.Pointer`",
        "//   cell[1]:14: Later: gomagic does not bind `*unsafe.Pointer` yet",
        "//   cell[1]:15: Broken.At: gomagic does not bind `*unsafe.Pointer` yet",
    ]


def test_one_reason_with_many_names_is_one_line_and_an_unnamed_cell_says_how_to_see_the_rest(shell):
    many = "\n".join(f"func Each{i}(p **unsafe.Pointer) {{}}" for i in range(9))
    ran = shell(
        f"%%go\n{many}\nfunc A(p *chan unsafe.Pointer) {{}}\n"
        "func B(p ***unsafe.Pointer) {}\nfunc C(p *unsafe.Pointer) {}"
    )
    assert ran.out.replace(f"cell[{ran.number}]", "cell[1]").splitlines() == [
        "note: cell[1] has nothing for Python",
        "note: cell[1]:2: Each0, Each1, Each2 and 6 more are left out: gomagic does not bind `**unsafe.Pointer` yet",
        "note: cell[1]:11: A is left out: gomagic does not bind `*chan unsafe.Pointer` yet",
        "note: cell[1]: 2 more are left out; name the cell, and `%go source NAME` shows which and why",
    ]


def test_a_parameter_that_go_may_keep_is_said_to_be_copied(shell):
    ran = shell("""%%go pool
var kept []float64

func Pool(xs []float64, n int, label string) { kept = xs }

// Work waits for its workers.
//
//gomagic:borrow xs
func Work(xs []float64) { go func() { _ = xs }() }

func Sum(xs []float64) float64 { return xs[0] }

type Point struct{ X, Y float64 }

var places []Point

func Keep(ps []Point) { places = ps }

func Print(ys []float64) { fmt.Println(ys) }

func Show(words []string, zs []float64) {
	fmt.Println(words)
	sort.Slice(zs, func(i, j int) bool { return zs[i] < zs[j] })
}
""")
    assert ran.out == (
        f"note: xs is copied, Pool may keep it (cell[{ran.number}]:4); "
        "`//gomagic:borrow xs` above the function if it does not\n"
        f"note: ps is copied, Keep may keep it (cell[{ran.number}]:17); "
        "`//gomagic:borrow ps` above the function if it does not\n"
        f"note: ys of Print and words of Show are copied, fmt.Println may keep them (cell[{ran.number}]:19); "
        "`//gomagic:borrow ys` above the function if it does not\n"
        f"note: zs is copied, sort.Slice may keep it (cell[{ran.number}]:21); "
        "`//gomagic:borrow zs` above the function if it does not\n"
    )


def test_what_ends_or_stops_the_kernel_is_warned_about(shell):
    ran = shell("""%%go dangers
func Quit() { os.Exit(3) }
func Log() { log.Fatalf("no") }
func Forever() { select {} }
func Deep(n int) int { return Deep(n + 1) }
func Fine(n int) int {
	if n == 0 {
		return 0
	}
	return Fine(n - 1)
}
func Verbose() bool { v := flag.Bool("v", false, "say more"); flag.Parse(); return *v }
func Later() { quit := os.Exit; defer quit(1) }
func Logger() { l := log.New(os.Stderr, "", 0); l.Fatal("no") }
func Listen() { signal.Notify(make(chan os.Signal, 1), os.Interrupt) }
func Ask() bool { in := os.Stdin; return bufio.NewScanner(in).Scan() }
func AskWell() bool { return bufio.NewScanner(os.Stdin).Scan() }
""")
    assert ran.out.replace(f"cell[{ran.number}]", "cell[1]").splitlines() == [
        "note: cell[1]:2: `os.Exit` ends the kernel; return an error, or panic",
        "note: cell[1]:3: `log.Fatalf` ends the kernel; return an error, or panic",
        "note: cell[1]:4: `select {}` waits for ever",
        "note: cell[1]:5: `Deep` calls itself whatever happens: a stack overflow ends the kernel",
        "note: cell[1]:12: `flag.Parse` reads the kernel's own arguments and ends it; "
        "parse a parameter, by a `flag.NewFlagSet` that has `flag.ContinueOnError`",
        "note: cell[1]:13: `os.Exit` ends the kernel; return an error, or panic",
        "note: cell[1]:14: `l.Fatal` ends the kernel; return an error, or panic",
        "note: cell[1]:15: `signal.Notify` takes Ctrl-C from Python; `defer signal.Stop(…)` gives it back",
        "note: cell[1]:16: `os.Stdin` is a file, in which a notebook has nothing; "
        "use `bufio.NewReader(os.Stdin)`, for which it asks",
    ]


def test_the_cures_of_such_notes_work(shell):
    ran = shell("""%%go cured
func Parse(words string) (bool, error) {
	flags := flag.NewFlagSet("cured", flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	verbose := flags.Bool("v", false, "say more")
	return *verbose, flags.Parse(strings.Fields(words))
}

func Wait(milliseconds int) bool {
	interrupts := make(chan os.Signal, 1)
	signal.Notify(interrupts, os.Interrupt)
	defer signal.Stop(interrupts)
	select {
	case <-interrupts:
		return true
	case <-time.After(time.Duration(milliseconds) * time.Millisecond):
		return false
	}
}
""")
    assert ran.out == ""
    # A shell that runs the tests in the background may have told them to ignore it.
    shell("import signal; signal.signal(signal.SIGINT, signal.default_int_handler)")
    assert str(shell("cured.Parse('-x')").error) == "flag provided but not defined: -x"
    kill = "import os, signal, threading; threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()\n"
    assert shell(kill + "cured.Wait(5000)").result is True
    assert isinstance(shell(kill + "import time; time.sleep(5)").error, KeyboardInterrupt)


def test_an_unchanged_cell_keeps_its_variables_and_f_starts_them_anew(shell):
    cell = "%%go counter\nvar Count int\nfunc Add() int { Count++; return Count }"
    shell(cell)
    shell("counter.Add()")
    assert shell(cell).error is None
    assert shell("counter.Add()").result == 2
    shell(cell.replace("counter", "counter -f", 1))
    assert shell("counter.Add()").result == 1


def test_go_source_shows_what_is_generated(shell):
    shell("%%go shown\n// Add adds.\nfunc Add(a, b int) int { return a + b }")
    out = shell("%go source shown").out
    assert "// func Add(a, b int) int" in out
    assert "r0 := Add(a.p0.Get(), a.p1.Get())" in out


def test_save_keeps_the_cell_what_was_made_of_it_and_the_library(shell, tmp_path):
    assert shell(f"%%go saved --save {tmp_path}\nfunc One() int {{ return 1 }}").error is None
    assert gomagic.load(tmp_path / "saved.so").One() == 1
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        *["saved.go", "saved.pyi", "saved.so", "saved_manifest.json", "saved_shims.go"]
    ]


def test_readers_of_c_need_a_name(shell):
    ran = shell('%%go\npackage main\nimport "C"\nfunc main() {}')
    assert str(ran.error) == f'cell[{ran.number}]: a cell with `import "C"` needs a name\n  hint: write `%%go mylib`'


@pytest.mark.parametrize(
    ("patched", "why", "better"),
    [
        (
            (sys, "implementation", SimpleNamespace(name="pypy")),
            "it is pypy, and gomagic calls CPython's C interface",
            "CPython 3.10 to 3.15",
        ),
        (
            (sys, "abiflags", "t"),
            "it is built without the GIL, and its objects lie otherwise in memory",
            "the build with the GIL, `{0}` in place of `{0}t`".format("python{}.{}".format(*sys.version_info)),
        ),
        ((plain.struct, "calcsize", lambda form: 4), "it is a 32-bit program", "CPython 3.10 to 3.15"),
    ],
)
def test_an_interpreter_on_which_the_boundary_cannot_work_is_named(monkeypatch, patched, why, better):
    monkeypatch.setattr(*patched)
    with pytest.raises(GoToolchainError) as refused:
        plain.check_interpreter()
    name, version = sys.implementation.name, sys.version.split()[0]
    assert str(refused.value) == (
        f"plain Go cells do not work on this Python ({name} {version} at {sys.executable})\n  note: {why}\n"
        f'  hint: use {better}, or write the boundary yourself in a cell with `import "C"`'
    )


def test_such_an_interpreter_fails_the_cell(shell, monkeypatch):
    monkeypatch.setattr(sys, "implementation", SimpleNamespace(name="pypy", cache_tag=sys.implementation.cache_tag))
    monkeypatch.setattr(plain, "_bound", {})
    ran = shell("%%go refused\nfunc One() int { return 1 }")
    assert isinstance(ran.error, GoToolchainError)
    assert "plain Go cells do not work on this Python (pypy " in str(ran.error)
