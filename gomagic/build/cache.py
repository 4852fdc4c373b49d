"""Where built libraries are kept: key -> folder.

    <root>/built/<key>-<n>/   one build: the library, beside it what else it made; n counts rebuilds by -f
    <root>/work/<pid>-<n>/    a build in progress
    <root>/crash/             what dying kernels write

A folder appears by one rename, complete, and never changes again: glibc matches libraries by path, and a mapped
file that is overwritten ends the process. Two kernels that build the same cell both succeed; the first one's stays.
"""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from gomagic.errors import GoToolchainError

MOST_BYTES = 1 << 30  # about 500 libraries
_serial = itertools.count()
_given: dict[str, int] = {}  # the last number given out here: no path is used twice in one process


def root() -> Path:
    """The cache folder: GOMAGIC_CACHE, or the user's cache folder for this system.

    Where it cannot be made or written, a private temporary folder serves this process. Raises GoToolchainError if
    others may write to it: what lies there is loaded into this process.
    """
    place = _root(os.environ.get("GOMAGIC_CACHE", ""))
    place.mkdir(mode=0o700, parents=True, exist_ok=True)  # deleted since then?
    return place


@lru_cache(maxsize=4)
def _root(wanted: str) -> Path:
    if not wanted:
        import platformdirs

        wanted = platformdirs.user_cache_dir("gomagic", appauthor=False)
    place = Path(wanted).absolute()
    try:
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        _refuse_shared(place)
        tempfile.TemporaryFile(dir=place).close()
        return place
    except OSError as trouble:
        if trouble.errno == errno.ENOSPC:
            raise no_space(place) from None
        spare = Path(tempfile.mkdtemp(prefix="gomagic-"))
        print(
            f"note: `{place}` cannot be written ({trouble.strerror}); until the kernel ends, builds go to `{spare}`",
            file=sys.stderr,
        )
        return spare


def _refuse_shared(place: Path) -> None:
    facts = place.stat()
    if hasattr(os, "getuid") and (facts.st_uid != os.getuid() or facts.st_mode & (stat.S_IWGRP | stat.S_IWOTH)):
        raise GoToolchainError(
            f"others may write to the cache folder `{place}`",
            note="the libraries in it are loaded into your kernel, so it must be yours alone",
            hint=f"run `rm -r '{place}'`; it is made anew, readable by you only",
        )


def no_space(place: Path) -> GoToolchainError:
    """The error for a full disk."""
    return GoToolchainError(
        f"no space left on the disk that holds `{place}`",
        hint="free some space (`%go clean` empties gomagic's cache), or set GOMAGIC_CACHE to another disk",
    )


def find(key: str) -> Path | None:
    """The newest build kept under `key`, or None. Finding it counts as a use."""
    builds = _builds(key)
    if not builds:
        return None
    with contextlib.suppress(OSError):
        os.utime(builds[-1])
    return builds[-1]


def _builds(key: str) -> list[Path]:
    found = (root() / "built").glob(f"{key}-*")
    return sorted(found, key=lambda folder: int(folder.name.rsplit("-", 1)[1]))


@contextlib.contextmanager
def workplace() -> Iterator[Path]:
    """An empty folder for one build, removed afterwards. Raises GoToolchainError when the disk is full."""
    place = root() / "work" / f"{os.getpid()}-{next(_serial)}"
    try:
        shutil.rmtree(place, ignore_errors=True)  # a process of that number died in the middle of a build
        place.mkdir(mode=0o700, parents=True)
        yield place
    except OSError as trouble:
        if trouble.errno in (errno.ENOSPC, errno.EDQUOT):
            raise no_space(place) from None
        raise
    finally:
        shutil.rmtree(place, ignore_errors=True)


def keep(key: str, made: Path) -> Path:
    """Move the folder `made` into the cache under `key`, under a number never used; returns where it is now."""
    built = root() / "built"
    built.mkdir(mode=0o700, parents=True, exist_ok=True)
    newest = _builds(key)
    number = max(int(newest[-1].name.rsplit("-", 1)[1]) if newest else -1, _given.get(key, -1)) + 1
    while True:
        place = built / f"{key}-{number}"
        try:
            made.rename(place)  # onto an existing folder that is not empty, rename fails
            _given[key] = number
            return place
        except OSError as trouble:
            if trouble.errno not in (errno.EEXIST, errno.ENOTEMPTY):
                raise
            number += 1


def prune() -> None:
    """Drop what dead processes left in `work`, and the builds used longest ago until MOST_BYTES are kept.

    A library in use is safe: its file lives on until the process ends.
    """
    for place in (root() / "work").glob("*-*"):
        if not alive(int(place.name.split("-")[0])):
            shutil.rmtree(place, ignore_errors=True)
    sizes = []
    for folder in (root() / "built").glob("*-*"):
        with contextlib.suppress(OSError):  # another kernel prunes, too
            used = folder.stat().st_mtime
            sizes.append((used, sum(file.stat().st_size for file in folder.iterdir()), folder))
    total = sum(size for _, size, _ in sizes)
    for _, size, folder in sorted(sizes):
        if total <= MOST_BYTES:
            break
        shutil.rmtree(folder, ignore_errors=True)
        total -= size


def clean() -> int:
    """Remove every build; returns the bytes freed. Libraries in use stay usable until their process ends."""
    freed = 0
    for folder in list((root() / "built").glob("*-*")):
        freed += sum(file.stat().st_size for file in folder.iterdir())
        shutil.rmtree(folder, ignore_errors=True)
    return freed


def alive(pid: int) -> bool:
    """Whether a process of that number runs."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
