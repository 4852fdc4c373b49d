"""`%%gorun`: run a cell that was built as a program, its output streamed to the notebook."""

from __future__ import annotations

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

    ended = process.run([path, *arguments], show=show)
    if ended.code:
        raise GoRunError(f"{cell.label} ended: {ended.manner}", ended.code)
