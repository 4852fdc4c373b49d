"""The Go module of one cell, written to a folder: its text under a package name, and what joins it."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from pathlib import Path

from gomagic.build import workspace
from gomagic.build.workspace import Workspace
from gomagic.source.cell import Cell

_MAIN = f'package main\n\nimport _ "{workspace.CELL_MODULE}"\n\nfunc main() {{}}\n'
# Imported by the cell's package, so that a panic in the cell's own init is recorded, too.
_CRASH = 'package {package}\n\nimport _ "gomagic/golib/crash"\n'
# cgo accepts these in a #cgo line (cmd/go, "safeCgoFlags"); other characters would end the directive.
_INCLUDE = 'package {package}\n\n// #cgo CFLAGS: "-I{folder}"\nimport "C"\n'


def write(
    place: Path,
    cell: Cell,
    space: Workspace,
    folder: Path,
    go_version: str,
    *,
    package: str,
    recorded: bool = False,
) -> None:
    """Write the module to `place`: cell.go, a constant main in lib/, go.mod, go.work, and files that it embeds.

    space, folder: what the cell can import, and where its quoted includes and embeds are looked for.
    go_version: the installed Go, such as `go1.26.1`, whose language the cell may use.
    recorded: whether a fatal panic is to be written to the crash file as well.
    """
    installed = re.search(r"go(\d+\.\d+)", go_version)
    language = installed[1] if installed else workspace.OLDEST_GO
    space = replace(space, go=max(space.go, language, key=workspace.version))
    (place / "lib").mkdir(parents=True)
    (place / "cell.go").write_bytes(_renamed(cell, package).encode("utf-8", "surrogatepass"))
    (place / "lib" / "main.go").write_text(_MAIN)
    (place / "go.mod").write_text(f"module {workspace.CELL_MODULE}\n\ngo {language}\n")
    (place / "go.work").write_text(space.text(), encoding="utf-8")
    if recorded:
        (place / "crash.go").write_text(_CRASH.format(package=package))
    if cell.source.includes:
        (place / "include.go").write_text(_INCLUDE.format(package=package, folder=folder), encoding="utf-8")
    for file in workspace.embedded(cell.source, folder):
        copy = place / file.relative_to(folder)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)  # go:embed takes regular files of the package only


def _renamed(cell: Cell, package: str) -> str:
    """The cell's file under another package name: `cell` is as long as `main`, so columns stay right."""
    text = cell.file
    if not cell.source.package:
        return text
    start = len(text) - len(cell.body) + cell.source.package[1]
    return f"{text[:start]}{package}{text[start + len(cell.source.package[0]) :]}"
