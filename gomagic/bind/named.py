"""A value of a named type of Go's that is no struct, as Python has it: `Celsius(20)`, `len(path)`, `int(day)`.

Its object is a handle, as others are: a pointer to it, by which its methods are called. `value` is what it points to.
Here it gets what Python does with such a value itself: it is counted, indexed, looped over, taken for a number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from inspect import Parameter
from reprlib import recursive_repr
from typing import Any, TypeAlias

from gomagic.bind import subscript
from gomagic.build.manifest import Form, Value

VALUE = "value"  # as which cellgen lets Python read and set it: no exported field or method is called so
PARAMETERS = [Parameter(VALUE, Parameter.POSITIONAL_OR_KEYWORD, default=...)]  # without it, it is Go's zero value


_kinds: set[type] = set()  # the classes of what is no struct: `value` makes one


class Place:
    """A place of Go's for a value, as Go's own `new` makes it: `p = gomagic.new(3)`, `Inc(p)`, `p.value`.

    Of which type it is, in which cell, the first function says that takes it; from then on Go has it, and sees what is
    set here as Python sees what Go writes.
    """

    __slots__ = ("_pointer", "_value")

    def __init__(self, value: object) -> None:
        self._value = value
        self._pointer: object = None

    def __repr__(self) -> str:
        return f"gomagic.new({self.value!r})"

    @property
    def value(self) -> Any:
        """What is there."""
        pointer: Any = self._pointer
        return self._value if pointer is None else pointer.value

    @value.setter
    def value(self, value: object) -> None:
        pointer: Any = self._pointer
        if pointer is None:
            self._value = value
        else:
            pointer.value = value

    def pointer_to(self, kind: type) -> object:
        """The pointer to it in Go, None if it is of another class than this."""
        if self._pointer is None and kind in _kinds:
            made = _made(kind, self._value)
            if self._pointer is None:  # another thread may have been first
                self._pointer = made
        return self._pointer if isinstance(self._pointer, kind) else None


def as_pointer(value: object, kind: type, flags: int) -> object:
    """The pointer that a value stands for where Go wants one of that class; None if there is none.

    flags: what Go does with it. Text if it writes to what it points to or keeps it: nobody would see what it writes.
    """
    if isinstance(value, Place):
        return value.pointer_to(kind)
    made = _made(kind, value) if kind in _kinds and not subscript.is_handle_class(type(value)) else None
    return "lost" if made is not None and flags else made


def _made(kind: Any, value: object) -> object:
    try:
        return kind(value)
    except TypeError:
        return None


def dress(kind: Any, value: Value, forms: Sequence[Form]) -> None:
    """Give a class what its values have, which cross as that `value` says."""
    _kinds.add(kind)
    kind.__repr__ = _shown
    shape, code = value["shape"], value["code"]
    if shape == "v":
        shape = forms[value.get("form", 0)]["shape"]
    if shape == "1":
        ways = _NUMBERS.get(code, _INTEGER)
    elif shape == "s":
        ways = _SEQUENCE if code == "y" else _TEXT
    elif shape in "du":
        ways = _MAPPING if shape == "d" else _SET
    else:
        ways = {"a": _ARRAY, "m": _SEQUENCE, "t": _SEQUENCE, "l": _SEQUENCE, "n": _SEQUENCE}.get(shape, {})
    for name, way in ways.items():
        setattr(kind, name, way)


@recursive_repr()
def _shown(self: Any) -> str:
    return f"{type(self).__name__}({self.value!r})"


def _by(function: Callable[[Any], object]) -> Callable[[Any], object]:
    return lambda self: function(self.value)


def _item(self: Any, key: Any) -> object:
    return self.value[key]


def _items(self: Any) -> Iterator[object]:
    return iter(self.value)


def _has(self: Any, item: object) -> bool:
    return item in self.value


def _array(self: Any, dtype: Any = None, copy: bool | None = None) -> object:
    import numpy

    return numpy.array(self.value, dtype) if copy else numpy.asarray(self.value, dtype)


_Ways: TypeAlias = dict[str, Callable[..., object]]
_TRUTH: _Ways = {"__bool__": _by(bool)}
_REAL: _Ways = {**_TRUTH, "__int__": _by(int), "__float__": _by(float)}
_INTEGER: _Ways = {**_REAL, "__index__": _by(int)}
_COMPLEX: _Ways = {**_TRUTH, "__complex__": _by(complex)}
_NUMBERS = {"?": _TRUTH, "f": _REAL, "d": _REAL, "F": _COMPLEX, "D": _COMPLEX}
_TEXT: _Ways = {"__str__": _by(str), "__len__": _by(len)}
_SEQUENCE: _Ways = {"__len__": _by(len), "__getitem__": _item, "__iter__": _items, "__contains__": _has}
_ARRAY: _Ways = {**_SEQUENCE, "__array__": _array}
_SET: _Ways = {"__len__": _by(len), "__iter__": _items, "__contains__": _has}
_MAPPING: _Ways = {**_SEQUENCE, "keys": _by(lambda value: value.keys())}
