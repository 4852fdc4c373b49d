"""Whether another Go library finds what it takes of a process: where that is refused to it, Go ends the process.

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


def check(label: str) -> None:
    """Raise GoBuildError if a library might not find the descriptors and threads that it needs. label: its cell.

    The system's bound for descriptors is raised as far as a user may.
    """
    used, most = files()
    if used + _FILES > most:
        raise GoBuildError(
            f"{label} is built but not loaded: this process has {used} files open, and may have {most}",
            note="each library opens a few of its own, and where one is refused, Go ends the process",
            hint="restart the kernel",
        )
    for used, most, whose in _threads():
        if used + _THREADS > most:
            raise GoBuildError(
                f"{label} is built but not loaded: {whose} has {used} threads, and may have {most}",
                note="each library starts some of its own, and where one is refused, Go ends the process",
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
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        used = len(os.listdir("/dev/fd"))
    except (ImportError, OSError):  # no such bound, or no way to see how near it is
        return 0, float("inf")
    if soft in (resource.RLIM_INFINITY, -1):
        return used, float("inf")
    if used + _FILES <= soft:
        return used, soft
    wanted = hard if hard != resource.RLIM_INFINITY else max(soft, 4096)
    if wanted > soft:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
    return used, wanted


def _threads() -> list[tuple[int, int, str]]:
    """The bounds for threads: how many there are, how many there may be, of whom."""
    return [*_of_groups(), *_of_user()]


def _of_groups() -> list[tuple[int, int, str]]:
    """Those of the control groups that this process is in, of which containers are made."""
    found = []
    for line in _text(_PROC / "self/cgroup").splitlines():
        _, controllers, path = line.split(":", 2)
        if controllers in ("", "pids"):
            own = _GROUPS / controllers / path.lstrip("/")
            for group in (own, *own.parents):
                if not group.is_relative_to(_GROUPS):
                    break
                now, most = _text(group / "pids.current").strip(), _text(group / "pids.max").strip()
                if now.isdigit() and most.isdigit():
                    found.append((int(now), int(most), "its control group"))
    return found


def _of_user() -> list[tuple[int, int, str]]:
    """That of the user, which is none for root."""
    try:
        import resource

        most, _ = resource.getrlimit(resource.RLIMIT_NPROC)
        user = os.getuid()
    except (ImportError, AttributeError):
        return []
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


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError:
        return ""
