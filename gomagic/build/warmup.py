"""What is done ahead of the reader's first cells, see `ahead`: what a child builds, and what a kernel finds out."""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Iterator

from gomagic.build import cache, compiler, golink, inputs, look, plainway, storage, toolchain
from gomagic.source import cell

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

_NICE = 10
_LOCK = "warmup.lock"
# It uses what most cells do; nearly all of it golib/cellgen imports as well.
_CELL = """\
func Ready() (all []any) {
	all = []any{
		cmp.Compare[int], errors.New, fmt.Sprint, maps.Keys[map[int]int], math.Sqrt, rand.Intn, os.ReadFile,
		slices.Sort[[]int], sort.Ints, strconv.Itoa, strings.ToUpper, sync.OnceFunc, time.Now,
	}
	return
}
"""
# It imports no more than any cell does.
_LEAST = "func Ready() {}\n"


def main() -> None:
    """Build ahead, and end with the kernel."""
    os.nice(_NICE)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    with contextlib.suppress(Exception):  # the reader's own cell will say what is wrong
        build()
        quicken()


def build() -> None:
    """Build what a first cell in this folder needs, if it is not there."""
    with _alone():
        for text in (_CELL, _LEAST):
            compiler.build(_parsed(text))


def quicken() -> None:
    """Compile what edited cells are linked with sooner, if it is not there."""
    with _alone():
        golink.build(toolchain.find())


def prepare() -> None:
    """Find out, in the kernel, what all plain cells ask once a process, and let a linker wait for the first one.

    Nothing is built: where it is not there yet, a child builds it. Raises as `compiler.build` does.
    """
    chain = toolchain.find()
    toolchain.check(chain)
    found = inputs.find(_parsed(_LEAST), chain, look.here(), inputs.LIBRARY)
    with cache.workplace() as place:
        plainway.prepare(found, place)


def _parsed(text: str) -> cell.Cell:
    return cell.parse("warmup", text, number=0, above=0, modules=())


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Let one process after another do what is within the block."""
    with (storage.root() / _LOCK).open("w") as lock:
        if fcntl:
            with contextlib.suppress(OSError):  # a disk without locks
                fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(0)  # what it has started is ended by its watch
