"""Go programs of gomagic's own: the generator of boundaries, and the linker that reads ahead."""

from __future__ import annotations

import json
import platform
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from gomagic.build import process, storage, toolchain, workspace
from gomagic.build.toolchain import Toolchain

# No DWARF is made, of no package: a sixth less to compile where the standard library is not compiled yet. All libraries
# are compiled so, and what these programs import, as each would else have packages of its own. What the reader asks for
# of `all` holds instead, also in GOFLAGS, which Go does not look at where a command has the flag.
COMPILING = "-gcflags=all=-dwarf=false"
# What they and the cells import is compiled once for both if they are position-independent, as libraries are; here Go
# links such a program by itself.
HAS_PIE = sys.platform == "linux" and platform.machine() in ("x86_64", "aarch64")
# The compiler looks for garbage only when it is short of memory: a fifth less work for the standard library. Of all
# packages runtime alone comes near this limit, and while it is compiled nothing else is; with half as much it takes
# twice as long, as the compiler then looks for garbage all the time.
_CALM = {"GOGC": "off", "GOMEMLIMIT": "400MiB"}


def build(chain: Toolchain, place: Path, words: Sequence[str], **settings: str) -> process.Ended:
    """Build one where golib is, working in `place`. words: a command of Go's. settings: for Go."""
    env = {**storage.scratch(chain.env, place), "GOWORK": "off", "GOFLAGS": "-buildvcs=false", **settings}
    mode = ["-buildmode=pie"] if HAS_PIE else []
    command: list[str | Path] = [chain.go, words[0], "-ldflags=-w", COMPILING, *mode, *words[1:]]
    return process.run(command, cwd=workspace.GOMAGIC, env={**_CALM, **env}, seconds=toolchain.BUILD_SECONDS)


def overlay(place: Path, replaced: Mapping[str, str]) -> Path:
    """Write to `place` what `-overlay=` takes: by files of Go's own what is compiled in their place, "" for nothing."""
    file = place / "overlay.json"
    file.write_text(json.dumps({"Replace": replaced}), encoding="utf-8")
    return file
