"""What others do at the start of a plain cell, tried in another process: a panic there would end the kernel.

Go runs the `init`s of imported packages while the library is loaded, before any call could catch anything. Those of the
standard library are trusted; the cell's own start is run later (`start`).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from gomagic.bind import crash, trace
from gomagic.build import cache, process
from gomagic.errors import Fault, GoBuildError
from gomagic.source.cell import Cell

_SECONDS = 60
_READY = 91  # an exit status of which neither Go nor Python makes use
_LOAD = """
import ctypes, os, sys
try:
    ctypes.PyDLL(sys.argv[1]).gomagic_runner()  # any call waits until Go has started
except OSError:
    pass  # the kernel will hear of it, too, and say why
os._exit(int(sys.argv[2]))
"""
_NOTE = "this is run while the cell is loaded: there it would have ended the kernel"


def hold(path: Path, cell: Cell, labels: Mapping[str, str], sources: Mapping[str, list[str]]) -> None:
    """Load a plain cell's library in another process; what its packages do at their start is done there as well.

    labels, sources: as plain.load takes them. Raises GoBuildError with the cell's line if that process ends, or is not
    ready within a minute.
    """
    with cache.workplace() as place:
        env = {**os.environ, crash.VARIABLE: str(place)}
        ended = process.run([sys.executable, "-I", "-S", "-c", _LOAD, path, str(_READY)], env=env, seconds=_SECONDS)
        recorded = crash.recorded(place)
    if ended.timed_out:
        raise GoBuildError(
            f"{cell.label} compiles, but is not ready {_SECONDS} s after it was loaded",
            note="the `init`s of the packages that it imports are run while it is loaded, and calls wait for them",
            hint="do in a function what takes long, or waits",
        )
    if ended.code == _READY:
        return
    recorded = recorded or _last_words(ended.out)
    said = trace.tidy(ended.out, labels, recorded).splitlines()
    reasons = [line for line in said if line.startswith(("panic: ", "fatal error: "))]
    what = reasons[-1] if recorded and reasons else ": ".join([f"it ends the process, {ended.manner}", *said[-1:]])
    frames = trace.frames("".join(recorded), labels)
    fault = Fault("", what)
    if frames:
        file, line, _ = frames[-1]  # what began it: the variable, or the line of init
        text = [*sources.get(file, []), *[""] * line][line - 1].rstrip()
        fault = Fault(f"{labels[file]}:{line}", what, line=text)
    raise GoBuildError(
        f"{cell.label} compiles, but cannot be loaded", (fault,), note=_NOTE, hint="do it in a function, and call that"
    )


def _last_words(out: str) -> list[str]:
    """What looks like the trace of a panic, of a package that is started before golib/crash could record it."""
    start = max(out.rfind("\npanic: "), out.rfind("\nfatal error: ")) + 1
    return [out[start:]] if out.startswith(("panic: ", "fatal error: "), start) else []
