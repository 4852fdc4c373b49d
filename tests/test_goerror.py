"""Exceptions are made of what golib/bridge tells of an error or a panic; here it tells what the test says."""

import traceback

import pytest

from gomagic.bind.goerror import Errors
from gomagic.errors import GoError, GoPanic

STACK = "goroutine 1 [running]:\nmain.inner(...)\n\t/gomagic/abc:3 +0x1\nmain.F(0x5)\n\t/gomagic/abc:2 +0x1\n"


def errors(**services):
    says = {
        "describe": lambda handle: ("it failed", "*errors.errorString", 0, "", [], None),
        "is": lambda handle, target: False,
    }
    lines = ["%%go\n", "func F() { inner() }\n", "func inner() { panic(1) }\n"]
    return Errors(says | services, {"/gomagic/abc": "cell[2]"}, {"/gomagic/abc": lines})


def test_an_error_of_no_kin_is_a_go_error_with_the_other_results():
    error = errors().error(7, None, (1, 2))
    assert (type(error), str(error), error.go_type, error.results) == (
        GoError,
        "it failed",
        "*errors.errorString",
        (1, 2),
    )


def test_an_error_of_the_system_is_pythons_with_number_and_file():
    error = errors(describe=lambda handle: ("open x", "*fs.PathError", 0, "2 ", ["x"], None)).error(7, None)
    assert isinstance(error, FileNotFoundError) and isinstance(error, GoError)
    assert (error.errno, error.filename) == (2, "x")


def call(role, name, *fields, **more):
    results = [{"name": field, "shape": "1"} for field in fields]
    return {"role": role, "name": name, "doc": "", "signature": name, "results": results, **more}


def test_an_error_that_is_a_sentinel_is_of_its_class_and_the_class_is_made_once():
    made = errors()
    empty = made.add(call("sentinel", "ErrEmpty", "is"), lambda handle: True, "lib")
    full = made.add(call("sentinel", "ErrFull", "is"), lambda handle: False, "lib")
    first, second = made.error(7, None), made.error(8, None)
    assert (type(first), type(second), isinstance(first, full)) == (empty, empty, False)


def test_an_error_struct_brings_its_fields():
    made = errors()
    broken = made.add(call("fields", "Broken", "is", "Name"), lambda handle: (handle == 7, "disk"), "lib")
    assert made.add(call("fields", "Broken", "is", "Size"), lambda handle: (True, 5), "lib") is broken
    error = made.error(7, None)
    assert (error.Name, error.Size) == ("disk", 5)
    assert not isinstance(made.error(8, None), broken)


def test_a_late_field_is_read_once_and_only_when_it_is_asked_for():
    made, asked = errors(), []
    broken = made.add(call("fields", "Broken", "is"), lambda handle: True, "lib")
    made.add_late(call("late", "Disk", "Disk", of="Broken"), lambda handle: asked.append(handle) or "sda")
    error = made.error(7, None)
    assert asked == []
    assert (error.Disk, error.Disk, asked) == ("sda", "sda", [7])
    with pytest.raises(AttributeError, match=r"^Broken.Disk cannot be read: the exception has no value of Go's$"):
        broken("made in Python").Disk  # noqa: B018


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [("int", "7", 7), ("float", "0.5", 0.5), ("bool", "true", True), ("", "interval", "interval")],
)
def test_the_value_of_a_panic_is_what_go_says_it_is(kind, text, value):
    panic = errors(panicked=lambda handle: (kind, text, STACK, None, False)).panic(7, "F", {})
    assert type(panic) is GoPanic
    assert (panic.value, type(panic.value)) == (value, type(value))


def test_a_panic_shows_its_lines_its_call_and_a_traceback_of_the_cell():
    panic = errors(panicked=lambda handle: ("int", "1", STACK, None, False)).panic(7, "F", {"n": 5})
    assert str(panic) == "1\n  cell[2]:3, in inner\n  cell[2]:2, in F, called with (n=5)"
    assert panic.go_traceback == "panic: 1\n  cell[2]:3, in inner\n  cell[2]:2, in F\n"
    shown = [(frame.name, frame.line) for frame in traceback.extract_tb(panic.__traceback__)]
    assert shown == [("F", "func F() { inner() }"), ("inner", "func inner() { panic(1) }")]


def test_the_text_of_a_panic_is_cut_where_it_is_a_book():
    panic = errors(panicked=lambda handle: ("", "x" * 5000, STACK, None, False)).panic(7, "F", {})
    assert str(panic).split("\n")[0] == "x" * 4000 + "… (5000 letters)"
    assert panic.value == "x" * 5000
