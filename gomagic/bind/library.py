"""A built file -> ctypes.CDLL. Nothing is ever unloaded: Go's runtime cannot be.

Two names for the same text are two cells, and their Go variables are their own. They share the file in the cache; but
the system loads a file once, so the second name gets a copy, which is gone again when it is loaded.
"""

from __future__ import annotations

import ctypes
import os
import re
import shutil
import sys
import types
from pathlib import Path

from gomagic.bind import crash, signals
from gomagic.build import cache, room
from gomagic.errors import GoBuildError, GoForkError

WARN_AT = 150
REFUSE_AT = 205  # glibc keeps 1,664 spare bytes of thread-local storage a process: its dlopen fails at the 215th
WITHOUT_GLIBC = "a running program without glibc cannot load what Go builds (golang/go#54805)"
USE_GLIBC = "use a Python for glibc: in a container one of Debian's, such as `python:3.13-slim`, not Alpine's"

_loaded: dict[tuple[Path, str], ctypes.CDLL] = {}  # by file and name
_names: dict[Path, str] = {}  # under which each file was loaded first
_warned_of_fork = False


def load(path: Path, label: str, kind: type[ctypes.CDLL] = ctypes.CDLL, *, name: str = "") -> ctypes.CDLL:
    """Load a library that Go built; the same path and name give the same object, with its argtypes and Go variables.

    The library and everything in it live until the process ends. label: the cell, for messages.
    kind: ctypes.PyDLL for a library whose C calls Python.
    Raises GoBuildError if it cannot be loaded or REFUSE_AT libraries are.
    """
    if (path, name) in _loaded:
        return _loaded[path, name]
    if len(_loaded) >= REFUSE_AT:
        raise _full(label)
    room.check(f"{label} is built but not loaded")
    if not _loaded:
        crash.clear()
    crash.record()
    try:
        library = open_anew(path, kind, is_open=first_name(path) is not None)
    except OSError as trouble:
        raise _not_loaded(str(trouble), label) from None
    if not _loaded:
        crash.sweep()  # only now: Go, which starts meanwhile, takes longer
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(before=_warn_of_fork)
    _loaded[path, name] = library
    _names.setdefault(path, name)
    if len(_loaded) == WARN_AT:
        print(
            f"note: this kernel holds {WARN_AT} Go libraries, one for each version of each cell{_taken()}\n"
            f"  hint: restart the kernel soon; from {REFUSE_AT} on no further one is loaded",
            file=sys.stderr,
        )
    return library


def open_anew(path: Path, kind: type[ctypes.CDLL], *, is_open: bool) -> ctypes.CDLL:
    """Open a library, or a copy of it if this process has opened it already. Raises OSError."""
    if not is_open:
        return _open(path, kind)
    with cache.workplace() as place:
        copy = place / path.name
        shutil.copyfile(path, copy)
        try:
            return _open(copy, kind)
        except OSError as trouble:  # not a workplace's, which tells of a disk
            refused = trouble
    raise refused


def _open(path: Path, kind: type[ctypes.CDLL]) -> ctypes.CDLL:
    with signals.in_front():
        opened = kind(str(path))
    signals.shorten(opened)
    return opened


def _taken() -> str:
    return f" ({taken})" if (taken := room.taken()) else ""


def loaded() -> dict[tuple[Path, str], ctypes.CDLL]:
    """The libraries that this process holds, by file and name."""
    return dict(_loaded)


def first_name(path: Path) -> str | None:
    """The name under which a library was loaded first, or None."""
    return _names.get(path)


def _full(label: str) -> GoBuildError:
    return GoBuildError(
        f"{label} is built but not loaded: this kernel holds {len(_loaded)} Go libraries",
        note="each version of each cell stays in memory, and the system has room for about 210",
        hint="restart the kernel",
    )


def _not_loaded(trouble: str, label: str) -> GoBuildError:
    if "static TLS" in trouble:
        return _full(label)
    if "initial-exec TLS" in trouble:  # the loader of musl
        return GoBuildError(f"{label} is built but cannot be loaded", note=WITHOUT_GLIBC, hint=USE_GLIBC)
    if missing := re.search(r"undefined symbol: (\w+)", trouble):
        return GoBuildError(
            f"{label} calls the C function `{missing[1]}`, and no library defines it",
            note="a declaration in the C comment is a promise; loading the library looks for the function",
            hint="define it as `static inline` in the comment, or link its library with `#cgo LDFLAGS: -l…`",
        )
    reason = re.sub(r"^\S*cell\.so: ", "", trouble)
    return GoBuildError(f"{label} is built but cannot be loaded: {reason}", hint="run the cell with `-f`")


def _warn_of_fork() -> None:
    """Say once that a fork is dangerous now: Go's threads do not exist in the child, and its next call may hang."""
    global _warned_of_fork
    if _warned_of_fork or _execs_at_once():
        return
    _warned_of_fork = True
    print(
        f"note: this process has loaded Go and forks; a Go call in the child can hang\n{GoForkError.cures}",
        file=sys.stderr,
    )


def _execs_at_once() -> bool:
    """Whether the fork comes from `!command`: pexpect's child runs another program and never calls Go."""
    frame: types.FrameType | None = sys._getframe()
    while frame:
        if frame.f_globals.get("__name__", "").split(".")[0] in ("pty", "ptyprocess", "pexpect"):
            return True
        frame = frame.f_back
    return False
