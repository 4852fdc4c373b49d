"""The cells that a cell imports as `cells/NAME`: each is a package in a module of its own, which lies in the cache.

There it stays where it is, so that Go compiles it once. A cell is its text: what it has in the kernel, such as the
values of its variables, it does not share with who imports it.
"""

from __future__ import annotations

from pathlib import Path

from gomagic.build import cache, cellgen, embedded, generator, inputs, packages, reached, sources, workspace
from gomagic.build.inputs import Inputs
from gomagic.build.packages import Packages
from gomagic.source import embed
from gomagic.source.cell import CELLS, Cell

_FILE = "cell.go"


def join(source: Path, found: Inputs) -> None:
    """Have the module in `source`, as `sources.write` has left it, find the cells that its cell imports.

    Raises as `cellgen.find` and `packages.Packages.add` do.
    """
    work = source / "go.work"
    for cell in found.cell.cells:
        known = packages.of(found, source)
        folder = _kept(cell, source, found, known)
        work.write_text(f"{work.read_text(encoding='utf-8')}\n{workspace.use(folder)}\n", encoding="utf-8")


def _kept(cell: Cell, source: Path, found: Inputs, known: Packages) -> Path:
    """The folder of a cell's module, out of the cache or made now."""
    embeds = embedded.files(embed.patterns(cell.source), found.folder)
    language = next(words[1] for words in workspace.directives((source / "go.mod").read_text()) if words[0] == "go")
    parts = [cell.name, cell.token, language, *found.modules, *embeds, reached.digest(embeds.values())]
    key = inputs.hashed(["imported", inputs.itself(), inputs.generator(), *parts])
    if kept := cache.find(key):
        return kept
    with cache.workplace() as place:
        made = place / "made"
        made.mkdir()
        (made / "go.mod").write_text(f"module {CELLS}{cell.name}\n\ngo {language}\n")
        file, text = made / _FILE, sources.in_package(cell, cell.name, found.folder)
        file.write_bytes(text.encode("utf-8", "surrogatepass"))
        missing = generator.missing(cellgen.find(found.chain), file, file, known)
        text = sources.in_package(cell, cell.name, found.folder, missing)
        file.write_bytes(text.encode("utf-8", "surrogatepass"))
        embedded.copy(embed.patterns(cell.source), embeds, found.folder, made)
        return cache.keep(key, made)
