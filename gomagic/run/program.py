"""`%%gorun`: its line, and running a cell that was built as a program, the output streamed to the notebook."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from gomagic.build import diagnostics, process
from gomagic.errors import GoRunError
from gomagic.source.cell import Cell
from gomagic.source.line import read
from gomagic.source.magics import Go, Gorun

# Only a note hangs on it, so that the text's own words for it are enough.
_READS = re.compile(r"\bos\.Stdin\b|\bfmt\.Scan(?:f|ln)?\b")
_NO_INPUT = "a program has no input in a notebook, and finds its end at once; give it words behind `%%gorun`"


def parse(line: str, body: str, *, number: int, above: int) -> tuple[Cell, tuple[str, ...]]:
    """Parse the magic's line; returns the cell, without a name if none is given, and the program's words.

    Raises GoBuildError as `line.read` does.
    """
    options = read(Gorun, line, f"cell[{number}]")
    return Cell(options.name, body, number, above, Go(flags=("-race",) if options.race else ())), options.arguments


def run(path: Path, arguments: Sequence[str], cell: Cell) -> None:
    """Run the program in the kernel's folder. Ctrl-C asks it to end, then ends it.

    Raises GoRunError for a status other than 0.
    """

    def show(text: str) -> None:
        sys.stdout.write(diagnostics.mapped(text, cell))
        sys.stdout.flush()

    if _READS.search(cell.source.bare):
        print(f"note: {cell.label}: {_NO_INPUT}", file=sys.stderr)
    ended = _run(cell.label, path, arguments, show=show)
    if ended.code:
        raise GoRunError(f"{cell.label} ended: {ended.manner}", ended.code)


def bind(name: str, path: Path) -> Callable[..., str]:
    """A function that runs the program with its arguments and returns what it writes to stdout and stderr.

    It raises GoRunError for a status other than 0, with the first line that the program wrote.
    """

    def call(*arguments: str | os.PathLike[str]) -> str:
        for number, argument in enumerate(arguments, 1):
            if not isinstance(argument, str | os.PathLike):
                kind = type(argument).__name__
                raise TypeError(f"{name}: argument {number} is of type {kind}, and a program takes str")
        ended = _run(f"`{name}`", path, arguments, keep=sys.maxsize)
        if ended.code:
            said = ended.out.strip().partition("\n")[0]
            raise GoRunError(f"`{name}` ended: {ended.manner}" + (said and f", and said: {said}"), ended.code)
        return ended.out

    call.__name__ = call.__qualname__ = name
    return call


def _run(what: str, path: Path, arguments: Sequence[str | os.PathLike[str]], **how: Any) -> process.Ended:
    try:
        return process.run([path, *(os.fspath(argument) for argument in arguments)], env=_environment(), **how)
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
