"""`?` and `??` on Go cells and their functions, as a kernel answers and a terminal shows them."""

import re

import pytest

PLAIN = """// Package stats counts.

// Mean is the mean of xs.
//
// It does not look for NaN.
func Mean(xs []float64, odd struct{ n int }) float64 {
	if len(xs) == 0 { // "}"
		return 0
	}
	return xs[0]
}

type T int

func (T) Mean2() {}

/* Twice is
 one line. */
func Twice(x int) int { return 2 * x }

func small() {}

func Mean2(xs []float64) (m float64) {
	return 1
}
"""
WITH_C = """package main

import "C"

// Adds two.
//
//export Add
func Add(a, b C.int) C.int { return a + b }

func main() {}
"""


@pytest.fixture(scope="module")
def asked(interactive_shell):
    """`asked("g", 1)`: what `g??` shows."""
    plain = PLAIN.replace(", odd struct{ n int }", "")
    for cell in (
        f"%%go stats\n{plain}",
        f"%%go clib\n{WITH_C}",
        "%%go\n// Thrice of x.\nfunc Thrice(x int) int { return 3 * x }",
    ):
        assert interactive_shell.run_cell(cell, store_history=True).success
    show = interactive_shell.object_inspect_text
    return lambda name, detail=0: re.sub(r"\x1b\[[\d;]*m", "", show(name, detail_level=detail))


def test_help_of_a_cell_shows_its_comment_and_signatures(asked):
    shown = asked("stats")
    assert "func Mean(xs []float64) float64\nfunc Mean2(xs []float64) (m float64)\nfunc Twice(x int) int" in shown
    assert "Go cell" in shown
    assert "GoModule" not in shown and "attributes" not in shown


def test_more_help_of_a_cell_shows_its_go(asked):
    assert "func small() {}" in asked("stats", 1)
    assert "class" not in asked("stats", 1)


def test_more_help_of_a_function_shows_its_go(asked):
    shown = asked("stats.Mean", 1)
    assert "// Mean is the mean of xs.\n//\n// It does not look for NaN.\nfunc Mean(xs []float64) float64 {" in shown
    assert shown.count("Mean is the mean") == 1
    assert "    return xs[0]\n}" in shown and "type T" not in shown
    assert "/* Twice is\n one line. */\nfunc Twice(x int) int { return 2 * x }" in asked("stats.Twice", 1)
    assert "func Mean2(xs []float64) (m float64) {\n    return 1\n}" in asked("stats.Mean2", 1)
    assert "// Thrice of x.\nfunc Thrice(x int) int { return 3 * x }" in asked("Thrice", 1)


def test_help_of_a_function_is_as_ever(asked):
    assert "Mean is the mean of xs." in asked("stats.Mean") and "return xs[0]" not in asked("stats.Mean")


def test_a_cell_with_c_is_shown_too(asked):
    assert "func Add(a, b C.int) C.int" in asked("clib") and "shared" not in asked("clib")
    assert "func main() {}" in asked("clib", 1)


def test_what_is_not_go_is_left_alone(asked):
    assert "ValueError" in asked("ValueError") and "Go cell" not in asked("print", 1)
