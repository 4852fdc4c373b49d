"""Is this machine ready: one line a check, and for each failure the one command that cures it."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gomagic.build import compiler, process, storage, toolchain
from gomagic.errors import GoBuildError, GoToolchainError
from gomagic.run import gopls, isolated
from gomagic.source.cell import Cell
from gomagic.source.magics import Go

OLDEST_PYTHON = (3, 10)
LONGEST_CALL = 60.0  # seconds, on a machine that has much else to do
LEAST_BYTES = 500 << 20  # a cold Go build cache and some hundred libraries

_PROBE = """package main

import "C"

//export Answer
func Answer() C.int { return 42 }

func main() {}
"""

_PLAIN_PROBE = "func Answer() int { return 42 }\n"


@dataclass(frozen=True)
class Check:
    """One line of the report. cure: the command or action for a failure, empty when all is well."""

    subject: str
    found: str
    cure: str = ""

    def __str__(self) -> str:
        mark = "FAIL" if self.cure else "ok"
        line = f"{mark:<4}  {self.subject}: {self.found}"
        return f"{line}\n      -> {self.cure}" if self.cure else line


def examine() -> Iterator[Check]:
    """Yield the checks one by one, as each is made; stops at the first that later ones depend on."""
    version = ".".join(map(str, sys.version_info[:3]))
    old = sys.version_info < OLDEST_PYTHON
    yield Check("Python", f"{version} at {sys.executable}", "install Python 3.11 or newer" if old else "")
    try:
        yield _place()
        chain = toolchain.find()
        go = toolchain.check(chain)
        yield Check("Go", f"{go['GOVERSION'].removeprefix('go')} at {chain.go}")
        yield _c_compiler(chain)
    except GoToolchainError as trouble:
        yield Check("toolchain", trouble.what, trouble.hint)
        return
    yield _typing(chain)
    yield _whole_way(chain)


def report() -> bool:
    """Print the checks; returns whether all are well."""
    well = True
    for check in examine():
        print(check, flush=True)
        well = well and not check.cure
    print("This machine is ready." if well else "Cure what failed, restart the kernel, and ask again.")
    return well


def _place() -> Check:
    place = storage.root()
    free = shutil.disk_usage(place).free
    found = f"{place}, {free / 2**30:.1f} GiB free"
    return Check("cache folder", found, "" if free >= LEAST_BYTES else "free some space, or set GOMAGIC_CACHE")


def _c_compiler(chain: toolchain.Toolchain) -> Check:
    try:
        ended = process.run([*chain.cc, "--version"], env=chain.env, seconds=toolchain.CHECK_SECONDS)
    except OSError as trouble:
        return Check("C compiler", str(trouble), "install gcc (`apt install gcc`)")
    first = ended.out.strip().split("\n")[0] or "no answer"
    return Check("C compiler", first, "install gcc (`apt install gcc`)" if ended.code else "")


def _typing(chain: toolchain.Toolchain) -> Check:
    """Who helps while a cell is typed; without gopls nothing fails, there is less to see."""
    subject = "Tab in Go cells"
    if program := gopls.find(chain.env):
        return Check(subject, f"gopls at {program}")
    go = "go" if shutil.which("go", path=chain.env["PATH"]) == str(chain.go) else chain.go
    version = gopls.FITTING.get(toolchain.language(chain), "latest")
    return Check(subject, f"names and types; with all that gopls knows after `!{go} install {gopls.MODULE}@{version}`")


def _whole_way(chain: toolchain.Toolchain) -> Check:
    """Build a small library of each kind, past the cache, and call both in a process of their own."""
    start, what = time.perf_counter(), "build, load, call"
    by_hand, generated = (Cell("doctor", text, options=Go(force=True)) for text in (_PROBE, _PLAIN_PROBE))
    try:
        made = {
            "by_hand": compiler.build(by_hand, chain, folder=Path("/")).path,
            "generated": compiler.build(generated, chain, folder=Path("/")).path,
        }
    except (GoBuildError, GoToolchainError) as trouble:
        return Check(what, str(trouble), trouble.hint or "see the lines above")
    said = isolated.run("by_hand.Answer() + generated.Answer()", "doctor", made, {}, {}, seconds=LONGEST_CALL)
    seconds = time.perf_counter() - start
    if said != "84\n[child process: exit code 0]":
        last = said.replace("[child process: ", "").removesuffix("]").strip().splitlines()[-2:]
        return Check(what, ": ".join(last), "install a Python and a Go for the same processor, and run `%go clean`")
    return Check(what, f"two Go functions answered after {seconds:.1f} s")
