"""What reads or writes in Go as a file of Python's: `for line in log`, `zipfile.ZipFile(file)`, `json.load(response)`.

Its methods are those of a binary file, by the ones of Go's that its type has. They ask for nothing beyond what is read,
so that Go goes on where Python has stopped; `io.BufferedReader(file)` reads ahead.
"""

from __future__ import annotations

import io
import os
import sys
import weakref
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from gomagic.bind.classes import LeftOut
from gomagic.build.manifest import KEEPS, WRITES, Call, Class
from gomagic.errors import GoError
from gomagic.source.record import Record

_CHUNK = 1 << 16  # bytes at once: `mostBuffered` in golib/bridge/files.go


class _Stream(Record):
    """What a class is read and written by. methods: Go's. services: golib/bridge's functions by name.

    keeps_read, keeps_written: whether Go may keep, or change, the memory that it is to fill, or to write.
    """

    methods: frozenset[str]
    services: Mapping[str, Callable[..., Any]]
    keeps_read: bool
    keeps_written: bool


class _State:
    """What Python alone knows of a file. error: it came with bytes, and is raised when there is to be read more."""

    def __init__(self, of: weakref.ref[Any]) -> None:
        self.of, self.is_closed = of, False
        self.error: GoError | None = None


_states: dict[int, _State] = {}  # by `id`; most files have none


def dress(kind: Any, item: Class, calls: Iterable[Call], services: Mapping[str, Callable[..., Any]]) -> None:
    """Give a class what files of Python's have, if its type reads or writes. What it has of its own stays."""
    methods = frozenset(item.get("file", ())) - {remark["name"] for remark in item["left_out"]}
    ways = {name: way for name, (wants, way) in _ALL.items() if wants & methods}
    if hasattr(kind, "_stream"):  # of what it embeds
        for name in _ALL.keys() - ways.keys():
            lacks = f"{item['go']} has no method {' or '.join(sorted(_ALL[name][0]))} as package io has it"
            setattr(kind, name, None if name.startswith("__") else LeftOut(name, lacks))
    if not ways:
        return
    flags = {
        call["name"]: call["params"][0]["flags"]
        for call in calls
        if call["role"] == "method" and call["of"] == item["id"] and call["name"] in ("Read", "Write")
    }
    kind._stream = _Stream(
        methods, services, bool(flags.get("Read", 0) & KEEPS), bool(flags.get("Write", 0) & (KEEPS | WRITES))
    )
    own = {name for name in ways if kind.__dict__.get(name) is not None}
    if "__iter__" in own:  # over its fields
        own.add("__next__")
    for name, way in ways.items():
        if name not in own or name in ("__enter__", "__exit__"):
            setattr(kind, name, way)
    io.RawIOBase.register(kind)


def _state_of(self: Any) -> _State:
    """The state of a file, which is forgotten with it."""
    number = id(self)
    if number not in _states:
        _states[number] = _State(weakref.ref(self, lambda _: _states.pop(number, None)))
    return _states[number]


def _is_closed(self: Any) -> bool:
    state = _states.get(id(self))
    return state is not None and state.is_closed


def _check_open(self: Any) -> None:
    if _is_closed(self):
        raise ValueError("I/O operation on closed file")


def _keep(self: Any, error: GoError) -> None:
    """Keep an error until what came with it is read. Without its traceback, which would keep the file."""
    error.__traceback__ = error.__context__ = None
    _state_of(self).error = error


def _ask(self: Any, service: str, *how: object) -> Any:
    """What a service reads, nothing at the end."""
    _check_open(self)
    if (state := _states.get(id(self))) and (error := state.error):
        state.error = None
        raise error
    try:
        return self._stream.services[service](self, *how)
    except GoError as error:
        [got] = error.results
        if not got:
            raise
        _keep(self, error)
    return got


def _read(self: Any, size: int | None = -1, /) -> bytes:
    """Read until there are so many bytes, or the end; without a number or with one below 0 to the end."""
    most = sys.maxsize if size is None or size < 0 else size
    got = _read1(self, most)
    if len(got) == most or not got:
        return got
    whole = io.BytesIO()  # which gives its memory away
    n = whole.write(got)
    while n < most and got:
        try:
            got = _read1(self, most - n)
        except GoError as error:
            _keep(self, error)
            break
        n += whole.write(got)
    return whole.getvalue()


def _readall(self: Any) -> bytes:
    """Read to the end."""
    return _read(self)


def _read1(self: Any, size: int | None = -1, /) -> bytes:
    """Read what Go gives at once, at most so many bytes."""
    got: bytes = _ask(self, "read", _CHUNK if size is None or size < 0 else min(size, _CHUNK))
    return got


def _readinto(self: Any, buffer: Any, /) -> int:
    """Fill a buffer with what Go gives at once; returns how many bytes, 0 at the end."""
    with memoryview(buffer) as whole:
        if whole.readonly:
            raise TypeError(f"readinto() wants memory that can be written, not {type(buffer).__name__}")
        if not whole.nbytes:
            return 0
        with whole.cast("B") as view:
            n: int = _ask(self, "readinto", view, self._stream.keeps_read)
    return n


def _readline(self: Any, size: int | None = -1, /) -> bytes:
    """Read up to the end of a line, at most so many bytes."""
    line: bytes = _ask(self, "readline", -1 if size is None else size)
    return line


def _readlines(self: Any, hint: int | None = -1, /) -> list[bytes]:
    """All lines, or until they are so many bytes."""
    lines, n = list[bytes](), 0
    while line := _readline(self):
        lines.append(line)
        n += len(line)
        if hint and 0 < hint <= n:
            break
    return lines


def _iter(self: Any) -> Any:
    _check_open(self)
    return self


def _next(self: Any) -> bytes:
    if line := _readline(self):
        return line
    raise StopIteration


def _write(self: Any, data: Any, /) -> int:
    """Write bytes, all at once; returns how many."""
    _check_open(self)
    of = self._stream
    with memoryview(data) as whole:
        if not whole.nbytes:
            return 0
        try:
            view = whole.cast("B")
        except TypeError:  # with gaps, or of structs
            view = memoryview(whole.tobytes())
        with view:
            n: int = of.services["write"](self, view, of.keeps_written)
    return n


def _writelines(self: Any, lines: Iterable[Any], /) -> None:
    for line in lines:
        _write(self, line)


def _flush(self: Any) -> None:
    _check_open(self)
    if "Flush" in self._stream.methods:
        self.Flush()


def _close(self: Any) -> None:
    """Close it, once. What Go has no way to close ends for Python."""
    if _is_closed(self):
        return
    _state_of(self).is_closed = True
    if "Close" in self._stream.methods:
        self.Close()
    elif "Flush" in self._stream.methods:
        self.Flush()


def _seek(self: Any, offset: int, whence: int = 0, /) -> int:
    """Go on elsewhere; returns how many bytes are before that place."""
    _check_open(self)
    if state := _states.get(id(self)):
        state.error = None
    place: int = self.Seek(offset, whence)
    return place


def _tell(self: Any) -> int:
    return _seek(self, 0, io.SEEK_CUR)


def _truncate(self: Any, size: int | None = None, /) -> int:
    _check_open(self)
    size = _tell(self) if size is None else size
    self.Truncate(size)
    return size


def _is_readable(self: Any) -> bool:
    _check_open(self)
    return "Read" in self._stream.methods


def _is_writable(self: Any) -> bool:
    _check_open(self)
    return "Write" in self._stream.methods


def _is_seekable(self: Any) -> bool:
    """Whether it can go on elsewhere: a file of the type may be a pipe."""
    _check_open(self)
    if "Seek" not in self._stream.methods:
        return False
    try:
        self.Seek(0, io.SEEK_CUR)
    except GoError:
        return False
    return True


def _fileno(self: Any) -> int:
    _check_open(self)
    if "Fd" not in self._stream.methods:
        raise io.UnsupportedOperation("fileno")
    number: int = self.Fd()
    return number


def _is_a_terminal(self: Any) -> bool:
    _check_open(self)
    return "Fd" in self._stream.methods and os.isatty(self.Fd())


def _enter(self: Any) -> Any:
    _check_open(self)
    return self


def _exit(self: Any, *_raised: object) -> None:
    _close(self)


_Ways: TypeAlias = dict[str, tuple[frozenset[str], object]]


def _by(*methods: str, **ways: object) -> _Ways:
    return {name: (frozenset(methods), way) for name, way in ways.items()}


# What a file has, and the methods of Go's of which its type has at least one then.
_ALL: _Ways = {
    **_by("Read", read=_read, read1=_read1, readall=_readall, readinto=_readinto, readinto1=_readinto),
    **_by("Read", readline=_readline, readlines=_readlines, __iter__=_iter, __next__=_next),
    **_by("Write", write=_write, writelines=_writelines),
    **_by("Seek", seek=_seek, tell=_tell),
    **_by("Truncate", truncate=_truncate),
    **_by(
        "Read", "Write", flush=_flush, close=_close, closed=property(_is_closed), fileno=_fileno, isatty=_is_a_terminal
    ),
    **_by("Read", "Write", readable=_is_readable, writable=_is_writable, seekable=_is_seekable),
    **_by("Read", "Write", __enter__=_enter, __exit__=_exit),
}
