"""Folders that one process holds, named at random and locked for as long as it lives.

    <parent>/gomagic-k3v8x1/       the folder
    <parent>/gomagic-k3v8x1.lock   kept open and locked by its owner; in it, which machine that runs on

A process number would tell nothing: containers and machines that share a home count each for themselves. The system
drops the lock when the process ends, however that happens. Some disks keep no locks, and some keep them for one
machine alone: so what another machine has left, or a disk without locks holds, is swept a day after it was made.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
import time
from functools import lru_cache
from pathlib import Path

from gomagic.source.record import Record

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

_PREFIX = "gomagic-"
_SUFFIX = ".lock"
_OURS = b"gomagic on "
_SURE_SECONDS = 86400.0


class Claim(Record):
    """A folder of this process's own, and the descriptor of its locked file."""

    folder: Path
    descriptor: int


def make(parent: Path) -> Claim:
    """Make an empty folder, readable by this user alone, and hold it. Raises OSError."""
    descriptor, name = tempfile.mkstemp(prefix=_PREFIX, suffix=_SUFFIX, dir=parent)
    try:
        is_locked = _lock(descriptor)
        # Only now: nobody looks at a file that does not say this.
        os.write(descriptor, _OURS + (_machine() if is_locked else b"a disk without locks"))
        folder = Path(name.removesuffix(_SUFFIX))
        folder.mkdir(mode=0o700)
    except OSError:
        os.unlink(name)
        os.close(descriptor)
        raise
    return Claim(folder, descriptor)


def release(claim: Claim) -> None:
    """Remove the folder and let go of it."""
    remove(claim.folder)
    with contextlib.suppress(OSError):
        claim.folder.with_suffix(_SUFFIX).unlink()
    with contextlib.suppress(OSError):
        os.close(claim.descriptor)


def sweep(parent: Path) -> None:
    """Remove the folders in `parent` whose owners have died; nothing else there is touched."""
    for lock in parent.glob(f"{_PREFIX}*{_SUFFIX}"):
        with contextlib.suppress(OSError):  # another process sweeps, too
            _sweep(lock)


def remove(folder: Path) -> None:
    """Remove a folder with all that is in it, as far as that goes; Go makes the folders of modules read-only."""
    shutil.rmtree(folder, ignore_errors=True)
    if folder.is_dir():
        for place, _, _ in os.walk(folder):
            with contextlib.suppress(OSError):
                os.chmod(place, 0o700)
        shutil.rmtree(folder, ignore_errors=True)


def _sweep(lock: Path) -> None:
    descriptor = os.open(lock, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0))
    try:
        found = os.fstat(descriptor)
        if hasattr(os, "getuid") and found.st_uid != os.getuid():
            return
        is_old = time.time() - found.st_mtime > _SURE_SECONDS
        said = os.read(descriptor, 200)
        is_here = said == _OURS + _machine()
        if said.startswith(_OURS) and (is_here or is_old) and _lock(descriptor, unknown=is_old):
            remove(lock.with_suffix(""))
            lock.unlink()
    finally:
        os.close(descriptor)


def _lock(descriptor: int, *, unknown: bool = False) -> bool:
    """Lock the file, without waiting; returns whether that went well, `unknown` where the disk keeps no locks."""
    if fcntl is None:
        return unknown
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return unknown
    return True


def numbering() -> str:
    """A name for what counts this process: a machine since its start, or a container. Within it a number tells all."""
    return _numbering(os.getpid())


@lru_cache(maxsize=1)
def _numbering(_number: int) -> str:
    """As `numbering`, for the process of this number: a child may be counted elsewhere."""
    try:
        counted_by = os.stat("/proc/self/ns/pid").st_ino
    except OSError:
        counted_by = 0
    return hashlib.sha256(_machine() + str(counted_by).encode()).hexdigest()[:12]


@lru_cache(maxsize=1)
def boot() -> str:
    """A name for this start of the machine, which its containers share; "" where the system gives it none."""
    try:
        with open("/proc/sys/kernel/random/boot_id", encoding="utf-8") as file:
            return file.read().strip()
    except (OSError, ValueError):
        return ""


def _machine() -> bytes:
    """What tells this running system from others: its containers see the same locks, other machines may not."""
    if name := boot():
        return name.encode()
    import platform

    return platform.node().encode()
