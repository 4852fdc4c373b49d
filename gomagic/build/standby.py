"""The linker of the next cell, started when a build is over: it has read what all cells have before one is edited.

`golink` begins to read with the build, beside the compiler, and needs longer than that, as the two share the
processors. Here it begins while the reader reads what has come of a cell, with the packages that all plain cells have,
and waits; what else the next one imports it reads then. Measured for a cell of one line: 0.080 s instead of 0.091 s.
Before the first cell of a kernel one waits with what the least of cells has, if that was built before (`warmup`).

It waits for two minutes, with 32 MB of its own, and ends with this process in any case. A cell that is linked otherwise
than the one before, as with other flags, ends it. Without this file, and where nobody reads, `golink` begins with the
build.
"""

from __future__ import annotations

import _thread
import atexit
import contextlib
import os
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from gomagic.build import ahead, cache, golink, hostlink, process
from gomagic.source.record import Record

_OURS = "GOMAGIC_"  # variables that no tool of Go's reads; the first library that is loaded sets one
_AFTER_SECONDS = 0.05  # the cell that was built is loaded and called meanwhile


class Kind(Record):
    """What decides which linker is the right one.

    folder, words: where it is run and its command, with `$WORK` for the folder of the build; nothing else in them
    differs from cell to cell.
    """

    program: Path
    env: Mapping[str, str]
    folder: str
    words: Sequence[str]


@dataclass
class Linker:
    """One that waits. work: the folder of the build that takes it. packages: what it has read, by their names."""

    kind: Kind
    work: Path
    packages: Mapping[str, str]
    waiting: process.Waiting
    held: contextlib.ExitStack


_turn = 0  # of builds: what one was to start the next one's beginning cancels, and `stop`
_lock = threading.Lock()  # for what follows
_wanted: Kind | None = None
_common: Mapping[str, str] = {}  # the packages of all cells built by now
_linker: Linker | None = None


def _forget() -> None:
    """In a process that is forked: the linker is its parent's."""
    global _lock, _linker
    _lock, _linker = threading.Lock(), None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)


def stop() -> None:
    """End the linker that waits, if one does, or was to."""
    global _linker, _turn
    with _lock:
        _turn += 1
        linker, _linker = _linker, None
    if linker:
        atexit.unregister(stop)
        linker.held.close()


def kind(program: Path, env: Mapping[str, str], folder: str, words: Sequence[str]) -> Kind:
    """The kind of linker for a command of Go's."""
    named = [f"{golink.IDENTITY}later" if word.startswith(golink.IDENTITY) else word for word in words]
    theirs = {name: value for name, value in env.items() if not name.startswith(_OURS)}
    return Kind(program, theirs, folder, named)


def is_there() -> bool:
    """Whether one waits, as it may for this build."""
    linker = _linker
    return bool(linker and linker.waiting.is_waiting)


def take(wanted: Kind, packages: Mapping[str, str]) -> Linker | None:
    """The linker that waits, if it is of this kind and has read none but these packages, whose files are given.

    Who takes it closes `held` in the end. Any other is ended.
    """
    global _linker
    with _lock:
        linker = _linker
        is_right = (
            linker
            and linker.waiting.is_waiting
            and linker.work.is_dir()
            and linker.kind == wanted
            and linker.packages.items() <= packages.items()
        )
        if is_right:
            atexit.unregister(stop)
            _linker = None
    if not is_right:
        stop()
    return linker if is_right else None


def learn(built: Kind, packages: Mapping[str, str]) -> None:
    """A cell was linked so, of these packages: the next one will be."""
    global _wanted, _common
    common = {name: file for name, file in packages.items() if _common.get(name) == file}
    _common = common if built == _wanted and common else packages
    _wanted = built


@contextlib.contextmanager
def followed() -> Iterator[None]:
    """Build within the block; soon after it a linker waits for the next cell, unless that is built by then."""
    global _turn
    _turn += 1
    try:
        yield
    finally:
        if ahead.is_on and _wanted and not is_there():
            _thread.start_new_thread(_start, (_turn, _wanted, _common))  # as in `ahead`


def begin(wanted: Kind, packages: Mapping[str, str]) -> None:
    """Let one wait for the first build, unless that was first; returns at once."""
    if not _turn:
        _thread.start_new_thread(_start, (0, wanted, packages))


def _start(turn: int, wanted: Kind, packages: Mapping[str, str]) -> None:
    time.sleep(_AFTER_SECONDS)
    linker = None
    with contextlib.suppress(Exception), _lock:  # without one the next build is slower
        if ahead.is_on and turn == _turn and not _linker:
            _let_wait(wanted, packages)
            linker = _linker
    if linker:
        linker.waiting.join()
        if _linker is linker:  # it has waited long enough
            stop()


def _let_wait(wanted: Kind, packages: Mapping[str, str]) -> None:
    global _linker
    with contextlib.ExitStack() as held:
        work = held.enter_context(cache.workplace())
        folder, *words = (word.replace("$WORK", str(work)) for word in (wanted.folder, *wanted.words))
        Path(folder).mkdir(parents=True)
        lines = [f"packagefile {name}={file}\n" for name, file in packages.items()]
        Path(golink.config(words)).write_text("".join(lines), encoding="utf-8")
        if command := hostlink.beginning(words, Path(folder)):
            program = held.enter_context(golink.waiting(wanted.program, command, packages, Path(folder), wanted.env))
            atexit.register(stop)
            _linker = Linker(wanted, work, packages, program, held.pop_all())
