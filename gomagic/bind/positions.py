"""What Go itself calls a cell's file, in a library that is loaded: `cell[N]`, as messages do.

The compiler has put a name into the library that follows from the cell's text, so that an unchanged cell is not built
again. By it, runtime.Caller calls the file, and so do the packages log and slog and whoever else asks where something
stands. Here it is overwritten in this process's memory, where Go's table of files has it; if that cannot be, it stays.
"""

from __future__ import annotations

import ctypes
import functools
import os
import struct
from collections.abc import Iterator

_READ, _WRITE = 1, 2  # of mprotect
_PIECE = 1 << 16  # bytes that are read at once
_MEMORY = "/proc/self/mem"
_LINK_MAP = 2  # of dlinfo
_HEADER, _SEGMENT = struct.Struct("<4sB27xQ14xHH6x"), struct.Struct("<IIQQQQQQ")  # of ELF files with 64-bit addresses
_ELF, _64_BITS = b"\x7fELF", 2
_LOADED, _PROTECTED = 1, 0x6474E552  # kinds of segments: those in memory; what is written only while it is loaded
_MAY_RUN, _MAY_WRITE = 1, 2


def name(library: ctypes.CDLL, token: str, label: str) -> None:
    """Have Go call the file `label` that was compiled into a library as `token`."""
    written = label.encode()
    room = len(token) + 1
    if len(written) >= room or ":" in label or label.split() != [label]:  # traces are read by such signs
        return
    for place, first, end, protection in _places(library._handle, token):
        if _protect(first, end, _READ | _WRITE):
            ctypes.memmove(place, written.ljust(room, b"\0"), room)
            _protect(first, end, protection)


@functools.lru_cache(maxsize=1024)
def _places(handle: int, token: str) -> tuple[tuple[int, int, int, int], ...]:
    """Where the token stands in memory, in which part of it, from where to where, and how that is protected.

    Found out once: a library stays where it was loaded, and the token is overwritten then.
    """
    try:
        memory = os.open(_MEMORY, os.O_RDONLY)
    except OSError:
        return ()
    try:
        start = _start(handle)
        parts = _parts(memory, start) if start else ()
        return tuple((at, *part) for part in parts for at in _found(memory, token.encode() + b"\0", *part[:2]))
    except OSError:  # what is not to be read
        return ()
    finally:
        os.close(memory)


def _start(handle: int) -> int:
    """Where a library begins in memory; 0 where that cannot be known."""
    found = ctypes.c_void_p()
    ask = getattr(_libc(), "dlinfo", None)
    if not ask or ask(ctypes.c_void_p(handle), _LINK_MAP, ctypes.byref(found)) or not found.value:
        return 0
    return ctypes.c_size_t.from_address(found.value).value  # the first member of `struct link_map`


def _parts(memory: int, start: int) -> Iterator[tuple[int, int, int]]:
    """The parts of a library that hold data, in whole pages: from where to where, and protected how.

    start: where it begins; its header tells of its segments.
    """
    magic, bits, at, size, count = _HEADER.unpack(os.pread(memory, _HEADER.size, start))
    if magic != _ELF or bits != _64_BITS or size != _SEGMENT.size:
        return
    segments = [*_SEGMENT.iter_unpack(os.pread(memory, size * count, start + at))]
    page = os.sysconf("SC_PAGESIZE")

    def down(address: int) -> int:
        return (start + address) // page * page

    fixed = [(down(at), down(at + size)) for kind, _, _, at, _, _, size, _ in segments if kind == _PROTECTED]
    for kind, flags, _, at, _, size, _, _ in segments:
        if kind == _LOADED and not flags & _MAY_RUN:
            first, end = down(at), down(at + size + page - 1)
            if flags & _MAY_WRITE:
                for below, above in fixed:
                    if first <= below < above <= end:
                        yield below, above, _READ
                        first = above
            yield first, end, _READ | (_WRITE if flags & _MAY_WRITE else 0)


def _found(memory: int, wanted: bytes, first: int, end: int) -> Iterator[int]:
    """Where a text stands in a part of memory.

    It is read as a file of the system's: to search the library's own takes longer, and C's functions are watched where
    there is AddressSanitizer, which has memory between C's variables that nobody may read.
    """
    for place in range(first, end, _PIECE):
        text = os.pread(memory, min(_PIECE + len(wanted) - 1, end - place), place)
        at = text.find(wanted)
        while at >= 0:
            yield place + at
            at = text.find(wanted, at + 1)


def _protect(first: int, end: int, protection: int) -> bool:
    return bool(_libc().mprotect(ctypes.c_void_p(first), ctypes.c_size_t(end - first), ctypes.c_int(protection)) == 0)


@functools.cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None)
