"""What a kernel knows of a cell that it has built."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ctypes import CDLL

    from gomagic.bind.module import GoModule
    from gomagic.source.cell import Cell


@dataclass(frozen=True)
class Built:
    """The latest successful build of a name: its cell, where the library is, and what the name is bound to."""

    cell: Cell
    path: Path
    bound: CDLL | GoModule
