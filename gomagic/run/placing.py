"""Where a cell stands when it is tested: as which package, and in whose place.

Tests of `package stats` are in the cell's own package. Those of `package stats_test` import the cell: as `cells/NAME`,
or by the path of the package of the reader's module that the cell is to become. There it stands in the place of what is
on the disk, for all that is tested; nothing is written there.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from gomagic.build import reached, workspace
from gomagic.build.cures import STANDARD
from gomagic.build.workspace import Workspace
from gomagic.errors import GoBuildError
from gomagic.source import gosource
from gomagic.source.cell import CELLS, Cell

_EXTERNAL = "_test"


@dataclass(frozen=True)
class Place:
    """package: what the cell's is called, tests: what that of its tests is. path: how the cell is imported.

    instead: the folder of the package in whose place it stands, if there is one.
    """

    package: str
    tests: str
    path: str = workspace.CELL_MODULE
    instead: Path | None = None

    @property
    def module(self) -> str:
        """The path of the module in which the cell is written: if nothing else is there, it is a module of its own."""
        return workspace.CELL_MODULE if self.instead else self.path


def is_external(tests: Cell) -> bool:
    """Whether tests are in a package of their own, which imports the cell."""
    return bool(tests.source.package and tests.source.package[0].endswith(_EXTERNAL))


def find(tested: Cell, tests: Cell, space: Workspace) -> Place:
    """Where the cell stands for these tests. Raises GoBuildError if they import nothing that could be it."""
    named = next((each.source.package[0] for each in (tested, tests) if each.source.package), "main")
    if not is_external(tests):
        package = "cell" if tested.uses_c and named == "main" else named
        return Place(package, package)
    wanted = named_by(tests)
    for path in tests.source.imports:
        name = _name(path, space)
        if path == CELLS + tested.name:
            return Place(name, name + _EXTERNAL, path)
        if name == wanted and path not in STANDARD:
            folder = space.folder_of(path)
            return Place(name, name + _EXTERNAL, path, folder if folder and _files(folder) else None)
    raise GoBuildError(
        f"{tests.label}: `package {wanted}{_EXTERNAL}` imports nothing that could be the cell `{tested.name}`",
        note=f"the package under test is called `{wanted}` then; the cell is one by the name `{CELLS}{tested.name}`",
        hint=f'add `import "{CELLS}{tested.name}"`, or leave the `package` line out: then the tests are in its package',
    )


def named_by(tests: Cell) -> str:
    """The package that external tests test."""
    return tests.source.package[0].removesuffix(_EXTERNAL) if tests.source.package else ""


def lay(place: Place, source: Path) -> list[str]:
    """Have Go compile the Go files in `source` in the place of the package's; returns what `go test` is told."""
    if place.instead is None:
        return ["."]
    replaced = {str(file): "" for file in _files(place.instead)}
    replaced |= {str(place.instead / file.name): str(file) for file in source.glob("*.go")}
    (source / "overlay.json").write_text(json.dumps({"Replace": replaced}), encoding="utf-8")
    return [f"-overlay={source / 'overlay.json'}", place.path]


def _files(folder: Path) -> list[Path]:
    """What Go compiles of a folder, its tests included."""
    return [folder / name for name in reached.compiled(folder)] if folder.is_dir() else []


def _name(path: str, space: Workspace) -> str:
    """The name of a package; of one that is not there, what it is by custom."""
    folder = space.folder_of(path)
    for file in _files(folder) if folder else []:
        package = gosource.scan(file.read_text(encoding="utf-8", errors="replace")).package
        if file.suffix == ".go" and package and not reached.is_test(file.name) and package[0] != "main":
            return package[0]
    words = [word for word in path.split("/") if not re.fullmatch(r"v\d+", word)]
    return words[-1] if words else path
