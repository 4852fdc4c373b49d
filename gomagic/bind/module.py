"""What a plain Go cell with a name is bound to: its functions, constants and variables as one object."""

from __future__ import annotations

import operator
import types
from collections import namedtuple
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from gomagic.bind import excerpt
from gomagic.bind.refusal import DTYPES

if TYPE_CHECKING:
    from numpy.typing import DTypeLike, NDArray

Live = namedtuple("Live", "handles arrays bytes")
Live.__doc__ = """What Go and C hold for Python: handles of errors and pointers, pinned arrays, bytes of C's memory."""


class GoModule(types.ModuleType):
    """A Go cell as a module: functions and constants are attributes, variables are read and written in Go."""

    # That of modules looks for a `__getattr__` in each of them. CPython knows object's, and then finds a function in
    # half the time: 33 ns instead of 78 on 3.11, where the call that follows takes 90.
    __getattribute__ = object.__getattribute__

    def __getattr__(self, name: str) -> Any:
        inside = self.__dict__
        if name in inside.get("_variables", {}):
            return inside["_variables"][name][0]()
        if name in inside.get("_left_out", {}):
            raise AttributeError(f"{self.__name__}.{name} is left out: {inside['_left_out'][name]}")
        raise AttributeError(f"Go cell `{self.__name__}` has no `{name}`", name=name, obj=self)

    def __setattr__(self, name: str, value: object) -> None:
        if name in self._variables:
            self._variables[name][1](value)
        elif name.startswith("__"):
            super().__setattr__(name, value)
        else:
            what = "cannot be set" if name in self.__dict__ else f"does not exist in Go cell `{self.__name__}`"
            raise AttributeError(
                f"{self.__name__}.{name} {what}\n  note: only variables of the Go cell can be set", name=name, obj=self
            )

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{self.__name__}.{name} cannot be deleted: the Go cell has it", name=name, obj=self)

    def __reduce__(self) -> tuple[Any, ...]:
        pickled: tuple[Any, ...] = self._pickled
        return pickled

    def __dir__(self) -> list[str]:
        return sorted({name for name in self.__dict__ if not name.startswith("_")} | {*self._variables, "__go__"})

    def __repr__(self) -> str:
        return f"<Go cell '{self.__name__}'>"

    def _repr_html_(self) -> str:
        shown: str = self._overview()
        return shown


class Go:
    """`__go__` of a plain Go cell: what stands behind its functions."""

    def __init__(self, services: Mapping[str, Callable[..., Any]]) -> None:
        self._services = services

    def live(self) -> Live:
        """What Go and C hold for Python at this moment; it returns to its start when Python has let go."""
        return Live(*self._services["live"]())

    def begin_profile(self, memory: bool) -> bool | None:
        """Have Go note where its time goes, or what it allocates.

        Returns False if it does already, None if this Go is newer than those whose time can be told.
        """
        begun, known = self._services["profile"](memory)
        return bool(begun) if known else None

    def end_profile(self, memory: bool) -> str:
        """What Go has noted since then, as golib/profile writes it."""
        return bytes(self._services["profiled"](memory)).decode()

    def empty(self, n: int, dtype: DTypeLike = "float64") -> NDArray[Any]:
        """An array of n zeros in this library's Go memory: Go gets it without a copy, even where it keeps it.

        Returns a numpy array of shape (n,); Go frees the memory when neither it nor Python uses it any longer.
        """
        import numpy

        dtype = numpy.dtype(dtype)
        if dtype.name not in DTYPES.values() or not dtype.isnative:
            raise TypeError(f"empty: Go has no slices of {dtype}")
        n = operator.index(n)
        if n < 0:
            raise ValueError(f"empty: {excerpt.of(n)} elements")
        numpy.empty(n, dtype)  # raises MemoryError where the machine has not so much, of which Go would die
        return self._services["empty"](n * dtype.itemsize).view(dtype) if n else numpy.empty(0, dtype)
