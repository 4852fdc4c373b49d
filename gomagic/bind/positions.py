"""What Go itself calls a cell's file, in a library that is loaded: `cell[N]`, as messages do.

The compiler has put a name into the library that follows from the cell's text, so that an unchanged cell is not built
again. By it, runtime.Caller calls the file, and so do the packages log and slog and whoever else asks where something
stands. Here it is overwritten in this process's memory, where Go's table of files has it; if that cannot be, it stays.
"""

from __future__ import annotations

import ctypes
import functools
import os
from collections.abc import Iterator
from pathlib import Path

_READ, _WRITE = 1, 2  # of mprotect
_PIECE = 1 << 16  # bytes that are read at once
_MAPS, _MEMORY = Path("/proc/self/maps"), Path("/proc/self/mem")


def name(library: ctypes.CDLL, token: str, label: str) -> None:
    """Have Go call the file `label` that was compiled into a library as `token`."""
    written = label.encode()
    room = len(token) + 1
    if len(written) >= room or ":" in label or label.split() != [label]:  # traces are read by such signs
        return
    for place, first, end, protection in _places(library._name, token):
        if _protect(first, end, _READ | _WRITE):
            ctypes.memmove(place, written.ljust(room, b"\0"), room)
            _protect(first, end, protection)


@functools.lru_cache(maxsize=1024)
def _places(file: str, token: str) -> tuple[tuple[int, int, int, int], ...]:
    """Where the token stands in memory, in which part of it, from where to where, and how that is protected.

    Found out once: a library stays where it was loaded, and the token is overwritten then.
    """
    if not _MAPS.exists():
        return ()
    return tuple((at, *part) for part in _parts(file) for at in _found(token, *part[:2]))


def _found(token: str, first: int, end: int) -> Iterator[int]:
    """Where the token stands in a part of memory, as C writes text.

    It is read as a file of the system's: to search the library's own takes longer, and C's functions are watched where
    there is AddressSanitizer, which has memory between C's variables that nobody may read.
    """
    wanted = token.encode() + b"\0"
    try:
        memory = os.open(_MEMORY, os.O_RDONLY)
    except OSError:
        return
    try:
        for place in range(first, end, _PIECE):
            text = os.pread(memory, min(_PIECE + len(wanted) - 1, end - place), place)
            at = text.find(wanted)
            while at >= 0:
                yield place + at
                at = text.find(wanted, at + 1)
    except OSError:  # what is not to be read
        return
    finally:
        os.close(memory)


def _parts(file: str) -> Iterator[tuple[int, int, int]]:
    """The parts of a file in memory that hold data: from where to where, and protected how."""
    mapped = os.fsencode(os.path.realpath(file))
    names = (mapped, mapped + b" (deleted)")
    text = _MAPS.read_bytes()
    at = text.find(mapped)
    while at >= 0:  # a process has a thousand parts, of which one library's are ten: most lines are not looked at
        begin, end_of_line = text.rfind(b"\n", 0, at) + 1, text.find(b"\n", at)
        at = text.find(mapped, end_of_line)
        span, protection, _, _, _, name = text[begin:end_of_line].split(maxsplit=5)
        if name not in names:
            continue
        first, end = (int(each, 16) for each in span.split(b"-"))
        if protection.startswith(b"r") and b"x" not in protection:
            yield first, end, _READ | (_WRITE if b"w" in protection else 0)


def _protect(first: int, end: int, protection: int) -> bool:
    return bool(_libc().mprotect(ctypes.c_void_p(first), ctypes.c_size_t(end - first), ctypes.c_int(protection)) == 0)


@functools.cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None)
