"""Awaiting Go: a call runs in a goroutine while the event loop goes on, and no thread waits for it.

Go writes to a pipe when a call is over, which the event loop watches as it does sockets. The pipe is there for as long
as calls of that loop are under way. The next item of an iterator is awaited like a call.
"""

from __future__ import annotations

import asyncio
import ctypes
import functools
import os
import weakref
from collections.abc import Callable, Iterator
from typing import Any

from gomagic.bind import contexts
from gomagic.bind.channels import Chan
from gomagic.bind.excerpt import kind_of
from gomagic.errors import GoError

_MANY = 64  # items in turn until others have theirs
_GLANCE = 0.1  # seconds
_arrivals: dict[tuple[ctypes.CDLL, asyncio.AbstractEventLoop], _Arrivals] = {}


async def call(function: Callable[..., Any], args: tuple[object, ...], keywords: dict[str, object]) -> Any:
    """What `gomagic.aio` does, which says more. Cancelled, it waits until Go has returned, then is."""
    library = _library_of(function)
    take_off = _arrivals_at(library).take_off
    flight = take_off(lambda file: library.gomagic_take_off(function, args, keywords, file))
    cancelled = await flight.over(library.gomagic_cancel)
    try:
        result = library.gomagic_land(flight.of)
    except GoError:
        if cancelled is None:
            raise
    if cancelled is not None:
        raise cancelled
    return result


def steps(source: Any) -> _Items | _Received | None:
    """What goes through an iterator of Go's, or a channel, by an `async for`; None of anything else."""
    if isinstance(source, Chan):
        source = source.of_go()
    for library in _libraries():
        if library.gomagic_is_iterator(source):
            return _Items(library, source)
        if library.gomagic_takes_context(getattr(source, "recv", None)):
            return _Received(source)
    return None


class _Received:
    """What a channel gives."""

    def __init__(self, channel: Any) -> None:
        self._channel = channel

    def __aiter__(self) -> _Received:
        return self

    async def __anext__(self) -> Any:
        try:
            return await call(self._channel.recv, (), {})
        except EOFError:
            raise StopAsyncIteration from None


class _Items:
    """What an iterator gives. Who is cancelled while Go works on the next does not wait for that: the iterator ends."""

    def __init__(self, library: ctypes.CDLL, iterator: Iterator[Any]) -> None:
        self._library, self._iterator = library, iterator
        self._in_turn = 0  # items for which nobody has waited
        self._arrivals: _Arrivals | None = None

    def __aiter__(self) -> _Items:
        return self

    async def __anext__(self) -> Any:
        library, iterator = self._library, self._iterator
        self._in_turn += 1
        if not library.gomagic_begin_item(iterator):
            if self._arrivals is None or self._arrivals.loop is not asyncio.get_running_loop():
                self._arrivals = _arrivals_at(library)
                self._arrivals.stay_for(self)
            flight = self._arrivals.take_off(lambda file: library.gomagic_await_item(iterator, file))
            cancelled = await flight.over(lambda _: library.gomagic_forgo(iterator))
            self._in_turn = 0
            if cancelled is not None:
                raise cancelled
        elif self._in_turn % _MANY == 0:
            await asyncio.sleep(0)  # others want a turn
        for item in iterator:
            return item
        raise StopAsyncIteration


def _libraries() -> Iterator[ctypes.CDLL]:
    return map(_declared, reversed(contexts.libraries))


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
        ("is_iterator", ctypes.c_int, [ctypes.py_object]),
        ("begin_item", ctypes.c_int, [ctypes.py_object]),
        ("await_item", ctypes.py_object, [ctypes.py_object, ctypes.c_int]),
        ("forgo", None, [ctypes.py_object]),
    ):
        function = getattr(library, f"gomagic_{name}")
        function.restype, function.argtypes = result, arguments
    return library


def _library_of(function: Callable[..., Any]) -> ctypes.CDLL:
    for library in _libraries():
        if library.gomagic_takes_context(function):
            return library
    name = getattr(function, "__qualname__", None)
    what = f"{name} takes no context.Context of Go's" if name else f"{kind_of(function)} is no function of Go's"
    raise TypeError(
        f"aio: {what}, so nothing could cancel it\n"
        "  hint: write `ctx context.Context` as its first parameter, or use `asyncio.to_thread`"
    )


def _arrivals_at(library: ctypes.CDLL) -> _Arrivals:
    loop = asyncio.get_running_loop()
    key = (library, loop)
    if key not in _arrivals:
        _arrivals[key] = _Arrivals(library, loop, lambda: _arrivals.pop(key))
    return _arrivals[key]


class _Arrivals:
    """The calls of one library and event loop that are under way, and the pipe by which Go says that they are over."""

    def __init__(self, library: ctypes.CDLL, loop: asyncio.AbstractEventLoop, forget: Callable[[], object]) -> None:
        self.library, self.loop, self.forget = library, loop, forget
        self.flights: dict[int, _Flight] = {}
        self.iterations = 0  # which would open it anew at each step
        self.glances: asyncio.TimerHandle | None = None
        self.read_end, self.write_end = os.pipe()
        os.set_blocking(self.read_end, False)
        loop.add_reader(self.read_end, self._arrive)

    def take_off(self, begin: Callable[[int], Any]) -> _Flight:
        """begin: starts it, told the file, and returns the flight, or the number of an item that is awaited."""
        try:
            of = begin(self.write_end)
            number = of if isinstance(of, int) else self.library.gomagic_flight_number(of)
        except BaseException:
            self._close_if_empty()
            raise
        self.flights[number] = _Flight(self.loop, of)
        if self.glances is None:
            self._glance()
        return self.flights[number]

    def _glance(self) -> None:
        """Have the loop look around while Go works: what a signal's handler has put off, as a kernel's puts off to
        cancel a cell, else waits until something happens.
        """
        self.glances = self.loop.call_later(_GLANCE, self._glance) if self.flights else None

    def _arrive(self) -> None:
        os.read(self.read_end, 1)
        for number in self.library.gomagic_landed(self.write_end):
            self.flights.pop(number).arrive()
        self._close_if_empty()

    def stay_for(self, iteration: _Items) -> None:
        self.iterations += 1
        weakref.finalize(iteration, self._leave)

    def _leave(self) -> None:
        self.iterations -= 1
        self._close_if_empty()

    def _close_if_empty(self) -> None:
        if not self.flights and not self.iterations:
            self.forget()
            if self.glances is not None:
                self.glances.cancel()
            if not self.loop.is_closed():
                self.loop.remove_reader(self.read_end)
            os.close(self.read_end)
            os.close(self.write_end)


class _Flight:
    """What is under way in Go."""

    def __init__(self, loop: asyncio.AbstractEventLoop, of: object) -> None:
        self.loop, self.of, self.has_landed = loop, of, False
        self._arrived: asyncio.Future[None] = loop.create_future()

    async def over(self, cancel: Callable[[Any], object]) -> asyncio.CancelledError | None:
        """Wait until it is over. Whoever is cancelled meanwhile cancels it, waits on, and gets how he was cancelled."""
        cancelled: asyncio.CancelledError | None = None
        while not self.has_landed:
            if self._arrived.cancelled():
                self._arrived = self.loop.create_future()
            try:
                await self._arrived
            except asyncio.CancelledError as error:
                cancelled = error
                cancel(self.of)
            except GeneratorExit:  # nobody will ever await it
                cancel(self.of)
                raise
        return cancelled

    def arrive(self) -> None:
        self.has_landed = True
        if not self._arrived.done():
            self._arrived.set_result(None)
