"""What Python's side of a struct says and takes, without a library."""

import pytest

from gomagic.bind import structs


def value(shape, code, length=-1, name="X", type="int"):
    return {"name": name, "type": type, "shape": shape, "code": code, "length": length}


@pytest.mark.parametrize(
    ("field", "zero"),
    [
        (value("1", "?"), False),
        (value("1", "q"), 0),
        (value("1", "f"), 0.0),
        (value("1", "D"), 0j),
        (value("s", "s"), ""),
        (value("h", "h"), None),
        (value("a", "B"), b""),
    ],
)
def test_the_zero_value_of_a_field_that_cannot_change_is_one_object(field, zero):
    assert structs.zero(field, [], object) == (zero, False)
    assert type(structs.zero(field, [], object)[0]) is type(zero)


def test_the_zero_value_of_a_field_that_can_change_is_made_each_time():
    make, is_made = structs.zero(value("a", "d", 2), [], object)
    assert is_made
    assert (make().tolist(), make() is make()) == ([0, 0], False)
    assert structs.zero(value("a", "d"), [], object)[0]().tolist() == []
    assert structs.zero(value("t", "s"), [], object)[0]() == []


class Point:
    def __init__(self, x, y):
        self.X, self.Y = x, y


@pytest.fixture(autouse=True)
def names(monkeypatch):
    monkeypatch.setitem(structs._names, Point, {"X": "X", "Y": "Y", "y": "Y"})


class Both:
    X, Y = 1, 2


class One:
    X = 1


def test_a_dict_or_what_has_all_fields_as_attributes_stands_for_a_struct():
    assert structs.as_fields({"X": 1, "y": 2}, Point) == {"X": 1, "Y": 2}
    assert structs.as_fields({"Z": 1}, Point) == {"Z": 1}  # refused where it is set
    assert structs.as_fields(Both(), Point) == {"X": 1, "Y": 2}
    assert structs.as_fields(One(), Point) is None
    assert structs.as_fields(3, Point) is None


def test_a_field_that_there_is_not_names_the_nearest():
    call = {"name": "Point", "params": [value("1", "q", name="X"), value("1", "q", name="Name")]}
    assert str(structs.of_field(call, "name")) == "Point has no field `name`\n  hint: did you mean `Name`?"
    assert str(structs.of_field(call, "Z")) == "Point has no field `Z`"


def test_arrays_and_lists_are_the_same_by_their_items():
    import numpy as np

    assert structs.same(np.array([1, 2]), [1, 2])
    assert not structs.same(np.array([1, 2]), [1])
    assert structs.same([np.array([1]), np.array([2])], [np.array([1]), np.array([2])])
    assert not structs.same([np.array([1])], [])
    assert structs.same({"a": 1}, {"a": 1})
