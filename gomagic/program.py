"""`%%gorun`: run a cell that was built as a program, its output streamed to the notebook."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from gomagic import diagnostics, process
from gomagic.cell import Cell
from gomagic.errors import GoRunError


def run(path: Path, arguments: Sequence[str], cell: Cell) -> None:
    """Run the program in the kernel's folder; Ctrl-C ends it. Raises GoRunError for a status other than 0."""

    def show(text: str) -> None:
        sys.stdout.write(diagnostics.mapped(text, cell))
        sys.stdout.flush()

    ended = process.run([path, *arguments], env=_environment(), show=show)
    if ended.code:
        raise GoRunError(f"{cell.label} ended: {ended.manner}", ended.code)


def _environment() -> dict[str, str]:
    """The kernel's, with its own Python as the first on PATH: golib/python starts that one, with its packages."""
    environment = dict(os.environ)
    environment["PATH"] = os.pathsep.join([os.path.dirname(sys.executable), os.environ.get("PATH", os.defpath)])
    environment.pop("VIRTUAL_ENV", None)  # it may be another's: that of the shell that JupyterLab was started from
    if sys.prefix != sys.base_prefix:
        environment["VIRTUAL_ENV"] = sys.prefix
    return environment
