"""Interfaces of a plain Go cell: what Python passes as one, and the words for what is none.

An object of a Go type is one if that type implements it. An object of Python's is one if its class has the methods, by
Go's names: golib/bridge looks for these, and cellgen has written a type whose methods call them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from gomagic.bind import refusal, streams, subscript
from gomagic.bind.excerpt import kind_of
from gomagic.bind.refusal import FOREIGN, laid_out
from gomagic.bind.structs import as_python_reads
from gomagic.build.manifest import Call, Class, Face, Form, contains
from gomagic.errors import GoError

_ERROR = "Error() string"
_WRITABLE, _HEAP = 0x300, 0x200  # flags of CPython's: of a class that is not immutable


def wanted(classes: Iterable[Class]) -> list[tuple[Class, str, int]]:
    """What Go calls of Python's: each interface that Python can implement, with the name and form of each method."""
    faces = [(item, item["interface"]) for item in classes if "interface" in item]
    return [(item, method["name"], method["form"]) for item, face in faces for method in face["wants"]]


def specs(classes: Sequence[Class], first: int) -> dict[str, tuple[tuple[str, str, int, int], ...]]:
    """What interfaces that Python can implement want, by their ids, as `gomagic_make_methods` in golib/bridge takes it.

    first: the number by which refusals of the first of `wanted` come back, of the next one the next.
    """
    found: dict[str, tuple[tuple[str, str, int, int], ...]] = {}
    for number, (item, name, form) in enumerate(wanted(classes), first):
        method = (as_python_reads(name), _of_exceptions(item["interface"], name), form, number)
        found[item["id"]] = (*found.get(item["id"], ()), method)
    return found


def _of_exceptions(face: Face, name: str) -> str:
    """What stands for a method in Python's exceptions, whose text is what an error of Go's says; or ""."""
    return "__str__" if name == "Error" and _ERROR in face["methods"] else ""


def as_call(item: Class, name: str, form: int) -> Call:
    """A method of an interface as refusals of what Python's has returned speak of it."""
    signature = next(method for method in item["interface"]["methods"] if method.partition("(")[0] == name)
    return {
        "role": "wanted", "name": name, "owner": item["go"], "doc": "", "signature": signature, "params": [],
        "results": [], "fails": False, "quick": 0, "form": form,
    }  # fmt: skip


def place(call: Call, way: tuple[Any, ...]) -> tuple[str, str]:
    """How messages name such a method, and the part of what it has returned to which a way leads.

    way: as `refusal.place` takes it, but the first step is the object.
    """
    kind = type(way[0]).__qualname__.rpartition("<locals>.")[2]
    return f"{kind}.{call['name']}()", refusal.named("result", way[1:])


def noted(refused: Exception, call: Call) -> Exception:
    """The exception for what a method has returned, with a note on whose method it is."""
    return type(refused)(f"{refused}\n  note: Go's {call['owner']} has the method {call['signature']}")


def of_argument(
    where: str,
    what: str,
    type_: str,
    of: str,
    value: object,
    classes: Mapping[type, Class],
    calls: Iterable[Call],
    forms: Sequence[Form],
) -> TypeError:
    """The exception for an argument, or a part of one, that is no value of an interface.

    type_: as Go writes it. of: the id of its class. calls, forms: all of the library.
    """
    wanted = next(item for item in classes.values() if item["id"] == of)
    face = wanted["interface"]
    given, hint = classes.get(type(value)), ""
    if given:
        lack = face["lacks"].get(given["id"], {"method": face["methods"][0], "has": ""})
        receiver = given["go"] if "interface" in given else f"*{given['go']}"
        note = f"{receiver} has no method {lack['method']}"
        if lack["has"]:
            note = f"{receiver} has the method {lack['has']}, and not {lack['method']}"
    elif subscript.is_handle_class(type(value)) or (isinstance(value, GoError) and value._handle):
        note, hint = FOREIGN
        if isinstance(value, GoError) and wanted["go"] != "error":
            note, hint = f"what Python has of an error goes in as an error alone, not as a {wanted['go']}", ""
    elif wanted["go"] == "error":
        note, hint = "an error is an exception of Python's, or one that Go has made", ""
        if isinstance(value, type) and issubclass(value, BaseException):
            note, hint = "it is the class, and its instances are errors", f"pass an instance: `{value.__name__}(…)`"
    else:
        note, hint = f"no class of Python's can be a {wanted['go']}: {face['closed']}", ""
        if face["wants"]:
            note, hint = _of_object(value, face, what)
        hint = hint or _other(face, calls, forms)
    return TypeError(laid_out(f"{where}: {what} is {kind_of(value)}, Go wants {type_}", hint, note))


def _of_object(value: object, face: Face, what: str) -> tuple[str, str]:
    """The note and the hint on an object of Python's, called so, whose class lacks a method of an interface."""
    if isinstance(value, type):
        missing, _ = _missing(value, face)
        if not missing:
            return f"it is the class, and its instances have what Go wants: {', '.join(face['methods'])}", (
                f"pass an instance: `{value.__name__}(…)`"
            )
    missing, has = _missing(type(value), face)
    if not missing:
        return "this is not the main interpreter of the process, whose objects alone Go can call", ""
    name = missing.partition("(")[0]
    if has is not None:
        return f"{kind_of(value)}.{name} is {kind_of(has)}, and Go calls the method {missing}", ""
    note = f"{kind_of(value)} has no method {missing}"
    if face["stream"]:
        return f"{note}, and is no file: {streams.lacking(value, face)}", streams.hint(value, face, what)
    if isinstance(value, type) or type(value).__flags__ & _WRITABLE != _HEAP:
        return note, ""  # nobody writes a method into a class of C's
    if near := [other for other in dir(type(value)) if other.lower().replace("_", "") == name.lower()]:
        if near[0].startswith("__"):
            return note, f"write `{name} = {near[0]}` into the class"
        return note, f"call `{near[0]}` as Go does: `def {name}(self, …)`"
    if missing == "String() string":
        return note, "every object has a `__str__`, so that alone says nothing: write `String = __str__` into the class"
    return note, ""


def _missing(kind: type, face: Face) -> tuple[str, object]:
    """The first method of an interface that a class lacks, as Go writes it, and what the class has of that name."""
    for method in face["methods"]:
        has = getattr(kind, as_python_reads(method.partition("(")[0]), None)
        if not callable(has) and not (method == _ERROR and issubclass(kind, BaseException)):
            return method, has
    return "", None


def _other(face: Face, calls: Iterable[Call], forms: Sequence[Form]) -> str:
    """What else an interface takes: which functions of a cell give it."""
    found = [
        f"`{call['name']}`"
        for call in calls
        if call["role"] == "function"
        and any(result.get("of") in face["takes"] for result in call["results"])
        and not any(param.get("of") or contains(param, face["takes"], forms) for param in call["params"])
    ]
    return f"pass what {' or '.join(found[:3])} returns" if found else ""
