"""Functions with type parameters: what a subscript means, and the words for what does not exist."""

import numpy as np
import pytest

from gomagic.bind import generic

PARAMS = [{"name": "x", "type": "In", "variadic": False}]
ITEM = {
    "name": "To", "doc": "To it.\n", "signature": "func To[Out, In any](x In) Out", "types": ["Out", "In"],
    "params": PARAMS, "variants": [4, 5, 6], "untold": ["Out"], "all": 0, "lacks": "", "line": 1, "column": 1,
}  # fmt: skip
CALLS = [
    *[{"name": "Other"}] * 4,
    {"name": "To[bool, int]", "types": ["bool", "int"]},
    {"name": "To[int, int]", "types": ["int", "int"]},
    {"name": "To[int, string]", "types": ["int", "string"]},
]


@pytest.fixture
def families():
    return generic.families([ITEM], CALLS)


def test_there_is_a_family_for_each_way_to_name_the_first_types(families):
    assert [(family.name, list(family.members), family.untold) for family in families] == [
        ("To", [4, 5, 6], ["Out"]),
        ("To[bool]", [4], []),
        ("To[int]", [5, 6], []),
    ]
    assert [family.types for family in families] == [
        ["bool, int", "int, int", "int, string"],
        ["int"],
        ["int", "string"],
    ]


def test_an_argument_for_which_there_is_nothing(families):
    assert str(generic.of_argument(families[2], ["x"], 0, 1j)) == (
        "To[int](x): `x` is complex, Go wants In; To[int] is built for int and string"
    )
    assert "hint" not in str(generic.of_argument(families[2], ["x"], 0, np.ones(2)))
    assert str(generic.of_argument(families[2], ["x"], 0, np.ones(2, "int8"))).endswith(
        'To[int] is built for int and string\n  hint: pass `x.astype("int64")`'
    )


def test_a_type_that_the_cell_does_not_name_is_to_be_named():
    [family, *_] = generic.families([{**ITEM, "lacks": "Stack[int8]"}], CALLS)
    hint = "\n  hint: name the type in the cell, as in `var _ Stack[int8]`"
    assert str(generic.of_argument(family, ["x"], 0, 1j)).endswith(hint)


def test_a_call_that_does_not_tell_which_variant_is_meant(families):
    assert str(generic.of_untold(families[0], ["x"])) == (
        "To(x): no argument tells what Out is; To is built for [bool, int], [int, int] and [int, string]\n"
        "  hint: name it, as in `To[int](…)`"
    )
