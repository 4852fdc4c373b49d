"""Whether a build, or another Go library, finds what it takes of a process: where that is refused to it, Go ends.

On Linux a library keeps two descriptors, of what limits the processors of its control group (one on newer systems), and
five threads or so: the one that has started it, one that watches over the others, one that starts new ones, and as many
as there are processors. Go gives none of them back.
"""

from __future__ import annotations

import os
from pathlib import Path

from gomagic.errors import GoBuildError

_FILES = 32  # two for a library, and some for what opens a file meanwhile
_THREADS = 32  # five for a library and more with its first work, and some for what starts a thread meanwhile
_MANY = 16_384  # threads, which nobody's processes have: where a user may have so many, they need not be counted
_PROC, _GROUPS = Path("/proc"), Path("/sys/fs/cgroup")


def check(what: str) -> None:
    """Raise GoBuildError if a library, or a build, might not find the descriptors and threads that it needs.

    what: is not to happen then, such as `cell[3] is built but not loaded`.
    The system's bound for descriptors is raised as far as a user may.
    """
    used, most = files()
    if used + _FILES > most:
        raise GoBuildError(
            f"{what}: this process has {used} files open, and may have {most}",
            note="a build opens some, each library keeps some, and where one is refused, Go ends",
            hint="restart the kernel",
        )
    for used, most, whose in _threads():
        if used + _THREADS > most:
            raise GoBuildError(
                f"{what}: {whose} has {used} threads, and may have {most}",
                note="a build starts some, each library keeps some, and where one is refused, Go ends",
                hint="restart the kernel, or end what else runs there",
            )


def taken() -> str:
    """How many files and threads this process has; "" where that cannot be seen."""
    try:
        return f"{len(os.listdir('/dev/fd'))} files open, {len(os.listdir(_PROC / 'self/task'))} threads"
    except OSError:
        return ""


def files() -> tuple[int, float]:
    """How many descriptors this process has, and may have, once that is raised as far as it is needed."""
    try:
        used = len(os.listdir("/dev/fd"))
        if used + _FILES <= (soft := _bound("SC_OPEN_MAX")):
            return used, soft
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    except (ImportError, OSError):  # no such bound, or no way to see how near it is
        return 0, float("inf")
    if soft in (resource.RLIM_INFINITY, -1):
        return used, float("inf")
    wanted = hard if hard != resource.RLIM_INFINITY else max(soft, 4096)
    if wanted > soft:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return used, wanted


def _bound(name: str) -> int:
    """A bound of this process, -1 if there is none; the module `resource` takes as long to import as all of a check."""
    return os.sysconf(name) if hasattr(os, "sysconf") else -1


def _threads() -> list[tuple[int, int, str]]:
    """The bounds for threads: how many there are, how many there may be, of whom."""
    return [*_of_groups(), *_of_user()]


def _of_groups() -> list[tuple[int, int, str]]:
    """Those of the control groups that this process is in, of which containers are made."""
    found = []
    for line in _text(f"{_PROC}/self/cgroup").splitlines():
        _, controllers, path = line.split(":", 2)
        if controllers in ("", "pids"):
            parts = [part for part in (controllers, *path.split("/")) if part]
            for depth in range(len(parts), -1, -1):
                group = "/".join([str(_GROUPS), *parts[:depth]])
                most = _text(f"{group}/pids.max").strip()
                if most.isdigit() and (now := _text(f"{group}/pids.current").strip()).isdigit():
                    found.append((int(now), int(most), "its control group"))
    return found


def _of_user() -> list[tuple[int, int, str]]:
    """That of the user, which is none for root."""
    most, user = _bound("SC_CHILD_MAX"), os.getuid() if hasattr(os, "getuid") else 0
    return [(_of(user), most, "its user")] if user and 0 <= most < _MANY else []


def _of(user: int) -> int:
    """How many threads a user has in all processes."""
    count = 0
    for process in os.listdir(_PROC):
        if process.isdigit():
            try:
                if (_PROC / process).stat().st_uid == user:
                    count += len(os.listdir(_PROC / process / "task"))
            except OSError:  # it has ended meanwhile
                continue
    return count


def _text(file: str) -> str:
    try:
        with open(file, encoding="utf-8") as text:
            return text.read()
    except OSError:
        return ""
