"""What the compiler says of a cell's lines, plain and with C: asked once for the same text."""

import pytest

from gomagic.build import annotations, gobuild, toolchain
from gomagic.errors import GoBuildError
from gomagic.source.cell import Cell

PLAIN = """import _ "embed"

//go:embed *.txt
var notes string

func Sum(xs []int) int {
	t := 0
	for i := range xs {
		t += xs[i]
	}
	return t + xs[3]
}

func Keep(xs []int) []int {
	kept = xs
	println(strings.ToUpper(notes))
	return append(xs[1:5], *New())
}
func Write(xs []int) []int { xs[0] = small(2); return xs }
func New() *int            { n := 3; return &n }
func small(n int) int { return n + 1 }

var kept []int
"""
WITH_C = """package main

import "C"

//export Add
func Add(a, b C.int) C.int { return a + C.int(len(table())) }

//go:noinline
func table() []int { return make([]int, 3) }

func main() {}
"""


@pytest.fixture
def chain():
    return toolchain.find()


def said(cell, chain, folder=None):
    return [(one.line, one.kind, one.text) for one in annotations.find(cell, chain, folder=folder)]


def test_a_plain_cells_lines_are_annotated_and_asked_about_once(own_cache, tmp_path, chain, monkeypatch):
    (tmp_path / "a.txt").write_text("text")
    cell = Cell("stats", PLAIN, 7, 1)
    found = said(cell, chain, tmp_path)
    wanted = {
        (8, "inlinable", "calls of Sum can be inlined"), (13, "check", "the index is checked"),
        (16, "keeps", "xs may be kept"), (19, "check", "the bounds of the slice are checked"),
        (19, "inlined", "the call of New"), (21, "keeps", "xs may be part of a result"),
        (21, "inlined", "the call of small"), (22, "heap", "n lies on the heap"),
    }  # fmt: skip
    assert wanted - {*found} == set()
    assert not [one for one in found if one[0] in (10, 11)]  # the loop needs no check
    monkeypatch.setattr(gobuild, "run", None)
    assert said(cell, chain, tmp_path) == found


def test_a_cell_with_c_is_annotated_too(own_cache, chain):
    found = said(Cell("lib", WITH_C), chain)
    assert (10, "heap", "make([]int, 3) goes to the heap") in found
    assert (7, "inlinable", "calls of Add can be inlined") in found


def test_what_the_compiler_says_is_read_once_a_place(own_cache):
    cell = Cell("x", "")
    lines = ["8:2: mutates param: xs derefs=0", "8:2: mutates param: xs derefs=1", "9:1: xs does not escape"]
    lines += ["7:1: leaking param content: m", "9:1: moved to heap: n"]
    output = "".join(f"{cell.token}:{line}\n" for line in lines) + "/other:1:1: moved to heap: n\n"
    assert annotations.read(output, cell) == [
        (7, 1, "keeps", "what m leads to may be kept"), (8, 2, "writes", "writes to xs"),
        (9, 1, "heap", "n lies on the heap"),
    ]  # fmt: skip


def test_a_cell_that_does_not_compile_is_refused(own_cache, chain):
    with pytest.raises(GoBuildError, match="does not compile"):
        annotations.find(Cell("x", "func F() { y }", 3), chain)
