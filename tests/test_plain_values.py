"""Constants and variables of a plain Go cell, and the cell as a module-like object."""

import math

import numpy as np
import pytest

import gomagic
from gomagic import GoError

SOURCE = """
// Package stats has what the tests need.
package stats

import "os"

const Answer = 42
const (
	Big        = 1 << 100
	Negative   = -(1 << 70)
	Half       = 0.5
	Tau        = 2 * math.Pi
	Truth      = 1 < 2
	Name       = "Go é\\x00"
	NotUTF8    = "\\xff"
	Rune       = 'é'
	Imaginary  = 2i
	Typed      uint8 = 200
	Huge             = math.MaxUint64
	hidden           = 1
)

type Level int

const (
	Low Level = iota
	Middle
	High
)

var Limit int = 3
var Ratio, Shift = 0.25, int8(-1)
var Title = "first"
var Data = []byte("abc")
var Table = [3]int32{1, 2, 3}
var Numbers []float64
var Names = []string{"a"}
var Matrix [][]float64
var Ready bool
var Wave complex64 = 1i
var Started = new(chan int)
var Environment = os.Environ()
var hiddenToo = 1

// Limited is Limit, as Go sees it.
func Limited() int         { return Limit }
func SumNumbers() float64  { total := 0.0; for _, x := range Numbers { total += x }; return total }
func hiddenThree()         {}
func Pointer(p unsafe.Pointer) {}
func Send(c chan<- int)    {}
func Generic[T fmt.Stringer](x T) T { return x }

type Point struct{ X int }
"""

EXPORTED = """
Answer Big Negative Half Tau Truth Name NotUTF8 Rune Imaginary Typed Huge Low Middle High Limit Ratio Shift Title Data
Table Numbers Names Matrix Ready Wave Environment Limited Point SumNumbers __go__
"""


@pytest.fixture(scope="module")
def stats(own_cache):
    return gomagic.compile(SOURCE, "stats")


def test_constants_are_attributes_of_pythons_types(stats):
    found = [stats.Answer, stats.Big, stats.Negative, stats.Half, stats.Truth, stats.Name, stats.NotUTF8, stats.Rune]
    assert found == [42, 1 << 100, -(1 << 70), 0.5, True, "Go é\0", "\udcff", ord("é")]
    assert [type(value) for value in found] == [int, int, int, float, bool, str, str, int]
    assert (stats.Tau, stats.Imaginary, stats.Typed, stats.Huge) == (math.tau, 2j, 200, 2**64 - 1)
    assert (stats.Low, stats.Middle, stats.High) == (0, 1, 2)


def test_a_constant_cannot_be_set(stats):
    with pytest.raises(AttributeError) as refused:
        stats.Answer = 43
    assert str(refused.value) == "stats.Answer cannot be set\n  note: only variables of the Go cell can be set"
    with pytest.raises(AttributeError, match="Limited cannot be set"):
        stats.Limited = None
    assert stats.Answer == 42


def test_a_name_that_is_not_there_cannot_be_set_or_read(stats):
    with pytest.raises(AttributeError) as refused:
        stats.limit = 1
    assert str(refused.value) == (
        "stats.limit does not exist in Go cell `stats`\n  note: only variables of the Go cell can be set"
    )
    for name in ("hidden", "hiddenToo", "hiddenThree", "nothing"):
        with pytest.raises(AttributeError) as refused:
            getattr(stats, name)
        assert str(refused.value) == f"Go cell `stats` has no `{name}`"


def test_variables_are_read_and_written_live(stats):
    stats.Limit = 7
    assert stats.Limit == stats.Limited() == 7
    stats.Ratio, stats.Shift, stats.Title, stats.Ready, stats.Wave = 1, -128, "zweite\0", True, 2
    assert (stats.Ratio, stats.Shift, stats.Title, stats.Ready, stats.Wave) == (1.0, -128, "zweite\0", True, 2)


def test_a_variable_takes_only_its_type(stats):
    with pytest.raises(TypeError) as refused:
        stats.Limit = 1.5
    assert str(refused.value).splitlines()[0] == "Limit(value): `value` is float, Go wants int"
    with pytest.raises(OverflowError):
        stats.Shift = 128


def test_slice_variables_are_shared_with_go_and_never_dangle(stats):
    xs = np.arange(3.0)
    stats.Numbers = xs
    xs[:] = 100
    assert stats.SumNumbers() == 3
    stats.Numbers[0] = 7
    assert stats.SumNumbers() == 10
    stats.Numbers = [1.0, 2.0]
    assert stats.Numbers.tolist() == [1, 2]
    stats.Table[1] = 20
    assert stats.Table.tolist() == [1, 2, 3]  # an array is a value in Go, and a copy here
    stats.Table = [4, 5, 6]
    assert stats.Table.tolist() == [4, 5, 6]
    stats.Matrix = [[1.0], xs]
    assert [row.tolist() for row in stats.Matrix] == [[1], [100, 100, 100]]


def test_text_and_byte_variables_are_copies(stats):
    stats.Data, stats.Names = bytearray(b"xyz"), ("b", "c")
    assert (stats.Data, stats.Names) == (b"xyz", ["b", "c"])


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Started", "gomagic does not bind `*chan int` yet"),
        ("Pointer", "Python has nothing like `unsafe.Pointer`"),
        ("Send", "Python cannot send to `chan<- int`; take or return a slice, and keep the channel in the cell"),
        ("Generic", "no basic type of Go is in the constraints of its type parameters"),
        ("Level", "gomagic does not bind types without fields or methods yet"),
    ],
)
def test_what_is_left_out_says_why_on_access(stats, name, why):
    with pytest.raises(AttributeError) as refused:
        getattr(stats, name)
    assert str(refused.value) == f"stats.{name} is left out: {why}"


def test_the_cell_is_like_a_module(stats):
    assert repr(stats) == "<Go cell 'stats'>"
    assert stats.__name__ == "stats"
    assert stats.__doc__ == "Package stats has what the tests need.\n"
    assert stats.Limited.__doc__.endswith("Limited is Limit, as Go sees it.")


def test_dir_lists_what_is_there_and_no_more(stats):
    assert dir(stats) == sorted(EXPORTED.split())


def test_the_same_text_is_the_same_object(stats):
    assert gomagic.compile(SOURCE, "stats") is stats


def test_live_counts_what_go_and_c_hold(stats):
    before = stats.__go__.live()
    table = stats.Table
    assert repr(stats.__go__.live()) == repr(before._replace(arrays=before.arrays + 1))
    del table
    assert stats.__go__.live() == before


def test_a_cell_with_shadowing_names_is_bound():
    odd = gomagic.compile("""
var shims, a, p0, r0, block, err = 1, 2, 3, 4, 5, 6
func Sum(len, cap int, string string) (a, r0 int, err error) { return len + cap + shims + p0, r0, nil }
type e struct{}
func (e) Error() string { return "" }
var unsafe2, _bridge2 = 1, 2
""")
    assert odd.Sum(1, 2, "") == (7, 0)


def test_a_cell_may_have_types_that_are_called_as_those_of_go():
    odd = gomagic.compile(
        "type error int\nfunc F() error { return 3 }\nfunc G() int { return 1 }\nvar _ = GoErr\nconst GoErr = 1"
    )
    assert (odd.F(), odd.G()) == (3, 1)


def test_a_nil_error_variable_matches_nothing():
    cell = gomagic.compile("var ErrNone error\nfunc Fail() error { return io.EOF }")
    with pytest.raises(GoError) as failed:
        cell.Fail()
    assert not isinstance(failed.value, cell.ErrNone)
