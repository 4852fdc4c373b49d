"""What is known of files that builds read, from one kernel to the next, so that nobody reads them again.

To hash gomagic's own files, and to find what each imports, takes 15 ms of an unchanged cell in a new kernel; to ask the
disk whether they are the same, 1 ms. A file's name here holds all that tells whether it has changed. What is damaged
or cannot be written is as good as empty.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from collections.abc import Sequence
from typing import Any

from gomagic.build import storage
from gomagic.source.record import Record

FILE = "files.json"
_MOST = 1000  # files; the oldest go


class Facts(Record):
    """What a file holds: its hash; of a Go file its imports and the patterns that it embeds."""

    hash: str
    imports: Sequence[str] = ()
    embeds: Sequence[str] = ()


_known: dict[tuple[object, ...], Facts] = {}
_written: dict[object, list[Any]] | None = None  # what others have written, by the path; None until it is read
_has_more = False  # whether something in _known is not written


def of(name: tuple[object, ...]) -> Facts | None:
    """What is known of a file of this name: its path, then what changes when the file does."""
    global _written
    if known := _known.get(name):
        return known
    if _written is None:
        _written = {}
        with contextlib.suppress(OSError, ValueError, TypeError, LookupError):
            check, _, text = (storage.place() / FILE).read_text(encoding="utf-8").partition("\n")
            if check == _check(text):
                _written = {row[0]: row for row in json.loads(text)}
    # Of the hundreds that are written, one cell asks for some.
    if (row := _written.get(name[0])) and row[:-3] == [*name]:
        _known[name] = Facts(*row[-3:])
    return _known.get(name)


def keep(name: tuple[object, ...], facts: Facts) -> None:
    """Know this of a file from now on, in this process; in others once it is written."""
    global _has_more
    _known[name] = facts
    _has_more = True


def write() -> None:
    """Write down what this process knows, of each path the last."""
    global _has_more
    if not _has_more:
        return
    _has_more = False
    known = _known.copy()  # at one stroke: this may be another thread than the one that builds
    latest = (_written or {}) | {name[0]: [*name, *facts] for name, facts in known.items()}
    text = json.dumps([*latest.values()][-_MOST:])
    file = storage.place() / FILE
    with contextlib.suppress(OSError):
        descriptor, made = tempfile.mkstemp(dir=file.parent, prefix=FILE)
        with open(descriptor, "w", encoding="utf-8") as stream:
            stream.write(f"{_check(text)}\n{text}")
        os.replace(made, file)


def forget() -> None:
    """Remove the file."""
    with contextlib.suppress(OSError):
        (storage.place() / FILE).unlink()


def _check(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
