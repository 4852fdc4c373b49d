"""What of a plain Go cell is pickled: the cell comes along, so that a process that has not loaded it does so first."""

from __future__ import annotations

import copyreg
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from gomagic.source.cell import Cell
from gomagic.source.magics import Go


class Origin(NamedTuple):
    """What a cell is loaded from, here and elsewhere. path: its library, as long as the cache has it."""

    path: Path
    cell: Cell

    def __reduce__(self) -> tuple[object, ...]:
        return _origin, (self.path, _parts(self.cell), tuple(map(_parts, self.cell.cells)))


def _parts(cell: Cell) -> tuple[object, ...]:
    """What a cell is made of, without what has been worked out of its text."""
    return cell.name, cell.body, cell.number, cell.above, dict(cell.options.given), cell.modules, cell.folder


def _cell(parts: tuple[Any, ...], cells: tuple[Cell, ...] = ()) -> Cell:
    name, body, number, above, options, modules, folder = parts
    return Cell(name, body, number, above, Go(**options), modules, cells, folder)


def _origin(path: Path, parts: tuple[Any, ...], others: Sequence[tuple[Any, ...]]) -> Origin:
    return Origin(path, _cell(parts, tuple(map(_cell, others))))


_ways: dict[Callable[..., Any], tuple[object, ...]] = {}


def add(function: Callable[..., Any], make: Callable[..., Callable[..., Any]], *parts: object) -> None:
    """Have a function of Go's pickled as `make(*parts)`. Python looks for it by its name, in a module that is none."""
    _ways[function] = (make, parts)
    # Python's own way for an object whose class says nothing of it: methods of built-in objects have this class, too.
    make_known: Any = copyreg.pickle
    make_known(type(function), _reduced)


def _reduced(function: Any) -> object:
    return _ways.get(function) or function.__reduce__()
