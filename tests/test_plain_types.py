"""Numbers, text and bytes of plain Go cells: each Go type takes and gives what Python has for it."""

import math
import struct
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import gomagic

INTEGERS = {
    "int": (-(2**63), 2**63 - 1), "int8": (-(2**7), 2**7 - 1), "int16": (-(2**15), 2**15 - 1),
    "int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1), "rune": (-(2**31), 2**31 - 1),
    "uint": (0, 2**64 - 1), "uint8": (0, 2**8 - 1), "uint16": (0, 2**16 - 1), "uint32": (0, 2**32 - 1),
    "uint64": (0, 2**64 - 1), "uintptr": (0, 2**64 - 1), "byte": (0, 2**8 - 1),
}  # fmt: skip
OTHERS = ["bool", "float32", "float64", "complex64", "complex128", "string"]

SOURCE = (
    "\n".join(f"func Same_{name}(x {name}) {name} {{ return x }}" for name in [*INTEGERS, *OTHERS])
    + """
func SameBytes(b []byte) []byte { return b }
func Length(s string) int       { return len(s) }
func Word(n int) string         { return strings.Repeat("é", n) }
func Raw(b []byte) string       { return string(b) }
func SameInts(xs []int) []int   { return xs }
func Nothing()                  {}
func All(xs []bool) (n int)     { for _, x := range xs { if x { n++ } }; return }
func Nil() []byte               { return nil }
"""
)


@pytest.fixture(scope="module")
def go(own_cache):
    return gomagic.compile(SOURCE, "types")


def same(go, name):
    return getattr(go, f"Same_{name}")


class Three:
    """What can stand for the number 3 in every way that Python has."""

    def __index__(self):
        return 3

    def __float__(self):
        return 3.0

    def __complex__(self):
        return 3j


def test_bool_takes_a_bool_of_python_or_numpy_and_gives_pythons(go):
    assert [same(go, "bool")(x) for x in (True, False, np.True_, np.bool_(False))] == [True, False, True, False]
    assert type(same(go, "bool")(np.True_)) is bool


def test_an_array_of_no_dimension_is_its_number(go):
    assert same(go, "bool")(np.array(True)) is True
    assert same(go, "bool")(np.array(2, "uint8").view("bool")) is True
    assert same(go, "int")(np.array(3)) == 3
    assert same(go, "float64")(np.array(0.5)) == 0.5
    assert go.All([np.array(True), np.False_]) == 1


@pytest.mark.parametrize(
    "value", [np.array([True]), np.array(1), np.array(1.0), np.array("True"), type("bool", (), {})(), None]
)
def test_what_is_no_bool_by_its_type_is_refused_as_one(go, value):
    with pytest.raises(TypeError, match=r"^Same_bool\(x\): `x` is .*, Go wants bool"):
        same(go, "bool")(value)


def test_a_bool_is_not_made_of_a_number(go):
    with pytest.raises(TypeError) as refused:
        same(go, "bool")(1)
    assert str(refused.value) == "Same_bool(x): `x` is int, Go wants bool\n  hint: write `bool(…)`"


@pytest.mark.parametrize("name", INTEGERS)
def test_every_integer_takes_its_whole_range_and_no_more(go, name):
    low, high = INTEGERS[name]
    assert [same(go, name)(x) for x in (low, 0, high)] == [low, 0, high]
    for beyond in (low - 1, high + 1, 10**30):
        with pytest.raises(OverflowError) as refused:
            same(go, name)(beyond)
        assert str(refused.value) == (
            f"Same_{name}(x): `x` is {beyond}, which does not fit in {name}\n  note: {name} holds {low} to {high}"
        )


@pytest.mark.parametrize("name", INTEGERS)
def test_every_integer_takes_what_has_an_index(go, name):
    assert [same(go, name)(x) for x in (Three(), np.int8(3), np.uint64(3), True)] == [3, 3, 3, 1]
    assert type(same(go, name)(True)) is int


@pytest.mark.parametrize("name", INTEGERS)
def test_no_integer_is_made_of_a_float(go, name):
    with pytest.raises(TypeError) as refused:
        same(go, name)(3.0)
    assert str(refused.value) == (
        f"Same_{name}(x): `x` is float, Go wants {name}\n  hint: convert it: `int(…)` cuts, `round(…)` rounds"
    )
    for wrong in ("3", None, 3j, Decimal(3)):
        with pytest.raises(TypeError, match=f"Go wants {name}"):
            same(go, name)(wrong)


def test_an_index_that_fails_keeps_its_own_exception(go):
    class Broken:
        def __index__(self):
            raise ZeroDivisionError("mine")

    for name in ("int64", "uint8"):
        with pytest.raises(ZeroDivisionError, match=r"^mine$"):
            same(go, name)(Broken())


def test_floats_take_whatever_has_a_float(go):
    numbers = (1, 1.5, True, Three(), np.float32(0.5), np.int64(7), Decimal("0.25"), Fraction(3, 4))
    for name in ("float32", "float64"):
        assert [same(go, name)(x) for x in numbers] == [1.0, 1.5, 1.0, 3.0, 0.5, 7.0, 0.25, 0.75]
        with pytest.raises(TypeError) as refused:
            same(go, name)("1.5")
        assert str(refused.value) == f"Same_{name}(x): `x` is str, Go wants {name}"


def test_what_is_missing_is_named_in_a_float(go):
    with pytest.raises(TypeError) as refused:
        same(go, "float64")(None)
    assert str(refused.value) == (
        "Same_float64(x): `x` is NoneType, Go wants float64\n  hint: fill in or drop what is missing"
    )


def test_a_float_that_is_too_large_is_refused(go):
    with pytest.raises(OverflowError) as refused:
        same(go, "float32")(1e39)
    assert str(refused.value) == (
        "Same_float32(x): `x` is 1e+39, which does not fit in float32\n  note: float32 holds up to ±3.4e38"
    )
    with pytest.raises(OverflowError, match=r"note: float64 holds up to ±1\.8e308"):
        same(go, "float64")(10**400)


def test_complex_takes_complex_float_and_int(go):
    for name in ("complex64", "complex128"):
        assert [same(go, name)(x) for x in (1 + 2j, 1.5, 2, np.complex64(1j))] == [1 + 2j, 1.5, 2, 1j]
        assert same(go, name)(Three()) == 3j
        with pytest.raises(TypeError, match=f"Go wants {name}$"):
            same(go, name)("1j")
    with pytest.raises(OverflowError, match="does not fit in complex64"):
        same(go, "complex64")(complex(0, 1e39))


def test_text_is_utf8_and_may_hold_nul(go):
    assert same(go, "string")("a\0é€😀") == "a\0é€😀"
    assert go.Length("a\0é€😀") == 11
    assert same(go, "string")("") == ""


def test_bytes_that_are_no_utf8_survive_a_round_trip_in_a_string(go):
    text = go.Raw(b"\xff\xed\xa0\x80ok")
    assert text == "\udcff\udced\udca0\udc80ok"
    assert go.Length(text) == 6
    assert same(go, "string")(text) == text


def test_a_surrogate_that_stands_for_no_byte_is_refused_by_pythons_words(go):
    with pytest.raises(UnicodeEncodeError, match="surrogates not allowed"):
        go.Length("\ud800")


@pytest.mark.parametrize("n", [0, 1, 127, 128, 129, 500_000])
def test_text_of_every_length_comes_back_whole(go, n):
    assert go.Word(n) == "é" * n


def test_a_subclass_of_str_is_text(go):
    class Name(str):
        pass

    assert same(go, "string")(Name("x")) == "x"
    assert same(go, "string")(np.str_("x")) == "x"


def test_bytes_are_no_text(go):
    with pytest.raises(TypeError) as refused:
        same(go, "string")(b"x")
    assert str(refused.value) == (
        "Same_string(x): `x` is bytes, Go wants string\n  hint: make it text first: `.decode()`"
    )


def test_a_byte_slice_takes_any_byte_buffer_and_gives_bytes(go):
    data = b"\0\x01\xff"
    buffers = [data, bytearray(data), memoryview(data), np.frombuffer(data, "uint8"), np.frombuffer(data, "int8")]
    for buffer in buffers:
        assert go.SameBytes(buffer) == data
        assert type(go.SameBytes(buffer)) is bytes
    assert go.SameBytes(memoryview(b"\0x\x01x\xff")[::2]) == data
    assert go.SameBytes([0, 1, 255]) == data
    assert go.Nil() == go.SameBytes(b"") == b""


def test_text_is_no_byte_slice(go):
    with pytest.raises(TypeError) as refused:
        go.SameBytes("x")
    assert str(refused.value) == "SameBytes(b): `b` is str, Go wants []byte\n  hint: make it bytes first: `.encode()`"


def test_a_function_without_results_returns_none(go):
    assert go.Nothing() is None


@given(st.data())
def test_integers_of_each_width_survive_a_round_trip(go, data):
    name = data.draw(st.sampled_from(list(INTEGERS)))
    number = data.draw(st.integers(*INTEGERS[name]))
    assert same(go, name)(number) == number


def bits(x):
    return struct.pack("d", x)


@given(st.floats())
def test_floats_survive_a_round_trip_to_the_bit(go, x):
    there_and_back = same(go, "float64")(x)
    assert math.isnan(there_and_back) if math.isnan(x) else bits(there_and_back) == bits(x)


@given(st.floats(width=32, allow_nan=False))
def test_short_floats_survive_a_round_trip(go, x):
    assert bits(same(go, "float32")(x)) == bits(x)


@given(st.floats(allow_nan=False))
def test_short_floats_round_as_struct_does(go, x):
    try:
        wanted = struct.unpack("<f", struct.pack("<f", x))[0]
    except OverflowError:
        with pytest.raises(OverflowError):
            same(go, "float32")(x)
    else:
        assert bits(same(go, "float32")(x)) == bits(wanted)


@given(st.complex_numbers(allow_nan=False))
def test_complex_numbers_survive_a_round_trip(go, z):
    assert same(go, "complex128")(z) == z


@given(st.binary())
def test_bytes_survive_a_round_trip_as_bytes_and_as_text(go, data):
    assert go.SameBytes(data) == data
    assert go.Raw(data) == data.decode("utf-8", "surrogateescape")
    assert same(go, "string")(go.Raw(data)).encode("utf-8", "surrogateescape") == data


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_text_survives_a_round_trip(go, text):
    assert same(go, "string")(text) == text
    assert go.Length(text) == len(text.encode())


class Large:
    def __index__(self):
        return 2**80

    def __repr__(self):
        raise ValueError("no text")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("int", 10**5000, "`x` is an int of 16610 bits, which does not fit in int"),
        ("uint8", -(10**5000), "`x` is an int of 16610 bits, which does not fit in uint8"),
        ("float64", 10**5000, "`x` is an int of 16610 bits, which does not fit in float64"),
        ("complex128", 10**5000, "`x` is an int of 16610 bits, which does not fit in complex128"),
        ("int", Large(), "`x` is <test_plain_types.Large object>, which does not fit in int"),
        ("uint8", np.int64(300), "`x` is 300, which does not fit in uint8"),
    ],
    ids=range(6),
)
def test_a_number_that_is_refused_is_shown_whatever_it_is(go, name, value, said):
    with pytest.raises(OverflowError) as refused:
        same(go, name)(value)
    assert str(refused.value).splitlines()[0] == f"Same_{name}(x): {said}"


def test_a_number_that_is_refused_is_shown_in_a_list_and_by_empty_too(go):
    with pytest.raises(OverflowError, match=r"^SameInts\(xs\): `xs\[1\]` is an int of 16610 bits, which does not fit"):
        go.SameInts([1, 10**5000])
    with pytest.raises(ValueError, match=r"^empty: an int of 16610 bits elements$"):
        go.__go__.empty(-(10**5000))
