"""Who looks how far a build is, and how far it is, told by the folders in which Go works."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from pathlib import Path

from gomagic.build import storage

# What is called now and then while this thread waits for programs.
look: ContextVar[Callable[[], object]] = ContextVar("look", default=lambda: None)


@contextlib.contextmanager
def watched(by: Callable[[], object]) -> Iterator[None]:
    """Call `by` some ten times a second whenever this thread waits for a program within the block."""
    token = look.set(by)
    try:
        yield
    finally:
        look.reset(token)


def packages() -> tuple[int, int]:
    """How many packages Go has begun to compile, and how many it will have, as far as that is known.

    Go numbers what is to be done from the program down to what all else imports, and begins with that: so the
    highest number is seen early. It makes a folder for a package that it compiles, for none that it has in its cache.
    """
    most = (0, 0)
    with contextlib.suppress(OSError):  # a build ends, or there is no folder yet
        for folder in (storage.place() / "work").glob("gomagic-*/tmp/go-build*"):
            numbers = [int(name[1:]) for name in _names(folder) if name[:1] == "b" and name[1:].isdigit()]
            most = max(most, (len(numbers), max(numbers, default=0)))
    return most


def _names(folder: Path) -> list[str]:
    with contextlib.suppress(OSError):
        return [found.name for found in folder.iterdir()]
    return []
