"""The file in which a dying kernel leaves its last Go trace (golib/crash writes it)."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from gomagic import cache

VARIABLE = "GOMAGIC_CRASH_FOLDER"


def file() -> Path:
    """This process's crash file; Go creates it when the first library is loaded."""
    return _folder() / f"{os.getpid()}.txt"


def record() -> None:
    """From now on libraries that this process loads write a fatal panic to the crash file as well.

    Go reads the variable while the library is loaded, in a thread of its own that may still run when the load is over:
    so the variable stays. A child that loads Go writes to a file of its own.
    """
    os.environ[VARIABLE] = str(_folder())


def sweep() -> None:
    """Remove the empty files of processes that have ended, and an old one that bears this process's number."""
    for place in _folder().glob("*.txt"):
        pid = int(place.stem)
        with contextlib.suppress(OSError):
            if pid == os.getpid() or (not cache.alive(pid) and not place.stat().st_size):
                place.unlink()


def _folder() -> Path:
    folder = cache.root() / "crash"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
