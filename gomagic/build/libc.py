"""The C library as the linker needs it for a cell: without the 3,000 symbols that nothing in the cell takes.

The linker reads each of them, and goes over all of them again and again: 8 of the 23 ms that the last command of a link
takes. So what it finds as `-lc` first is a copy of the library's tables with only the names in it that a library has
taken which `go build` made; of those nothing is different, neither type nor version. Of gcc's own library, most often,
there is nothing. Of an object that takes all names the linker must have made the same file by both, or there is no such
copy.

What a later library takes beyond these names it has open after such a link, as it has Python's. If that is more than
the first one had open, it is linked by the whole C library, as all are without this module. The copy gets the names.
"""

from __future__ import annotations

import filecmp
import json
import os
import struct
from collections.abc import Collection, Container, Iterator, Mapping, Sequence
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import TypedDict

from gomagic.build import archive, cache, inputs, linker, process

# What the linker finds as `-lc` and `-lgcc_s`: texts that name a shared library, and what else they consist of.
_SCRIPT = "libc.so"
_SCRIPTS = (_SCRIPT, "libgcc_s.so")
_NOTHING = "nothing.a"  # stands there for a library of which nothing is taken
_FACTS = "libc.json"
# In which order the linker writes what it knows by name follows from the size of its table, which grows with the names:
# one that need not grow has the same order in both.
_LARGE = "--hash-size=16381"
_SAY = "--trace"  # the linker says which files it reads then
_OBJECT = ['.section .note.GNU-stack,"",%progbits', ".data"]  # an object without them is warned of
_SECONDS = 60

_ELF64 = b"\x7fELF\x02\x01"  # of 64 bits, the lowest first
_SECTION, _SYMBOL = struct.Struct("<IIQQQQIIQQ"), struct.Struct("<IBBHQQ")
_HEADER = 64
_NULL, _STRINGS, _DYNAMIC, _NOBITS, _SYMBOLS = 0, 3, 6, 8, 11
_DEFINED, _NEEDED, _VERSIONS = 0x6FFFFFFD, 0x6FFFFFFE, 0x6FFFFFFF  # GNU's: of which versions a symbol is
_Symbol = tuple[int, ...]  # where its name is, what it is, and of it:
_SECTION_OF, _PLACE = 3, slice(3, 5)  # the section in which it is, 0 where it is not defined; that, and where there
_UNVERSIONED = 2  # a symbol below that is of none
_OTHERS = (ValueError, LookupError, struct.error)  # what is no library of this kind is read with these


def make(library: Path, compiler: Sequence[str], words: Sequence[str], place: Path, env: Mapping[str, str]) -> str:
    """Keep such a copy for what is linked as a library was; returns its key, "" if it cannot be made.

    It is one for all that is linked so, and gets the names that this library takes. words: what the linker is told, as
    `linker.words` has it of the compiler. place: an empty folder to work in.
    """
    key = inputs.hashed(["libc", inputs.itself(), *words])
    try:
        taken, left = _undefined(library)
        if kept := _current(key):
            facts = _facts(kept)
            if not _is_made(kept) or (taken <= {*facts["taken"]} and left <= {*facts["open"]}):
                return key if _is_made(kept) else ""
            taken, left = taken.union(facts["taken"]), left.union(facts["open"])
        kept = cache.keep(key, _thinned(taken, left, compiler, words, place, env))
    except _OTHERS:
        return ""
    return key if _is_made(kept) else ""


def find(key: str) -> Path | None:
    """The folder to which a linker is sent for such a copy; None if there is none any more, or another C library."""
    kept = _current(key)
    return kept if kept and _is_made(kept) else None


def _current(key: str) -> Path | None:
    """What is kept under a key and was made of the C library that there is; also where that could not be done."""
    kept = cache.find(key)
    try:
        return kept if kept and all(_seen(file) == seen for file, seen in _facts(kept)["files"].items()) else None
    except OSError:
        return None


def _is_made(kept: Path) -> bool:
    return (kept / _SCRIPT).exists()


def suffices(kept: Path, library: Path) -> bool:
    """Whether a library that was linked by such a copy is whole: it has no more open than that of `go build`."""
    try:
        _, left = _undefined(library)
    except (OSError, *_OTHERS):
        return False
    return left <= {*_facts(kept)["open"]}


class _Facts(TypedDict):
    """What is known of a copy: of which files it was made, the names in it, and what a library may have open beside."""

    files: dict[str, list[int]]
    taken: list[str]
    open: list[str]


def _facts(kept: Path) -> _Facts:
    found: _Facts = json.loads((kept / _FACTS).read_text(encoding="utf-8"))
    return found


def _seen(file: str) -> list[int]:
    found = os.stat(file)
    return [found.st_size, found.st_mtime_ns]


def _thinned(
    taken: Collection[str],
    left: Collection[str],
    compiler: Sequence[str],
    words: Sequence[str],
    place: Path,
    env: Mapping[str, str],
) -> Path:
    """A folder with such a copy, if the linker can do with it, and what is known of it."""
    made = place / "made"
    made.mkdir()
    read = _copied(taken, compiler, words, made, place, env)
    facts = _Facts(files={file: _seen(file) for file in read}, taken=sorted(taken), open=sorted(left))
    (made / _FACTS).write_text(json.dumps(facts), encoding="utf-8")
    return made


def _copied(
    taken: Collection[str],
    compiler: Sequence[str],
    words: Sequence[str],
    made: Path,
    place: Path,
    env: Mapping[str, str],
) -> list[str]:
    """Make such a copy in the folder `made`, which stays empty if the linker cannot do with it; returns of what."""
    lines = [*_OBJECT, *(f".quad {name}" for name in sorted(taken)), ""]
    (place / "taking.s").write_text("\n".join(lines), encoding="utf-8")
    ended = process.run([*compiler, "-c", "taking.s"], cwd=place, env=env, seconds=_SECONDS)
    if ended.code:
        return []
    words = [*("taking.o" if word == linker.OBJECT else word for word in words), _LARGE]
    ended = process.run([*words, _SAY], cwd=place, env=env, seconds=_SECONDS)
    read = [Path(line) for line in ended.out.splitlines() if os.path.isabs(line) and os.path.isfile(line)]
    scripts = [file for file in dict.fromkeys(read) if file.name in _SCRIPTS and not _is_shared(file)]
    shared = [file for file in dict.fromkeys(read) if _is_shared(file)]
    if ended.code or _SCRIPT not in [script.name for script in scripts]:
        return []
    archive.write(made / _NOTHING, [])
    for script in scripts:
        text = script.read_text(encoding="utf-8").split()
        for file in shared:
            called = {str(file), file.name}.intersection(text)
            if copy := _copy(file.read_bytes(), taken) if called else b"":
                (made / file.name).write_bytes(copy)
            # The linker looks for what has no folder in its name where it has found the script.
            text = [(file.name if copy else _NOTHING) if word in called else word for word in text]
        (made / script.name).write_text(" ".join(text), encoding="utf-8")
    whole = (place / linker.MADE).rename(place / "whole")
    ended = process.run(way(words, made), cwd=place, env=env, seconds=_SECONDS)
    if ended.code or ended.out or not filecmp.cmp(place / linker.MADE, whole, shallow=False):
        for file in made.iterdir():
            file.unlink()
    return [*map(str, [*scripts, *shared])]


def way(words: Sequence[str], kept: Path) -> list[str]:
    """The linker's words by which it finds such a copy first."""
    return [words[0], f"-L{kept}", *words[1:]]


def _is_shared(file: Path) -> bool:
    with file.open("rb") as stream:
        return stream.read(len(_ELF64)) == _ELF64


class _Tables:
    """The sections of a shared library, and its dynamic symbols."""

    def __init__(self, content: bytes | mmap):
        if content[: len(_ELF64)] != _ELF64:
            raise ValueError
        start, count = struct.unpack_from("<Q", content, 40)[0], struct.unpack_from("<H", content, 60)[0]
        whole = content[start : start + count * _SECTION.size]
        self.content, self.sections = content, [[*section] for section in _SECTION.iter_unpack(whole)]
        kinds = [section[1] for section in self.sections]
        self.symbols, self.versions = kinds.index(_SYMBOLS), kinds.index(_VERSIONS)
        self.names = self.body(self.sections[self.symbols][6])

    def body(self, number: int) -> bytes:
        """What stands in a section."""
        _, _, _, _, offset, size, *_ = self.sections[number]
        return self.content[offset : offset + size]

    def __iter__(self) -> Iterator[tuple[_Symbol, int]]:
        """Each symbol, and the number of its version."""
        symbols = _SYMBOL.iter_unpack(self.body(self.symbols))
        versions = struct.iter_unpack("<H", self.body(self.versions))
        return ((symbol, version) for symbol, (version,) in zip(symbols, versions, strict=True))

    def name(self, symbol: _Symbol) -> str:
        start = symbol[0]
        return self.names[start : self.names.index(b"\0", start)].decode()


def _undefined(library: Path) -> tuple[set[str], set[str]]:
    """The names that a library takes from others, of a version and of none."""
    taken: set[str] = set()
    left: set[str] = set()
    with library.open("rb") as stream, mmap(stream.fileno(), 0, access=ACCESS_READ) as content:
        tables = _Tables(content)
        for symbol, version in tables:
            if symbol[0] and not symbol[_SECTION_OF]:
                (left if version < _UNVERSIONED else taken).add(tables.name(symbol))
    return taken, left


def _copy(content: bytes, taken: Container[str]) -> bytes:
    """The tables of a shared library, but of the symbols that it defines only those with these names, and others for
    the same: the linker knows weak ones by it. Nothing if it defines none."""
    tables = _Tables(content)
    places = {symbol[_PLACE] for symbol, _ in tables if symbol[_SECTION_OF] and tables.name(symbol) in taken}
    if not places:
        return b""
    first = tables.sections[tables.symbols][7]  # before it are those that others do not see
    kept = [
        (symbol, version)
        for number, (symbol, version) in enumerate(tables)
        if number < first or not symbol[_SECTION_OF] or symbol[_PLACE] in places
    ]
    bodies = {
        tables.symbols: b"".join(_SYMBOL.pack(*symbol) for symbol, _ in kept),
        tables.versions: struct.pack(f"<{len(kept)}H", *(version for _, version in kept)),
    }
    copy, sections = bytearray(content[:_HEADER]), []
    for number, section in enumerate(tables.sections):
        name, kind, flags, address, _, size, *others = section
        body = b""
        if kind in (_STRINGS, _DYNAMIC, _SYMBOLS, _VERSIONS, _DEFINED, _NEEDED):
            body = bodies.get(number, tables.body(number))
            size = len(body)
        elif kind != _NULL:  # a symbol tells by its number in which it is
            kind = _NOBITS
        sections.append(_SECTION.pack(name, kind, flags, address, len(copy), size, *others))
        copy += body + bytes(-len(body) % 16)
    struct.pack_into("<QQ", copy, 32, 0, len(copy))  # no segments, and where the sections are listed
    struct.pack_into("<H", copy, 56, 0)
    return bytes(copy) + b"".join(sections)
