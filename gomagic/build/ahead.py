"""The child of a kernel that builds ahead: while the reader reads, what the first cells need is compiled.

It is of low priority and ends with this process. No build of the reader's runs beside it: one that needs what it
builds waits for it, and any other ends it for as long as that takes. What it has compiled by then stays in Go's cache.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator

# Where each cell is run at once, nobody reads meanwhile, and others are measured or wait for the processors.
_UNREAD = ("CI", "PYTEST_CURRENT_TEST")
_MAIN = "import sys; sys.path[:] = sys.argv[2:]; from gomagic.build import warmup; warmup.main()"
_JOINED_SECONDS = 10.0  # then its priority is too low for a busy machine
_AGAIN_SECONDS = 3.0  # so that of several cells in a row each does not end it anew

_child: subprocess.Popen[bytes] | None = None


def start(after: float = 0.0) -> None:
    """Build ahead, `after` so many seconds, unless nobody reads."""
    global _child
    if os.name != "posix" or any(os.environ.get(name) for name in _UNREAD):
        return
    # The reader's folder is no place to import from: `fmt.py` may stand there.
    command = [sys.executable, "-c", _MAIN, str(after), *(place for place in sys.path if place)]
    with contextlib.suppress(OSError):
        _child = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,  # its end is the end of this process
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for the reader's own
        )
        atexit.register(stop)


def stop() -> bool:
    """End the child and all that it has started; returns whether it was not ready."""
    global _child
    child, _child = _child, None
    if child is None:
        return False
    atexit.unregister(stop)
    was_running = child.poll() is None
    child.kill()
    child.wait()
    assert child.stdin
    child.stdin.close()
    return was_running


@contextlib.contextmanager
def gone(*, joined: bool) -> Iterator[None]:
    """Let no child build within the block. joined: wait for what it builds, which is needed."""
    if joined and _child is not None:
        from gomagic.build import process

        process.ends(_child, _JOINED_SECONDS)
    was_running = stop()
    try:
        yield
    finally:
        if was_running and not joined:
            start(_AGAIN_SECONDS)
