"""The Go module of one cell, written to a folder: its text under a package name, and what joins it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable
from pathlib import Path

from gomagic.build import embedded, modules, workspace
from gomagic.build.inputs import Inputs
from gomagic.build.workspace import Workspace
from gomagic.source import embed
from gomagic.source.cell import Cell

_MAIN = 'package main\n\nimport _ "{path}"\n\nfunc main() {{}}\n'
# Imported by the cell's package, so that a panic in the cell's own init is recorded, too.
_CRASH = 'package {package}\n\nimport _ "gomagic/golib/crash"\n'
# A link to the reader's folder: cgo takes few characters in a #cgo line, and a folder may be called `it's (1)`.
_HEADERS = "gomagic_headers"
_INCLUDE = f'package {{package}}\n\n// #cgo CFLAGS: -I{_HEADERS} -I../{_HEADERS}\nimport "C"\n'
_BESIDE = "beside"  # where embedded files lie: a folder in which nothing is ours but the Go files that are named


def write(
    place: Path, inputs: Inputs, *, package: str, recorded: bool = False, path: str = workspace.CELL_MODULE
) -> None:
    """Write the module to `place`: cell.go, a constant main in lib/, go.mod and go.work.

    path: the module's. recorded: whether a fatal panic is to be written to the crash file as well.
    """
    cell, space = inputs.cell, inputs.space
    text, sums = modules.files(inputs.modules, inputs.chain)
    if cell.folder and (of_package := space.path_of(cell.folder)):  # below it, what is internal there can be imported
        path = f"{of_package}/gomagic.cell"
    space = joined(space, text)
    (place / "lib").mkdir(parents=True)
    (place / "cell.go").write_bytes(_text(inputs, package).encode("utf-8", "surrogatepass"))
    (place / "lib" / "main.go").write_text(_MAIN.format(path=path))
    text = text.replace(f"module {workspace.CELL_MODULE}\n", f"module {path}\n", 1)
    (place / "go.mod").write_text(text, encoding="utf-8")
    if sums:
        (place / "go.sum").write_text(sums, encoding="utf-8")
    (place / "go.work").write_text(space.text(), encoding="utf-8")
    if recorded:
        (place / "crash.go").write_text(_CRASH.format(package=package))
    if cell.source.includes:
        (place / _HEADERS).symlink_to(inputs.folder, target_is_directory=True)
        (place / "include.go").write_text(_INCLUDE.format(package=package))


def joined(space: Workspace, mod: str) -> Workspace:
    """The workspace of a cell whose go.mod has this text, which may want a newer Go."""
    language = next(words[1] for words in workspace.directives(mod) if words[0] == "go")
    return space._replace(go=max(space.go, language, key=workspace.version))


def target(place: Path, inputs: Inputs) -> list[str]:
    """What to tell Go to build: the package, or its files by name where it embeds others.

    Go compiles whatever lies in a package's folder. Embedded files are text, be they called cell.go or go.mod: they lie
    in a folder of their own, and of what is there Go is told to compile the cell's files alone.
    """
    patterns = embed.patterns(inputs.cell.source)
    if not patterns:
        return ["."]
    beside, mark = place / _BESIDE, _mark(inputs.cell)
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir()
    embedded.copy(patterns, inputs.embeds, inputs.folder, beside)
    named = []
    for file in sorted(place.glob("*.go")):
        shutil.copyfile(file, beside / f"{mark}{file.name}")
        named.append(f"./{_BESIDE}/{mark}{file.name}")
    return named


def in_package(cell: Cell, package: str, folder: Path, missing: Iterable[str] = ()) -> str:
    """The file of a cell in a package of this name; imports that are missing stand above its first line, or behind its
    own package clause. folder: where it embeds files from."""
    text = embed.renamed(cell.source, _instead(cell, folder))
    head, more = f"package {package}", "".join(f'; import "{path}"' for path in missing)
    if cell.source.package:
        name, offset = cell.source.package
        head, text = "", f"{text[:offset]}{package}{more}{text[offset + len(name) :]}"
    return f"{head}{'' if cell.source.package else more}\n//line {cell.token}:{2 + cell.above}:1\n{text}"


def must_be_main(inputs: Inputs) -> bool:
    """Whether a cell with `import "C"` cannot be built below a constant `main`.

    It could tell that its package is not `main`: it prints or sets names, or may be left out. Or it embeds files, and
    only what is built can be named by its files.
    """
    source = inputs.cell.source
    shown = any("%T" in text or "%#v" in text for text in source.strings)
    asks = re.search(r"\b(runtime\.(Callers?|FuncForPC|Stack)|debug\.(Print)?Stack|reflect\.)", source.bare)
    constrained = any(comment.text.startswith("//go:build") for comment in source.comments)
    named = "main." in " ".join(inputs.flags)
    return bool(shown or asks or constrained or named or embed.patterns(source))


def as_written(output: str, inputs: Inputs, place: Path) -> str:
    """What a tool has printed, with the reader's names for what stands under others in `place`."""
    output = output.replace(f"{place}/", "")
    output = re.sub(rf"(\.\./|\./)?{_HEADERS}/", "", output)
    output = re.sub(rf"(\./)?({_BESIDE}/)?{_mark(inputs.cell)}", "", output)
    for pattern, names in _instead(inputs.cell, inputs.folder).items():
        output = output.replace(f"pattern {embed.literal(names[0])}:", f"pattern {pattern}:")
    return output


def _mark(cell: Cell) -> str:
    """What the names of the cell's own files begin with beside embedded ones: no file embeds what is made of itself."""
    return f"{cell.base}_"


def _instead(cell: Cell, folder: Path) -> dict[str, list[str]]:
    """The names that stand for each pattern that could match more than one: it would match the cell's own files, too.

    A pattern that matches nothing stands for itself as a name, which Go does not find either.
    """
    wild = [p for p in embed.patterns(cell.source) if embed.is_wild(p) and embed.parts(p)]
    return {p: embedded.matched(p, folder) or [p.removeprefix("all:")] for p in wild}


def _text(inputs: Inputs, package: str) -> str:
    """The cell's file under another package name: `cell` is as long as `main`, so columns stay right."""
    cell = inputs.cell
    body = embed.renamed(cell.source, _instead(cell, inputs.folder))
    if cell.source.package:
        name, start = cell.source.package
        body = f"{body[:start]}{package}{body[start + len(name) :]}"
    return cell.file_of(body)
