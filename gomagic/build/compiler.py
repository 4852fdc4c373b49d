"""Cell -> Artifact: here `go build` runs.

A plain Go cell is `package main` together with what golib/cellgen generates; its only cgo is golib/bridge, which never
changes and stays in Go's cache.

A cell with `import "C"` is compiled as a package below a constant `main`. A `main` that imports "C" itself makes
every build compile runtime/cgo anew (15 runs of gcc), which doubles the time. Only the package's name differs; where
a cell could tell, it is built as `package main`, as `go build` by hand does it.
"""

from __future__ import annotations

import hashlib
import json
import re
import shlex
import shutil
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from gomagic.build import cache, diagnostics, generator, mistakes, process, replay, sources, toolchain, workspace
from gomagic.build.toolchain import Toolchain
from gomagic.build.workspace import Workspace
from gomagic.errors import Fault, GoBuildError, GoToolchainError
from gomagic.source import goflags, gosource
from gomagic.source.cell import Cell

LIBRARY = "cell.so"
PROGRAM = "cell.exe"
_CELLGEN = "cellgen.exe"


@dataclass(frozen=True)
class Artifact:
    """What a build made. path: the library or program. fresh: whether it was built now, or found in the cache.
    command, seconds: what was run and how long it took. warnings: what the compilers said all the same."""

    path: Path
    fresh: bool
    command: str = ""
    seconds: float = 0.0
    warnings: str = ""


def build(cell: Cell, chain: Toolchain, *, folder: Path | None = None) -> Artifact:
    """Build a cell as a library for Python, or find it in the cache.

    folder: where the cell runs, which decides the reader's module and what quoted includes and embeds mean.
    Beside the library of a plain cell lie its manifest and its shims. Raises GoBuildError naming the cell's own lines,
    GoToolchainError if nothing can be built at all.
    """
    if faults := mistakes.find(cell):
        raise GoBuildError(f"{cell.label} does not compile", tuple(faults))
    return _make(cell, chain, folder or workspace.here(), LIBRARY)


def build_program(cell: Cell, chain: Toolchain, *, folder: Path | None = None) -> Artifact:
    """Build a cell as a program, or find it in the cache; raises as `build` does."""
    if faults := mistakes.find_in_program(cell):
        raise GoBuildError(f"{cell.label} does not compile", tuple(faults))
    return _make(cell, chain, folder or workspace.here(), PROGRAM)


def header(cell: Cell, chain: Toolchain, *, folder: Path | None = None) -> str:
    """The C header of a cell with `import "C"`: what C sees of its exported functions."""
    folder = folder or workspace.here()
    go = toolchain.check(chain)
    with cache.workplace() as place:
        sources.write(place, cell, workspace.find(folder, chain.env), folder, go["GOVERSION"], package="main")
        include = ["--", f"-I{folder}"] if cell.source.includes else []
        command = [chain.go, "tool", "cgo", "-objdir", "obj", "-exportheader", "cell.h", *include, "cell.go"]
        env = {**chain.env, "GOWORK": str(place / "go.work")}
        ended = process.run(command, cwd=place, env=env, seconds=toolchain.BUILD_SECONDS)
        if ended.code:
            raise _failure(cell, chain, ended, place)
        return (place / "cell.h").read_text(encoding="utf-8")


def key(cell: Cell, chain: Toolchain, space: Workspace, folder: Path, kind: str) -> str:
    """What a build depends on, hashed. System headers and libraries do not count: they need `-f`."""
    parts = [_itself(), kind, *chain.identity(), *cell.options.flags]
    if _is_plain(cell, kind):
        parts.append(_generator())
    parts += [cell.token, space.text(), space.digest(cell.source, folder)]
    if cell.source.includes:
        parts.append(str(folder))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def _make(cell: Cell, chain: Toolchain, folder: Path, kind: str) -> Artifact:
    space = workspace.find(folder, chain.env)
    name = key(cell, chain, space, folder, kind)
    if not cell.options.force and (kept := cache.find(name)) and (kept / kind).is_file():
        return Artifact(kept / kind, fresh=False)
    toolchain.check(chain)
    start = time.perf_counter()
    with cache.workplace() as place:
        made = place / "made"
        made.mkdir()
        if _is_plain(cell, kind):
            ended = _build_plain(cell, chain, space, folder, place)
        else:
            ended = _build_with_c(cell, chain, space, folder, place, kind)
        (made / "cell.h").unlink(missing_ok=True)
        kept = cache.keep(name, made)
    cache.prune()
    return Artifact(kept / kind, fresh=True, seconds=time.perf_counter() - start, **ended)


def _build_with_c(
    cell: Cell, chain: Toolchain, space: Workspace, folder: Path, place: Path, kind: str
) -> dict[str, str]:
    """Build a cell with `import "C"`, or a program, to place/made; returns the command and the warnings."""
    ways = ["main"] if kind == PROGRAM or _must_be_main(cell, chain) else ["cell", "main"]
    for package in ways:
        source = place / package
        recorded = kind == LIBRARY  # a program writes its trace where the reader sees it
        version = toolchain.check(chain)["GOVERSION"]
        sources.write(source, cell, space, folder, version, package=package, recorded=recorded)
        mode = [] if kind == PROGRAM else ["-buildmode=c-shared"]
        command = [chain.go, "build", *mode, *_flags(cell, chain), "-o", place / "made" / kind]
        command.append("." if package == "main" else "./lib")
        env = {**chain.env, "GOWORK": str(source / "go.work")}
        ended = process.run(command, cwd=source, env=env, seconds=toolchain.BUILD_SECONDS)
        if not ended.code:
            break
        failure = _failure(cell, chain, ended, source)
        if failure.where or package == ways[-1]:
            raise failure
    return {"command": _joined(command), "warnings": diagnostics.mapped(ended.out, cell).strip()}


def _build_plain(cell: Cell, chain: Toolchain, space: Workspace, folder: Path, place: Path) -> dict[str, str]:
    """Build a plain cell to place/made, by the commands of an earlier build if one had the same imports."""
    source, made = place / "main", place / "made"
    sources.write(source, cell, space, folder, toolchain.check(chain)["GOVERSION"], package="main", recorded=True)
    manifest = generator.generate(cellgen(chain), source, cell)
    env = {**chain.env, "GOWORK": str(source / "go.work")}
    recipe = _recipe_name(cell, chain, space, folder, source)
    kept = cache.find(recipe)
    done = replay.follow(kept, source, made / LIBRARY, env) if kept and manifest else None
    if done is None:
        flags = [*_flags(cell, chain), _analysis(cell, chain)]
        done = [chain.go, "build", "-x", "-buildmode=c-shared", *flags, "-o", made / LIBRARY, "."]
        ended = process.run(done, cwd=source, env=env, seconds=toolchain.BUILD_SECONDS)
        done.remove("-x")
        if ended.code:
            failure = _failure(cell, chain, ended, source)
            if not failure.where:  # all that was said is shown then, and the commands are not to be among it
                again = process.run(done, cwd=source, env=env, seconds=toolchain.BUILD_SECONDS)
                failure = _failure(cell, chain, again, source)
            raise failure
        output, command = ended.out, _joined(done)
        if found := replay.read(output):
            (place / "recipe").mkdir()
            replay.write(found, place / "recipe")
            cache.keep(recipe, place / "recipe")
    else:
        output, command = done
    generator.judge(manifest, output, cell)
    (made / generator.MANIFEST).write_text(json.dumps(manifest), encoding="utf-8")
    shutil.copyfile(source / generator.SHIMS, made / generator.SHIMS)
    return {"command": command}


def _recipe_name(cell: Cell, chain: Toolchain, space: Workspace, folder: Path, source: Path) -> str:
    """What the commands of a build depend on, hashed: all but the cell's text, of which only the imports count."""
    imports = gosource.scan((source / "cell.go").read_text(encoding="utf-8", errors="replace")).imports
    parts = [_itself(), _generator(), *chain.identity(), *cell.options.flags, space.text()]
    parts += [space.digest(cell.source, folder), *sorted(imports)]
    return hashlib.sha256("\0".join(["recipe", *parts]).encode()).hexdigest()[:32]


def _joined(command: list) -> str:
    return shlex.join(str(word) for word in command)


def cellgen(chain: Toolchain) -> Path:
    """The generator of plain cells' boundaries, built when it is first needed. Raises GoToolchainError."""
    name = hashlib.sha256("\0".join([_generator(), *chain.identity()]).encode()).hexdigest()[:32]
    if (kept := cache.find(name)) and (kept / _CELLGEN).is_file():
        return kept / _CELLGEN
    with cache.workplace() as place:
        made = place / "made"
        made.mkdir()
        command = [chain.go, "build", "-ldflags=-w", "-o", made / _CELLGEN, "./golib/cellgen"]
        env = {**chain.env, "GOWORK": "off", "GOFLAGS": "-buildvcs=false", "CGO_ENABLED": "0"}
        ended = process.run(command, cwd=workspace.GOMAGIC, env=env, seconds=toolchain.BUILD_SECONDS)
        if ended.code:
            raise GoToolchainError(f"the generator of plain Go cells does not build: {ended.out.strip()[-2000:]}")
        return cache.keep(name, made) / _CELLGEN


def _is_plain(cell: Cell, kind: str) -> bool:
    return kind == LIBRARY and not cell.source.uses_c


def _analysis(cell: Cell, chain: Toolchain) -> str:
    """The flag by which the compiler tells what Go does with each parameter, added to those that are asked for."""
    asked = [value.removeprefix("all=") for value in goflags.values(_all_flags(cell, chain), "gcflags")]
    return "-gcflags=" + " ".join([*asked, generator.ANALYSIS])


def _flags(cell: Cell, chain: Toolchain) -> list[str]:
    flags = list(cell.options.flags)
    if not goflags.values(_all_flags(cell, chain), "ldflags"):
        # No DWARF: a fifth less to link, and traces need none. Nothing to compress then, so that the linker need not
        # compile and link a trial program to learn whether the C compiler could.
        flags.insert(0, "-ldflags=-w -compressdwarf=false")
    return flags


def _all_flags(cell: Cell, chain: Toolchain) -> list[str]:
    return [*goflags.split(chain.env["GOFLAGS"]), *cell.options.flags]


def _must_be_main(cell: Cell, chain: Toolchain) -> bool:
    """Whether the cell could tell that its package is not `main`: it prints or sets names, or may be left out."""
    source = cell.source
    shown = any("%T" in text or "%#v" in text for text in source.strings)
    asks = re.search(r"\b(runtime\.(Callers?|FuncForPC|Stack)|debug\.(Print)?Stack|reflect\.)", source.bare)
    constrained = any(comment.text.startswith("//go:build") for comment in source.comments)
    return bool(shown or asks or constrained or "main." in " ".join(_all_flags(cell, chain)))


def _failure(cell: Cell, chain: Toolchain, ended: process.Ended, place: Path) -> GoBuildError:
    if ended.timed_out:
        return GoBuildError(
            f"{cell.label}: the build did not end within {toolchain.BUILD_SECONDS // 60} minutes",
            hint="run `%go doctor`, and see whether the disk or the network hangs",
        )
    if re.search(r"no space left on device|Disk quota exceeded", ended.out):
        raise cache.no_space(place)
    if ended.code < 0:
        return GoBuildError(f"{cell.label}: the build was {ended.manner}", hint="run the cell again")
    faults: list[Fault] = diagnostics.faults(ended.out.replace(f"{place}/", ""), cell, chain.cc)
    return GoBuildError(f"{cell.label} does not compile", tuple(faults))


@lru_cache(maxsize=1)
def _itself() -> str:
    """A hash of the modules that decide what a build makes."""
    rooms = [folder for folder in (Path(__file__).parent, Path(gosource.__file__).parent)]
    modules = sorted(file for room in rooms for file in room.glob("*.py"))
    crash = sorted((workspace.GOMAGIC / "golib" / "crash").glob("*.go"))
    texts = [file.read_bytes() for file in [*modules, *crash]]
    return hashlib.sha256(b"\0".join(texts)).hexdigest()


@lru_cache(maxsize=1)
def _generator() -> str:
    """A hash of what makes the boundary of plain cells."""
    folders = [workspace.GOMAGIC / "golib" / name for name in ("bridge", "cellgen")]
    files = sorted(file for folder in folders for file in folder.iterdir() if file.suffix in (".go", ".c", ".h"))
    texts = [file.read_bytes() for file in files if not file.name.endswith("_test.go")]
    return hashlib.sha256(b"\0".join(texts)).hexdigest()
