"""What of a plain Go cell is pickled: the cell comes along, so that a process that has not loaded it does so first."""

from __future__ import annotations

import copyreg
import sys
from collections.abc import Callable, Sequence
from functools import lru_cache
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from typing import Any

from gomagic.errors import GoClass, GoError, class_of
from gomagic.source.cell import Cell
from gomagic.source.magics import Go
from gomagic.source.record import Record


class Origin(Record):
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
_make_known: Any = copyreg.pickle


def add(thing: Callable[..., Any], make: Callable[..., object], *parts: object) -> None:
    """Have a function or class of Go's pickled as `make(*parts)`. Python would look for a module of its cell's name."""
    _ways[thing] = (make, parts)
    # Python's own way for an object whose class says nothing of it: methods of built-in objects have this class, too.
    _make_known(type(thing), _class_reduced if isinstance(thing, GoClass) else _reduced)
    if isinstance(thing, GoClass):
        _teach()


def _reduced(function: Any) -> object:
    return _ways.get(function) or function.__reduce__()


def _class_reduced(kind: type) -> object:
    """As `_reduced`; of a class that an error has got from several, those, and of one of the reader's own its name."""
    if "_combined" in vars(kind):
        return class_of, ([base for base in kind.__bases__ if base is not GoError],)
    return _ways.get(kind) or kind.__qualname__


class _Finder:
    """Finds cloudpickle, also the one in joblib, and has it learn what Go's classes are once it is imported.

    No class of importlib.abc, which imports what reads resources: 1.8 ms of a kernel's first plain cell.
    """

    def find_spec(self, name: str, path: Sequence[str] | None, target: object = None) -> ModuleSpec | None:
        spec = PathFinder.find_spec(name, path) if name.endswith(_CLOUDPICKLE) else None
        if spec and spec.loader:
            run = spec.loader.exec_module

            def learn(module: Any) -> None:
                run(module)
                _extend(module.CloudPickler)

            vars(spec.loader)["exec_module"] = learn
        return spec


_CLOUDPICKLE = "cloudpickle.cloudpickle"


@lru_cache(maxsize=1)
def _teach() -> None:
    for name, module in [*sys.modules.items()]:
        if name.endswith(_CLOUDPICKLE):
            _extend(vars(module)["CloudPickler"])
    sys.meta_path.insert(0, _Finder())


def _extend(pickler: Any) -> None:
    """cloudpickle takes a class apart that no module has; have it ask Python's own way first whether that is Go's."""
    ask = pickler.reducer_override

    def reducer_override(self: object, thing: Any) -> object:
        is_known = isinstance(thing, GoClass) and (thing in _ways or "_combined" in vars(thing))
        return NotImplemented if is_known else ask(self, thing)

    pickler.reducer_override = reducer_override
