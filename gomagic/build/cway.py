"""The way of a cell with `import "C"`, and of a program: `go build` of the reader's own text.

A cell becomes a package below a constant `main`. A `main` that imports "C" itself makes every build compile
runtime/cgo anew (15 runs of gcc), which doubles the time. Only the package's name differs; where a cell could tell, it
is built as `package main`, as `go build` by hand does it. The next cell with the same imports and `#cgo` lines is built
by the commands that Go has run for it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from gomagic.build import (
    cache,
    cellgen,
    diagnostics,
    generator,
    gobuild,
    imported,
    packages,
    process,
    replay,
    sources,
)
from gomagic.build.inputs import LIBRARY, PROGRAM, Inputs
from gomagic.build.replay import Done
from gomagic.source import gosource


def make(inputs: Inputs, place: Path, made: Path, key: Callable[[], str]) -> Done:
    """Build to the folder `made`, working in `place`. Raises as gobuild. key: as `replay.Start.follow` takes it."""
    ways = ["main"] if inputs.kind == PROGRAM or sources.must_be_main(inputs) else ["cell", "main"]
    for package in ways:
        source = place / package
        # A program writes its trace where the reader sees it.
        sources.write(source, inputs, package=package, recorded=inputs.kind == LIBRARY)
        imported.join(source, inputs)
        if inputs.kind == PROGRAM:
            generator.complete_program(cellgen.find(inputs.chain), source, inputs.cell, packages.of(inputs, source))
        target = sources.target(source, inputs) if package == "main" else ["./lib"]
        words = gobuild.command(inputs, target, made / inputs.kind)
        if package == "cell":
            recipe = inputs.recipe(_decisive(inputs.cell.source))
            env = gobuild.environment(inputs.chain.env, source)
            kept = None if inputs.cell.options.force else cache.find(recipe)
            with replay.Start(source, inputs.chain, env) as start:
                done = start.follow(kept, made / inputs.kind, key)
            if done and not done.out:
                return done
            # What the tools had to say `go build` says in the reader's terms.
            ended = gobuild.run(inputs, words, source) if done else _traced(inputs, words, source, recipe, env)
        else:
            ended = gobuild.run(inputs, words, source)
        if not ended.code:
            break
        failure = gobuild.failure(inputs, ended, source)
        if failure.where or ended.code < 0 or package == ways[-1]:
            raise failure
    (made / "cell.h").unlink(missing_ok=True)
    said = diagnostics.mapped(sources.as_written(replay.said(ended.out), inputs, source), inputs.cell)
    said = re.sub(r"(\./)?\bcell\.go\b", inputs.cell.label, said)  # as gcc calls it
    return Done(ended.out, gobuild.joined(words), said.strip())


def _traced(inputs: Inputs, words: list[str], source: Path, recipe: str, env: Mapping[str, str]) -> process.Ended:
    """Run `go build` and keep its commands under the key `recipe`."""
    ended = gobuild.run(inputs, [*words[:-3], "-x", *gobuild.telling(inputs), *words[-3:]], source)
    if not ended.code:
        replay.keep(recipe, ended.out, source, Path(words[-2]), env)
    elif not gobuild.failure(inputs, ended, source).where:
        return gobuild.run(inputs, words, source)
    return ended


def _decisive(source: gosource.Source) -> list[str]:
    """What of a cell's text decides about the commands: imports, `#cgo` lines, `//go:debug` lines."""
    return [*source.imports, *re.findall(r"^.*(?:#cgo|//go:debug)\b.*$", source.text, re.MULTILINE)]
