"""What comes from Go of a named type that is no struct: Python's own value, with the methods of its type.

`F().Scale(2).Mean()`: an array, list, dict, number or text of a class of its own. Methods are the library's functions,
which take the value as their first argument: what Go writes to it is seen there.
"""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable, Container, Iterator
from typing import Any, NoReturn

from gomagic.bind import rich
from gomagic.bind.subscript import in_python, is_handle_class
from gomagic.build.manifest import Class
from gomagic.errors import GoForkError, GoPanic

# Of values that Go makes: a class that others may be below. What Go gives back as it has got it, a callable, is of any.
_MADE = (int, float, complex, str, bytes, list, dict, set, tuple)


class Dresser:
    """Gives values the methods of one of Go's types.

    name, module: of the classes that it makes, one for each class of Python's that such values are of. item: the type's
    own class. methods: to be filled with functions that take the value first; and of_pointers with the names of all
    methods.
    """

    def __init__(self, name: str, module: str, item: Class) -> None:
        self._about = {"__module__": module, "__qualname__": name, "__doc__": item["doc"] or None}
        self._name, self._shows = name, item.get("rich", ())
        self._pointer, types = name.partition("[")[0], ", ".join(map(in_python, item.get("types", ())))
        self._pointer += f"[{types}]" if types else ""
        self._ways: dict[type, Callable[[Any], object]] = {}
        self.methods: dict[str, Callable[..., Any]] = {}
        self.of_pointers: set[str] = set()

    def __call__(self, base: type) -> Callable[[Any], object]:
        """What gives its methods to a value of that class of Python's; golib/bridge asks once for each."""
        return self._ways.get(base) or self._learn(base)

    def dressed(self, value: object) -> object:
        return self(type(value))(value)

    def _learn(self, base: Any) -> Callable[[Any], object]:
        way: Callable[[Any], object]
        numpy = sys.modules.get("numpy")
        if is_handle_class(base):  # of funcs and channels each of Go's types has a class of its own
            for name, member in self._members(base):
                setattr(base, name, member)
            way = _as_it_is
        elif numpy and base is numpy.ndarray:
            kind = self._class(base)
            way = functools.partial(_viewed, kind=kind)
        else:  # the others are bool, memoryview, Go's sequences, which have one class, and Python's own objects
            way = self._class(base) if base in _MADE else _as_it_is
        self._ways[base] = way
        return way

    def _class(self, base: Any) -> Any:
        inside: dict[str, object] = dict(self._members(base))
        inside.update(self._about, __slots__=(), __reduce_ex__=functools.partialmethod(_reduce, base))
        inside["__getattr__"] = functools.partialmethod(_lacking, self._pointer, self.of_pointers)
        made = type(self._name, (base,), inside)
        self._ways[made] = _as_it_is
        rich.dress(made, {name for name in self._shows if name in inside})
        return made

    def _members(self, base: Any) -> Iterator[tuple[str, object]]:
        for name, function in self.methods.items():
            if not hasattr(base, name):
                yield name, _method(name, function)
        if "String" in self.methods and base is not str:  # which is a text already
            yield "__str__", functools.partialmethod(_said, self.methods["String"], base)


def _method(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    def call(self: object, /, *args: object, **keywords: object) -> object:
        return function(self, *args, **keywords)

    call.__name__ = call.__qualname__ = name
    call.__doc__ = function.__doc__
    call.__signature__ = inspect.signature(function)  # type: ignore[attr-defined]
    return call


def _lacking(self: object, pointer: str, of_pointers: Container[str], name: str) -> NoReturn:
    kind = type(self).__name__
    why = f"'{kind}' object has no attribute '{name}'"
    if name in of_pointers:
        hint = f"`x = {pointer}(…)` makes a value that stays in Go, and `x.{name}` is called there"
        why = f"{kind}.{name} is a method of pointers, and Python has this value\n  hint: {hint}"
    raise AttributeError(why, name=name, obj=self)


def _said(self: object, in_go: Callable[[object], str], base: Any) -> str:
    """What Go says of a value that it can have: the half of an array that is one of four numbers is none. Where
    `String` panics, `fmt` prints no more of it either.
    """
    try:
        return in_go(self)
    except (TypeError, ValueError, OverflowError, GoPanic, GoForkError):
        return str(base.__str__(self))


def _as_it_is(value: object) -> object:
    return value


def _viewed(value: Any, *, kind: type) -> object:
    return value.view(kind)


def _reduce(self: Any, base: Any, protocol: int) -> object:
    """Pickled as the value that it is: without methods, it is read where there is no Go."""
    if hasattr(self, "view"):
        return self.view(base).__reduce_ex__(protocol)
    return base, (base(self),)
