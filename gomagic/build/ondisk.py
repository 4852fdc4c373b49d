"""A Go package on disk as a cell: all its files that hold for this machine and its build tags are one text."""

from __future__ import annotations

import re
from pathlib import Path

from gomagic.build import cache, cellgen, process
from gomagic.build.toolchain import Toolchain
from gomagic.errors import Fault, GoBuildError
from gomagic.source import goflags
from gomagic.source.cell import ALONE, Cell

_NOT_GO, _NOT_PLAIN = 3, 6  # as golib/cellgen ends
_SECONDS = 60


def read(folder: Path, chain: Toolchain) -> Cell:
    """The package in a folder, by the name that it has; a `main` by the folder's.

    Raises GoBuildError for a folder without Go's files, for text that is not Go, and for what is not Go alone.
    """
    folder = folder.resolve()
    tags = ",".join(goflags.values(goflags.split(chain.env["GOFLAGS"]), "tags"))
    with cache.workplace() as place:
        merged = place / "package.go"
        command: list[str | Path] = [cellgen.whole(chain), "-merge", folder, merged, tags]
        ended = process.run(command, env=chain.env, seconds=_SECONDS)
        said = ended.out.strip()
        cell = Cell(_name(folder.name), "" if ended.code else merged.read_text("utf-8", "surrogateescape"), above=ALONE)
    package = cell.source.package
    name = package[0] if package and package[0] != "main" else cell.name
    cell = Cell(name, cell.body, above=ALONE, folder=folder)
    if ended.code == _NOT_PLAIN:
        hint = "call it in a cell that imports it, in a notebook of its module or after `%go get` of that"
        if any(_package_of(path) == "main" for path in folder.glob("*.go")):
            hint = "run `go build -buildmode=c-shared -o lib.so` there, and load `lib.so`"
        note = "what C sees of it, or an assembler, stands in its own files"
        raise GoBuildError(f"{cell.label} is not of Go alone: {said}", note=note, hint=hint)
    if ended.code == _NOT_GO:
        where, _, what = said.partition(": ")
        raise GoBuildError(f"{cell.label} does not compile", (Fault(f"{cell.label}/{where}", what),))
    if ended.code:
        raise GoBuildError(f"{cell.label} is no package: {said or ended.manner}", hint="name the folder of one")
    return cell


def _name(folder: str) -> str:
    name = re.sub(r"\W", "_", folder)
    return name if name.isidentifier() else f"_{name}"


def _package_of(path: Path) -> str:
    package = Cell("", path.read_text("utf-8", "surrogateescape"), above=ALONE).source.package
    return package[0] if package else ""
