"""Go's errors and panics -> Python's exceptions."""

from __future__ import annotations

import linecache
import os
import types
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from gomagic.bind import excerpt, subscript
from gomagic.bind.classes import LeftOut, without_left_out
from gomagic.bind.structs import as_python_reads
from gomagic.build.manifest import Call, listed
from gomagic.errors import GoError, GoPanic, cells_class, class_of

# Python's words for Go's well-known errors; the order is that of `families` in golib/bridge/errors.go.
KIN = (FileNotFoundError, FileExistsError, PermissionError, EOFError, TimeoutError, ValueError, OverflowError)

# What a panic's value is in Python, by what `kindOf` in golib/bridge/services.go calls its type in Go.
_OF_PYTHON: Mapping[str, Callable[[str], object]] = {"bool": "true".__eq__, "int": int, "float": float, "": str}
_MOST_LETTERS = 4000  # of a panic's text in messages


class Errors:
    """What one library knows of errors: the classes of its error variables and types, and which an error is of.

    services: golib/bridge's functions by name. labels: compiled-in file name -> what messages call that cell.
    sources: the same name -> the cell's lines as the notebook counts them.
    """

    def __init__(
        self, services: Mapping[str, Callable[..., Any]], labels: Mapping[str, str], sources: Mapping[str, list[str]]
    ):
        self.services, self.labels, self.sources = services, labels, sources
        self.asks: dict[type[GoError], list[tuple[Callable[..., Any], list[str]]]] = {}  # see `add`
        self.classes: dict[str, type[GoError]] = {}  # all, by what no type in the manifest has for its id
        self.structs: dict[str, type[GoError]] = {}
        self.generics: dict[str, type[GoError]] = {}  # below the instances of types with type parameters

    def add(self, call: Call, ask: Callable[..., Any], module: str) -> type[GoError]:
        """The exception class that an error variable or error type of the cell `module` has by its name.

        Of an instance of a type with type parameters that is the class of all its instances.

        ask: the function of the call, which says of a handle whether it is one, and gives the fields by their names. A
        type with many fields has several such calls.
        """
        fields = [as_python_reads(result["name"]) for result in call["results"][1:]]
        known = self.structs.get(call["name"])
        if known:
            self.asks[known].append((ask, fields))
            return self._named(known, call)
        base = self._generic(call, module) if "types" in call else GoError
        made = cells_class(as_python_reads(call["name"]), module, call["doc"], base)
        self.asks[made] = [(ask, fields)]
        self.classes[f"error {call['name']}"] = made
        if call["role"] == "fields":
            self.structs[call["name"]] = made
        for remark in call.get("left_out", ()):
            setattr(made, as_python_reads(remark["name"]), LeftOut(remark["name"], remark["text"]))
        setattr(made, "__dir__", without_left_out)  # noqa: B010 - which mypy takes for a method's
        if "types" in call:
            vars(base)["__instances__"][", ".join(call["types"])] = made
        return self._named(made, call)

    @staticmethod
    def _named(made: type[GoError], call: Call) -> type[GoError]:
        return made.__mro__[1] if "types" in call else made

    def _generic(self, call: Call, module: str) -> type[GoError]:
        """The class below all instances of an error type with type parameters: `except NotFound`, `NotFound[str]`."""
        name = as_python_reads(call["name"].partition("[")[0])
        if name in self.generics:
            return self.generics[name]
        made = self.generics[name] = self.classes[f"errors {name}"] = cells_class(name, module, call["doc"])
        instances: dict[str, type[GoError]] = {}

        def pick(cls: type, key: object) -> type[GoError]:
            if cls is not made:
                raise TypeError(f"{cls.__name__}[{subscript.shown(key)}]: {cls.__name__} has all its types")
            there = f"the cell makes {listed([one.__name__ for one in instances.values()])}"
            asked = call["parameters"]
            return subscript.pick(name, key, asked, lambda types: instances.get(", ".join(types)), there, "")

        made.__class_getitem__ = classmethod(pick)  # type: ignore[attr-defined]
        made.__instances__ = instances  # type: ignore[attr-defined]
        return made

    def add_late(self, call: Call, ask: Callable[..., Any]) -> None:
        """Add a field to the class of an error type that is asked for when it is read."""
        made, name = self.structs[call["of"]], as_python_reads(call["name"])
        setattr(made, name, _Late(name, call["signature"], partial(self._late, call, ask)))
        made._late = [*made._late, name]

    def add_method(self, call: Call, function: Callable[..., Any]) -> None:
        """Add a method to the class of an error type."""
        made, name = self.structs[call["of"]], as_python_reads(call["name"])

        def method(error: GoError, /, *args: object, **keywords: object) -> object:
            if error._origin is not self:
                raise TypeError(f"{call['of']}.{call['name']} cannot be called: the exception has no value of Go's")
            return function(error._handle, *args, **keywords)

        method.__name__, method.__qualname__, method.__module__ = name, f"{call['of']}.{name}", made.__module__
        method.__doc__ = function.__doc__
        vars(method)["__wrapped__"] = function  # for its signature
        setattr(made, name, method)

    def _late(self, call: Call, ask: Callable[..., Any], error: GoError) -> object:
        what = f"{call['of']}.{call['name']}"
        if error._origin is not self:
            raise AttributeError(
                f"{what} cannot be read: the exception has no value of Go's", name=call["name"], obj=error
            )
        try:
            found = ask(error._handle)
        except GoPanic:
            why = "a pointer on the way to it is nil"
            raise AttributeError(f"{what} cannot be read: {why}", name=call["name"], obj=error) from None
        if call["results"][-1]["shape"] != "o":
            return found
        inner, owner = found
        return self.error(inner, owner) if inner else None

    def error(self, handle: int, owner: object, results: tuple[Any, ...] = ()) -> GoError:
        """The exception for the Go error with a handle, which is Python's until `owner` is gone."""
        text, go_type, kin, said, files, cause = self.services["describe"](handle)
        numbers = [int(number) for number in said.split()]
        bases: list[type] = []
        fields: dict[str, object] = {}
        for made, asks in self.asks.items():
            found = _fields(handle, asks)
            if found is not None:
                bases.append(made)
                fields = found | fields  # the first one's count, as its methods would
        bases += [type(OSError(number, "")) for number in numbers]
        bases += [made for bit, made in enumerate(KIN) if kin >> bit & 1]
        error = class_of(list(dict.fromkeys(bases)))(text)  # a system's error may be one of those kin, too
        error.go_type, error.results = go_type, results
        error._origin, error._handle, error._owner = self, handle, owner
        for name, value in fields.items():
            setattr(error, name, value)
        if isinstance(error, OSError):
            if numbers:
                error.errno, error.strerror = numbers[0], os.strerror(numbers[0])
            for name, value in zip(("filename", "filename2"), files, strict=False):
                setattr(error, name, value)
        error.__cause__ = cause  # the exception of a callback that has become an error of Go's
        error.__suppress_context__ = cause is not None
        return error

    def number(self, value: object) -> int:
        """The handle of the Go error that an exception stands for; 0: it is none of this library's."""
        return value._handle if isinstance(value, GoError) and value._origin is self else 0

    def unwrap(self, handle: int) -> list[BaseException]:
        """The errors that one wraps, made into exceptions; those that Python has passed are themselves."""
        found: list[BaseException] = []
        while inner := self.services["unwrap"](handle, len(found)):
            found.append(inner)
        return found

    def matches(self, error: GoError, other: GoError) -> bool:
        return bool(self.services["is"](error._handle, other._handle))

    def panic(self, handle: int, name: str, arguments: Mapping[str, object], element: str = "") -> GoPanic:
        """The exception for the panic with a handle, in a call of `name`; its traceback ends in the cell's lines.

        element: for which of an array's it was called, if for any.
        """
        from gomagic.bind import trace  # only here: a kernel's start need not wait for its patterns

        kind, text, stack, error, stray = self.services["panicked"](handle)
        frames = trace.frames(stack, self.labels)
        shown = ", ".join(f"{key}={excerpt.of(value)}" for key, value in arguments.items())
        places = [f"{self.labels[file]}:{line}, in {function}" for file, line, function in frames]
        if stray:
            places.append(f"in a goroutine, raised by {name}")
        else:
            places = places or [f"in {name}"]
            places[-1] += f", called with ({shown})" if shown else ""
            places[-1] += f", {element}" if element else ""
        said = text if len(text) <= _MOST_LETTERS else f"{text[:_MOST_LETTERS]}… ({len(text)} letters)"
        panic = GoPanic("\n  ".join([said.removeprefix("runtime error: "), *places]))
        panic.value = _OF_PYTHON[kind](text) if error is None else error
        panic.go_traceback = trace.cut(_panic_line(said) + stack, self.labels)
        return panic.with_traceback(self._traceback(frames))

    def _traceback(self, frames: list[tuple[str, int, str]]) -> types.TracebackType | None:
        """A traceback of the cell's lines, innermost last, which Python and IPython show with their text."""
        below = None
        for file, line, function in frames:
            label, lines = self.labels[file], self.sources.get(file, [])
            linecache.cache[label] = (sum(map(len, lines)), None, lines, label)
            # A generator's frame has no frame below it, which would keep this call's arguments alive.
            code = compile("\n" * (line - 1) + "lambda: (yield)", label, "eval").co_consts[0]
            frame = types.FunctionType(code.replace(co_name=function), {})().gi_frame
            below = types.TracebackType(below, frame, frame.f_lasti, line)
        return below


class _Late:
    """Stands in an exception class for a field that is read when it is asked for, once."""

    def __init__(self, name: str, signature: str, read: Callable[[GoError], object]) -> None:
        self.name, self.read, self.__doc__ = name, read, signature

    def __get__(self, error: GoError | None, kind: type) -> object:
        if error is None:
            return self
        vars(error)[self.name] = value = self.read(error)
        return value


def _fields(handle: int, asks: list[tuple[Callable[..., Any], list[str]]]) -> dict[str, object] | None:
    """The fields of an error, by the calls of one class; None if it is none of that class."""
    found: dict[str, object] = {}
    for ask, names in asks:
        said = ask(handle)
        if not (said[0] if names else said):
            return None
        found |= dict(zip(names, said[1:] if names else (), strict=True))
    return found


def _panic_line(text: str) -> str:
    """What Go prints of a panic that nobody recovers from, further lines indented."""
    return "panic: " + text.replace("\n", "\n\t") + "\n\n"
