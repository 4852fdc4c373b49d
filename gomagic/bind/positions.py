"""What Go itself calls a cell's file, in a library that is loaded: `cell[N]`, as messages do.

The compiler has put a name into the library that follows from the cell's text, so that an unchanged cell is not built
again. By it, runtime.Caller calls the file, and so do the packages log and slog and whoever else asks where something
stands. Here it is overwritten in this process's memory, where Go's table of files has it; if that cannot be, it stays.
"""

from __future__ import annotations

import ctypes
import functools
import mmap
import os
from collections.abc import Iterator
from pathlib import Path

_READ, _WRITE = 1, 2  # of mprotect
_MAPS = Path("/proc/self/maps")


def name(library: ctypes.CDLL, path: Path, token: str, label: str) -> None:
    """Have Go call the file `label` that was compiled into a library as `token`. path: of which it is, or is a copy."""
    written = label.encode()
    room = len(token) + 1
    if len(written) >= room or ":" in label or label.split() != [label]:  # traces are read by such signs
        return
    for place, first, end, protection in _places(library._name, path, token):
        if _protect(first, end, _READ | _WRITE):
            ctypes.memmove(place, written.ljust(room, b"\0"), room)
            _protect(first, end, protection)


@functools.lru_cache(maxsize=1024)
def _places(file: str, path: Path, token: str) -> tuple[tuple[int, int, int, int], ...]:
    """Where the token stands in memory, in which part of it, from where to where, and how that is protected.

    Found out once: a library stays where it was loaded.
    """
    if not _MAPS.exists():
        return ()
    parts, found = [*_parts(file)], []
    for offset in _offsets(path, token):
        for begins, first, end, protection in parts:
            if 0 <= offset - begins < end - first:
                found.append((first + offset - begins, first, end, protection))
    return tuple(found)


def _offsets(path: Path, token: str) -> Iterator[int]:
    """Where the token stands in a file, as C writes text."""
    wanted = token.encode() + b"\0"
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as text:
        at = text.find(wanted)
        while at >= 0:
            yield at
            at = text.find(wanted, at + 1)


def _parts(file: str) -> Iterator[tuple[int, int, int, int]]:
    """The parts of a file in memory that hold data: from where in the file, from where to where, and protected how."""
    names = (os.path.realpath(file), f"{os.path.realpath(file)} (deleted)")
    for line in _MAPS.read_text(encoding="utf-8", errors="surrogateescape").splitlines():
        span, protection, begins, _, _, *name = line.split(maxsplit=5)
        if not name or name[0] not in names:
            continue
        first, end = (int(each, 16) for each in span.split("-"))
        if protection.startswith("r") and "x" not in protection:
            yield int(begins, 16), first, end, _READ | (_WRITE if "w" in protection else 0)


def _protect(first: int, end: int, protection: int) -> bool:
    return bool(_libc().mprotect(ctypes.c_void_p(first), ctypes.c_size_t(end - first), ctypes.c_int(protection)) == 0)


@functools.cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None)
