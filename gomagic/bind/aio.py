"""Awaiting Go: a call runs in a goroutine while the event loop goes on, and no thread waits for it.

Go writes to a pipe when a call is over, which the event loop watches as it does sockets. The pipe is there for as long
as calls of that loop are under way.
"""

from __future__ import annotations

import asyncio
import ctypes
import functools
import os
from collections.abc import Callable
from typing import Any

from gomagic.bind import contexts
from gomagic.bind.excerpt import kind_of
from gomagic.errors import GoError

_arrivals: dict[tuple[ctypes.CDLL, asyncio.AbstractEventLoop], _Arrivals] = {}


async def call(function: Callable[..., Any], args: tuple[object, ...], keywords: dict[str, object]) -> Any:
    """What `gomagic.aio` does, which says more. Cancelled, it waits until Go has returned, then is."""
    flight = _take_off(function, args, keywords)
    cancelled: asyncio.CancelledError | None = None
    while not flight.landed:
        try:
            await flight.wait()
        except asyncio.CancelledError as error:
            cancelled = error
            flight.cancel()
        except GeneratorExit:  # nobody will ever await it
            flight.cancel()
            raise
    try:
        result = flight.land()
    except GoError:
        if cancelled is None:
            raise
    if cancelled is not None:
        raise cancelled
    return result


@functools.cache
def _declared(library: ctypes.CDLL) -> ctypes.CDLL:
    """A library whose functions for this ctypes knows."""
    for name, result, arguments in (
        ("takes_context", ctypes.c_int, [ctypes.py_object]),
        ("take_off", ctypes.py_object, [ctypes.py_object] * 3 + [ctypes.c_int]),
        ("flight_number", ctypes.py_object, [ctypes.py_object]),
        ("cancel", None, [ctypes.py_object]),
        ("landed", ctypes.py_object, [ctypes.c_int]),
        ("land", ctypes.py_object, [ctypes.py_object]),
    ):
        function = getattr(library, f"gomagic_{name}")
        function.restype, function.argtypes = result, arguments
    return library


def _take_off(function: Callable[..., Any], args: tuple[object, ...], keywords: dict[str, object]) -> _Flight:
    loop = asyncio.get_running_loop()
    for library in map(_declared, reversed(contexts.libraries)):
        if library.gomagic_takes_context(function):
            break
    else:
        name = getattr(function, "__qualname__", None)
        what = f"{name} takes no context.Context of Go's" if name else f"{kind_of(function)} is no function of Go's"
        raise TypeError(
            f"aio: {what}, so nothing could cancel it\n"
            "  hint: write `ctx context.Context` as its first parameter, or use `asyncio.to_thread`"
        )
    key = (library, loop)
    if key not in _arrivals:
        _arrivals[key] = _Arrivals(library, loop, lambda: _arrivals.pop(key))
    return _arrivals[key].take_off(function, args, keywords)


class _Arrivals:
    """The calls of one library and event loop that are under way, and the pipe by which Go says that they are over."""

    def __init__(self, library: ctypes.CDLL, loop: asyncio.AbstractEventLoop, forget: Callable[[], object]) -> None:
        self.library, self.loop, self.forget = library, loop, forget
        self.flights: dict[int, _Flight] = {}
        self.read_end, self.write_end = os.pipe()
        os.set_blocking(self.read_end, False)
        loop.add_reader(self.read_end, self._arrive)

    def take_off(self, function: Callable[..., Any], args: tuple[object, ...], keywords: dict[str, object]) -> _Flight:
        try:
            flight = _Flight(self, self.library.gomagic_take_off(function, args, keywords, self.write_end))
        except BaseException:
            self._close_if_empty()
            raise
        self.flights[flight.number] = flight
        return flight

    def _arrive(self) -> None:
        os.read(self.read_end, 1)
        for number in self.library.gomagic_landed(self.write_end):
            self.flights.pop(number).arrive()
        self._close_if_empty()

    def _close_if_empty(self) -> None:
        if not self.flights:
            self.forget()
            self.loop.remove_reader(self.read_end)
            os.close(self.read_end)
            os.close(self.write_end)


class _Flight:
    """A call that is under way in Go. landed: it is over, and nobody has asked yet what it returned."""

    def __init__(self, arrivals: _Arrivals, call: object) -> None:
        self.arrivals, self.call, self.landed = arrivals, call, False
        self.number: int = arrivals.library.gomagic_flight_number(call)
        self._arrived: asyncio.Future[None] = arrivals.loop.create_future()

    async def wait(self) -> None:
        """Wait until it is over. May be cancelled and waited for again."""
        if self._arrived.cancelled():
            self._arrived = self.arrivals.loop.create_future()
        await self._arrived

    def arrive(self) -> None:
        self.landed = True
        if not self._arrived.done():
            self._arrived.set_result(None)

    def cancel(self) -> None:
        self.arrivals.library.gomagic_cancel(self.call)

    def land(self) -> Any:
        return self.arrivals.library.gomagic_land(self.call)
