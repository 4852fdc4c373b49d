"""The way of a cell with `import "C"`, and of a program: `go build` of the reader's own text.

A cell becomes a package below a constant `main`. A `main` that imports "C" itself makes every build compile
runtime/cgo anew (15 runs of gcc), which doubles the time. Only the package's name differs; where a cell could tell, it
is built as `package main`, as `go build` by hand does it.
"""

from __future__ import annotations

from pathlib import Path

from gomagic.build import cellgen, diagnostics, generator, gobuild, imported, packages, sources
from gomagic.build.inputs import LIBRARY, PROGRAM, Inputs


def make(inputs: Inputs, place: Path, made: Path) -> dict[str, str]:
    """Build to the folder `made`, working in `place`; returns the command and the warnings. Raises as gobuild."""
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
        ended = gobuild.run(inputs, words, source)
        if not ended.code:
            break
        failure = gobuild.failure(inputs, ended, source)
        if failure.where or ended.code < 0 or package == ways[-1]:
            raise failure
    (made / "cell.h").unlink(missing_ok=True)
    said = diagnostics.mapped(sources.as_written(ended.out, inputs, source), inputs.cell)
    return {"command": gobuild.joined(words), "warnings": said.strip()}
