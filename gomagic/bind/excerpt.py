"""A value as messages show it: short, and made of what is safe to touch.

A call may have failed because an argument's memory is gone, such as a view of a file that was cut off: whoever reads
there ends the process. And a `__repr__` of the reader's may raise, take for ever or be a book. So nothing of theirs is
run, and nothing is read but what lies in Python's own objects.
"""

from __future__ import annotations

import sys
from typing import Any

_ITEMS, _LETTERS, _DEPTH, _BITS = 6, 50, 3, 2000


def of(value: object) -> str:
    """The value in about 60 characters; of what only its own code could tell, the class."""
    return _of(value, _DEPTH)


def kind_of(value: object) -> str:
    """The class of a value, with the package that it is from if that is not Python itself."""
    kind = type(value)
    return kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__.split('.')[0]}.{kind.__name__}"


def _of(value: Any, depth: int) -> str:
    kind = type(value)  # isinstance would ask the value for its `__class__`
    for base in (list, tuple):
        if issubclass(kind, base):
            return _sequence(base.__getitem__(value, slice(_ITEMS + 1)), depth)
    if value is None or kind is bool:
        return repr(value)
    if issubclass(kind, int):
        bits = int.bit_length(value)  # Python refuses to write what has thousands of digits
        return _cut(int.__repr__(value)) if bits <= _BITS else f"an int of {bits} bits"
    if issubclass(kind, float):
        return float.__repr__(value)
    if issubclass(kind, complex):
        return complex.__repr__(value)
    if issubclass(kind, str):
        return _cut(repr(str.__getitem__(value, slice(_LETTERS))), str.__len__(value) > _LETTERS)
    if kind in (bytes, bytearray):
        return _cut(repr(value[:_LETTERS]), len(value) > _LETTERS)
    return _of_numpy(value) or f"{object.__repr__(value).partition(' at 0x')[0]}>"


def _sequence(value: list[object] | tuple[object, ...], depth: int) -> str:
    start, end = "[]" if type(value) is list else "()"
    if value and not depth:
        return f"{start}…{end}"
    items = [_of(item, depth - 1) for item in value[:_ITEMS]]
    if len(value) > _ITEMS:
        items.append("…")
    comma = "," if len(value) == 1 and start == "(" else ""
    return f"{start}{', '.join(items)}{comma}{end}"


def _of_numpy(value: Any) -> str:
    """A number or an array of numpy's own; "" for anything else."""
    numpy = sys.modules.get("numpy")
    if numpy is None:
        return ""
    array = numpy.ndarray
    if issubclass(type(value), array):
        return f"<{kind_of(value)} of {array.dtype.__get__(value)}, shape {array.shape.__get__(value)}>"
    kinds = ((numpy.bool_, bool), (numpy.integer, int), (numpy.floating, float), (numpy.complexfloating, complex))
    for of_numpy, of_python in kinds:
        if issubclass(type(value), of_numpy) and type(value).__module__ == "numpy":
            return _of(of_python(value), 0)
    return ""


def _cut(text: str, more: bool = False) -> str:
    return f"{text[:_LETTERS]}…" if more or len(text) > _LETTERS + 10 else text
