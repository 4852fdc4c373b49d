"""A manifest's classes -> what golib/bridge makes them of, and what they get of Python's own."""

import pytest

from gomagic.bind import classes


def kind(name, *bases, package="", left_out=()):
    go = f"{package}.{name}" if package else name
    return {
        "id": name, "name": name, "package": package, "go": go, "doc": "", "bases": [*bases], "left_out": left_out,
        "struct": True, "loose": False, "fields": [], "compares": True, "locks": False,
    }  # fmt: skip


def call(role, name, of):
    return {"role": role, "name": name, "of": of, "owner": of, "signature": f"{name} int", "doc": f"{name} is.\n"}


def test_a_class_is_made_of_the_numbers_of_its_calls():
    calls = [{"role": "function", "name": "F"}, call("method", "Push", "Stack"), call("read", "N", "Stack")]
    calls += [call("write", "N", "Stack"), call("method", "Get", "Other")]
    assert classes.specs([kind("Stack"), kind("Other", package="other")], calls, "cell", [], 0, {}, {}) == (
        (
            "cell.Stack",
            "A pointer to Go's Stack.",
            (),
            (1,),
            (("N", "N int\n\nN is.", 2, 3, -1, -1),),
            None,
            None,
            2,
            None,
            None,
        ),
        ("other.Other", "A pointer to Go's other.Other.", (), (4,), (), None, None, 2, None, None),
    )


def test_an_interface_knows_by_number_whose_handles_it_takes_and_its_doc_lists_its_methods():
    face = {
        "shown": True,
        "methods": ["Area() int", "Name() string"],
        "takes": ["B", "Face"],
        "lacks": {},
        "stream": ["Close"],
    }
    face["wants"] = [{"name": "Area", "form": 3}, {"name": "Name", "form": 4}]
    found = classes.specs(
        [{**kind("Face"), "interface": face}, kind("A"), kind("B", "Face")], [], "cell", [], 0, {}, {}
    )
    assert [spec[-4] for spec in found] == [b"\x01\x00\x01", None, None]
    assert [spec[-2:] for spec in found] == [
        ((("Area", "", 3, 3), ("Name", "", 4, 4)), ("close",)),
        (None, None),
        (None, None),
    ]
    failure = {
        **kind("Failure"),
        "interface": {**face, "methods": ["Error() string"], "wants": [{"name": "Error", "form": 3}]},
    }
    assert classes.specs([failure], [], "cell", [], 0, {}, {})[0][-2] == (("Error", "__str__", 3, 1),)
    assert found[0][1] == (
        "An interface of Go's: what has these methods is one of its instances.\n\n    Area() int\n    Name() string"
    )


def test_values_are_compared_as_go_does_and_hashed_where_it_does_unless_they_hold_a_lock():
    kinds = [kind("A"), {**kind("B"), "compares": False}, {**kind("C"), "locks": True}]
    assert [spec[-3] for spec in classes.specs(kinds, [], "cell", [], 0, {}, {})] == [2, 1, 0]


def test_an_instance_stands_on_its_type_and_may_have_a_dot_in_its_name():
    generic = {**kind("Stack"), "parameters": ["T"], "instances": ["Stack[time.Month]"], "lacks": ""}
    instance = {**kind("Stack[time.Month]", "Stack"), "generic": "Stack", "types": ["time.Month"]}
    found = classes.specs([generic, instance], [], "cell", [], 0, {}, {})
    assert found[0][1] == "A type with 1 type parameter, T: there is Stack[time.Month]."
    assert [spec[2] for spec in found] == [(), (0,)]
    made = type("Month]", (), {})
    classes.name_instance(made, instance, "cell")
    assert (made.__name__, made.__qualname__, made.__module__) == ("Stack[time.Month]", "Stack[time.Month]", "cell")


def test_a_type_is_picked_by_what_its_parameters_stand_for():
    stack, ints, texts = type("Stack", (), {}), type("Stack[int]", (), {}), type("Stack[string]", (), {})
    item = {**kind("Stack"), "parameters": ["T"], "instances": [], "lacks": "Stack[int8]"}
    classes.dress_generic(stack, item, {("int",): ints, ("string",): texts}, of_interface=False)
    assert stack[int] is ints
    assert stack["string"] is texts
    with pytest.raises(
        TypeError, match=r"^Stack\[float\]: there is Stack\[int\] and Stack\[string\]\n  hint: name the "
    ):
        stack[float]
    with pytest.raises(TypeError, match=r"Stack\(\) is of no type: there is Stack\[int\] and Stack\[string\]"):
        stack()


def test_a_base_that_is_one_of_another_base_is_not_named_again():
    found = classes.specs([kind("A"), kind("B", "A"), kind("C", "A", "B")], [], "cell", [], 0, {}, {})
    assert [spec[2] for spec in found] == [(), (0,), (1,)]


def test_bases_that_python_cannot_bring_into_one_order_are_fewer():
    tangled = [kind("A"), kind("B"), kind("AB", "A", "B"), kind("BA", "B", "A"), kind("Both", "AB", "BA")]
    assert [spec[2] for spec in classes.specs(tangled, [], "cell", [], 0, {}, {})] == [(), (), (0, 1), (1, 0), (2,)]


def test_what_is_left_out_says_why_and_is_not_listed():
    made = type("Held", (), {})
    item = kind("Held", left_out=[{"name": "Each", "text": "of a func"}])
    classes.dress(made, item, [], [], made)
    with pytest.raises(AttributeError, match=r"^Held.Each is left out: of a func$"):
        made.Each  # noqa: B018
    handle = object.__new__(made)
    assert "Each" not in dir(handle)
    assert str(classes.of_attribute(handle, "Each")) == "Held.Each is left out: of a func"


def test_a_class_that_python_cannot_make_says_so():
    made = type("Held", (), {"__module__": "cell"})
    classes.dress(made, kind("Held"), [], [], None)
    with pytest.raises(TypeError, match=r"^cell.Held is made by Go alone$"):
        made()
