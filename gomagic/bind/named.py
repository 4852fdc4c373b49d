"""A value of a named type of Go's that is no struct, as Python has it: `Celsius(20)`, `len(path)`, `int(day)`.

Its object is a handle, as others are: a pointer to it, by which its methods are called. `value` is what it points to.
Here it gets what Python does with such a value itself: it is counted, indexed, looped over, taken for a number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from inspect import Parameter
from reprlib import recursive_repr
from typing import Any, TypeAlias

from gomagic.build.manifest import Form, Value

VALUE = "value"  # as which cellgen lets Python read and set it: no exported field or method is called so
PARAMETERS = [Parameter(VALUE, Parameter.POSITIONAL_OR_KEYWORD, default=...)]  # without it, it is Go's zero value


def dress(kind: Any, value: Value, forms: Sequence[Form]) -> None:
    """Give a class what its values have, which cross as that `value` says."""
    kind.__repr__ = _shown
    shape, code = value["shape"], value["code"]
    if shape == "v":
        shape = forms[value.get("form", 0)]["shape"]
    if shape == "1":
        ways = _NUMBERS.get(code, _INTEGER)
    elif shape == "s":
        ways = _SEQUENCE if code == "y" else _TEXT
    elif shape == "d":
        ways = _MAPPING
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
_MAPPING: _Ways = {**_SEQUENCE, "keys": _by(lambda value: value.keys())}
