"""What Go's compiler says of each line of a cell: what goes to the heap, what is checked, which calls are inlined.

The cell is compiled once more for it, alone and unlinked; what was said is kept as builds are.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from gomagic.build import cache, gobuild, imported, inputs, look, packages, sources
from gomagic.build.inputs import LIBRARY, Inputs
from gomagic.build.toolchain import Toolchain
from gomagic.source.cell import Cell
from gomagic.source.record import Record

# Of each kind: what the compiler says, and what is said here.
KINDS = {
    "heap": [(r"moved to heap: (.+)", "{} lies on the heap"), (r"(.+?) escapes to heap.*", "{} goes to the heap")],
    "check": [
        ("Found IsInBounds()", "the index is checked"),
        ("Found IsSliceInBounds()", "the bounds of the slice are checked"),
    ],
    "keeps": [
        (r"leaking param content: (\S+)", "what {} leads to may be kept"),
        (r"leaking param: (\S+) to result .*", "{} may be part of a result"),
        (r"leaking param: (\S+).*", "{} may be kept"),
    ],
    "writes": [(r"mutates param: (\S+).*", "writes to {}")],
    "inlined": [(r"inlining call to (\S+)", "the call of {}")],
    "inlinable": [(r"can inline (\S+).*", "calls of {} can be inlined")],
}
_FLAGS = "-m -d=escapemutationscalls=1,ssa/check_bce"
_FILE = "annotations.json"


class Annotation(Record):
    """What is said of a place. line, column: as the notebook counts. kind: one of KINDS."""

    line: int
    column: int
    kind: str
    text: str


def find(cell: Cell, chain: Toolchain, *, folder: Path | None = None) -> list[Annotation]:
    """What the compiler says of a cell that compiles, by place; kept for an unchanged one. Raises as `compiler.build`.

    folder: where the cell runs.
    """
    found = inputs.find(cell, chain, folder or look.here(), LIBRARY)
    key = inputs.hashed([found.key, "annotations"])
    kept = cache.find(key)
    if kept is None:
        with cache.workplace() as place:
            made = place / "made"
            made.mkdir()
            (made / _FILE).write_text(json.dumps(read(_said(found, place / "cell"), cell)), encoding="utf-8")
            kept = cache.keep(key, made)
    return [Annotation(*one) for one in json.loads((kept / _FILE).read_text(encoding="utf-8"))]


def _said(found: Inputs, source: Path) -> str:
    """What the compiler prints of the cell as a package, in the folder `source`."""
    cell = found.cell
    sources.write(source, found, package="cell")
    imported.join(source, found)
    if found.is_plain:
        imported.write(source / "cell.go", cell, "cell", found, packages.of(found, source))
    ended = gobuild.run(found, gobuild.compiling(found, sources.target(source, found), gcflags=_FLAGS), source)
    if ended.code:
        raise gobuild.failure(found, ended, source)
    return ended.out


def read(output: str, cell: Cell) -> list[Annotation]:
    """The annotations in what the compiler has printed, each once, by their places."""
    found = set()
    for line, column, text in re.findall(rf"^{re.escape(cell.token)}:(\d+):(\d+): (.*)$", output, re.MULTILINE):
        if said := _in_words(text):
            found.add(Annotation(int(line), int(column), *said))
    return sorted(found)


def _in_words(text: str) -> tuple[str, str] | None:
    for kind, patterns in KINDS.items():
        for pattern, words in patterns:
            if match := re.fullmatch(pattern, text):
                return kind, words.format(match[1])
    return None
