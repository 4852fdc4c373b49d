"""The child of a kernel that builds ahead: while the reader reads, what the first cells need is compiled.

It is of low priority and ends with this process. No build of the reader's runs beside it: one that needs what it
builds waits for that, and then it is ended for as long as the build takes. What it has compiled by then stays in Go's
cache.

Beside it this process imports what builds, finds out what each cell asks, and lets a linker wait (`standby`): a first
cell that is edited is there as soon as any other, in 0.09 s instead of 0.14.
"""

from __future__ import annotations

import _thread
import atexit
import contextlib
import importlib
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import subprocess

# Where each cell is run at once, nobody reads meanwhile, and others are measured or wait for the processors.
_UNREAD = ("CI", "PYTEST_CURRENT_TEST")
_MAIN = "import sys; sys.path[:] = sys.argv[1:]; from gomagic.build import warmup; warmup.main()"
_IMPORTED = ("gomagic.build.cway", "gomagic.build.warmup", "gomagic.bind.plain")
_JOINED_SECONDS = 10.0  # then its priority is too low for a busy machine
_FIRST_SECONDS = 0.3  # a process that starts would make `%load_ext` twice as long
_AGAIN_SECONDS = 3.0  # so that of several cells in a row each does not end it anew

_is_prepared = False
is_on = False  # since the first `start`: somebody reads while nothing is built
_lock = threading.Lock()
_importing = threading.Lock()
if hasattr(os, "register_at_fork"):  # a child would wait for ever for what a thread was importing that it has not
    _release = _importing.release
    os.register_at_fork(before=_importing.acquire, after_in_parent=_release, after_in_child=_release)
_timer: list[float] | None = None  # until it starts: the seconds; another list, another timer
_child: subprocess.Popen[bytes] | None = None


def start(after: float = _FIRST_SECONDS) -> None:
    """Build ahead, `after` so many seconds, unless nobody reads."""
    global _timer, is_on
    if os.name != "posix" or any(os.environ.get(name) for name in _UNREAD):
        return
    is_on = True
    _timer = [after]
    _thread.start_new_thread(_begin, (_timer,))  # whoever starts one of `threading` waits until it runs


def _begin(timer: list[float]) -> None:
    global _child, _timer
    time.sleep(timer[0])
    if _timer is not timer:  # stopped
        return
    import subprocess  # only here: it would take as long as the rest of `%load_ext`

    # The reader's folder is no place to import from: `fmt.py` may stand there.
    command = [sys.executable, "-c", _MAIN, *(place for place in sys.path if place)]
    with _lock, contextlib.suppress(OSError):
        if _timer is not timer:  # stopped
            return
        _timer = None
        _child = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,  # its end is the end of this process
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for the reader's own
        )
        atexit.register(stop)
    _import()


def _import() -> None:
    global _is_prepared
    # The process may be about to end; else the reader's cell says what is wrong.
    with contextlib.suppress(Exception):
        with _importing:
            for name in _IMPORTED:
                importlib.import_module(name)
        if not _is_prepared:  # this may be the start after a build
            _is_prepared = True
            sys.modules["gomagic.build.warmup"].prepare()


def stop() -> bool:
    """End the child and all that it has started; returns whether it was not ready."""
    global _child, _timer
    with _lock:
        timer, _timer, child, _child = _timer, None, _child, None
    if child is None:
        return timer is not None
    atexit.unregister(stop)
    was_running = child.poll() is None
    child.kill()
    child.wait()
    assert child.stdin
    child.stdin.close()
    return was_running


@contextlib.contextmanager
def gone(*, until: Callable[[], object] | None = None) -> Iterator[None]:
    """Let no child build within the block. until: wait before that till this is so, which it builds and is needed."""
    child = _child
    if until and child is not None:
        from gomagic.build import process

        process.ends(child, _JOINED_SECONDS, or_until=until)
    was_running = stop()
    try:
        yield
    finally:
        if was_running:
            start(_AGAIN_SECONDS)
