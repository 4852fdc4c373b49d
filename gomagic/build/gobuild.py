"""One `go build` of a cell's module: its flags, its environment, and what is said where it fails."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path

from gomagic.build import diagnostics, process, replay, sources, storage, toolchain, tools
from gomagic.build.inputs import PROGRAM, Inputs
from gomagic.errors import Fault, GoBuildError
from gomagic.source import goflags

# No DWARF: a fifth less to link, and traces need none. Nothing to compress then, so that the linker need not compile
# and link a trial program to learn whether the C compiler could.
LINKING = "-w -compressdwarf=false"
# What to do where Go does not end.
HANGS = "run `%go doctor`, and see whether the disk or the network hangs"


def command(inputs: Inputs, target: Sequence[str], made: Path, *, flags: Sequence[str] = ()) -> list[str]:
    """The command that builds `target` to the file `made`. flags: besides those that the reader asks for."""
    asked = goflags.values(goflags.split(inputs.chain.env["GOFLAGS"]), "gcflags")
    own = ["-buildmode=c-shared", tools.COMPILING, *(f"-gcflags={value}" for value in asked)]
    mode = [] if inputs.kind == PROGRAM else own
    words = [inputs.chain.go, "build", *mode, *_flags(inputs), *flags, "-o", made, *target]
    return [str(word) for word in words]


def compiling(inputs: Inputs, target: Sequence[str], *, gcflags: str) -> list[str]:
    """The command that compiles `target`, a package that is no program, for what the compiler says of it."""
    words = [inputs.chain.go, "build", *inputs.cell.options.flags, asking(inputs, gcflags), *target]
    return [str(word) for word in words]


def asking(inputs: Inputs, gcflags: str) -> str:
    """The flag that gives the compiler these, added to what the reader asks for; in place of `tools.COMPILING`."""
    asked = [value.removeprefix("all=") for value in goflags.values(inputs.flags, "gcflags")]
    return " ".join([tools.COMPILING.replace("all=", ""), *asked, gcflags])


def telling(inputs: Inputs) -> list[str]:
    """The flag by which the linker says how it links, added to those that are asked for."""
    return [] if goflags.values(inputs.flags, "ldflags") else [f"-ldflags={LINKING} {replay.SAID}"]


def run(inputs: Inputs, words: Sequence[str], source: Path) -> process.Ended:
    """Run a command of Go's on the module in `source`."""
    seconds = toolchain.BUILD_SECONDS
    return process.run(words, cwd=source, env=environment(inputs.chain.env, source), seconds=seconds)


def environment(env: Mapping[str, str], source: Path) -> dict[str, str]:
    """The environment of what is run on the module in `source`."""
    return {**storage.scratch(env, source.parent), "GOWORK": str(source / "go.work")}


def joined(words: Sequence[str]) -> str:
    """The command as a shell takes it."""
    return shlex.join(words)


def failure(inputs: Inputs, ended: process.Ended, source: Path) -> GoBuildError:
    """What to say of a command that has failed. Raises GoToolchainError instead if no cell would have built."""
    cell = inputs.cell
    if ended.timed_out:
        return GoBuildError(
            f"{cell.label}: the build did not end within {toolchain.BUILD_SECONDS // 60} minutes",
            hint=HANGS,
        )
    if full := storage.filled(ended.out, source, toolchain.check(inputs.chain)["GOCACHE"]):
        raise full
    if ended.code < 0:
        return GoBuildError(f"{cell.label}: the build was {ended.manner}", hint="run the cell again")
    said = sources.as_written(ended.out, inputs, source)
    near = source / "near.json"  # golib/cellgen has looked for misspelt names
    names = json.loads(near.read_text(encoding="utf-8")) if near.is_file() else {}
    faults: list[Fault] = diagnostics.faults(said, cell, inputs.chain.cc, names)
    return GoBuildError(f"{cell.label} does not compile", tuple(faults))


def _flags(inputs: Inputs) -> list[str]:
    flags = list(inputs.cell.options.flags)
    if not goflags.values(inputs.flags, "ldflags"):
        flags.insert(0, f"-ldflags={LINKING}")
    return flags
