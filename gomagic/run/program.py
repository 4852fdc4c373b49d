"""`%%gorun`: its line, and running a cell that was built as a program, the output streamed to the notebook."""

from __future__ import annotations

import contextlib
import contextvars
import os
import re
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from gomagic.build import diagnostics, process
from gomagic.errors import GoBuildError, GoRunError
from gomagic.run import displays
from gomagic.source.cell import Cell
from gomagic.source.line import read
from gomagic.source.magics import Go, Gorun

_Display = Callable[[displays.Display], None]

# A program that does not match has no input; what is no reading costs a look at what the program does.
_READS = re.compile(r"\bos\.Stdin\b|\bfmt\.Scan(?:f|ln)?\b")
_NO_INPUT = "nobody can be asked for the program's input here, and it finds its end; give it words behind `%%gorun`"


def parse(line: str, body: str, *, number: int, above: int, modules: tuple[str, ...] = ()) -> tuple[Cell, Gorun]:
    """Parse the magic's line; returns the cell, without a name if none is given, and what stands on the line.

    Raises GoBuildError as `line.read` does, and for a program in the background that has no name.
    """
    options = read(Gorun, line, f"cell[{number}]")
    if options.background and not options.name:
        what = f"cell[{number}]: a program in the background needs a name, by which it is stopped"
        raise GoBuildError(what, hint="write `%%gorun --background --name server`")
    return Cell(options.name, body, number, above, Go(flags=("-race",) if options.race else ()), modules), options


def run(path: Path, arguments: Sequence[str], cell: Cell, display: _Display | None = None) -> None:
    """Run the program in the kernel's folder. Ctrl-C asks it to end, then ends it; the reader is asked for its input.

    display: called with what it shows by golib/show, which is text without it. Raises GoRunError for a status other
    than 0.
    """

    def show(text: str) -> None:
        sys.stdout.write(diagnostics.mapped(text, cell))
        sys.stdout.flush()

    def ask() -> str | None:
        try:
            return input()
        except (EOFError, NotImplementedError, OSError):  # the last is pytest's
            print(f"note: {cell.label}: {_NO_INPUT}", file=sys.stderr)
            return None

    reads = _READS.search(cell.source.bare)
    with _parted(show, display) as (take, channel):
        ended = _run(cell.label, path, arguments, channel=channel, show=take, ask=ask if reads else None)
    if ended.code:
        raise GoRunError(f"{cell.label} ended: {ended.manner}", ended.code)


@contextlib.contextmanager
def _parted(
    write: Callable[[str], None], display: _Display | None
) -> Iterator[tuple[Callable[[str], None], displays.Channel | None]]:
    """What takes a program's output, and the channel by which it shows what is no text, if anybody wants that."""
    if not display:
        yield write, None
        return
    with displays.Channel() as channel:
        output = displays.Parted(channel, write, display)
        yield output.add, channel
        output.add("", more=False)


def bind(name: str, path: Path, *, told: Callable[[str], str] = str) -> Callable[..., str]:
    """A function that runs the program with its arguments and returns what it writes to stdout and stderr.

    It raises GoRunError for a status other than 0, with the first line that the program wrote. told: makes of what the
    program writes what is returned.
    """

    def call(*arguments: str | os.PathLike[str]) -> str:
        for number, argument in enumerate(arguments, 1):
            if not isinstance(argument, str | os.PathLike):
                kind = type(argument).__name__
                raise TypeError(f"{name}: argument {number} is of type {kind}, and a program takes str")
        ended = _run(f"`{name}`", path, arguments, keep=sys.maxsize)
        if ended.code:
            said = told(ended.out).strip().partition("\n")[0]
            raise GoRunError(f"`{name}` ended: {ended.manner}" + (said and f", and said: {said}"), ended.code)
        return told(ended.out)

    call.__name__ = call.__qualname__ = name
    return call


class Background:
    """A program that runs while the notebook goes on; it ends with this process at the latest.

    display: called with what it shows, in a thread of its own, in the context in which it was started.
    """

    def __init__(self, path: Path, arguments: Sequence[str], cell: Cell, display: _Display | None = None):
        self.name = cell.name
        self._cell = cell
        self._said = process.Kept(process.KEPT)
        self._lock = threading.Lock()  # of what it has said
        self._stop = process.Stop()
        self._state = ""
        follow = contextvars.copy_context().run  # by it ipykernel knows below which cell something is to be shown
        self._thread = threading.Thread(target=follow, args=(self._follow, path, arguments, display), daemon=True)
        self._thread.start()

    def __repr__(self) -> str:
        return f"{self.name}: {self.state}"

    @property
    def output(self) -> str:
        """What it has written until now, to stdout and stderr."""
        with self._lock:
            return diagnostics.mapped(self._said.text(), self._cell)

    @property
    def state(self) -> str:
        """`running`, or how it ended, as in `exit code 0` and `killed by SIGKILL`."""
        return self._state or "running"

    def stop(self) -> str:
        """Ask it to end by SIGINT; 2 s later, or when Ctrl-C is pressed, by SIGKILL. Returns its state."""
        self._stop.count = max(self._stop.count, 1)
        try:
            return self.wait()
        except KeyboardInterrupt:
            self._stop.count = 2
            return self.wait()

    def wait(self, seconds: float | None = None) -> str:
        """Wait for its end, so long at most. Returns its state."""
        self._thread.join(seconds)
        return self.state

    def _follow(self, path: Path, arguments: Sequence[str], display: _Display | None) -> None:
        try:
            with _parted(self._add, display) as (take, channel):
                self._state = _run(self.name, path, arguments, channel=channel, show=take, stop=self._stop).manner
        except GoRunError as trouble:
            self._state = str(trouble)

    def _add(self, text: str) -> None:
        with self._lock:
            self._said.add(text)


def _run(
    what: str,
    path: Path,
    arguments: Sequence[str | os.PathLike[str]],
    *,
    channel: displays.Channel | None = None,
    **how: Any,
) -> process.Ended:
    def environment(fd: int) -> dict[str, str]:
        return _environment() | (channel.variable(fd) if channel else {})

    try:
        return process.run([path, *(os.fspath(argument) for argument in arguments)], env=environment, **how)
    except OSError as trouble:
        gone = isinstance(trouble, FileNotFoundError) and not path.is_file()
        reason = "the program is no longer in the cache" if gone else trouble.strerror
        raise GoRunError(f"{what} does not start: {reason}", -1, hint="run its cell again" if gone else "") from None


def _environment() -> dict[str, str]:
    """The kernel's, with its own Python as the first on PATH: golib/python starts that one, and finds what it finds."""
    environment = dict(os.environ)
    environment["PATH"] = os.pathsep.join([os.path.dirname(sys.executable), os.environ.get("PATH", os.defpath)])
    environment.pop("VIRTUAL_ENV", None)  # it may be another's: that of the shell that JupyterLab was started from
    if sys.prefix != sys.base_prefix:
        environment["VIRTUAL_ENV"] = sys.prefix
    environment["GOMAGIC_PYTHON"] = sys.executable  # also outside of an environment, and beside a `.venv` of others
    folders = [os.path.abspath(folder) for folder in sys.path]  # "" is the notebook's own
    environment["GOMAGIC_PYTHONPATH"] = os.pathsep.join(folders)
    return environment
