"""The line below a cell whose build takes long: what is going on, and how far it is. It goes when the build ends."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

_FIRST_SECONDS = 2.0
_NEXT_SECONDS = 0.5


@contextlib.contextmanager
def shown(shell: InteractiveShell, *, is_alone: bool) -> Iterator[None]:
    """Show the line while a build within the block takes long: in place in a notebook or terminal, nowhere else.

    is_alone: whether nothing else can stand below the cell by then, so that its output may be cleared.
    """
    place: _Notebook | _Terminal
    if getattr(shell, "kernel", None) is not None and is_alone:
        place = _Notebook(shell)
    elif getattr(shell, "kernel", None) is None and sys.stderr.isatty():
        place = _Terminal()
    else:
        yield
        return
    from gomagic.build import pace

    line = _Line(place)
    with pace.watched(line.look):
        try:
            yield
        finally:
            line.end()


class _Line:
    def __init__(self, place: _Notebook | _Terminal) -> None:
        self.place, self.start, self.is_shown = place, time.monotonic(), False
        self.next = self.start + _FIRST_SECONDS

    def look(self) -> None:
        now = time.monotonic()
        if now >= self.next:
            self.place.show(text(now - self.start), again=self.is_shown)
            self.next, self.is_shown = now + _NEXT_SECONDS, True

    def end(self) -> None:
        if self.is_shown:
            self.place.clear()


def text(seconds: float) -> str:
    """What is going on."""
    from gomagic.build import pace

    done, all_of_them = pace.packages()
    what = f"packages for the first time: {done} of {all_of_them}" if done > 1 else "the cell"
    return f"compiling {what}, {seconds:.0f} s"


class _Notebook:
    def __init__(self, shell: InteractiveShell) -> None:
        self.publisher = shell.display_pub

    def show(self, line: str, *, again: bool) -> None:
        self.publisher.publish({"text/plain": line}, transient={"display_id": f"gomagic-{id(self)}"}, update=again)

    def clear(self) -> None:
        self.publisher.clear_output()


class _Terminal:
    def show(self, line: str, *, again: bool) -> None:
        self.write(f"\r\x1b[K{line}")

    def clear(self) -> None:
        self.write("\r\x1b[K")

    def write(self, text: str) -> None:
        sys.stderr.write(text)
        sys.stderr.flush()
