"""The file in which a dying kernel leaves its last Go trace (golib/crash writes it)."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from gomagic import cache

VARIABLE = "GOMAGIC_CRASH_FILE"


def file() -> Path:
    """This process's crash file; Go creates it when the first library is loaded."""
    return cache.root() / "crash" / f"{os.getpid()}.txt"


@contextlib.contextmanager
def recorded() -> Iterator[None]:
    """Libraries loaded inside the block write a fatal panic to the crash file as well.

    Go reads the variable while it is loaded; children of this process must not inherit it.
    """
    place = file()
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.environ[VARIABLE] = str(place)
    try:
        yield
    finally:
        os.environ.pop(VARIABLE, None)


def sweep() -> None:
    """Remove the empty files of processes that have ended, and an old one that bears this process's number."""
    for place in (cache.root() / "crash").glob("*.txt"):
        pid = int(place.stem)
        with contextlib.suppress(OSError):
            if pid == os.getpid() or (not cache.alive(pid) and not place.stat().st_size):
                place.unlink()
