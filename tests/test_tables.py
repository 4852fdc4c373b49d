"""How structs of numbers lie in memory, and what is read as a table of them."""

import numpy as np
import pytest

from gomagic.bind import structs, tables

NUMBER = {"shape": "1", "code": "d", "length": -1, "parts": [], "names": []}
FORMS = [
    {"shape": "S", "code": "", "length": -1, "parts": [1, 2, 3], "names": ["X", "Ok", "Two"], "of": "P",
     "layout": {"size": 48, "align": 8, "offsets": [0, 8, 16]}},
    NUMBER,
    {**NUMBER, "code": "?"},
    {"shape": "n", "code": "", "length": 2, "parts": [4], "names": []},
    {"shape": "S", "code": "", "length": -1, "parts": [1, 5], "names": ["Y", "Flags"], "of": "Q",
     "layout": {"size": 16, "align": 8, "offsets": [0, 8]}},
    {"shape": "f", "code": "?", "length": 3, "parts": [2], "names": []},
    {"shape": "f", "code": "?", "length": 1000, "parts": [2], "names": []},
]  # fmt: skip


@pytest.fixture
def kind(monkeypatch):
    made = type("P", (), {"_of_class": classmethod})
    monkeypatch.setitem(structs._names, made, {"X": "X", "Ok": "Ok", "Two": "Two", "x": "X"})
    tables.dress(made, FORMS, "P")
    return made


def test_a_layout_says_where_the_bools_are():
    assert tables.layout(FORMS, 4) == (16, 8, (8, 9, 10))
    assert tables.layout(FORMS, 0) == (48, 8, (8, 24, 25, 26, 40, 41, 42))
    assert tables.layout(FORMS, 1) is None


def test_a_struct_with_hundreds_of_bools_is_not_lent():
    many = {"shape": "S", "parts": [6], "layout": {"size": 1000, "align": 1, "offsets": [0]}}
    assert tables.layout([many, *FORMS[1:]], 0) is None


def test_a_class_has_the_dtype_of_its_layout(kind):
    assert kind.dtype()["Two"].shape == (2,)
    assert kind.dtype()["Two"].base == np.dtype([("Y", "f8"), ("Flags", "?", 3)], align=True)


def test_what_is_no_table_has_no_columns(kind):
    for value in [1], (), np.zeros(3), np.zeros(1, [("a", "f8")])[0].item(), "a", {"X": [1]}:
        assert tables.as_columns(value, kind) is None
    assert tables.as_columns(np.zeros(1, [("X", "f8")]), type("Other", (), {})) is None


def test_columns_come_in_the_order_of_the_fields(kind):
    array = np.array([(True, 1.5), (False, 2.5)], [("Ok", "?"), ("x", "f8")])
    assert tables.as_columns(array, kind) == ("", 2, ([1.5, 2.5], [True, False], None))


def test_other_dtypes_and_names_are_refused(kind):
    assert tables.as_columns(np.zeros(1, [("X", "f4")]), kind)[0] == "column"
    assert tables.as_columns(np.zeros(1, [("X", "m8[s]")]), kind)[0] == "column"
    assert tables.as_columns(np.zeros(1, [("Okk", "?")]), kind)[2][1:] == ("Okk", [], "Ok")
    assert tables.as_columns(np.zeros((1, 1), [("X", "f8")]), kind)[2][1:] == (None, ["X"], "")
