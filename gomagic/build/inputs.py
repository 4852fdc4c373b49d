"""What a build depends on, found once, as one value: from it follow the key under which the build is kept, and how
the cell is built."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from gomagic.build import cache, embedded, look, reached, toolchain, unchanged, workspace
from gomagic.build.toolchain import Toolchain
from gomagic.build.workspace import Workspace
from gomagic.errors import GoBuildError
from gomagic.source import embed, goflags, gosource
from gomagic.source.cell import Cell
from gomagic.source.record import Record

LIBRARY, PROGRAM = cache.LIBRARY, cache.PROGRAM
OFFERED = "packages.txt"
_CRASH = "gomagic/golib/crash"  # joins every library
_BRIDGE = "gomagic/golib/bridge"  # joins what is generated for a plain cell
_SHOW = "gomagic/golib/show"  # the same where a type is an image
_CELLGEN = "gomagic/golib/cellgen"


class Inputs(Record):
    """A cell, and what its build depends on beside its text.

    kind: LIBRARY or PROGRAM. folder: where the cell runs, which decides the reader's module and what quoted includes
    and embeds mean. embeds: the files that it embeds, by their names there. headers: those that it includes in quotes.
    files: a hash of all that is read beside the cell. machine: the toolchain, its version and its settings.
    generator: a hash of what makes the boundary of a plain cell and completes programs and tests, "" for another.
    modules: what it needs of what `%go get` has added.
    """

    cell: Cell
    chain: Toolchain
    kind: str
    folder: Path
    space: Workspace
    embeds: Mapping[str, Path]
    headers: tuple[Path, ...]
    files: str
    machine: tuple[str, ...]
    generator: str
    modules: tuple[str, ...]

    @property
    def is_plain(self) -> bool:
        """Whether its boundary is generated."""
        return is_plain(self.cell, self.kind)

    @property
    def flags(self) -> list[str]:
        """The flags of `go build` that hold for it: those of GOFLAGS, then its own, as `goflags.read` has them."""
        return [*goflags.split(self.chain.env["GOFLAGS"]), *self.cell.options.flags]

    @cached_property
    def key(self) -> str:
        """Under what the build is kept. System headers and libraries do not count: they need `-f`."""
        return hashed([self.kind, self.cell.token, *self._all_but_the_text])

    def recipe(self, decisive: Iterable[str]) -> str:
        """Under what the commands of the build are kept; decisive: what counts of the cell's text."""
        return hashed(["recipe", *sorted(decisive), *self._all_but_the_text])

    @property
    def packages(self) -> str:
        """Under what the places of imported packages' types are kept."""
        return hashed(["packages", *self._all_but_the_text])

    @property
    def _all_but_the_text(self) -> list[str]:
        where = str(self.folder) if self.headers or self.cell.source.includes or self.cell.folder else ""
        parts = [itself(), *self.machine, *self.cell.options.flags, self.space.text(), where]
        parts += [part for each in self.cell.cells for part in (each.name, each.token)]
        return [*parts, *self.embeds, self.files, self.generator, *self.modules]


class Around(Record):
    """What a build depends on beside the text of its cell, as far as that says no more than what it imports.

    The names are those of Inputs; files does not hold what the cell embeds and includes.
    """

    space: Workspace
    files: str
    machine: tuple[str, ...]


def find(cell: Cell, chain: Toolchain, folder: Path, kind: str, *, tests: Cell | None = None) -> Inputs:
    """Find out what a build of the cell depends on; reads files, starts no process. tests: what is built with it.

    Raises GoBuildError if one of the reader's files cannot be read or understood.
    """
    try:
        return _find(cell, chain, folder, kind, tests)
    except OSError as trouble:
        raise GoBuildError(
            f"{cell.label}: `{trouble.filename}` cannot be read: {trouble.strerror}",
            note="the cell imports, includes or embeds it",
            hint="make it readable, or leave it out",
        ) from None


def of(cell: Cell, folder: Path, kind: str) -> Inputs:
    """As `find`, with the tools that are found now. Its key is known from then on, as long as it is the same."""
    constant = _constant(cell, kind)  # first, and so not among what is looked at
    with look.Look() as seen:
        found = find(cell, toolchain.find(), folder, kind)
    unchanged.keep(unchanged.question(cell, folder, kind), found.key, seen, constant)
    return found


def _find(cell: Cell, chain: Toolchain, folder: Path, kind: str, tests: Cell | None) -> Inputs:
    sources = [each.source for each in (cell, *cell.cells)]
    imports = [path for source in [*sources, *([tests.source] if tests else [])] for path in source.imports]
    if kind == LIBRARY:
        imports.append(_CRASH)
    if is_plain(cell, kind):
        imports += [_BRIDGE, _SHOW]
    around = _around(folder, chain, imports, cell.options.flags)
    embeds, *others = [embedded.files(embed.patterns(source), folder) for source in sources]
    headers = _headers(cell.source.includes, folder)
    beside = [*(file for each in (embeds, *others) for file in each.values()), *headers]
    files = hashed([around.files, reached.digest(beside)]) if beside else around.files
    made_by = generator() if _is_made(cell, kind) or tests else ""
    added = _needed(cell.modules, [*sources, *([tests.source] if tests else [])]) if cell.modules else ()
    return Inputs(cell, chain, kind, folder, around.space, embeds, headers, files, around.machine, made_by, added)


_known = look.Answers()


def _around(folder: Path, chain: Toolchain, imports: Iterable[str], flags: Sequence[str]) -> Around:
    def look_around() -> Around:
        space = workspace.find(folder, chain.env)
        named = _named([*flags, *chain.env["GOFLAGS"].split()])
        read = reached.files(space, imports)
        return Around(space, reached.digest([*space.files, *read, *named], read), toolchain.facts(chain))

    return _known.of((str(folder), chain.all_of_it, frozenset(imports), tuple(flags)), look_around)


def _needed(added: tuple[str, ...], texts: Iterable[gosource.Source]) -> tuple[str, ...]:
    """The modules that `%go get` has added, if these texts import one, or name a package of one before a dot."""
    texts = list(texts)
    names = {name for text in texts for name in re.findall(r"(?<![.\w])(\w+)\.", text.bare)}
    used = [path for path, name in offered(added).items() if name in names]
    return workspace.needed(added, [*used, *(path for text in texts for path in text.imports)])


def offered(modules: Sequence[str]) -> dict[str, str]:
    """The packages of modules that `%go get` has added: import path -> name."""
    look.unsure()  # what is kept is not looked at
    kept = cache.find(key_of(modules))
    file = kept and kept / OFFERED
    rows = file.read_text(encoding="utf-8").splitlines() if file and file.is_file() else ()
    return dict(row.split("\t") for row in rows)


def key_of(modules: Iterable[str]) -> str:
    """Under what is kept what a cell needs that can import these modules: go.mod, go.sum and OFFERED."""
    return hashed(["modules", *modules])


def is_plain(cell: Cell, kind: str) -> bool:
    """Whether a cell's boundary is generated when it becomes that."""
    return kind == LIBRARY and not cell.uses_c


def _is_made(cell: Cell, kind: str) -> bool:
    """Whether a part of what is compiled is made: a boundary, or the rest of a program."""
    return is_plain(cell, kind) or kind == PROGRAM


def _constant(cell: Cell, kind: str) -> look.Look:
    """What this process looks at but once: files of gomagic's own, which it has loaded, or might have."""
    seen = look.Look()
    for find in (_itself, *([_generator] if _is_made(cell, kind) else [])):
        seen.add(_surely(find).look)
    return seen


def generator() -> str:
    """A hash of what makes the boundary of plain cells."""
    return (_own.get(_generator) or _surely(_generator)).hash


def itself() -> str:
    """A hash of the modules that decide what a build makes."""
    return (_own.get(_itself) or _surely(_itself)).hash


class _Own(Record):
    """A hash of files of gomagic's own, and what was looked at for it."""

    hash: str
    look: look.Look


_own: dict[Callable[[], str], _Own] = {}


def _surely(find: Callable[[], str]) -> _Own:
    """A hash as it was found first, looked at once more if that was not sure, as it is not of files just written."""
    kept = _own.get(find)
    if kept and kept.look.is_sure:
        return kept
    with look.Look() as seen:
        found = find()
    if kept and kept.hash != found:
        return kept  # edited since: this process goes on with what it has loaded
    _own[find] = _Own(found, seen)
    return _own[find]


def _generator() -> str:
    reduced = str(workspace.GOMAGIC / "golib" / "cellgen" / "_reduced")
    space = workspace.alone()
    files = [f"{reduced}/{name}" for name in look.names(reduced) if name.endswith(".go")]
    return reached.digest([*space.files, *reached.files(space, [_CELLGEN]), *files])


def _itself() -> str:
    rooms = [os.path.dirname(module) for module in (__file__, gosource.__file__)]
    return reached.digest(f"{room}/{name}" for room in rooms for name in look.names(room) if name.endswith(".py"))


def _named(flags: Iterable[str]) -> list[Path]:
    """The files that flags name, such as a profile after `-pgo=`. A build runs elsewhere, so their paths are whole."""
    values = [Path(flag.partition("=")[2]) for flag in flags if "=/" in flag]
    return [value for value in values if look.is_file(str(value))]


def _headers(names: Iterable[str], folder: Path) -> tuple[Path, ...]:
    """The headers in a folder that these names include in quotes, and those that they include."""
    found: dict[Path, None] = {}
    waiting = [folder / name for name in names]
    while waiting:
        header = waiting.pop(0)
        if header not in found and look.is_file(str(header)):
            found[header] = None
            text = header.read_text(encoding="utf-8", errors="replace")
            inner = re.findall(r'^[ \t]*#[ \t]*include[ \t]+"([^"]+)"', text, re.MULTILINE)
            waiting += [place / name for name in inner for place in dict.fromkeys((header.parent, folder))]
    return tuple(found)


def hashed(parts: Iterable[str]) -> str:
    """A key for these parts."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogateescape")).hexdigest()[:32]
