"""golib/cellgen, the program that generates the boundary of plain cells, built when it is first needed."""

from __future__ import annotations

import platform
import sys
from pathlib import Path

from gomagic.build import cache, inputs, process, storage, toolchain, workspace
from gomagic.build.toolchain import Toolchain
from gomagic.errors import GoToolchainError

_NAME = "cellgen"
# What cellgen and the cells import is compiled once for both if cellgen is position-independent, as libraries are; here
# Go links such a program by itself. The bridge, which all cells import, is compiled with it: its C files keep a
# processor busy while packages of Go's wait for each other. Where it does not compile, the cell's own build says why.
_HAS_PIE = sys.platform == "linux" and platform.machine() in ("x86_64", "aarch64")
_COMPILED_WITH_IT = ["./golib/cellgen", "./golib/bridge", "./golib/crash"]
# The compiler looks for garbage only when it is short of memory: a sixth less work for the standard library.
_CALM = {"GOGC": "off", "GOMEMLIMIT": "400MiB"}


def find(chain: Toolchain) -> Path:
    """The program, out of the cache or built now. Raises GoToolchainError."""
    parts = ["cellgen", inputs.generator(), *toolchain.facts(chain)]
    key = inputs.hashed(parts)
    if kept := cache.find(key):
        return kept / _NAME
    with cache.workplace() as place:
        made = place / "made"
        made.mkdir()
        mode = ["-buildmode=pie"] if _HAS_PIE else []
        if _HAS_PIE:
            _run(chain, place, ["list", "-export", "-f=", *mode, *_COMPILED_WITH_IT])
        build = ["build", "-ldflags=-w", *mode, "-o", str(made / _NAME), "./golib/cellgen"]
        ended = _run(chain, place, build, CGO_ENABLED="0")
        if ended.code and (full := storage.filled(ended.out, place, toolchain.check(chain)["GOCACHE"])):
            raise full
        if ended.code:
            said = ended.out.strip()[-2000:] or ended.manner
            raise GoToolchainError(f"the generator of plain Go cells does not build: {said}")
        return cache.keep(key, made) / _NAME


def _run(chain: Toolchain, place: Path, words: list[str], **settings: str) -> process.Ended:
    """Run a command of Go's where golib is, working in `place`."""
    env = {**storage.scratch(chain.env, place), "GOWORK": "off", "GOFLAGS": "-buildvcs=false", **settings}
    return process.run([chain.go, *words], cwd=workspace.GOMAGIC, env={**_CALM, **env}, seconds=toolchain.BUILD_SECONDS)
