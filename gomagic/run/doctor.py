"""Is this machine ready: one line a check, and for each failure the one command that cures it."""

from __future__ import annotations

import os
import shutil
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gomagic.bind import library, plain
from gomagic.build import compiler, process, storage, toolchain
from gomagic.errors import GoBuildError, GoToolchainError
from gomagic.run import gopls, host, isolated
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


def examine(here: host.Host) -> Iterator[Check]:
    """Yield the checks one by one, as each is made; stops at the first that later ones depend on."""
    yield Check("place", here.name)
    yield _python()
    yield from _c_library()
    try:
        yield _place()
        chain = toolchain.find()
        go = toolchain.check(chain)
        yield Check("Go", f"{go['GOVERSION'].removeprefix('go')} at {chain.go}")
        yield _c_compiler(chain)
    except GoToolchainError as trouble:
        cure = here.install(trouble.package) if trouble.package else trouble.hint
        yield Check("toolchain", trouble.what, cure)
        return
    yield _typing(chain, here)
    yield _whole_way(chain)


def report(ipython: str = "") -> bool:
    """Print the checks; returns whether all are well. ipython: the shell in which that was asked, if one was."""
    here = host.find(ipython)
    well = True
    for check in examine(here):
        print(check, flush=True)
        well = well and not check.cure
    steps = ", ".join(["Cure what failed", *filter(None, [here.anew]), "and ask again."])
    print("This machine is ready." if well else steps)
    return well


def _python() -> Check:
    version = sys.version.split()[0]
    found, cure = f"{version} at {sys.executable}", ""
    if sys.version_info < OLDEST_PYTHON:
        cure = "install Python 3.11 or newer"
    else:
        try:
            plain.check_interpreter()
        except GoToolchainError as trouble:
            found, cure = f"{found}; {trouble.note}", trouble.hint
    return Check("Python", found, cure)


def _c_library() -> Iterator[Check]:
    """On Linux, whose C library this Python was built for: with another one than glibc Go's libraries do not load."""
    if sys.platform != "linux":
        return
    try:
        version = os.confstr("CS_GNU_LIBC_VERSION") or ""
    except (OSError, ValueError):
        version = ""
    if version:
        yield Check("C library", version)
    else:
        yield Check("C library", f"not glibc; {library.WITHOUT_GLIBC}", library.USE_GLIBC)


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


def _typing(chain: toolchain.Toolchain, here: host.Host) -> Check:
    """Who helps while a cell is typed; without gopls nothing fails, there is less to see."""
    subject = "Tab in Go cells"
    if program := gopls.find(chain.env):
        return Check(subject, f"gopls at {program}")
    version = gopls.FITTING.get(toolchain.language(chain), "latest")
    install = here.program(f"{toolchain.called(chain)} install {gopls.MODULE}@{version}")
    return Check(subject, f"names and types; with all that gopls knows after {install}")


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
