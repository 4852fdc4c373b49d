"""Functions of a few numbers and texts are entered by a way of their own, and nobody can tell but by the clock."""

import re

import pytest

import gomagic
from gomagic.errors import GoPanic

# Each twice: as it is entered directly, and with a parameter more than such a function may have.
BODY = """
import "errors"

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
"""


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
]


@pytest.fixture(scope="module")
def m():
    return gomagic.compile(BODY)


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
    assert m.__go__.live() == before
