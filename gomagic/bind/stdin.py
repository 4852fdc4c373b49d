"""What a plain cell reads as its standard input: what the notebook's reader types, where there is a box for that."""

from __future__ import annotations

import builtins
import io
import os
import select
import sys
import threading
from types import BuiltinFunctionType
from typing import Any

_NOBODY = "nobody can be asked for input here, and os.Stdin finds its end; take the text as a parameter"
_GLANCE = 0.1  # seconds between two looks at whether Ctrl-C was pressed


class Stdin:
    """A file for golib/bridge, which reads no more than it is asked for. label: the cell, for what is said of it."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._lock = threading.Lock()  # one question after the other
        self._typed = b""  # what is left of a line
        self._told: object = None  # of whom it has been said that they do not answer

    def read1(self, size: int) -> bytes:
        """Read what there is at once, at most so many bytes, of what is typed a line; nothing at the end."""
        with self._lock:
            if not self._typed:
                self._typed = self._next(size)
            got, self._typed = self._typed[:size], self._typed[size:]
            return got

    def _next(self, size: int) -> bytes:
        asked: object = sys.stdin
        try:
            # A kernel puts another function in this one's place for as long as a cell of its runs.
            if not isinstance(builtins.input, BuiltinFunctionType):
                asked = builtins.input
                return f"{input()}\n".encode("utf-8", "surrogateescape")
            return _of_process(size)
        except (EOFError, NotImplementedError, OSError) as trouble:  # the last is pytest's
            if not isinstance(trouble, EOFError) and self._told is not asked:
                self._told = asked
                print(f"note: {self._label}: {_NOBODY}", file=sys.stderr)
            return b""


def _of_process(size: int) -> bytes:
    file: Any = sys.stdin
    if file is None:
        return b""
    binary = getattr(file, "buffer", None)
    if binary is None or _has_read_on(file):
        line: str = file.readline()
        return line.encode(getattr(file, "encoding", None) or "utf-8", "surrogateescape")
    if not file.isatty():
        got: bytes = binary.read1(size)
        return got
    # Python's own way to wait is not to be interrupted where Go's handler of signals has taken the place of Python's.
    while not select.select([file], [], [], _GLANCE)[0]:
        pass
    return os.read(file.fileno(), size)


def _has_read_on(file: Any) -> bool:
    """Whether Python has decoded more than it has given out: then nothing else may be set for what follows."""
    try:
        file.reconfigure(errors=file.errors)
    except (AttributeError, io.UnsupportedOperation):
        return True
    return False
