"""Keeps Go's handlers of SIGSEGV, SIGBUS and SIGFPE in front of those that Python installs later.

Go makes a panic of a nil dereference by its handler of SIGSEGV. It passes on what does not come from Go to the handler
that it found when its library was loaded: so `faulthandler` enabled earlier serves C as ever, and Go stays in front.
Enabled or disabled later, as pytest and ipytest do at each run, it takes Go's place, and the next nil dereference
would end the process. So Go's handlers are put back: when `faulthandler` has changed them, and at each cell and each
load for whatever else has. A fault in C then ends the process by Go's means, without Python's traceback; to have that
as well, enable `faulthandler` before the first Go cell.

By themselves Go's libraries pass a fault on, from the one that was loaded last to the one it is of, and each takes 272
bytes of the stack that the thread has for handlers: some 10 KiB in the middle of Python's memory where `faulthandler`
was enabled, 32 KiB of Go's elsewhere. So golib/bridge finds the right one at once, on Linux; for other systems, and
where there is no plain cell, a thread that loads gets a larger stack.
"""

from __future__ import annotations

import contextlib
import ctypes
import faulthandler
import functools
import os
import signal
import sys
from collections.abc import Callable, Iterator
from typing import Any

_FAULTS = [getattr(signal, name) for name in ("SIGSEGV", "SIGBUS", "SIGFPE") if hasattr(signal, name)]
_ACTION_BYTES = 512  # room for a `struct sigaction` of any system; its first member is the handler everywhere
_STACK_BYTES = 1 << 20  # of which the system gives what is touched
_ON_STACK, _DISABLED = 1, 4 if sys.platform == "darwin" else 2
_POINTER_BYTES = ctypes.sizeof(ctypes.c_void_p)

_Action = ctypes.Array[ctypes.c_void_p]
_Room = ctypes.c_void_p * (_ACTION_BYTES // _POINTER_BYTES)
_of_go: dict[int, _Action] = {}  # signal -> the action of the library that was loaded last, or of what passes faults
_handlers: list[int | None] = []  # of SIGSEGV, of each library
_pass_faults: Callable[[int | None], int] | None = None  # of the first library that has it: faults.c in golib/bridge
_watch: _Watch | None = None


@contextlib.contextmanager
def in_front() -> Iterator[None]:
    """Load a Go library within: its handlers find Go's earlier ones behind them, and stay in front from then on."""
    global _watch
    if os.name == "posix":
        _make_room()
        _restore()
        _watch = _watch or _Watch()
    yield
    if os.name == "posix":
        _of_go.update((number, _action(number)) for number in _FAULTS)
        _handlers.append(_of_go[_FAULTS[0]][0])


def shorten(library: ctypes.CDLL) -> None:
    """Once a library was loaded `in_front`, have faults go to the one they are of without a detour."""
    global _pass_faults
    new = _handlers[-1:]
    if not _pass_faults and hasattr(library, "gomagic_pass_faults"):
        _pass_faults = ctypes.PyDLL(library._name).gomagic_pass_faults
        _pass_faults.argtypes = [ctypes.c_void_p]
        new = _handlers
    if _pass_faults and [_pass_faults(handler) for handler in new]:
        _of_go.update((number, _action(number)) for number in _FAULTS)


def put_back() -> None:
    """Make Go's handlers the first again, if something else has taken their place, and see that they have room.

    Nothing is done where no Go was loaded.
    """
    if _of_go:
        _make_room()
        _restore()


def _restore() -> None:
    if _of_go and _watch:
        _watch.keep_the_last()
    find, found = _libc().sigaction, _Room()  # as `_action`, with one room for all: each cell asks
    for number, action in _of_go.items():
        find(number, None, found)
        if found[0] != action[0]:
            find(number, action, None)


class _Stack(ctypes.Structure):
    """The system's `stack_t`."""

    _fields_ = (
        [("start", ctypes.c_void_p), ("size", ctypes.c_size_t), ("flags", ctypes.c_int)]
        if sys.platform == "darwin"
        else [("start", ctypes.c_void_p), ("flags", ctypes.c_int), ("size", ctypes.c_size_t)]
    )


def _make_room() -> None:
    """Give this thread a large stack for handlers, if it has a smaller one or none."""
    if os.name != "posix":
        return
    now = _Stack()
    if _libc().sigaltstack(None, ctypes.byref(now)) or now.flags & _ON_STACK:
        return
    if not now.flags & _DISABLED and now.size >= _STACK_BYTES:
        return
    # Never given back: a thread's is in use as long as the thread lives. To import `mmap` takes as long as all of this.
    if start := _libc().malloc(ctypes.c_size_t(_STACK_BYTES)):
        _libc().sigaltstack(ctypes.byref(_Stack(start=start, flags=0, size=_STACK_BYTES)), None)


def _action(number: int) -> _Action:
    """What is done with a signal; its first word is the handler."""
    found = _Room()
    _libc().sigaction(number, None, found)
    return found


@functools.cache
def _libc() -> ctypes.PyDLL:
    libc = ctypes.PyDLL(None)  # which keeps the GIL: the system answers at once, to each cell three times
    libc.malloc.restype = ctypes.c_void_p
    return libc


class _Watch:
    """Stands in for three functions of the module `faulthandler` from the first library on.

    Where `faulthandler` was enabled before, Go passes C's faults on to its handler for good. Disabled, that handler
    returns at once, and the instruction that faulted runs again, for ever: so it stays and writes to nowhere.
    """

    def __init__(self) -> None:
        self.enabled = self.is_last = faulthandler.is_enabled()
        self._enable, self._disable, self._is_enabled = (
            faulthandler.enable,
            faulthandler.disable,
            faulthandler.is_enabled,
        )
        self._nowhere: int | None = None
        for own in (self.enable, self.disable, self.is_enabled):
            name = own.__name__
            setattr(faulthandler, name, functools.wraps(getattr(faulthandler, name))(functools.partial(own)))

    def enable(self, *args: Any, **keywords: Any) -> None:
        self._enable(*args, **keywords)
        self.enabled = True
        put_back()

    def disable(self) -> bool:
        was, self.enabled = self.enabled, False
        if self.is_last:
            self._silence()
        else:
            self._disable()
        put_back()
        return was

    def is_enabled(self) -> bool:
        return self.enabled

    def keep_the_last(self) -> None:
        """See the class: for whoever had hold of faulthandler's own `disable`."""
        if self.is_last and not self._is_enabled():
            self._silence()

    def _silence(self) -> None:
        self._nowhere = self._nowhere or os.open(os.devnull, os.O_WRONLY)  # open to the end
        self._enable(file=self._nowhere)
