"""What the tests of memory and of threads under load share."""

import ctypes
import itertools
import os
import threading
import time
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


def silence(work):
    """For which part of the time that `work` takes another thread of Python's does not run, at a stretch."""
    ticks, stop = [time.perf_counter()], threading.Event()

    def tick():
        while not stop.is_set():
            time.sleep(0.0005)
            ticks.append(time.perf_counter())

    ticker = threading.Thread(target=tick)
    ticker.start()
    start = time.perf_counter()
    work()
    seconds = time.perf_counter() - start
    stop.set()
    ticker.join()
    return max(after - before for before, after in itertools.pairwise(ticks)) / seconds
