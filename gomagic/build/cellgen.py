"""golib/cellgen, the program that generates the boundary of plain cells, built when it is first needed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from gomagic.build import cache, inputs, process, storage, toolchain, tools, workspace
from gomagic.build.toolchain import Toolchain
from gomagic.errors import GoToolchainError

_NAME = "cellgen"
_PACKAGE = "./golib/cellgen"
# The bridge, which all cells import, is compiled with it: its C files keep a processor busy while packages of Go's wait
# for each other. Where it does not compile, the cell's own build says why.
_COMPILED_WITH_IT = ["./golib/bridge", "./golib/crash"]
# In cellgen and what it alone imports nothing is inlined: a third less work for these packages. To generate a boundary
# takes up to a tenth longer then, a millisecond.
_PLAINLY = [f"-gcflags={packages}=-dwarf=false -l" for packages in ("go/...", "math/big", "gomagic/golib/cellgen")]
# Files of Go's own in place of which others are compiled, if any: cellgen needs a part of these packages, and all that
# the whole ones import is a seventh of what is compiled before the first cell. See golib/cellgen/_reduced.
_REDUCED = {
    "encoding/binary/binary.go": "binary.go",
    "encoding/binary/native_endian_big.go": "",
    "encoding/binary/native_endian_little.go": "",
    "encoding/binary/varint.go": "",
    "go/importer/importer.go": "importer.go",
    "go/internal/gcimporter/gcimporter.go": "gcimporter.go",
    "go/printer/comment.go": "comment.go",
    "internal/pkgbits/encoder.go": "",
}


def find(chain: Toolchain) -> Path:
    """The program, out of the cache or built now, as cells need it. Raises GoToolchainError."""
    return kept(chain) or _build(chain, _key(chain), _quick)


def whole(chain: Toolchain) -> Path:
    """The program that can read a package on disk, too. Raises GoToolchainError."""
    key = inputs.hashed([_key(chain), "whole"])
    found = cache.find(key)
    return found / _NAME if found else _build(chain, key, _plain)


def kept(chain: Toolchain) -> Path | None:
    """The program that cells need, if it is built."""
    found = cache.find(_key(chain))
    return found / _NAME if found else None


def _build(chain: Toolchain, key: str, way: Callable[[Toolchain, Path, Path], process.Ended]) -> Path:
    with cache.workplace() as place:
        made = place / "made"
        made.mkdir()
        ended = way(chain, place, made)
        if ended.code and (full := storage.filled(ended.out, place, toolchain.check(chain)["GOCACHE"])):
            raise full
        if ended.code:
            said = ended.out.strip()[-2000:] or ended.manner
            raise GoToolchainError(f"the generator of plain Go cells does not build: {said}")
        return cache.keep(key, made) / _NAME


def _quick(chain: Toolchain, place: Path, made: Path) -> process.Ended:
    """Build it with what else the first cell needs; of Go's own files as they are if that fails."""
    if tools.HAS_PIE and (overlay := _overlay(chain, place)):
        how = ["-tags=cells", f"-overlay={overlay}", *_PLAINLY]
        # One command, which links cellgen while C files are still compiled; `go build` would leave out all but cellgen.
        ended = tools.build(chain, place, ["install", *how, _PACKAGE, *_COMPILED_WITH_IT], GOBIN=str(made))
        if ended.code:
            ended = tools.build(chain, place, ["build", *how, "-o", str(made / _NAME), _PACKAGE])
        if not ended.code:
            return ended
    return _plain(chain, place, made)


def _plain(chain: Toolchain, place: Path, made: Path) -> process.Ended:
    return tools.build(chain, place, ["build", "-o", str(made / _NAME), _PACKAGE], CGO_ENABLED="0")


def _overlay(chain: Toolchain, place: Path) -> Path | None:
    """The file that tells Go what to compile in place of its own files; None if it does not have them all."""
    sources = Path(toolchain.check(chain)["GOROOT"], "src")
    ours = workspace.GOMAGIC / "golib" / "cellgen" / "_reduced"
    replaced = {str(sources / theirs): str(ours / name) if name else "" for theirs, name in _REDUCED.items()}
    if not all(Path(file).is_file() for file in replaced):
        return None
    return tools.overlay(place, replaced)


def _key(chain: Toolchain) -> str:
    return inputs.hashed(["cellgen", inputs.generator(), *toolchain.facts(chain)])
