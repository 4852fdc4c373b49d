"""Go's errors and panics -> Python's exceptions."""

from __future__ import annotations

import linecache
import types
from collections.abc import Callable, Mapping
from typing import Any

from gomagic.bind import excerpt, trace
from gomagic.errors import GoError, GoPanic, class_of, name_class

# Python's words for Go's well-known errors; the order is that of `families` in golib/bridge/services.go.
KIN = (FileNotFoundError, FileExistsError, PermissionError, EOFError, TimeoutError, ValueError, OverflowError)

# What a panic's value is in Python, by what `kindOf` in golib/bridge/services.go calls its type in Go.
_OF_PYTHON: Mapping[str, Callable[[str], object]] = {"bool": "true".__eq__, "int": int, "float": float, "": str}
_MOST_LETTERS = 4000  # of a panic's text in messages


class Errors:
    """What one library knows of errors: its sentinels, its error types, and the classes made of them.

    services: golib/bridge's functions by name. labels: compiled-in file name -> what messages call that cell.
    sources: the same name -> the cell's lines as the notebook counts them.
    """

    def __init__(
        self, services: Mapping[str, Callable[..., Any]], labels: Mapping[str, str], sources: Mapping[str, list[str]]
    ):
        self.services, self.labels, self.sources = services, labels, sources
        self.sentinels: dict[type, int] = {}  # class -> handle
        self.structs: dict[type, Callable[..., Any]] = {}  # class -> the function that gives (is it one, *fields)

    def add_sentinel(self, name: str, module: str, handle: int, doc: str) -> type:
        """The exception class of `var name = errors.New(…)`."""
        made = self._named(name, module, doc)
        self.sentinels[made] = handle
        return made

    def add_struct(self, name: str, module: str, fields: Callable[..., Any], doc: str) -> type:
        """The exception class of an error type; fields: see `structs`."""
        made = self._named(name, module, doc)
        self.structs[made] = fields
        return made

    @staticmethod
    def _named(name: str, module: str, doc: str) -> type:
        made = type(name, (GoError,), {"__module__": module, "__doc__": doc or None})
        name_class(made)
        return made

    def error(self, handle: int, owner: object, results: tuple[Any, ...] = ()) -> GoError:
        """The exception for the Go error with a handle, which is Python's until `owner` is gone."""
        text, go_type, kin, errno, path = self.services["describe"](handle)
        bases: list[type] = []
        fields: dict[str, object] = {}
        for made, ask in self.structs.items():
            found = ask(handle)  # (is, *fields), a bare `is` where there are no fields
            if found is True:
                bases.append(made)
            elif found and found[0]:
                bases.append(made)
                fields |= dict(zip(found._fields[1:], found[1:], strict=True))
        bases += [made for made, target in self.sentinels.items() if target and self.services["is"](handle, target)]
        bases += [made for bit, made in enumerate(KIN) if kin >> bit & 1]
        error: GoError = class_of(tuple(bases))(text)
        error.go_type, error.results = go_type, results
        error._origin, error._handle, error._owner = self, handle, owner
        for name, value in fields.items():
            setattr(error, name, value)
        if isinstance(error, OSError):
            error.errno, error.filename = errno or None, path or None
        return error

    def number(self, value: object) -> int:
        """The handle of the Go error that an exception stands for; 0: it is none of this library's."""
        return value._handle if isinstance(value, GoError) and value._origin is self else 0

    def unwrap(self, handle: int) -> list[GoError]:
        """The errors that one wraps, made into exceptions."""
        found: list[GoError] = []
        while (step := self.services["unwrap"](handle, len(found))).inner:
            found.append(self.error(*step))
        return found

    def matches(self, error: GoError, other: GoError) -> bool:
        return bool(self.services["is"](error._handle, other._handle))

    def panic(self, handle: int, name: str, arguments: Mapping[str, object]) -> GoPanic:
        """The exception for the panic with a handle, in a call of `name`; its traceback ends in the cell's lines."""
        kind, text, stack, error, owner, stray = self.services["panicked"](handle)
        frames = trace.frames(stack, self.labels)
        shown = ", ".join(f"{key}={excerpt.of(value)}" for key, value in arguments.items())
        places = [f"{self.labels[file]}:{line}, in {function}" for file, line, function in frames]
        if stray:
            places.append(f"in a goroutine, raised by {name}")
        else:
            places = places or [f"in {name}"]
            places[-1] += f", called with ({shown})" if shown else ""
        said = text if len(text) <= _MOST_LETTERS else f"{text[:_MOST_LETTERS]}… ({len(text)} letters)"
        panic = GoPanic("\n  ".join([said.removeprefix("runtime error: "), *places]))
        panic.value = self.error(error, owner) if error else _OF_PYTHON[kind](text)
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


def _panic_line(text: str) -> str:
    """What Go prints of a panic that nobody recovers from, further lines indented."""
    return "panic: " + text.replace("\n", "\n\t") + "\n\n"
