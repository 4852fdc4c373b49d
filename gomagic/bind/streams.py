"""Files of Python's as Go's io.Reader, io.Writer and what else is made of these: what golib/bridge asks of them.

Whatever has the methods is one. Of a text file Go reads and writes the UTF-8.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Sequence
from typing import Any

from gomagic.build.manifest import Class, Face

# What a method of Go's needs, by its name.
_NEEDS = {
    "Read": ("read",),
    "ReadAt": ("read", "seek"),
    "ReadByte": ("read",),
    "Write": ("write",),
    "WriteString": ("write",),
    "WriteByte": ("write",),
    "Seek": ("seek",),
    "Truncate": ("truncate",),
    "Flush": ("flush",),
    "Close": ("close",),
    "Fd": ("fileno",),
}
_NO_FILE, _FILE, _TEXT_FILE = 0, 1, 3  # OF_FILE and OF_TEXT in golib/bridge/methods.h
_AS_TEXT = 16  # the same in streams.h
_MOST_IDLE = 100  # times that a file takes nothing, until that is an error
_LONGEST_LETTER = 4  # bytes


def needs(item: Class) -> tuple[str, ...] | None:
    """The methods that a file must have to be a value of an interface; None: no file is."""
    return _methods(item["interface"]) or None if "interface" in item else None


def _methods(face: Face) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for method in face["stream"] for name in _NEEDS[method]))


def lacking(value: object, face: Face) -> str:
    """What something lacks that is no file to an interface, for messages."""
    if isinstance(value, type):
        return "it is a class"
    missing = next((name for name in _methods(face) if not callable(getattr(value, name, None))), "")
    return f"it has no method `{missing}`" if missing else "it is of another interpreter"


def hint(value: object, face: Face, what: str) -> str:
    """How to make a file of what was passed as one. what: its name, in backticks."""
    name, methods = what.strip("`"), _methods(face)
    if isinstance(value, str | os.PathLike):
        mode = "rb" if "write" not in methods else "r+b" if "read" in methods else "wb"
        return f'pass the file of that name: `open({name}, "{mode}")`'
    if isinstance(value, bytes | bytearray | memoryview) and "write" not in methods:
        return f"pass `io.BytesIO({name})`"
    return ""


def is_file(value: Any, methods: Sequence[str]) -> int:
    """Whether something has these methods, and how golib/bridge knows it."""
    if isinstance(value, type) or not all(callable(getattr(value, name, None)) for name in methods):
        return _NO_FILE
    is_text = isinstance(value, io.TextIOBase)
    if not is_text and not isinstance(value, io.IOBase):
        is_text = hasattr(value, "encoding")  # of tempfile, of codecs
    return _TEXT_FILE if is_text else _FILE


def use(what: int, file: Any, given: Any, whence: int) -> Any:
    """Do what Go wants of a file. given: bytes to write, how many to read, or a place."""
    return _USES[what](file, given, whence)


def _called(file: Any, method: str, given: object, returned: str) -> str:
    return f"{type(file).__module__}.{type(file).__qualname__}.{method}({given}) has returned {returned}"


def _read(file: Any, size: int, _: int) -> Any:
    """What there is at once; None: nothing now. Always memory that is not the file's to change."""
    got = None
    if (read_1 := getattr(file, "read1", None)) is not None:
        try:
            got = read_1(size)
        except io.UnsupportedOperation:  # io's own, where a class has written none; or it cannot be read
            read_1 = None
    if read_1 is None:
        got = file.read(size)
    if isinstance(got, str):
        got = got.encode("utf-8", "surrogateescape")
    if got is None:
        return None
    return _fitting(file, size, got)


def _fitting(file: Any, size: int, got: Any) -> Any:
    """What a file has given, if these are so many bytes at most."""
    try:
        count = memoryview(got).nbytes
    except TypeError:
        raise TypeError(_called(file, "read", size, type(got).__name__) + ", Go wants bytes") from None
    if count > size:
        raise ValueError(_called(file, "read", size, f"{count} bytes"))
    return got


def _read_text(file: Any, size: int, _: int) -> Any:
    letters = max(1, size // _LONGEST_LETTER)
    is_asked = getattr(file, "isatty", bool)()  # who types waits for an answer to each line
    got = file.readline(letters) if is_asked else file.read(letters)
    return _fitting(file, size, got.encode("utf-8", "surrogateescape") if isinstance(got, str) else got)


def _write(file: Any, data: bytes, _: int) -> int:
    """Write all; returns how many bytes have been taken."""
    done = idle = 0
    while done < len(data) and idle < _MOST_IDLE:
        put = file.write(data[done:] if done else data)
        if not isinstance(put, int):
            if not isinstance(file, io.RawIOBase):
                return len(data)
            put = 0  # which could not now
        if not 0 <= put <= len(data) - done:
            raise ValueError(_called(file, "write", f"{len(data) - done} bytes", str(put)))
        done += put
        idle = 0 if put else idle + 1
    return done


def _write_text(file: Any, data: bytes, _: int) -> int:
    file.write(data.decode("utf-8", "surrogateescape"))
    return len(data)


def _seek(file: Any, offset: int, whence: int) -> int:
    place = file.seek(offset, whence)
    return place if isinstance(place, int) else int(file.tell())


def _truncate(file: Any, size: int, _: int) -> None:
    file.truncate(size)


def _flush(file: Any, _: int, __: int) -> None:
    file.flush()


def _close(file: Any, _: int, __: int) -> None:
    file.close()


def _fileno(file: Any, _: int, __: int) -> int:
    return int(file.fileno())


_IN_ORDER: list[Callable[[Any, Any, int], Any]] = [_read, _write, _seek, _truncate, _flush, _close, _fileno]
_USES = dict(enumerate(_IN_ORDER)) | {_AS_TEXT + i: one for i, one in enumerate(_IN_ORDER)}
_USES |= {_AS_TEXT: _read_text, _AS_TEXT + 1: _write_text}
