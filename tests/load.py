"""What the tests of memory and of threads under load share."""

import contextlib
import ctypes
import gc
import itertools
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

MIB = 1 << 20


def live(go):
    """What Go and C hold for Python, once Python has given back what nobody uses."""
    gc.collect()
    return go.__go__.live()


@contextlib.contextmanager
def nothing_left(go, seconds):
    """Goroutines, and what Go and C hold for Python, are as many as before at the latest so many seconds afterwards."""
    gc.collect()
    before = go.Goroutines(), go.__go__.live()
    yield
    gc.collect()
    end = time.monotonic() + seconds
    while (go.Goroutines(), go.__go__.live()) != before and time.monotonic() < end:
        time.sleep(0.01)
    assert (go.Goroutines(), go.__go__.live()) == before


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


def at_once(count, work, seconds=0):
    """Call work(0), work(1), … side by side, in threads that take so long; returns what they raised. All must end."""
    failures = []

    def run(number):
        try:
            work(number)
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(seconds + 60)
    assert not any(thread.is_alive() for thread in threads)
    return failures


def silence(work):
    """For how many seconds at a stretch another thread of Python's does not run while `work` does, and of how many."""
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
    return max(after - before for before, after in itertools.pairwise(ticks)), seconds


_SILENCES = """
import faulthandler, json, sys, time
sys.path.insert(0, {folder!r})
import gomagic
from load import silence

go = gomagic.compile({cell!r}, "silence")
{setup}
for call in {calls!r}:
    faulthandler.dump_traceback_later({seconds}, exit=True)  # a call that waits for a thread which it does not let run
    work, least, end = eval(f"lambda: {{call}}", vars(go) | globals()), 9.0, time.monotonic() + 20
    while least >= {enough} and time.monotonic() < end:  # what else the machine does can only make a silence longer
        least = min(least, silence(work)[0])
    print(json.dumps([call, least]), flush=True)
"""


def silences(cell, calls, setup="", enough=0.01, seconds=30):
    """The silence of each call, in a process of its own: a dict of seconds.

    Each is the least of a few runs, until one is short enough. calls: expressions that know the cell's names. setup:
    Python that runs first, where `go` is the cell. A call that has not ended after so many seconds fails the test.
    """
    code = _SILENCES.format(folder=str(Path(__file__).parent), **locals())
    ended = subprocess.run([sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True)
    found = dict(map(json.loads, ended.stdout.splitlines()))
    missing = [call for call in calls if call not in found]
    assert not missing, f"{missing[0]} did not end:\n{ended.stderr}"
    return found
