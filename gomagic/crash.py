"""The file in which a dying kernel leaves its last Go trace (golib/crash writes it)."""

from __future__ import annotations

import contextlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from gomagic import cache

VARIABLE = "GOMAGIC_CRASH_FOLDER"


@dataclass(frozen=True)
class Death:
    """What a dead process left: its Go trace, when, and the names of its cells (compiled-in name -> `cell[N]`)."""

    text: str
    when: datetime
    labels: Mapping[str, str]


def file() -> Path:
    """This process's crash file; Go creates it when the first library is loaded."""
    return _folder() / f"{os.getpid()}.txt"


def record() -> None:
    """From now on libraries that this process loads write a fatal panic to the crash file as well.

    Go reads the variable while the library is loaded, in a thread of its own that may still run when the load is over:
    so the variable stays. A child that loads Go writes to a file of its own.
    """
    os.environ[VARIABLE] = str(_folder())


def remember(labels: Mapping[str, str]) -> None:
    """Keep the names of this process's cells beside its crash file, for whoever reads the trace."""
    with contextlib.suppress(OSError):  # a full disk: the trace is readable without
        file().with_suffix(".json").write_text(json.dumps(dict(labels)), encoding="utf-8")


def latest() -> Death | None:
    """The trace left last by a process that has ended."""
    traces = [place for place in _folder().glob("*.txt") if place.stat().st_size and not cache.alive(int(place.stem))]
    if not traces:
        return None
    place = max(traces, key=lambda trace: trace.stat().st_mtime)
    try:
        labels = json.loads(place.with_suffix(".json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        labels = {}
    when = datetime.fromtimestamp(place.stat().st_mtime)
    return Death(_headed(place.read_text(encoding="utf-8", errors="replace")), when, labels)


def _headed(text: str) -> str:
    """A trace with a first line: of what is fatal Go writes that line to stderr alone, before it thinks of the file."""
    if not text.lstrip().startswith("goroutine "):
        return text
    calls = re.findall(r"^(\S+)\(.*\)$", text, re.MULTILINE)
    found = next((call for call in calls if not call.endswith((".fatal", ".throw"))), "Go itself")
    return f"fatal error: in {found}\n\n{text.lstrip()}"


def sweep() -> None:
    """Remove what processes left that ended well, and an old file that bears this process's number."""
    for place in _folder().glob("*.*"):
        pid = int(place.stem)
        trace = place.with_suffix(".txt")
        with contextlib.suppress(OSError):
            died = trace.is_file() and trace.stat().st_size
            if (not died and not cache.alive(pid)) or place == file():
                place.unlink()


def _folder() -> Path:
    folder = cache.root() / "crash"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder
