"""What a profile is made of: stacks of calls, in the reader's words, and how often each was seen."""

from __future__ import annotations

import ctypes
import os
import re
import sys
from collections.abc import Container, Iterable
from dataclasses import dataclass
from enum import Enum


class Where(Enum):
    """Whose time it is, as the reader is told."""

    GO = "Go"
    COLLECTOR = "Go's garbage collector"
    SCHEDULER = "Go's scheduler"
    BOUNDARY = "arguments and results"
    PYTHON = "Python"
    C = "C"


@dataclass(frozen=True)
class Frame:
    """A function, and the line that it was at. file: a cell's token, a path, or "" where it is not Go's."""

    name: str
    file: str = ""
    line: int = 0


@dataclass(frozen=True)
class Sample:
    """A stack, outermost first. count: how often it was seen, or has allocated. bytes: how many it has allocated."""

    where: Where
    frames: tuple[Frame, ...]
    count: int
    bytes: int = 0


_GOLIB = "gomagic/golib/"
_GENERATED = ("/shims.go", "/start.go", "_cgo_gotypes.go")
_CALLS_BACK = re.compile(rf"{_GOLIB}bridge\._Cfunc_gomagic_(call_back|take_turn|use_file)$")
_COLLECTS = re.compile(r"runtime\.(gcBgMark\w+|bgsweep|bgscavenge|forcegchelper|run\w*[cC]leanup\w*|runfin\w*|_GC)$")
# What stands above the reader's own: how a goroutine begins, how C's thread becomes one, how tests are run.
_PLUMBING = re.compile(r"runtime\.(goexit|main|cgocallback\w*)$|main\.main$|testing\.|_testmain")
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
            found.append(sample([frames[int(number)] for number in stack.split()], int(count), int(size), cells))
    return found


def sample(stack: Iterable[Frame], count: int, size: int, cells: Container[str]) -> Sample:
    """The sample of a stack as Go has it, innermost first."""
    outermost = [frame for frame in stack if not _PREEMPTED.match(frame.name)][::-1]
    where, frames = _sorted_out(outermost, cells)
    return Sample(where, tuple(frames), count, size)


def _sorted_out(stack: list[Frame], cells: Container[str]) -> tuple[Where, list[Frame]]:
    if stack and not stack[-1].name:
        return _outside_go(stack[-1].line)
    own = any(frame.file in cells for frame in stack)
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
        return Where.GO, frames
    if any(_is_ours(frame) for frame in stack) or not stack or stack[0].name.startswith(("crosscall", "_cgo")):
        return Where.BOUNDARY, [Frame(Where.BOUNDARY.value)]
    if any(_COLLECTS.match(frame.name) for frame in stack):
        return Where.COLLECTOR, [Frame(Where.COLLECTOR.value)]
    if stack[0].name == "runtime._ExternalCode":
        return (Where.BOUNDARY, [Frame(Where.BOUNDARY.value)]) if len(stack) > 1 else (Where.C, [Frame(Where.C.value)])
    if all(frame.name.startswith(("runtime.", "internal/runtime/")) for frame in stack):
        return Where.SCHEDULER, [Frame(Where.SCHEDULER.value)]
    return Where.GO, frames


def _is_ours(frame: Frame) -> bool:
    return frame.name.startswith(_GOLIB) or _GOLIB in frame.file or frame.file.endswith(_GENERATED)


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
