import subprocess
import sys

import pytest

import gomagic


def test_compile_gives_what_the_magic_binds(add):
    add += "// standalone\n"
    lib = gomagic.compile(add, "lib")
    assert lib.Add(2, 3) == 5
    assert gomagic.compile(add) is lib


def test_an_error_names_the_source(add):
    with pytest.raises(gomagic.GoBuildError) as caught:
        gomagic.compile(add.replace("a + b", "a + c"), "lib")
    assert caught.value.where == "lib:6:41"


COUNT = """
var n int

// Next counts.
func Next() int { n++; return n }

var ErrNo = errors.New("no")

func Fail() error { return ErrNo }

func Bad(xs []int) int { return xs[len(xs)] }
"""


def test_a_name_is_a_name(add):
    for name in ("my cell", "lib -f --save FOLDER", "-v", "data:2.go", "it's", "Größe", "class"):
        with pytest.raises(gomagic.GoBuildError) as caught:
            gomagic.compile(add.replace("a + b", "a + c"), name)
        assert str(caught.value).startswith(f"{name} does not compile\n  {name}:6:41: undefined: c\n      6 | func Add")
    cell = gomagic.compile(COUNT, "my cell")
    assert (cell.__name__, cell.Next.__module__, cell.ErrNo.__module__) == ("my cell", "my cell", "my cell")
    with pytest.raises(gomagic.GoPanic, match="my cell:11, in Bad"):
        cell.Bad([])


GCC = """package main

/*
static int twice(int n) { return n * m; }
*/
import "C"

//export Twice
func Twice(n C.int) C.int { return C.twice(n) }

func main() {}
"""


def test_lines_are_the_sources_own_for_gcc_as_well():
    with pytest.raises(gomagic.GoBuildError) as caught:
        gomagic.compile(GCC, "lib")
    assert caught.value.where == "lib:4:38"
    assert (
        "      4 | static int twice(int n) { return n * m; }\n        |                                      ^"
        in str(caught.value)
    )


def test_a_source_imports_what_was_compiled_under_a_name():
    using = 'import "cells/halves"\n\nfunc Quarter(x float64) float64 { return halves.Half(halves.Half(x)) }\n'
    with pytest.raises(gomagic.GoBuildError, match=r"^quarters:1: no Go cell named `halves` is compiled") as caught:
        gomagic.compile(using, "quarters")
    source, code = "func Half(x float64) float64 { return x / 2 }", caught.value.hint.split("`")[1]
    exec(code, {"gomagic": gomagic, "source": source})
    assert gomagic.compile(using, "quarters").Quarter(8) == 2


@pytest.mark.parametrize("name", ["", " ", "two\nlines"])
def test_what_cannot_be_shown_is_no_name(add, name):
    with pytest.raises(ValueError, match="cannot be a name"):
        gomagic.compile(add, name)


def test_two_names_for_the_same_text_are_two_cells_with_variables_of_their_own():
    one, two = gomagic.compile(COUNT, "one"), gomagic.compile(COUNT, "two")
    assert [one.Next(), one.Next(), two.Next(), one.Next()] == [1, 2, 1, 3]
    assert (one.__name__, two.__name__, two.Next.__module__) == ("one", "two", "two")
    with pytest.raises(one.ErrNo) as caught:
        one.Fail()
    assert not isinstance(caught.value, two.ErrNo)
    assert gomagic.compile(COUNT, "one") is one and gomagic.compile(COUNT, "two") is two
    assert [one.Next(), two.Next()] == [4, 2]


def test_so_are_cells_with_c(add):
    text = add.replace("func Add(a, b C.int) C.int { return a + b }", "func Add(a, b C.int) C.int { n++; return n }")
    text += "\nvar n C.int\n"
    one, two = gomagic.compile(text, "one"), gomagic.compile(text, "two")
    assert [one.Add(0, 0), one.Add(0, 0), two.Add(0, 0)] == [1, 2, 1]
    one.Add.argtypes = []
    assert two.Add.argtypes is None


def test_an_array_comes_from_the_cell_that_was_bound_last():
    pytest.importorskip("numpy")
    one, two = gomagic.compile(COUNT, "one"), gomagic.compile(COUNT, "two")
    before = [cell.__go__.live().arrays for cell in (one, two)]
    gomagic.compile(COUNT, "one")
    kept = gomagic.empty(3)
    assert [cell.__go__.live().arrays for cell in (one, two)] == [before[0] + 1, before[1]]
    assert kept.tolist() == [0, 0, 0]


def test_import_needs_no_ipython():
    code = "import sys, gomagic\nassert 'IPython' not in sys.modules\nassert 'numpy' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
