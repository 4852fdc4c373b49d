"""What the tests of memory under load share."""

import ctypes
import os
from pathlib import Path

MIB = 1 << 20


def resident():
    """Bytes of memory that this process uses, without what C's allocator keeps for later: a leak could hide in it."""
    ctypes.CDLL(None).malloc_trim(0)
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")


def growth(work, rounds):
    """By how much the process has grown after so many rounds, in bytes; the first tenth is to warm up."""
    for _ in range(rounds // 10):
        work()
    before = resident()
    for _ in range(rounds):
        work()
    return resident() - before
