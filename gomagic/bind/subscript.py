"""What `F[int]` and `Stack["int8"]` name: Go's types by what Python calls them, for functions and classes of Go's."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable, Iterator, Sequence
from types import GenericAlias
from typing import TypeVar

from gomagic.bind import excerpt
from gomagic.build.manifest import listed

Found = TypeVar("Found")

_OF_PYTHON = {
    bool: ["bool"], int: ["int", "int64"], float: ["float64"], complex: ["complex128"], str: ["string"],
    bytes: ["[]byte", "[]uint8"], object: ["any"],
}  # fmt: skip
# What numpy has one dtype for.
_SAME = {"int64": ["int64", "int"], "uint64": ["uint64", "uint", "uintptr"]}
_OTHERWISE = {"byte": ["uint8"], "rune": ["int32"], "[]byte": ["[]byte", "[]uint8"]}


def pick(
    name: str,
    key: object,
    asked: Sequence[str],
    find: Callable[[tuple[str, ...]], Found | None],
    there: str,
    lacks: str,
    *,
    may_lack: bool = False,
) -> Found:
    """What `name[key]` is: the first that `find` has for types of Go's which the key may mean.

    asked: the type parameters. there: what messages say that there is. lacks: see `cure`, or "". may_lack: the last of
    the types may be missing. Raises TypeError.
    """
    keys = keys_of(key)
    what = f"{name}[{shown(key)}]"
    if not (0 < len(keys) <= len(asked) if may_lack else len(keys) == len(asked)):
        raise TypeError(f"{what}: {name} has {parameters(asked)}")
    for types in meanings(keys):
        if found := find(types):
            return found
    hint = f"\n  hint: {cure(lacks)}" if lacks else ""
    raise TypeError(f"{what}: {why_none(keys) or there + hint}")


def keys_of(key: object) -> tuple[object, ...]:
    """The types that a subscript names, one or several."""
    return key if isinstance(key, tuple) else (key,)


def meanings(keys: Sequence[object]) -> Iterator[tuple[str, ...]]:
    """What they may mean, the likeliest first, as messages show Go's types."""
    return itertools.product(*map(_meant, keys))


def _meant(key: object) -> list[str]:
    if isinstance(key, str):
        return _OTHERWISE.get(key, [key])
    if not isinstance(key, type) or isinstance(key, GenericAlias):
        numpy = sys.modules.get("numpy")
        return _of_dtype(key) if numpy and isinstance(key, numpy.dtype) else []
    if key in _OF_PYTHON:
        return _OF_PYTHON[key]
    if is_handle_class(key):  # which stands for a type of Go's and for pointers to it
        names = [key.__qualname__, f"{key.__module__}.{key.__qualname__}"]
        return [star + name for name in names for star in ("", "*")]
    numpy = sys.modules.get("numpy")
    return _of_dtype(key) if numpy and issubclass(key, numpy.generic) else []


def _of_dtype(key: object) -> list[str]:
    dtype = sys.modules["numpy"].dtype(key)
    return ["string"] if dtype.kind == "U" else _SAME.get(dtype.name, [dtype.name])


def is_handle_class(kind: type) -> bool:
    """Whether the instances of a class are handles, of whichever library."""
    return any((base.__module__, base.__name__) == ("gomagic", "Handle") for base in kind.__mro__)


def why_none(keys: Sequence[object]) -> str:
    """What is wrong with the types that a subscript names if one of them is no type at all; or ""."""
    for key in keys:
        if not _meant(key):
            hint = 'write a type of Python, numpy or Go: `int`, `np.float32`, `"uint8"`'
            return f"{excerpt.of(key)} is no type that Go has\n  hint: {hint}"
    return ""


def shown(key: object) -> str:
    """A subscript as messages show it."""
    if isinstance(key, tuple):
        return ", ".join(map(shown, key))
    return key.__name__ if isinstance(key, type) else excerpt.of(key)


def parameters(asked: Sequence[str]) -> str:
    """How many type parameters there are, and which."""
    return f"{len(asked)} type parameter{'' if len(asked) == 1 else 's'}, {listed(asked)}"


def in_python(go: str) -> str:
    """How Python names a type of Go's."""
    return next((kind.__name__ for kind, names in _OF_PYTHON.items() if names[0] == go), f'"{go}"')


def cure(lacks: str) -> str:
    """What to do for a type that the cell does not name, `lacks` for instance."""
    return f"name the type in the cell, as in `var _ {lacks}`"
