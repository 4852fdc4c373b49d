"""A panic in a plain Go cell is an exception that shows the cell's own lines; the library stays usable."""

import contextlib
import gc
import math
import subprocess
import sys
import traceback

import numpy as np
import pytest

import gomagic
from gomagic import GoError, GoPanic

SOURCE = """
type Point struct{ X, Y int }

func At(xs []int, i int) int { return xs[i] }
func Panic(what string) {
	switch what {
	case "text":
		panic("text")
	case "int":
		panic(-3)
	case "uint8":
		panic(uint8(200))
	case "float":
		panic(2.0)
	case "inf":
		panic(math.Inf(1))
	case "nan":
		panic(math.NaN())
	case "bool":
		panic(true)
	case "error":
		panic(fmt.Errorf("wrapped: %w", io.EOF))
	case "struct":
		panic(Point{1, 2})
	case "nil":
		panic(nil)
	case "nil map":
		var m map[string]int
		m["a"] = 1
	case "nil pointer":
		var p *Point
		p.X++
	case "division":
		fmt.Println(1 / len(what[:0]))
	case "bad address":
		*(*int)(unsafe.Pointer(uintptr(8))) = 1
	case "deep":
		deeper(3)
	case "long":
		panic(strings.Repeat("a", 1_000_000))
	case "again":
		defer func() { panic("second") }()
		panic("first")
	}
}

func deeper(n int) {
	if n == 0 {
		panic("deep")
	}
	deeper(n - 1)
}

func WriteThenPanic(xs []float64) {
	xs[0] = 7
	panic("after the write")
}

func Deferred(xs []int) (err error) {
	defer func() { xs[0], err = 1, fmt.Errorf("%v", recover()) }()
	panic("caught")
}
"""


@pytest.fixture(scope="module")
def go(own_cache):
    return gomagic.compile(SOURCE, "panics")


@pytest.fixture
def panic(go):
    def panic(what):
        with pytest.raises(GoPanic) as failed:
            go.Panic(what)
        return failed.value

    return panic


def test_a_panic_names_its_line_and_the_arguments(go):
    with pytest.raises(GoPanic) as failed:
        go.At([1, 2, 3], 5)
    assert isinstance(failed.value, RuntimeError)
    assert str(failed.value) == (
        "index out of range [5] with length 3\n  panics:4, in At, called with (xs=[1, 2, 3], i=5)"
    )


@pytest.mark.parametrize(
    ("what", "value", "kind"),
    [
        ("text", "text", str), ("int", -3, int), ("uint8", 200, int), ("float", 2.0, float), ("inf", math.inf, float),
        ("bool", True, bool), ("struct", "{1 2}", str), ("again", "second", str),
    ],
)  # fmt: skip
def test_a_panics_value_is_pythons(panic, what, value, kind):
    assert panic(what).value == value
    assert type(panic(what).value) is kind


def test_a_panic_with_nan_keeps_it(panic):
    assert math.isnan(panic("nan").value)


def test_a_panic_with_an_error_has_that_error(panic):
    value = panic("error").value
    assert isinstance(value, EOFError)
    assert str(value) == "wrapped: EOF"


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("nil", "panic called with nil argument"),
        ("nil map", "assignment to entry in nil map"),
        ("nil pointer", "invalid memory address or nil pointer dereference"),
        ("division", "integer divide by zero"),
    ],
)
def test_gos_own_panics_are_errors(panic, what, words):
    error = panic(what)
    assert str(error).splitlines()[0].partition(" (use GODEBUG")[0] == words
    assert isinstance(error.value, GoError)


def test_a_wrong_address_is_a_panic(panic):
    assert "invalid memory address" in str(panic("bad address"))


def test_the_python_traceback_ends_in_the_cells_lines(panic):
    frames = traceback.extract_tb(panic("deep").__traceback__)
    assert [(frame.filename, frame.name, frame.line) for frame in frames][-5:] == [
        ("panics", "Panic", "deeper(3)"),
        *[("panics", "deeper", "deeper(n - 1)")] * 3,
        ("panics", "deeper", 'panic("deep")'),
    ]


def test_the_go_traceback_has_the_cells_lines_alone(panic):
    trace = panic("deep").go_traceback
    assert trace.splitlines()[0] == "panic: deep"
    assert next(line.split(", in ")[1] for line in trace.splitlines() if ", in " in line) == "deeper"
    assert "bridge" not in trace
    assert "0x" not in trace


def test_a_panic_after_a_write_brings_the_write_back(go):
    for xs in ([1.0, 2.0], np.array([1.0, 2.0]), np.array([1.0, 0, 2.0, 0])[::2]):
        with pytest.raises(GoPanic, match="after the write"):
            go.WriteThenPanic(xs)
        assert list(xs) == [7, 2]


def test_a_write_that_is_refused_is_the_context_of_the_panic(go):
    with pytest.raises(GoPanic) as failed:
        go.WriteThenPanic((1.0,))
    assert isinstance(failed.value.__context__, gomagic.GoWriteError)


def test_recover_in_the_cell_is_gos_own(go):
    xs = [0]
    with pytest.raises(GoError, match=r"^caught$"):
        go.Deferred(xs)
    assert xs == [1]


def test_the_library_stays_usable(go, panic):
    gc.collect()
    before = go.__go__.live()
    for what in ("text", "error", "nil map", "nil pointer", "deep") * 3:
        panic(what)
    assert go.At([4], 0) == 4
    gc.collect()
    assert go.__go__.live() == before


def test_a_panic_that_is_gone_leaves_its_arguments_alone_at_once(go):
    xs = [1]
    before, live = sys.getrefcount(xs), go.__go__.live()
    gc.disable()
    try:
        for _ in range(3):
            with contextlib.suppress(GoPanic):
                go.At(xs, 3)
        assert (sys.getrefcount(xs), go.__go__.live()) == (before, live)
    finally:
        gc.enable()


CELL = """%%go shown
package main

func Third(xs []int) int { return third(xs) }

func third(xs []int) int {
	return xs[2]
}
"""


def test_ipython_shows_the_cells_lines_in_the_traceback(shell):
    number = shell(CELL).number
    ran = shell("shown.Third([1])")
    assert isinstance(ran.error, GoPanic)
    assert str(ran.error) == (
        f"index out of range [2] with length 1\n  cell[{number}]:7, in third\n"
        f"  cell[{number}]:4, in Third, called with (xs=[1])"
    )
    shown = shell.ipython.InteractiveTB.structured_traceback(GoPanic, ran.error, ran.error.__traceback__)
    text = "\n".join(shown)
    assert f"cell[{number}]" in text
    assert "return xs[2]" in text
    assert "func Third(xs []int) int { return third(xs) }" in text


def test_the_lines_are_counted_anew_when_the_cell_runs_again(shell):
    shell(CELL)
    number = shell(CELL).number
    assert f"cell[{number}]:7, in third" in str(shell("shown.Third([1])").error)


def test_a_panics_text_is_cut_in_messages_and_whole_as_its_value(panic):
    error = panic("long")
    assert str(error).splitlines()[0] == "a" * 4000 + "… (1000000 letters)"
    assert error.value == "a" * 1_000_000
    assert len(error.go_traceback) < 6000


def test_a_value_is_text_whatever_the_package_of_its_type_is_called(tmp_path, monkeypatch):
    (tmp_path / "interval").mkdir()
    (tmp_path / "go.mod").write_text("module lab\n\ngo 1.25\n")
    (tmp_path / "interval" / "interval.go").write_text("package interval\n\ntype Span struct{ From, To int }\n")
    monkeypatch.chdir(tmp_path)
    lab = gomagic.compile('import "lab/interval"\n\nfunc Fail() { panic(interval.Span{1, 2}) }')
    with pytest.raises(GoPanic) as failed:
        lab.Fail()
    assert failed.value.value == "{1 2}"


GONE = """
import mmap, os, sys
import numpy as np
import gomagic

SOURCE = '''
var mapped []byte

type broken struct{ text []byte }

func (b broken) Error() string { return string(b.text) }

func Map(file int) {
	var err error
	if mapped, err = syscall.Mmap(file, 0, 1<<16, syscall.PROT_READ, syscall.MAP_SHARED); err != nil {
		panic(err)
	}
}
func First() byte                                 { return mapped[0] }
func Fail() error                                 { return broken{mapped} }
func Panic()                                      { panic(broken{mapped}) }
func Sum(xs []float64, more [][]float64) float64  { return xs[0] }
func Refuse(xs []float64, row []int) (int, error) { return 0, fmt.Errorf("row %d", row[9]) }
'''

class Index:
    __index__ = lambda self: 1
    __repr__ = None

go = gomagic.compile(SOURCE, "gone")
with open("numbers", "w+b") as file:
    file.truncate(1 << 16)
    xs = np.memmap(file, "float64")
    go.Map(file.fileno())
    file.truncate(0)
    calls = [
        (go.Sum, xs, [xs]), (go.Sum, memoryview(xs), np.ones((2, 2))), (go.Refuse, xs[1:], [Index()]),
        (go.First,), (go.Panic,), (go.Fail,),
    ]
    for function, *arguments in calls:
        try:
            print(function(*arguments))
        except Exception as error:
            print(type(error).__name__, str(error).replace("\\n", "|"), flush=True)
"""


def test_memory_that_is_gone_ends_a_call_and_not_the_process(own_cache, tmp_path):
    ended = subprocess.run([sys.executable, "-c", GONE], capture_output=True, text=True, cwd=tmp_path, timeout=60)
    assert ended.returncode == 0, ended.stderr
    gone = "GoPanic invalid memory address or nil pointer dereference|  gone:"
    mapped = "<numpy.memmap of float64, shape (8192,)>"
    assert ended.stdout.splitlines() == [
        f"{gone}17, in Sum, called with (xs={mapped}, more=[{mapped}])",
        f"{gone}17, in Sum, called with (xs=<memoryview object>, more=<numpy.ndarray of float64, shape (2, 2)>)",
        "GoPanic index out of range [9] with length 1|  gone:18, in Refuse, "
        "called with (xs=<numpy.memmap of float64, shape (8191,)>, row=[<__main__.Index object>])",
        f"{gone}14, in First",
        "GoPanic (main.broken) whose own text panics|  gone:16, in Panic",
        "GoError (main.broken) whose own text panics",
    ]
