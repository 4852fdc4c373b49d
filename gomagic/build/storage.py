"""The folder in which gomagic keeps what it makes: where it is, and whether it can serve."""

from __future__ import annotations

import atexit
import errno
import os
import re
import shlex
import stat
import sys
import tempfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from gomagic.build import claim
from gomagic.errors import GoToolchainError

_FULL = (errno.ENOSPC, errno.EDQUOT)
_ANOTHER = "set GOMAGIC_CACHE to a folder on another disk"


def root() -> Path:
    """The cache folder: GOMAGIC_CACHE, or the user's cache folder for this system. It is a real path, without links.

    Where it cannot be made or written, a private temporary folder serves this process. Raises GoToolchainError if
    others may write to it, as what lies there is loaded into this process, if its disk is full, or runs no programs.
    """
    folder = _usable(_wanted())
    if not os.path.isdir(folder):  # deleted since then
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as trouble:
            raise unusable(trouble, folder) from None
    return folder


def place() -> Path:
    """Where the cache folder is, be it usable or not: what is full can still be emptied."""
    wanted = _wanted()
    try:
        return _usable(wanted)
    except GoToolchainError:
        return _real(wanted)


def unusable(trouble: OSError, folder: Path) -> GoToolchainError:
    """The error for what happened when `folder` or a file in it was used."""
    if trouble.errno in _FULL:
        return no_space(folder)
    what = trouble.filename or folder
    return GoToolchainError(f"`{what}`: {trouble.strerror or trouble}", hint="run `%go doctor`")


def scratch(env: Mapping[str, str], place: Path) -> dict[str, str]:
    """The environment with the tools' temporary files in the workplace `place`.

    There is room, or nothing can be built anyway; programs may run there, and what a killed build leaves is swept. A
    TMPDIR may be small, mounted `noexec`, or gone with the job that it was for.
    """
    folder = place / "tmp"
    folder.mkdir(exist_ok=True)
    return {**env, "GOTMPDIR": str(folder), "TMPDIR": str(folder)}


def filled(output: str, folder: Path, go_cache: str) -> GoToolchainError | None:
    """The error for a disk of which a tool says in `output` that it is full; None if no tool does.

    folder: where the tool worked. go_cache: where Go keeps what it has compiled, often on another disk.
    """
    said = re.search(r"(?:(/[^:\n]+): )?(?:no space left on device|disk quota exceeded)", output, re.IGNORECASE)
    if not said:
        return None
    if said[1] and go_cache and Path(said[1]).is_relative_to(go_cache):
        return GoToolchainError(
            f"no space left on the disk that holds `{go_cache}`",
            note="Go keeps there what it has compiled",
            hint="free some space, or set GOCACHE to a folder on another disk",
        )
    return no_space(folder)


def no_space(folder: Path) -> GoToolchainError:
    """The error for a full disk."""
    while not folder.exists():
        folder = folder.parent
    if hasattr(os, "statvfs") and (disk := os.statvfs(folder)).f_files and not disk.f_favail and disk.f_bavail:
        return GoToolchainError(
            f"no room for another file on the disk that holds `{folder}`",
            note="it has space left, but it keeps only so many files, and they are all in use",
            hint=f"run `%go clean`, which removes gomagic's own; if that is not enough, {_ANOTHER}",
        )
    return GoToolchainError(
        f"no space left on the disk that holds `{folder}`",
        hint=f"free some space (`%go clean` empties gomagic's cache), or {_ANOTHER}",
    )


def _wanted() -> Path:
    if named := os.environ.get("GOMAGIC_CACHE", ""):
        return _named(named) if os.path.isabs(named) else Path(named).absolute()
    return _of_user(os.environ.get("XDG_CACHE_HOME", ""), os.environ.get("HOME", ""))


_named = lru_cache(maxsize=4)(Path)  # to make a path takes as long as to ask the disk for it


@lru_cache(maxsize=4)
def _of_user(cache: str, home: str) -> Path:
    """The folder for caches of this system, which these variables name; kept, as it is asked for five times a cell."""
    if cache and not os.path.isabs(cache):  # the rules for that variable: a relative one counts as unset
        return Path.home() / ".cache" / "gomagic"
    import platformdirs

    return Path(platformdirs.user_cache_dir("gomagic", appauthor=False)).absolute()


@lru_cache(maxsize=4)
def _usable(wanted: Path) -> Path:
    try:
        folder = _real(wanted)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _refuse_shared(folder)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError as trouble:
        if trouble.errno in _FULL:
            raise no_space(wanted) from None
        folder = _spare()
        print(
            f"note: `{wanted}` cannot be written ({trouble.strerror}); until the kernel ends, builds go to `{folder}`",
            file=sys.stderr,
        )
    _refuse_noexec(folder)
    return folder


def _real(folder: Path) -> Path:
    # Go asks the system where it is, which answers without links, and looks for that in go.work.
    return Path(os.path.realpath(folder))


def _refuse_shared(folder: Path) -> None:
    facts = folder.stat()
    if not hasattr(os, "getuid"):
        return
    if facts.st_uid != os.getuid():
        what, hint = "belongs to another user", "set GOMAGIC_CACHE to a folder of your own"
    elif facts.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        what, hint = "can be written by others", f"run `chmod go-w {shlex.quote(str(folder))}`"
    else:
        return
    note = "the libraries in it are loaded into your kernel, so it must be yours alone"
    raise GoToolchainError(f"the cache folder `{folder}` {what}", note=note, hint=hint)


def _refuse_noexec(folder: Path) -> None:
    if hasattr(os, "ST_NOEXEC") and os.statvfs(folder).f_flag & os.ST_NOEXEC:
        raise GoToolchainError(
            f"the disk that holds `{folder}` runs no programs",
            note="it is mounted `noexec`, and libraries and programs in the cache could not be used",
            hint=_ANOTHER,
        )


@lru_cache(maxsize=1)
def _spare() -> Path:
    """A folder for this process, removed at its end; where that is not a quiet one, a later process does it."""
    try:
        parent = _real(Path(tempfile.gettempdir()))
        claim.sweep(parent)
        held = claim.make(parent)
    except OSError as trouble:
        raise GoToolchainError(
            f"no folder can be written: neither gomagic's cache nor a temporary one ({trouble.strerror})",
            hint="set GOMAGIC_CACHE to a folder that you may write to",
        ) from None
    owner = os.getpid()
    atexit.register(lambda: claim.release(held) if os.getpid() == owner else None)  # a forked child has the hook, too
    return held.folder
