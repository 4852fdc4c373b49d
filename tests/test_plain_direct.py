"""Functions of a few numbers, texts and arrays are entered by a way of their own: nobody can tell but by the clock."""

import array
import itertools
import re
import sys
import threading
import time
import tracemalloc
import types

import numpy
import pytest

import gomagic
from gomagic.errors import GoPanic, GoWriteError

# Each twice: as it is entered directly, and with a parameter more than such a function may have.
BODY = """
import (
	"errors"
	"strings"
)

func Sub(a, b int) int                   { return a - b }
func SubMore(a, b int, _, _ int) int     { return a - b }
func Half(x float64) float64             { return x / 2 }
func HalfMore(x float64, _, _, _ int) float64 { return x / 2 }
func Twice(n int) int                    { return 2 * n }
func TwiceMore(n int, _, _, _ int) int   { return 2 * n }
func Less(a, b float64) float64          { return a - b }
func LessMore(a, b float64, _, _ int) float64 { return a - b }
func Long(s string) int                  { return len(s) }
func LongMore(s string, _, _, _ int) int { return len(s) }
func At(s string, i int) int             { return int(s[i]) }
func AtMore(s string, i int, _, _ int) int { return int(s[i]) }
func Root(n int) (int, error) {
	if n < 0 {
		return n, errors.New("less than nothing")
	}
	return n / 2, nil
}
func RootMore(n int, _, _, _ int) (int, error) { return Root(n) }

var kept string

func Keep(s string) int                  { kept = s; return len(kept) }
func KeepMore(s string, _, _, _ int) int { kept = s; return len(kept) }
func Kept() string                       { return kept }

func Upper(s string) string                     { return strings.ToUpper(s) }
func UpperMore(s string, _, _, _ int) string    { return strings.ToUpper(s) }
func Odd(s string) string                       { return s + "\\xff" }
func OddMore(s string, _, _, _ int) string      { return s + "\\xff" }
func From(s string, i int) string               { return s[i:] }
func FromMore(s string, i int, _, _ int) string { return s[i:] }

func Total(xs []float64) float64 {
	total := 0.0
	for _, x := range xs {
		total += x
	}
	return total
}
func TotalMore(xs []float64, _, _, _ int) float64 { return Total(xs) }
func Count(xs []int16, from int) int              { return len(xs[from:]) }
func CountMore(xs []int16, from int, _, _ int) int { return len(xs[from:]) }
func Double(xs []float64) float64 {
	for i := range xs {
		xs[i] *= 2
	}
	return Total(xs)
}
func DoubleMore(xs []float64, _, _, _ int) float64 { return Double(xs) }
func Shift(to, from []float64) int                 { return copy(to, from) }
func ShiftMore(to, from []float64, _, _ int) int   { return copy(to, from) }
func Any(all []bool) int {
	n := 0
	for _, one := range all {
		if one == true {
			n++
		}
	}
	return n
}
func AnyMore(all []bool, _, _, _ int) int { return Any(all) }

func Both[T int16 | int | float64](xs, ys []T) T { return xs[0] + ys[len(ys)-1] }
func With[T int16 | int | float64](xs []T, y T) T { return xs[0] * y }

var Big = strings.Repeat("x", 3_000_000)

var held []float64

func Hold(xs []float64) int { held = xs; return len(xs) }
func Held() float64         { return Total(held) }
"""


class Own(numpy.ndarray):
    pass


def frozen(xs):
    xs.flags.writeable = False
    return xs


# Each makes what is passed anew, since Go may write to it.
ARRAYS = {
    "as it mostly is": lambda: numpy.arange(5.0),
    "one": lambda: numpy.arange(1.0),
    "none": lambda: numpy.arange(0.0),
    "large": lambda: numpy.ones(1_000_000),
    "every other": lambda: numpy.arange(9.0)[::2],
    "backwards": lambda: numpy.arange(9.0)[::-1],
    "a part": lambda: numpy.arange(9.0)[2:5],
    "of the other byte order": lambda: numpy.arange(5, dtype=">f8"),
    "not aligned": lambda: numpy.zeros(41, "u1")[1:].view("f8"),
    "read-only": lambda: frozen(numpy.arange(5.0)),
    "one number many times": lambda: numpy.broadcast_to(1.5, 4),
    "of which numpy warns": lambda: numpy.broadcast_arrays(numpy.ones(1), numpy.ones(3))[0][:1],
    "of other numbers": lambda: numpy.arange(5, dtype="f4"),
    "of integers": lambda: numpy.arange(5),
    "with a note": lambda: numpy.arange(5).astype(numpy.dtype("f8", metadata={"a": 1})),
    "of two dimensions": lambda: numpy.ones((2, 3)),
    "of no dimension": lambda: numpy.array(1.5),
    "a class of its own": lambda: numpy.arange(5.0).view(Own),
    "masked": lambda: numpy.ma.masked_array([1.0, 2.0], [True, False]),
    "of objects": lambda: numpy.array([1.5, None]),
    "a list": lambda: [1.0, 2.0],
    "an array.array": lambda: array.array("d", [1, 2]),
    "nothing": lambda: None,
}


class Text(str):
    pass


class Whole(int):
    pass


class Index:
    def __index__(self):
        return 7


CALLS = [
    ("Sub", (5, 3)),
    ("Sub", (-1, 0)),
    ("Sub", (2**63, 0)),
    ("Sub", (True, Whole(3))),
    ("Sub", (Index(), 1)),
    ("Sub", (1.5, 1)),
    ("Sub", ("a", 1)),
    ("Sub", (None, 1)),
    ("Twice", (4,)),
    ("Twice", (2**63 - 1,)),
    ("Twice", ("4",)),
    ("Less", (3.5, 1.25)),
    ("Less", (3.5, 1)),
    ("Less", (3.5, None)),
    ("Half", (3.0,)),
    ("Half", (3,)),
    ("Half", (float("nan"),)),
    ("Half", (Index(),)),
    ("Half", ("x",)),
    ("Long", ("",)),
    ("Long", ("Grüße\0",)),
    ("Long", (Text("abc"),)),
    ("Long", ("\udc80",)),
    ("Long", (b"abc",)),
    ("Long", ("x" * 5_000_000,)),
    ("At", ("abc", 2)),
    ("At", ("abc", 3)),
    ("Root", (8,)),
    ("Root", (-8,)),
    ("Keep", ("kept by Go",)),
    ("Upper", ("hello",)),
    ("Upper", ("",)),
    ("Upper", ("grüße\0" * 1000,)),
    ("Upper", ("x" * 5_000_000,)),
    ("Upper", ("\udc80",)),
    ("Upper", (b"abc",)),
    ("Odd", ("a",)),
    ("From", ("a" * 255, 0)),
    ("From", ("a" * 256, 0)),
    ("From", ("a" * 257, 0)),
    ("From", ("abc", 4)),
    ("Count", (numpy.arange(5, dtype="i2"), 1)),
    ("Count", (numpy.arange(5, dtype="i2"), 6)),
    ("Count", (numpy.arange(5, dtype="u2"), 1)),
    ("Any", (numpy.array([True, False, True]),)),
    ("Any", (numpy.array([0, 1, 2], "u1").view("?"),)),
]


FROZEN = {"read-only", "one number many times", "of which numpy warns"}


@pytest.fixture(scope="module")
def m():
    made = gomagic.compile(BODY)
    # What golib/bridge has seen once, it knows.
    made.Total(numpy.arange(2.0)), made.Count(numpy.arange(2, dtype="i2"), 0), made.Any(numpy.ones(2, "?"))
    return made


def outcome(function, args):
    """What comes back: a value, or the exception in words that do not tell the two functions apart."""
    try:
        return repr(function(*args))
    except Exception as failure:
        said = re.sub(r"More|source:\d+|,? arg\d+(=0)?", "", str(failure))
        return type(failure), said, failure.args[1:]


@pytest.mark.parametrize(("name", "args"), CALLS)
def test_a_direct_call_is_what_any_call_is(m, name, args):
    direct, other = getattr(m, name), getattr(m, f"{name}More")
    more = (0,) * (4 - len(args))
    assert outcome(direct, args) == outcome(other, (*args, *more))


@pytest.mark.parametrize("what", ARRAYS)
@pytest.mark.parametrize("name", ["Total", "Double", "Shift"])
@pytest.mark.filterwarnings("ignore:Numpy has detected")
def test_an_array_comes_and_goes_as_in_any_call(m, name, what):
    one, other, before = (ARRAYS[what]() for _ in range(3))
    more = (numpy.full(3, 7.5),) if name == "Shift" else ()
    came = outcome(getattr(m, name), (one, *more))
    any_call = getattr(m, f"{name}More")
    others = (0,) * (3 - len(more))
    assert came == outcome(any_call, (other, *more, *others))
    assert repr(one) == repr(other)
    if isinstance(came, str):  # it was taken: as a list of the same numbers is, which is converted one by one
        items = [float(x) for x in before]
        assert came == outcome(any_call, (items, *more, *others))
        assert [*one] == items
    else:
        assert repr(one) == repr(before)
    assert (came[0] is GoWriteError) == (name != "Total" and what in FROZEN)


def test_arrays_that_overlap_are_one_memory(m):
    one, other = numpy.arange(9.0), numpy.arange(9.0)
    m.Shift(one[1:], one[:-1]), m.ShiftMore(other[1:], other[:-1], 0, 0)
    assert one.tolist() == other.tolist() == [0.0, *range(8)]
    m.Shift(one[::2], one[:5]), m.ShiftMore(other[::2], other[:5], 0, 0)
    assert one.tolist() == other.tolist()


def test_a_large_array_lets_others_run(m):
    """As any call with one: what decides is its bytes."""
    running, ran = threading.Event(), []

    def count():
        running.set()
        while running.is_set():
            ran.append(1)
            time.sleep(0.0001)

    other = threading.Thread(target=count)
    other.start()
    running.wait()
    xs = numpy.ones(20_000_000)
    before = len(ran)
    assert m.Total(xs) == 20_000_000
    seen = len(ran) - before
    running.clear()
    other.join()
    assert seen > 3


def test_a_large_text_of_a_variable_lets_others_run_and_comes_back_with_the_gil(m):
    for _ in range(3):
        assert len(m.Big) == 3_000_000
        other = threading.Thread(target=lambda: m.Big)
        other.start()
        other.join()


def test_an_array_that_go_keeps_is_a_copy(m):
    xs = numpy.arange(4.0)
    assert m.Hold(xs) == 4
    xs[:] = 100
    assert m.Held() == 6


def test_an_array_has_as_many_references_as_before(m):
    xs = numpy.arange(4.0)
    before = sys.getrefcount(xs)
    for _ in range(100):
        m.Total(xs), m.TotalMore(xs, 0, 0, 0), m.Double(xs), m.Hold(xs)
    assert sys.getrefcount(xs) == before
    xs.resize(9)  # which numpy refuses while somebody has a view


def test_numpy_need_not_describe_its_own_arrays(m):
    """What it is asked to describe it has a description of from then on, in memory that is counted."""
    calls = [m.Total, lambda xs: m.TotalMore(xs, 0, 0, 0), lambda xs: m.With(xs, 1.5)]
    for call in calls:
        assert described(call, [numpy.arange(4.0) for _ in range(200)]) < 20
        assert described(call, [numpy.arange(4.0).view(Own) for _ in range(200)]) > 40


def described(call, arrays):
    """How many bytes more an array takes when it has been passed."""
    call(arrays[0])
    tracemalloc.start()
    try:
        for each in arrays:
            call(each)
        return tracemalloc.get_traced_memory()[0] / len(arrays)
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("first", ["with a note", "of which numpy warns", "read-only", "every other", "one"])
def test_whatever_array_comes_first_the_next_ones_are_read(first):
    fresh = gomagic.compile(f"// {first}\nfunc Length(xs []float64) int {{ return len(xs) }}")
    fresh.Length(ARRAYS[first]())
    assert described(fresh.Length, [numpy.arange(4.0) for _ in range(200)]) < 20


@pytest.mark.parametrize("kinds", [*itertools.product(["f8", "i8", "i2", "u1", "?", ">f8", "M8[s]"], repeat=2)])
def test_a_variant_is_chosen_by_arrays_as_by_arrays_of_a_class_of_its_own(m, kinds):
    arrays = [numpy.arange(1, 6).astype(kind) for kind in kinds]
    values = [7, 7.5, True]
    strided, empty = [a[::2] for a in arrays], [a[:0] for a in arrays]
    for args in (arrays, strided, empty, [arrays[0], [1, 2]], [a[None] for a in arrays]):
        own = [a.view(Own) if isinstance(a, numpy.ndarray) else a for a in args]
        for _ in range(2):
            assert kind_of(m.Both, args) == kind_of(m.Both, own)
            assert [kind_of(m.With, (args[0], v)) for v in values] == [kind_of(m.With, (own[0], v)) for v in values]


def kind_of(function, args):
    """What comes back, or the exception, in which an array is one whatever its class is called."""
    try:
        return repr(function(*args))
    except Exception as failure:
        return type(failure), str(failure).replace(f"{__name__}.Own", "numpy.ndarray").replace("Own", "ndarray")


@pytest.mark.parametrize("head", ["(xs []float64) float64", "[T int16 | float64](xs []T) T"])
def test_the_first_array_of_all_may_be_an_unusual_one(head):
    """From which nothing is to be learnt for others."""
    fresh = gomagic.compile(f"func Sum{head} {{ return xs[0] + xs[1] }}")
    for kind in (numpy.dtype(">f8"), numpy.dtype("f8")) * 2:
        assert fresh.Sum(numpy.array([1, 2], kind)) == 3
    assert fresh.Sum(numpy.arange(9.0)[::4]) == 4


def test_what_only_says_that_it_is_numpys_is_asked_by_the_protocol(monkeypatch):
    monkeypatch.setitem(sys.modules, "numpy", types.SimpleNamespace(ndarray=bytes))
    fresh = gomagic.compile("func Bytes(p []byte) int { return len(p) }\nfunc First(p []byte) int { return int(p[0]) }")
    for _ in range(3):
        assert (fresh.Bytes(b"abc"), fresh.First(b"abc"), fresh.Bytes(b"")) == (3, 97, 0)


def test_names_and_wrong_numbers_of_arguments(m):
    assert m.Sub(b=3, a=5) == m.Sub(5, b=3) == 2
    for args, names in [((1,), {}), ((1, 2, 3), {}), ((1, 2), {"a": 3}), ((1,), {"c": 3})]:
        with pytest.raises(TypeError, match="Sub"):
            m.Sub(*args, **names)
    for args in [(), (1, 2)]:
        with pytest.raises(TypeError, match="Twice"):
            m.Twice(*args)


def test_text_that_go_keeps_is_a_copy(m):
    text = "".join(["kept ", "by ", "Go"])
    m.Keep(text)
    del text
    "".join(["some ", "thing"])
    assert m.Kept() == "kept by Go"


def test_panics_leave_nothing(m):
    before = m.__go__.live()
    for _ in range(1000):
        with pytest.raises(GoPanic, match="index out of range"):
            m.At("abc", 3)
        with pytest.raises(Exception, match="less than nothing"):
            m.Root(-1)
        with pytest.raises(GoPanic, match="out of range"):
            m.From("abc", 4)
        with pytest.raises(GoPanic, match="out of range"):
            m.Count(numpy.arange(2, dtype="i2"), 3)
        m.Upper("long" * 100)
    assert m.__go__.live() == before
