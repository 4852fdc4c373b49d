"""Channels that Python makes. Go's type of one is known once it is passed to Go: there it is made then, and stays."""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import Any

from gomagic.bind import subscript
from gomagic.bind.excerpt import kind_of


class Chan:
    """A channel for values of a type of Go's, in which n can wait: what `gomagic.chan` makes.

    Until Go has it, what is sent waits here. From then on it is Go's, and of the library that has got it.
    """

    def __init__(self, kind: object, n: int) -> None:
        if not isinstance(n, int):
            raise TypeError(f"chan(kind, n=0): `n` is {kind_of(n)}, not an int")
        if why := subscript.why_none([kind]):
            raise TypeError(f"chan({subscript.shown(kind)}): {why}")
        if n < 0:
            raise ValueError(f"chan({subscript.shown(kind)}, {n}): there cannot be room for {n}")
        self._kind, self._capacity = kind, n
        self._waiting: deque[object] = deque()
        self._closed = False
        self._go: Any = None  # of Go's; what waited is there then
        self._changed = threading.Condition()

    def send(self, x: object, *, timeout: float | None = None) -> None:
        """Send a value, and wait until there is room for it or somebody receives it."""
        limit = None if timeout is None else time.monotonic() + timeout
        with self._changed:
            self._wait(lambda: self._closed or len(self._waiting) < self._capacity, limit)
            if not self._go:
                if self._closed:
                    raise ValueError("the channel is closed")
                self._waiting.append(x)
                self._changed.notify_all()
                return
        self._go.send(x, timeout=_left(limit))

    def recv(self, *, timeout: float | None = None) -> Any:
        """Receive a value, and wait until there is one; EOFError if there will be none."""
        limit = None if timeout is None else time.monotonic() + timeout
        with self._changed:
            self._wait(lambda: self._closed or bool(self._waiting), limit)
            if not self._go:
                if not self._waiting:
                    raise EOFError("the channel is closed, and empty")
                self._changed.notify_all()
                return self._waiting.popleft()
        return self._go.recv(timeout=_left(limit))

    def close(self) -> None:
        """Say that no more will be sent."""
        with self._changed:
            if not self._go:
                if self._closed:
                    raise ValueError("the channel is closed")
                self._closed = True
                self._changed.notify_all()
                return
        self._go.close()

    @property
    def capacity(self) -> int:
        """How many values may wait in it."""
        return self._capacity

    def __iter__(self) -> Chan:
        return self

    def __next__(self) -> Any:
        try:
            return self.recv()
        except EOFError:
            raise StopIteration from None

    def __len__(self) -> int:
        return len(self._go if self._go else self._waiting)

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return repr(self._go) if self._go else f"<chan of {subscript.shown(self._kind)}>"

    def _wait(self, is_ready: Any, limit: float | None) -> None:
        if not self._changed.wait_for(lambda: self._go or is_ready(), _left(limit)):
            raise TimeoutError("the time limit is over")

    def of_go(self) -> Any:
        """Go's channel. Raises TypeError where there is none yet, since no function of Go's has been passed it."""
        if self._go is None:
            raise TypeError("Go has no channel yet\n  hint: pass it to a function of Go's first")
        return self._go

    def _as_go_channel(self, kind: Any) -> Any:
        """Go's channel of that class, for golib/bridge: it is made the first time."""
        with self._changed:
            if self._go is None and (_elements(kind._of),) in subscript.meanings([self._kind]):
                made = kind(self._capacity)
                for x in self._waiting:
                    made.send(x)
                if self._closed:
                    made.close()
                self._waiting.clear()
                self._go = made
                self._changed.notify_all()
            return self if self._go is None else self._go


def _left(limit: float | None) -> float | None:
    return None if limit is None else max(0.0, limit - time.monotonic())


def _elements(go: str) -> str:
    """What Go sends by a channel of that type."""
    return go.removeprefix("chan<- ").removeprefix("chan ")


def described(value: object) -> str:
    """What messages call a channel that Python has made; "" if it is none."""
    return f"a channel of {subscript.shown(value._kind)}" if isinstance(value, Chan) else ""


def hint(wanted: str, value: object) -> str:
    """What to pass in place of a value where Go wants a channel of that type."""
    made = f"`gomagic.chan({subscript.in_python(_elements(wanted))})`" if _elements(wanted) != wanted else ""
    others = "" if isinstance(value, Chan) and made else "what a function of the cell has made"
    return f"pass {', or '.join(filter(None, [others, made]))}"
