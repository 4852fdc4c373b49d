"""Bytes for what Python has classes of its own for: times, durations, large integers."""

import datetime

import numpy as np
import pytest

from gomagic.bind import converted

UTC = datetime.timezone.utc


@pytest.mark.parametrize(
    ("letter", "value"),
    [
        ("D", datetime.timedelta(days=-1, microseconds=7)),
        ("T", datetime.datetime(1969, 12, 31, 23, 59, 59, 999999, UTC)),
        ("T", datetime.datetime(2024, 1, 1, tzinfo=datetime.timezone(datetime.timedelta(seconds=-5400), "XYZ"))),
        ("I", -(2**100)),
        ("I", 0),
    ],
)
def test_what_is_packed_is_unpacked(letter, value):
    assert converted.unpack(letter, converted.pack(letter, value, 0)) == value


@pytest.mark.parametrize(
    ("letter", "value", "why"),
    [
        ("D", 5, "type"),
        ("D", datetime.timedelta(days=200_000), "beyond"),
        ("T", datetime.datetime(2024, 1, 1), "naive"),
        ("T", datetime.date(2024, 1, 1), "type"),
        ("I", 1.5, "type"),
        ("I", None, "type"),
        ("I", np.ma.array(3, mask=True), "type"),
    ],
)
def test_what_cannot_be_packed_says_why(letter, value, why):
    assert converted.pack(letter, value, 0) == why


def test_nil_is_none():
    assert converted.unpack("I", converted.pack("I", None, 1)) is None


def test_a_value_tells_as_which_it_crosses():
    values = (datetime.timedelta(0), datetime.datetime.now(UTC), datetime.date(2024, 1, 1), 1)
    assert [converted.pack("?", value, 0) for value in values] == ["D", "T", "", ""]


def test_parts_of_a_microsecond_are_cut_off():
    assert converted.timedelta(-1999) == datetime.timedelta(microseconds=-1)
