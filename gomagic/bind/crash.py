"""What a dead kernel leaves: a file with its last Go trace (golib/crash writes it), or the names of its cells alone."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from gomagic.build import cache, claim, storage
from gomagic.errors import GoToolchainError
from gomagic.source.record import Record

VARIABLE = "GOMAGIC_CRASH_FOLDER"
_remembered: dict[str, str] = {}  # the names for this process's file
_unwritten: dict[str, str] = {}  # those that do not stand there yet


class Death(Record):
    """What a dead process left: its Go trace, when, and the names of its cells (compiled-in name -> `cell[N]`).

    text is empty where Go had no time for a trace; `when` is then when its last Go cell was run.
    """

    text: str
    when: datetime
    labels: Mapping[str, str]


def file() -> Path:
    """This process's crash file; Go creates it when the first library is loaded."""
    return _folder() / f"{os.getpid()}.txt"


def clear() -> None:
    """Before this process loads its first library: remove an old file that bears its number."""
    with contextlib.suppress(OSError):
        os.unlink(f"{_place()}/{os.getpid()}.txt")


def record() -> None:
    """From now on libraries that this process loads write a fatal panic to the crash file as well.

    Go reads the variable while the library is loaded, in a thread of its own that may still run when the load is over:
    so the variable stays. A child that loads Go writes to a file of its own.
    """
    os.environ[VARIABLE] = _place()


def remember(labels: Mapping[str, str]) -> None:
    """Keep these names of this process's cells beside its crash file, and those that it has been told before.

    They stay there until it ends well, for whoever reads the trace. Each time a line is added, of these alone: a kernel
    has hundreds of names, and some disks write out what is written anew at once, which takes 3 ms.
    """
    atexit.unregister(_forget)
    atexit.register(_forget)
    _remembered.update(labels)
    _unwritten.update(labels)
    with contextlib.suppress(OSError):  # on a full disk they wait for the next time
        # Not `open`, which takes twice as long, as do paths.
        names = os.open(f"{_place()}/{os.getpid()}.json", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            # A file that is new is the first, or the one before was lost meanwhile.
            told = _unwritten if os.fstat(names).st_size else _remembered
            os.write(names, f"{json.dumps(told)}\n".encode())
        finally:
            os.close(names)
        _unwritten.clear()


def _forget() -> None:
    with contextlib.suppress(OSError, GoToolchainError):  # what cannot be reached any more need not be forgotten
        _names(file()).unlink()


def latest() -> Death | None:
    """What the process left that died last, be it without a trace."""
    # Only here: each first cell of a kernel asks this module to remember its name.
    from gomagic.bind import trace

    place = _last()
    if place is None:
        return None
    labels: dict[str, str] = {}
    with contextlib.suppress(OSError, ValueError, TypeError):
        for line in _names(place).read_text(encoding="utf-8").splitlines():
            labels |= json.loads(line)
    when = datetime.fromtimestamp(place.stat().st_mtime)
    text = trace.headed(place.read_text(encoding="utf-8", errors="replace")) if place.suffix == ".txt" else ""
    return Death(text, when, labels)


class _Left(Record):
    """What the process of a number has left: its trace, if there is one, which may be empty, and its cells' names."""

    number: str
    trace: os.DirEntry[str] | None
    names: os.DirEntry[str] | None

    @property
    def has_trace(self) -> bool:
        with contextlib.suppress(FileNotFoundError):  # swept by another process
            return bool(self.trace and self.trace.stat().st_size)
        return False

    @property
    def tells(self) -> os.DirEntry[str] | None:
        """The file that tells of a process that has died."""
        return self.trace if self.has_trace else self.names

    @property
    def is_dead(self) -> bool:
        return not cache.alive(int(self.number))


def _last() -> Path | None:
    """The trace of the process that died last; the names of its cells, where it left no trace."""
    own = _folder()
    # Of a number that another machine or container has given nobody knows who bears it; but a trace is a dead one's.
    others = [folder for folder in own.parent.iterdir() if folder.is_dir() and folder != own]
    left = [each for folder in others for each in _left(folder) if each.has_trace]
    last = _newest([*left, *(each for each in _left(own) if each.is_dead)])
    return Path(last.path) if last else None


def _newest(left: Iterable[_Left]) -> os.DirEntry[str] | None:
    told = [each.tells for each in left]
    return max((place for place in told if place), key=lambda place: place.stat().st_mtime, default=None)


def _left(folder: Path) -> list[_Left]:
    """What processes have left, named by their numbers; what others may have put there is not among it.

    Each first load looks through it, and no trace is ever removed: with paths, a hundred files take 4 ms.
    """
    files: dict[str, dict[str, os.DirEntry[str]]] = {}
    with os.scandir(folder) as entries:
        for entry in entries:
            number, suffix = os.path.splitext(entry.name)
            if number.isdecimal() and suffix in (".txt", ".json"):
                files.setdefault(number, {})[suffix] = entry
    return [_Left(number, its.get(".txt"), its.get(".json")) for number, its in files.items()]


def _names(place: Path) -> Path:
    return place.with_suffix(".json")


def recorded(folder: Path) -> list[str]:
    """The traces of the processes that died while VARIABLE named this folder, as Go has written them."""
    from gomagic.bind import trace

    texts = [place.read_text(encoding="utf-8", errors="replace") for place in sorted(folder.glob("*.txt"))]
    return [trace.unheaded(text) for text in texts if text.strip()]


def sweep() -> None:
    """Remove what dead processes left without a trace, but for the last."""
    with contextlib.suppress(OSError):  # another process sweeps, too
        own = [each for each in _left(_folder()) if each.is_dead]
        needless = [place for each in own if not each.has_trace for place in (each.trace, each.names) if place]
        if needless:
            last = _newest(own)
            for place in needless:
                if place is not last:
                    Path(place.path).unlink(missing_ok=True)


def _folder() -> Path:
    return Path(_place())


def _place() -> str:
    """Where the processes write that are counted as this one is: another container has the same numbers."""
    place = f"{storage.root()}/crash/{claim.numbering()}"
    if not os.path.isdir(place):
        Path(place).mkdir(mode=0o700, parents=True, exist_ok=True)
    return place
