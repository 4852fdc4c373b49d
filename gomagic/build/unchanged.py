"""The key of a cell that was asked for before, be it in another kernel, while all that it follows from is as it was.

To find out what a build depends on takes eight modules and what is known of a hundred files: 4.5 ms of the 20 of an
unchanged cell in a new kernel. So the key is kept with all that was looked at for it (`look`), and is found by one look
at that. In a new kernel gomagic's own modules are among it: they decide, too.

    <root>/asked/<question>.json    a checksum; a key, what files of gomagic's own were, what the others were

Deleted, or without this module, everything is found out at each run.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import sys
from typing import TYPE_CHECKING

from gomagic.build import settings, storage
from gomagic.build.look import Look

if TYPE_CHECKING:
    from pathlib import Path

    from gomagic.source.cell import Cell

FOLDER = "asked"
_MOST = 500  # files, of some 5 to 30 KB; the oldest go
_LENGTH = 32  # of a name
_SURPLUS = 100  # so many more may there be, as not to look through them at each build
_known: dict[str, tuple[Look, str]] = {}  # of this process, by the question
_unwritten: list[tuple[str, str, Look, Look]] = []
_unsaid = _SURPLUS  # files that this process has written since it looked through them; it does so after its first one


def question(cell: Cell, folder: Path, kind: str) -> str:
    """A name for what is asked: all that decides beside the disk."""
    imported = [part for each in cell.cells for part in (each.name, each.token)]
    of_cell = [kind, cell.token, *cell.options.flags, "", *cell.modules, "", *imported]
    where = [str(folder), str(cell.folder or ""), __file__, str(storage.place()), sys.prefix, sys.version]
    text = "\0".join([*of_cell, "", *where, *settings.deciding()])
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:_LENGTH]


def key(asked: str) -> str:
    """The key that is the answer, or "" if it is not known, or something that it follows from has changed."""
    known = _known.get(asked) or _read(asked)
    if not known or not known[0].holds():
        return ""
    _known[asked] = known
    return known[1]


def keep(asked: str, found: str, seen: Look, constant: Look) -> None:
    """From now on this key is the answer, in other processes once it is written.

    seen: what was looked at. constant: what this process looks at but once.
    """
    if not seen.is_sure:
        return
    _known[asked] = seen, found
    if constant.is_sure:
        _unwritten.append((asked, found, seen, constant))


def write() -> None:
    """Write down what this process has found out; where a cell is built, that is done while it goes on."""
    with contextlib.suppress(IndexError):
        while True:
            asked, found, seen, constant = _unwritten.pop()  # another thread writes, too
            _write(asked, json.dumps([found, {**constant.seen, **constant.own, **seen.own}, seen.seen]))


def forget() -> None:
    """Remove all that is written."""
    _prune(0)
    with contextlib.suppress(OSError):
        os.rmdir(f"{storage.place()}/{FOLDER}")


def _read(asked: str) -> tuple[Look, str] | None:
    try:
        with open(f"{storage.place()}/{FOLDER}/{asked}.json", encoding="utf-8") as file:
            check, _, text = file.read().partition("\n")
        if check != _check(text):
            return None
        found, *looks = json.loads(text)
        constant, seen = map(Look, looks)
    except (OSError, ValueError):
        return None
    last = next(reversed(_known.values()), None)
    if last and last[0].seen == seen.seen:
        seen = last[0]  # most cells follow from the same files, and in a clone what is known of these takes 65 KB
    return (seen, found) if constant.holds() else None


def _write(asked: str, text: str) -> None:
    global _unsaid
    with contextlib.suppress(OSError):
        os.makedirs(folder := f"{storage.place()}/{FOLDER}", mode=0o700, exist_ok=True)
        with open(made := f"{folder}/{asked}-{os.getpid()}", "w", encoding="utf-8") as file:
            file.write(f"{_check(text)}\n{text}")
        os.replace(made, f"{folder}/{asked}.json")
        _unsaid += 1
    if _unsaid >= _SURPLUS:
        _unsaid = 0
        _prune(_MOST)


def _prune(most: int) -> None:
    with contextlib.suppress(OSError), os.scandir(f"{storage.place()}/{FOLDER}") as entries:
        # Another kernel prunes, too, and what others may have put there stays.
        ages = sorted((entry.stat().st_mtime, entry.path) for entry in entries if _is_ours(entry.name))
        for _, path in ages[: max(len(ages) - most, 0)]:
            os.unlink(path)


def _is_ours(name: str) -> bool:
    asked, rest = name[:_LENGTH], name[_LENGTH:]
    return len(asked) == _LENGTH and not asked.strip("0123456789abcdef") and (rest == ".json" or rest[1:].isdecimal())


def _check(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
