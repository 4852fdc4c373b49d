"""Run another program to its end: with a time limit, and never outliving Ctrl-C."""

from __future__ import annotations

import codecs
import contextlib
import os
import selectors
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gomagic.errors import Interrupted

_QUIET_SECONDS = 0.1  # after that, a line that is not finished is shown as it is


@dataclass(frozen=True)
class Ended:
    """How a program ended: its exit status (negative: the signal), its output, and whether time ran out."""

    code: int
    out: str
    timed_out: bool = False

    @property
    def manner(self) -> str:
        """`exit code 3` or `killed by SIGABRT`."""
        if self.code >= 0:
            return f"exit code {self.code}"
        try:
            return f"killed by {signal.Signals(-self.code).name}"
        except ValueError:
            return f"killed by signal {-self.code}"


def run(
    command: Sequence[str | Path],
    *,
    cwd: str | Path | None = None,
    env: Mapping[str, str] | None = None,
    seconds: float | None = None,
    show: Callable[[str], None] | None = None,
) -> Ended:
    """Run `command` without input and wait for it; its stdout and stderr are one text, in the order written.

    show: called with the text while it arrives, in whole lines as far as they come quickly.
    The program and all it started are killed when `seconds` have passed or on KeyboardInterrupt, which is
    raised again, without a traceback. Raises OSError if it cannot be started.
    """
    deadline = time.monotonic() + seconds if seconds is not None else None
    program = subprocess.Popen(
        [str(word) for word in command],
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,  # Ctrl-C reaches us alone, and the whole group can be ended
    )
    text, timed_out = [], False
    try:
        for piece in _pieces(program, deadline):
            text.append(piece)
            if show:
                show(piece)
        if deadline is not None and time.monotonic() > deadline:
            timed_out = True
        else:
            program.wait()
    except KeyboardInterrupt:
        raise Interrupted from None
    finally:
        _kill(program)  # also what it left running
        program.wait()
        program.stdout.close()
    return Ended(program.returncode, "".join(text), timed_out)


def _pieces(program: subprocess.Popen, deadline: float | None):
    """Yield the program's output until it closes it, ends, or the deadline passes."""
    decode = codecs.getincrementaldecoder("utf-8")("replace").decode
    pipe, rest = program.stdout.fileno(), ""
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while deadline is None or time.monotonic() < deadline:
            wait = _QUIET_SECONDS if deadline is None else min(_QUIET_SECONDS, deadline - time.monotonic())
            if selector.select(max(wait, 0)):
                data = os.read(pipe, 1 << 16)
                rest += decode(data, not data)
                lines, newline, tail = rest.rpartition("\n")
                if newline:
                    yield lines + newline
                    rest = tail
                if not data:
                    break
            elif rest:
                yield rest
                rest = ""
            elif program.poll() is not None:
                break  # it has ended, and only something that it started still holds the pipe
    if rest:
        yield rest


def _kill(program: subprocess.Popen) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(program.pid, signal.SIGKILL)
