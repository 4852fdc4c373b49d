"""Cell -> Artifact: found in the cache, or built the plain way or the C way."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from gomagic.build import cache, look, unchanged
from gomagic.build.cache import LIBRARY, PROGRAM
from gomagic.errors import GoBuildError
from gomagic.source.cell import Cell
from gomagic.source.record import Record

# The others are imported where they are used: an unchanged cell, which a new kernel is to have at once, needs none.
if TYPE_CHECKING:
    from gomagic.build import inputs
    from gomagic.build.toolchain import Toolchain


class Artifact(Record):
    """What a build made. path: the library or program. fresh: whether it was built now, or found in the cache.
    command, seconds: what was run and how long it took. warnings: what the compilers said all the same."""

    path: Path
    fresh: bool
    command: str = ""
    seconds: float = 0.0
    warnings: str = ""


def known(cell: Cell, *, folder: Path | None = None, kind: str = LIBRARY) -> Artifact | None:
    """What was built of a cell when all was as it is now, if that is known, as of an unchanged cell, and still kept."""
    if cell.options.force:
        return None
    key = unchanged.key(unchanged.question(cell, folder or cell.folder or look.here(), kind))
    return _kept(key, kind) if key else None


def build(cell: Cell, chain: Toolchain | None = None, *, folder: Path | None = None) -> Artifact:
    """Build a cell as a library for Python, or find it in the cache.

    chain: the tools, if not those that `toolchain.find` finds now. folder: where the cell runs, which decides the
    reader's module and what quoted includes and embeds mean.
    Beside the library of a plain cell lie its manifest and its shims. Raises GoBuildError naming the cell's own lines,
    GoToolchainError if nothing can be built at all.
    """
    return (None if chain else known(cell, folder=folder)) or make(cell, chain, folder=folder)


def build_program(cell: Cell, chain: Toolchain | None = None, *, folder: Path | None = None) -> Artifact:
    """Build a cell as a program, or find it in the cache; raises as `build` does."""
    return (None if chain else known(cell, folder=folder, kind=PROGRAM)) or make(
        cell, chain, folder=folder, kind=PROGRAM
    )


def header(cell: Cell, chain: Toolchain, *, folder: Path | None = None) -> str:
    """The C header of a cell with `import "C"`: what C sees of its exported functions."""
    from gomagic.build import gobuild, inputs, sources

    found = inputs.find(cell, chain, folder or look.here(), LIBRARY)
    with cache.workplace() as place:
        source = place / "main"
        sources.write(source, found, package="main")
        include = ["--", f"-I{found.folder}"] if cell.source.includes else []
        command = [str(chain.go), "tool", "cgo", "-objdir", "obj", "-exportheader", "cell.h", *include, "cell.go"]
        ended = gobuild.run(found, command, source)
        if ended.code:
            raise gobuild.failure(found, ended, source)
        return (source / "cell.h").read_text(encoding="utf-8")


def make(cell: Cell, chain: Toolchain | None = None, *, folder: Path | None = None, kind: str = LIBRARY) -> Artifact:
    """As `build` and `build_program`, for a cell that is not `known`."""
    from gomagic.build import inputs

    folder = folder or cell.folder or look.here()
    found = inputs.find(cell, chain, folder, kind) if chain else inputs.of(cell, folder, kind)
    if not cell.options.force and (kept := _kept(found.key, kind)):
        unchanged.write()
        return kept
    return _build(found)


def _kept(key: str, kind: str) -> Artifact | None:
    kept = cache.find(key)
    # All that it has: what is left out is filled in, which takes longer.
    return Artifact(kept / kind, False, "", 0.0, "") if kept else None


def _build(found: inputs.Inputs) -> Artifact:
    from gomagic.build import ahead, cellgen, cway, mistakes, plainway, process, room, standby, toolchain

    cell, chain, kind = found.cell, found.chain, found.kind
    room.check(f"{cell.label} is not built")
    # What is kept under its key had no mistakes.
    if faults := mistakes.find(cell) if kind == LIBRARY else mistakes.find_in_program(cell):
        raise GoBuildError(f"{cell.label} does not compile", tuple(faults))
    toolchain.check(chain)
    start = time.perf_counter()
    needed = partial(cellgen.kept, chain) if found.is_plain else None
    with standby.followed(), ahead.gone(until=needed), cache.workplace() as place, process.one_watch():
        made = place / "made"
        made.mkdir()
        way = plainway if found.is_plain else cway
        key = partial(_key_of, found, place)
        done = way.make(found, place, made, key)
        kept = cache.keep(done.key or key(), made)
    return Artifact(kept / kind, True, done.command, time.perf_counter() - start, done.warnings)


def _key_of(found: inputs.Inputs, place: Path) -> str:
    """Under what a build is kept: a key that nobody asks for where a file was edited while it ran.

    What the tools have read of such a file, before or after the edit, cannot be known.
    """
    from gomagic.build import inputs

    now = inputs.find(found.cell, found.chain, found.folder, found.kind)
    return found.key if now.key == found.key else inputs.hashed([found.key, str(place)])
