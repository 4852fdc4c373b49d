"""The words for what is no value of an interface."""

import pytest

from gomagic.bind import faces

SHAPE = {
    "id": "Shape",
    "go": "Shape",
    "interface": {
        "methods": ["Area() float64", "Name() string"], "takes": [], "lacks": {}, "stream": [], "closed": "",
        "wants": [{"name": "Area", "form": 2}, {"name": "Name", "form": 3}],
    },
}  # fmt: skip


class Plate:
    Area = 3.0


class Disc:
    def area(self):
        return 3.0


class Whole:
    def Area(self):
        return 3.0

    def Name(self):
        return "whole"


def refused(value, wanted=SHAPE):
    return str(faces.of_argument("F(s)", "`s`", wanted["go"], wanted["id"], value, {object: wanted}, [], []))


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (Plate(), "\n  note: test_faces.Plate.Area is float, and Go calls the method Area() float64"),
        (
            Disc(),
            "\n  note: test_faces.Disc has no method Area() float64"
            "\n  hint: call `area` as Go does: `def Area(self, …)`",
        ),
        (
            Whole,
            "\n  note: it is the class, and its instances have what Go wants: Area() float64, Name() string"
            "\n  hint: pass an instance: `Whole(…)`",
        ),
    ],
)
def test_what_an_object_lacks_is_named_as_go_writes_it_and_the_cure(value, said):
    assert refused(value).partition("Go wants Shape")[2] == said


def test_an_interface_that_python_cannot_implement_says_why():
    closed = {**SHAPE, "interface": {**SHAPE["interface"], "wants": [], "closed": "the method `area` is not exported"}}
    assert "note: no class of Python's can be a Shape: the method `area` is not exported" in refused(3, closed)


def test_a_method_is_called_by_the_class_of_its_object():
    call = faces.as_call(SHAPE, "Name", 3)
    assert faces.place(call, (Whole(), 2, "X")) == ("Whole.Name()", "`result[2].X`")
    assert str(faces.noted(TypeError("no"), call)) == "no\n  note: Go's Shape has the method Name() string"
