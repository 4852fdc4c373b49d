"""golib/cellgen, the program that generates the boundary of plain cells, built when it is first needed."""

from __future__ import annotations

from pathlib import Path

from gomagic.build import cache, inputs, process, storage, toolchain, workspace
from gomagic.build.toolchain import Toolchain
from gomagic.errors import GoToolchainError

_NAME = "cellgen.exe"


def find(chain: Toolchain) -> Path:
    """The program, out of the cache or built now. Raises GoToolchainError."""
    parts = ["cellgen", inputs.generator(), *toolchain.facts(chain)]
    key = inputs.hashed(parts)
    if kept := cache.find(key):
        return kept / _NAME
    with cache.workplace() as place:
        made = place / "made"
        made.mkdir()
        command: list[str | Path] = [chain.go, "build", "-ldflags=-w", "-o", made / _NAME, "./golib/cellgen"]
        env = {**storage.scratch(chain.env, place), "GOWORK": "off", "GOFLAGS": "-buildvcs=false", "CGO_ENABLED": "0"}
        ended = process.run(command, cwd=workspace.GOMAGIC, env=env, seconds=toolchain.BUILD_SECONDS)
        if ended.code and (full := storage.filled(ended.out, place, toolchain.check(chain)["GOCACHE"])):
            raise full
        if ended.code:
            said = ended.out.strip()[-2000:] or ended.manner
            raise GoToolchainError(f"the generator of plain Go cells does not build: {said}")
        return cache.keep(key, made) / _NAME
