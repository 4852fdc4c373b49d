"""What a profile is made of: stacks of calls, in the reader's words, and how often each was seen."""

from __future__ import annotations

import ctypes
import os
import re
import sys
from collections.abc import Container, Iterable
from dataclasses import dataclass, replace
from enum import Enum


class Where(Enum):
    """Whose time it is, as the reader is told."""

    GO = "Go"
    COLLECTOR = "Go's garbage collector"
    SCHEDULER = "Go's scheduler"
    BOUNDARY = "arguments and results"
    PYTHON = "Python"
    C = "C"
    OUTSIDE = "Python and C"


@dataclass(frozen=True)
class Frame:
    """A function, and the line that it was at. file: a cell's token, a path, or "" where it is not Go's."""

    name: str
    file: str = ""
    line: int = 0


@dataclass(frozen=True)
class Sample:
    """A stack, outermost first. count: how often it was seen, or has allocated.

    weight: how many seconds of a processor's time that is, or bytes. ticked: it was the process's timer that looked.
    """

    where: Where
    frames: tuple[Frame, ...]
    count: int
    weight: float
    ticked: bool = False


PERIOD = 0.01  # seconds: 1 / rate of golib/profile

_LIBRARY_OF_C = (Frame("C: libc"),)
_OUTSIDE = "runtime._ExternalCode"  # as the runtime calls what is not Go's
_GOLIB = "gomagic/golib/"
_GENERATED = ("/shims.go", "/start.go", "_cgo_gotypes.go")
_CALLS_BACK = re.compile(rf"{_GOLIB}bridge\._Cfunc_gomagic_(call_back|take_turn|use_file)$")
_COLLECTS = re.compile(r"runtime\.(gcBgMark\w+|bgsweep|bgscavenge|forcegchelper|run\w*[cC]leanup\w*|runfin\w*|_GC)$")
# What stands above the reader's own: how a goroutine begins, how C's thread becomes one, how tests are run.
_PLUMBING = re.compile(r"runtime\.(goexit|main)$|main\.main$|testing\.|_testmain")
_PREEMPTED = re.compile(r"runtime\.asyncPreempt\w*$")  # what a thread does when it is looked at


def read(text: str, cells: Container[str]) -> list[Sample]:
    """The samples in what golib/profile has written. cells: the tokens of the reader's cells."""
    frames: list[Frame] = []
    found = []
    for line in text.splitlines():
        kind, *fields = line.split("\t")
        if kind == "frame":
            frames.append(Frame(fields[0], fields[1], int(fields[2])))
        else:
            count, size, stack = fields
            found.append(sample([frames[int(number)] for number in stack.split()], int(count), float(size), cells))
    return found


def sample(stack: Iterable[Frame], count: int, weight: float, cells: Container[str]) -> Sample:
    """The sample of a stack as Go has it, innermost first."""
    outermost = [frame for frame in stack if not _PREEMPTED.match(frame.name)][::-1]
    where, frames = _sorted_out(outermost, cells)
    return Sample(where, tuple(frames), count, weight, bool(outermost) and outermost[0].name == _OUTSIDE)


def timed(seen: Iterable[Sample], processors: float) -> list[Sample]:
    """The samples of time with their weights. processors: for so many seconds they have worked in all.

    Threads of Go's have timers of their own, each sample is as long as its period. What is left of the time is Python's
    and C's: of that the process's timer tells, which may wake a thread that waits in C's library, and counts coarsely.
    """
    seen = list(seen)
    own = [replace(sample, weight=sample.count * PERIOD) for sample in seen if not sample.ticked]
    left = processors - sum(sample.weight for sample in own)
    ticked = [sample for sample in seen if sample.ticked and sample.frames != _LIBRARY_OF_C]
    ticks = sum(sample.count for sample in ticked)
    if left <= 0:
        return own
    if not ticks:
        return [*own, Sample(Where.OUTSIDE, (Frame(Where.OUTSIDE.value),), 0, left, True)]
    return [*own, *(replace(sample, weight=left * sample.count / ticks) for sample in ticked)]


def _sorted_out(stack: list[Frame], cells: Container[str]) -> tuple[Where, list[Frame]]:
    if stack and not stack[-1].name:
        return _outside_go(stack[-1].line)
    own = any(frame.file in cells for frame in stack)
    is_ours = any(_is_ours(frame) for frame in stack)
    while stack and _PLUMBING.match(stack[0].name):
        stack = stack[1:]
    frames: list[Frame] = []
    through = False  # golib's functions, and what they call in turn
    for frame in stack:
        if frame.file in cells or not (through or _is_ours(frame)):
            through = False
            frames.append(Frame(_name(frame.name), frame.file, frame.line))
        elif not through:
            through = True
            frames.append(Frame(Where.BOUNDARY.value))
    if own and frames[0].name == Where.BOUNDARY.value:
        frames = frames[1:]
    if any(_CALLS_BACK.match(frame.name) for frame in stack[-2:]):
        return Where.PYTHON, [*frames[:-1], Frame("Python, called back")]
    if own:
        return (Where.BOUNDARY if frames[-1].name == Where.BOUNDARY.value else Where.GO), frames
    if is_ours or not stack or stack[0].name.startswith(("crosscall", "_cgo")):
        return Where.BOUNDARY, [Frame(Where.BOUNDARY.value)]
    if any(_COLLECTS.match(frame.name) for frame in stack):
        return Where.COLLECTOR, [Frame(Where.COLLECTOR.value)]
    if stack[0].name == _OUTSIDE:
        return (Where.BOUNDARY, [Frame(Where.BOUNDARY.value)]) if len(stack) > 1 else (Where.C, [Frame(Where.C.value)])
    if all(frame.name.startswith(("runtime.", "internal/runtime/")) for frame in stack):
        return Where.SCHEDULER, [Frame(Where.SCHEDULER.value)]
    return Where.GO, frames


def _is_ours(frame: Frame) -> bool:
    return (
        frame.name.startswith((_GOLIB, "runtime.cgocallback"))
        or _GOLIB in frame.file
        or frame.file.endswith(_GENERATED)
    )


def _name(name: str) -> str:
    """A function as the reader calls it: those of cells without a package, others with its name alone."""
    short = re.sub(r"^(?:[^\[(]*/)?", "", name)
    return re.sub(r"^(main|cell)\.", "", short).replace("[...]", "[…]")


class _Found(ctypes.Structure):
    """Dl_info of dlfcn.h."""

    _fields_ = [
        ("file", ctypes.c_char_p),
        ("base", ctypes.c_void_p),
        ("symbol", ctypes.c_char_p),
        ("start", ctypes.c_void_p),
    ]


def _outside_go(address: int) -> tuple[Where, list[Frame]]:
    """Whose code stands at an address of this process that is not Go's."""
    found = _Found()
    known = ctypes.CDLL(None).dladdr(ctypes.c_void_p(address), ctypes.byref(found))
    file = os.fsdecode(found.file or b"") if known else ""
    name = os.path.basename(file).split(".")[0]
    if name == "cell":  # golib/bridge, in the library itself
        return Where.BOUNDARY, [Frame(Where.BOUNDARY.value)]
    own = f"{os.sep}lib-dynload{os.sep}"
    if own in file or name.startswith(("libpython", "python")) or file in (sys.executable, sys.argv[0]):
        return Where.PYTHON, [Frame(Where.PYTHON.value)]
    return Where.C, [Frame(f"C: {name}" if name else Where.C.value)]
