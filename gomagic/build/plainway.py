"""The way of a plain Go cell: it becomes `package main` together with what golib/cellgen generates.

Its only cgo is golib/bridge, which never changes and stays in Go's cache.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

from gomagic.build import cache, cellgen, generator, gobuild, imported, packages, process, replay, sources
from gomagic.build.cache import MANIFEST, SHIMS
from gomagic.build.inputs import Inputs
from gomagic.build.manifest import Manifest
from gomagic.build.replay import Done
from gomagic.errors import GoBuildError
from gomagic.source import gosource
from gomagic.source.cell import Cell

_MOST = 64  # recipes, of 100 bytes
_recipes: dict[tuple[str, ...], Path] = {}  # of the last builds here, by name and imports; the latest one is the last


def make(inputs: Inputs, place: Path, made: Path, key: Callable[[], str]) -> Done:
    """Build to the folder `made`, working in `place`, by the commands of an earlier build if one had the same imports.

    Beside the library go its manifest and its shims. key: as `replay.Start.follow` takes it. Raises as `gobuild` and
    `generator` do.
    """
    source = place / "main"
    env = gobuild.environment(inputs.chain.env, source)
    with replay.Start(source, inputs.chain, env, is_plain=True) as start:
        start.guess(_likely(inputs.cell))  # before all else: it takes longer than what the linker waits for
        sources.write(source, inputs, package="main", recorded=True)
        imported.join(source, inputs)
        done, manifest = _built(inputs, source, made, start, env, key)
    if manifest is None:
        raise GoBuildError(f"{inputs.cell.label}: Go compiles it, but its types could not be found out")
    generator.judge(manifest, done.out, inputs.cell)
    (made / MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    shutil.copyfile(source / SHIMS, made / SHIMS)
    (made / "cell.h").unlink(missing_ok=True)
    return done


def prepare(inputs: Inputs, place: Path) -> None:
    """Let a linker wait for cells that import no less than this one, if one like this was built before; see `replay`.

    place: where to work. Raises as `make` does.
    """
    source = place / "main"
    program = cellgen.kept(inputs.chain)
    if not program:
        return
    env = gobuild.environment(inputs.chain.env, source)
    with replay.Start(source, inputs.chain, env, is_plain=True) as start:
        sources.write(source, inputs, package="main", recorded=True)
        _, _, recipe = _generated(inputs, source, program)
        start.let_wait(cache.find(recipe))


def _generated(inputs: Inputs, source: Path, program: Path) -> tuple[Manifest | None, bool, str]:
    """Generate the boundary: what it is, whether the cell's start was put off, and the key of how all is built.

    program: cellgen. It gives no manifest of what it cannot read.
    """
    manifest = generator.generate(program, source, inputs.cell, packages.of(inputs, source))
    starts = generator.put_off(source)
    return manifest, starts, inputs.recipe(_decisive(source))


def _built(
    inputs: Inputs, source: Path, made: Path, start: replay.Start, env: Mapping[str, str], key: Callable[[], str]
) -> tuple[Done, Manifest | None]:
    """Generate the boundary and build all; the manifest is None where Go compiles it and cellgen cannot."""
    manifest, starts, recipe = _generated(inputs, source, cellgen.find(inputs.chain))
    target = sources.target(source, inputs)
    # The commands name the files of the package, which embedded ones are not.
    if manifest and target == ["."] and not inputs.cell.options.force:
        kept = cache.find(recipe)
        if done := start.follow(kept, made / inputs.kind, key):
            _remember(inputs.cell, kept)
            return done, manifest
    words = gobuild.command(inputs, target, made / inputs.kind, flags=_questions(inputs))
    done = Done(_traced(inputs, words, source, starts).out, gobuild.joined(words))
    _remember(inputs.cell, replay.keep(recipe, done.out, source, made / inputs.kind, env))
    return done, manifest


def _likely(cell: Cell) -> Path | None:
    """The recipe by which this cell was built before, else that of the last build of all."""
    return _recipes.get((cell.name, *cell.source.imports)) or next(reversed(_recipes.values()), None)


def _remember(cell: Cell, recipe: Path | None) -> None:
    known = (cell.name, *cell.source.imports)
    _recipes.pop(known, None)
    if recipe:
        _recipes[known] = recipe
    if len(_recipes) > _MOST:
        _recipes.pop(next(iter(_recipes)), None)


def _traced(inputs: Inputs, words: list[str], source: Path, starts: bool) -> process.Ended:
    """Run `go build` so that it prints its commands, too. starts: whether the cell's start was put off."""
    ended = gobuild.run(inputs, [*words[:2], "-x", *words[2:]], source)
    if ended.code:
        failure = gobuild.failure(inputs, ended, source)
        if starts:  # nothing may be said of what the reader has not written
            generator.take_back(source)
            sources.target(source, inputs)
        if ended.code > 0 and (starts or not failure.where or replay.has_linked(ended.out)):
            # No line is at fault, or none of the reader's: all that is said is shown, without the commands and the
            # compiler's notes.
            words = [word for word in words if word not in _questions(inputs)]
            again = gobuild.run(inputs, words, source)
            failure = gobuild.failure(inputs, again, source) if again.code else failure
        raise failure
    return ended


def _decisive(source: Path) -> list[str]:
    """What of the cell and its shims, once completed, decides about the commands: imports, `//go:debug` lines."""
    completed = gosource.scan((source / "cell.go").read_text(encoding="utf-8", errors="replace"))
    shims = source / SHIMS
    # Its imports stand above its first function, and it may be long.
    more = gosource.scan(shims.read_text(encoding="utf-8").partition("\nfunc ")[0]).imports if shims.exists() else ()
    settings = [comment.text for comment in completed.comments if comment.text.startswith("//go:debug ")]
    return [*completed.imports, *more, *settings]


def _questions(inputs: Inputs) -> list[str]:
    """The flags by which the compiler tells what Go does with each parameter, and the linker how it links."""
    return [gobuild.asking(inputs, generator.ANALYSIS), *gobuild.telling(inputs)]
