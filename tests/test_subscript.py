"""What a subscript of a generic function or class names."""

import numpy as np
import pytest

from gomagic.bind import subscript
from gomagic.build import manifest

MEANT = [
    ((int,), [("int",), ("int64",)]),
    ((str, float), [("string", "float64")]),
    (("int8", "byte"), [("int8", "uint8")]),
    ((np.int64,), [("int64",), ("int",)]),
    ((np.dtype("float32"), bool), [("float32", "bool")]),
    ((np.str_,), [("string",)]),
    ((3,), []),
    ((list,), []),
    ((None,), []),
    ((list[int],), []),
    ((bytes,), [("[]byte",), ("[]uint8",)]),
    (("[]byte",), [("[]byte",), ("[]uint8",)]),
    (("rune",), [("int32",)]),
    (("*Point",), [("*Point",)]),
]


@pytest.mark.parametrize(("keys", "types"), MEANT, ids=range(len(MEANT)))
def test_keys_mean_types_of_gos_the_likeliest_first(keys, types):
    assert list(subscript.meanings(keys)) == types


def test_the_class_of_a_handle_means_its_type_and_pointers_to_it():
    handle = type("Handle", (), {"__module__": "gomagic"})
    point = type("Point", (handle,), {"__module__": "shapes"})
    assert subscript.is_handle_class(point)
    assert not subscript.is_handle_class(int)
    assert list(subscript.meanings((point,))) == [("Point",), ("*Point",), ("shapes.Point",), ("*shapes.Point",)]


def test_one_key_or_several():
    assert subscript.keys_of(int) == (int,)
    assert subscript.keys_of((int, str)) == (int, str)
    assert subscript.shown((int, "int8")) == "int, 'int8'"


def test_what_is_no_type_is_named():
    assert subscript.why_none((int, 3)).startswith("3 is no type that Go has\n  hint: write a type of ")
    assert subscript.why_none((int, "unt8")) == ""


def test_words_for_messages():
    assert manifest.listed(["a", "b", "c"]) == "a, b and c"
    assert manifest.listed(["a"]) == "a"
    assert [subscript.in_python(name) for name in ("int", "float64", "int8")] == ["int", "float", '"int8"']
    assert subscript.parameters(["K", "V"]) == "2 type parameters, K and V"
    assert subscript.cure("Stack[int8]") == "name the type in the cell, as in `var _ Stack[int8]`"
