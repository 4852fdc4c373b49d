"""What a notebook shows of a Go cell by its name."""

import re

import pytest

import gomagic

SOURCE = """
// Package stats counts.
package stats

import "errors"

// Mean is <the> mean.
//
// Of nothing it is 0.
func Mean(xs []float64) float64 { return 0 }

// Pick picks.
func Pick[T int | string](xs []T) T { return xs[0] }

// Stack is last in, first out.
type Stack struct{ items []int }

func (s *Stack) Push(x int) {}

type Pair[T any] struct{ A, B T }

func (p Pair[T]) Swap() {}

var _ Pair[int]

type Sizer interface{ Size() int }

func Make() fmt.Stringer { return nil }

var ErrNone = errors.New("none")

const Limit = 10

// Level is how loud it is.
var Level = 3
"""


@pytest.fixture(scope="module")
def rows(own_cache):
    page = gomagic.compile(SOURCE, "stats")._repr_html_()
    assert page.startswith("<div><strong>Go cell stats</strong> · Package stats counts.<table>")
    cells = re.findall(r"<tr><td[^>]*><code>(.*?)</code></td><td[^>]*>(.*?)</td></tr>", page)
    assert page.count("<tr>") == len(cells)
    return dict(cells)


def test_functions_have_their_signatures_and_the_first_line_above_them(rows):
    assert rows["Mean(xs []float64) float64"] == "Mean is &lt;the&gt; mean."
    assert rows["Pick[T int | string](xs []T) T"] == "Pick picks."


def test_types_have_their_methods(rows):
    assert rows["type Stack struct"] == "Stack is last in, first out. · Push()"
    assert (rows["type Pair[T]"], rows["type Sizer interface"]) == ("Swap()", "Size()")
    assert not any("Stringer" in code and code.startswith("type") for code in rows)


def test_errors_constants_and_variables_are_there(rows):
    assert {"ErrNone error", "const Limit"} <= rows.keys()
    assert rows["var Level int"] == "Level is how loud it is."


def test_the_text_is_what_it_was(own_cache):
    assert repr(gomagic.compile(SOURCE, "stats")) == "<Go cell 'stats'>"
