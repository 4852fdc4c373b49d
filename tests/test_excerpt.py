"""Values in messages: short, and made of what is safe to touch."""

import enum
import mmap

import numpy as np
import pytest

from gomagic.bind import excerpt


class Loud(str):
    def __repr__(self):
        raise RuntimeError("not to be called")

    __str__ = __format__ = __getitem__ = __len__ = __repr__


class Number(int, enum.Enum):
    ONE = 1


class Unreadable(np.ndarray):
    @property
    def shape(self):
        raise RuntimeError("not to be called")


class Meta(type):
    def __repr__(cls):
        raise RuntimeError("not to be called")


class Item(metaclass=Meta):
    __repr__ = Loud.__repr__


ENDLESS = [1]
ENDLESS.append(ENDLESS)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "None"),
        (True, "True"),
        (-3, "-3"),
        (10**100, "1" + "0" * 49 + "…"),
        (10**5000, "an int of 16610 bits"),
        (0.5, "0.5"),
        (1j, "1j"),
        (np.float64(0.5), "0.5"),
        (np.int8(-3), "-3"),
        (np.longdouble(0.5), "0.5"),
        (np.complex64(1j), "1j"),
        (np.True_, "True"),
        (Number.ONE, "1"),
        ("é\n", "'é\\n'"),
        ("a" * 1000, "'" + "a" * 49 + "…"),
        (Loud("a"), "'a'"),
        (b"\xff", "b'\\xff'"),
        (bytearray(2), "bytearray(b'\\x00\\x00')"),
        ([1, 2.0, "x", (3,)], "[1, 2.0, 'x', (3,)]"),
        (list(range(1000)), "[0, 1, 2, 3, 4, 5, …]"),
        (("a" * 1000,), "('" + "a" * 49 + "…,)"),
        (ENDLESS, "[1, [1, [1, […]]]]"),
        ([], "[]"),
        ((), "()"),
        (np.zeros((2, 3), "float32"), "<numpy.ndarray of float32, shape (2, 3)>"),
        (np.zeros(2).view(Unreadable), "<test_excerpt.Unreadable of float64, shape (2,)>"),
        (mmap.mmap(-1, 10), "<mmap.mmap object>"),
        (memoryview(b""), "<memoryview object>"),
        ({1: 2}, "<dict object>"),
        (Item(), "<test_excerpt.Item object>"),
    ],
    ids=range(30),
)
def test_an_excerpt_shows(value, text):
    assert excerpt.of(value) == text


def test_an_excerpt_of_a_class_of_the_readers_derived_from_list_runs_none_of_its_code():
    own = dict.fromkeys(["__iter__", "__getitem__", "__len__", "__bool__"], Loud.__repr__)
    assert excerpt.of(type("Own", (list,), own)([1])) == "[1]"
