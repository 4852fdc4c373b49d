"""What was found out by looking at files holds until one of them has changed: an unchanged cell asks for nothing else.

Which Go and which compiler come first on PATH, what a go.mod above says, what an import reaches: to find that out takes
0.4 ms of a cell with `import "C"`, to see that it is still so 0.04; of one of Go alone, in a clone, whose golib has 160
files, 1.2 and 0.3. So whoever finds out asks the disk by what is here, and the answer is kept with all that was looked
at, also where there was nothing. It counts as long as each of these is what it was: by its inode, its size, and the
time of its last change, which no program can set; of a folder that is the time when a name came or went. Where a look
cannot tell all (`unsure`), or a file is so young that it could change once more within the same tick of the disk's
clock, the answer is not kept.

Where gomagic is installed, its own files are as unchangeable within a process as are its modules, which it has loaded:
it is enough to look at their folders, which whoever installs another version changes. In a clone they are edited.

To do without, let `Answers.of` call `find` always.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from gomagic.errors import GoBuildError

T = TypeVar("T")

_Seen = tuple[int, ...] | None  # None: there was nothing

_SETTLED_SECONDS = 2.0
_MOST = 64  # answers; the oldest go
_HOME = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
_INSTALLED = f"{_HOME}/" if os.path.isfile(f"{_HOME}/go.mod") else ""  # only there the package has golib in it
_looks: list[Look] = []  # those that note now; what another thread looks at meanwhile does them no harm


class Look:
    """Notes what is looked at within its block. own: gomagic's own files where it is installed."""

    def __init__(self, seen: Mapping[str, Sequence[int] | None] | None = None) -> None:
        """seen: what another one has noted, as JSON can hold it."""
        self.seen: dict[str, _Seen] = {file: tuple(told) if told else None for file, told in (seen or {}).items()}
        self.own: dict[str, _Seen] = {}
        self.is_sure = True

    def __enter__(self) -> Look:
        _looks.append(self)
        return self

    def __exit__(self, *_: object) -> None:
        _looks.remove(self)  # at one stroke: another thread may add one

    def add(self, other: Look) -> None:
        """Note what another look has noted, and still is so."""
        self.own |= other.own
        self.is_sure = self.is_sure and other.is_sure
        for file, seen in other.seen.items():
            self.note(file, seen)

    def note(self, file: str, seen: _Seen, *, is_own: bool = False) -> None:
        """Note what a file is. Looked at twice, it may have changed in between."""
        notes = self.own if is_own else self.seen
        self.is_sure = notes.setdefault(file, seen) == seen and self.is_sure

    def holds(self) -> bool:
        """Whether all that was looked at is still so."""
        for file, seen in self.seen.items():
            if seen is None:
                if os.access(file, os.F_OK):  # `stat` raises where there is nothing, which takes twice as long
                    return False
                continue
            try:
                found = os.stat(file)
            except OSError:
                return False
            if seen != identity(found):
                return False
        return True


class Answers:
    """What was found out, by the question."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, tuple[Look, Any]] = {}

    def of(self, question: Hashable, find: Callable[[], T]) -> T:
        """What `find` returns, or has returned to the same question when all was as it is now."""
        kept = self._kept.pop(question, None)
        if kept and kept[0].holds():
            for look in _looks:  # this answer is part of another one
                look.add(kept[0])
            answer: T = kept[1]
        else:
            with Look() as seen:
                answer = find()
            if not seen.is_sure:
                return answer
            kept = seen, answer
        self._kept[question] = kept
        if len(self._kept) > _MOST:
            self._kept.pop(next(iter(self._kept)), None)
        return answer


def status(file: str) -> os.stat_result:
    """What the disk says of a file. Raises OSError."""
    try:
        found = os.stat(file)
    except OSError:
        _note(file, None, is_settled=True)
        raise
    if _looks:
        is_own = bool(_INSTALLED) and file.startswith(_INSTALLED) and stat.S_ISREG(found.st_mode)
        _note(file, identity(found), is_settled=is_settled(found), is_own=is_own)
    return found


def identity(found: os.stat_result) -> tuple[int, ...]:
    """What tells a file from one that was put in its place, and from what it is once it has changed.

    Its inode and the time of its last change, which no program can set, do.
    """
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


def is_settled(found: os.stat_result) -> bool:
    """Whether a file that changes after this has another time; one that is younger may keep it."""
    now = time.time()
    return min(abs(now - found.st_ctime), abs(now - found.st_mtime)) > _SETTLED_SECONDS


def is_there(file: str) -> bool:
    """As os.path.exists says it."""
    try:
        status(file)
    except (OSError, ValueError):
        return False
    return True


def is_file(file: str) -> bool:
    """As os.path.isfile says it."""
    try:
        return stat.S_ISREG(status(file).st_mode)
    except (OSError, ValueError):
        return False


def is_folder(folder: str) -> bool:
    """As os.path.isdir says it."""
    try:
        return stat.S_ISDIR(status(folder).st_mode)
    except (OSError, ValueError):
        return False


def names(folder: str) -> list[str]:
    """As os.listdir says it. Raises OSError."""
    status(folder)  # before: who comes while it is listed may be missing in the list
    return os.listdir(folder)


def here() -> Path:
    """The folder in which the kernel runs; raises GoBuildError if it has been removed meanwhile."""
    try:
        return path(os.getcwd())
    except FileNotFoundError:
        raise GoBuildError(
            "the kernel's folder no longer exists", hint="restart the kernel, or go elsewhere by `%cd`"
        ) from None


path = lru_cache(maxsize=64)(Path)  # to make one takes longer than to ask the disk for it, and each run of a cell asks


def unsure() -> None:
    """Something counts that no look can tell: what is found out now is found out anew the next time."""
    for look in _looks:
        look.is_sure = False


def _note(file: str, seen: _Seen, *, is_settled: bool, is_own: bool = False) -> None:
    is_sure = is_settled and os.path.isabs(file)  # PATH may name a folder that is another one elsewhere
    for look in _looks:
        look.note(file, seen, is_own=is_own)
        look.is_sure = look.is_sure and is_sure
