"""What a kernel knows of a cell that it has built."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gomagic.cell import Cell


@dataclass(frozen=True)
class Built:
    """The latest successful build of a name: its cell, where the library is, and the library itself."""

    cell: Cell
    path: Path
    library: ctypes.CDLL
