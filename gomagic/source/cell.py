"""The text of a `%%go` cell, parsed into a Cell: options, Go text, and where its lines stand in the notebook."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from gomagic.errors import GoBuildError
from gomagic.source.line import read
from gomagic.source.magics import Go
from gomagic.source.record import Record

# Imported where a text is read: an unchanged cell in a new kernel is there 0.8 ms sooner.
if TYPE_CHECKING:
    from gomagic.source import gosource

CELLS = "cells/"  # before the name of a cell that is imported
ALONE = -1  # as `Cell.above`: nothing stands above the text, no magic either, and its first line is 1
_PACKAGE = "/gomagic/package/"  # before the names of files in a package's text: packageLine in golib/cellgen/merge.go
# Names that Python takes and no package of Go's can have.
_NO_PACKAGE = {"case", "chan", "const", "default", "defer", "fallthrough", "func", "go", "goto", "interface", "map"}
_NO_PACKAGE |= {"package", "range", "select", "struct", "switch", "type", "var", "init", "main"}


class _Parts(Record):
    """What makes a cell. A dataclass takes 1 ms to make, for which the first cell of each kernel would wait."""

    name: str
    body: str
    number: int | None = None
    above: int = 0
    options: Go = Go()
    modules: tuple[str, ...] = ()
    cells: tuple[Cell, ...] = ()
    folder: Path | None = None


class Cell(_Parts):
    """A cell of Go.

    body: the Go text, from the line below the magic's. number: the execution count, None outside a notebook.
    above: how many lines, blank or comments, stand above the magic's: IPython drops them, the gutter counts them.
    options: what its `%%go` line says; of a program the flags. modules: those that `%go get` had added when it was run.
    cells: those that it imports as `cells/NAME`, and that these import, each behind what it imports itself.
    folder: of a package on disk, which is a cell, too: its body is all of its files, as golib/cellgen merges them.
    """

    @property
    def label(self) -> str:
        """What messages call the cell: `cell[7]`, its name outside a notebook, or the folder that it is."""
        if self.folder:
            return os.path.relpath(self.folder) if self.folder.is_relative_to(Path.cwd()) else str(self.folder)
        return f"cell[{self.number}]" if self.number is not None else self.name

    @cached_property
    def source(self) -> gosource.Source:
        from gomagic.source import gosource

        return gosource.once(self.body)

    @property
    def uses_c(self) -> bool:
        """Whether it imports "C". Where these letters stand nowhere in quotes, its text is not read for that."""
        return ('"C"' in self.body or "`C`" in self.body) and self.source.uses_c

    @cached_property
    def token(self) -> str:
        """The file name compiled into the library: the same for the same text, replaced by `label` when shown.

        It is absolute because Go shows a relative name below its own work folder.
        """
        text = f"{self.above}\n{self.body}"
        return "/gomagic/" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]

    @cached_property
    def files(self) -> tuple[Cell, ...]:
        """The files of a package, as cells of their own."""
        parts = re.split(rf"^//line {_PACKAGE}(.*):1:1$\n?", self.body, flags=re.MULTILINE) if self.folder else []
        named = zip(parts[1::2], parts[2::2], strict=True)
        return tuple(File.of(self, name, text) for name, text in named)

    @property
    def texts(self) -> tuple[Cell, ...]:
        """All of which messages about this cell may speak."""
        return (*self.files, self, *self.cells)

    @property
    def names(self) -> tuple[str, str]:
        """What Go may call the file: `token`, or `label` where it has been told so."""
        return self.token, self.label

    @property
    def base(self) -> str:
        """The last part of `token`, by which Go's packages log, testing and others call the file."""
        return self.token.rpartition("/")[2]

    @property
    def file(self) -> str:
        """The Go file to compile."""
        return self.file_of(self.body)

    def file_of(self, body: str) -> str:
        """The Go file to compile, with such a body. The directive is its physical line 1, where `%%go` stood, so that
        gcc, which counts physical lines, and Go agree with the notebook's gutter."""
        if self.folder:
            body = body.replace(_PACKAGE, f"{self.token}/")
        return f"//line {self.token}:{2 + min(self.above, 0)}:1\n" + "\n" * self.above + body

    @property
    def lines(self) -> list[str]:
        """Its lines as the notebook's gutter counts them, with those of its magic and above."""
        return ["\n"] * (1 + self.above) + self.body.splitlines(keepends=True)

    def text_of(self, line: int) -> str:
        """The text of the line that the notebook numbers `line` (from 1), or ""."""
        index = line - 2 - self.above
        return self._lines[index] if 0 <= index < len(self._lines) else ""

    @cached_property
    def _lines(self) -> list[str]:
        return self.body.split("\n")

    def line_of(self, body_line: int) -> int:
        """The notebook's number for line `body_line` (from 1) of the body."""
        return body_line + 1 + self.above


class File(Cell):
    """A file of a package on disk. place: what it is called in the library."""

    place: str

    @classmethod
    def of(cls, package: Cell, name: str, text: str) -> File:
        """The package's file of that name."""
        file = cls(f"{package.label}/{name}", text, above=ALONE)
        file.place = f"{package.token}/{name}"
        return file

    @property
    def token(self) -> str:
        return self.place

    @property
    def base(self) -> str:
        return self.place  # its own name is the reader's, too


def parse(line: str, body: str, *, number: int | None = None, above: int = 0, modules: tuple[str, ...] = ()) -> Cell:
    """Parse the magic's line and the cell below it.

    Raises GoBuildError for an unknown option, a missing or second name, or a name Python cannot bind.
    """
    label = f"cell[{number}]" if number is not None else "%%go"
    options = read(Go, line, label)
    if options.flags:
        options = _with_flags(options, label)
    # All that a cell has: what is left out is filled in, which takes longer.
    return Cell(options.name, body.removeprefix("\ufeff"), number, above, options, modules, (), None)


def _with_flags(options: Go, label: str) -> Go:
    """The options, with their flags as `goflags.read` has them. Raises GoBuildError for what no library can have."""
    from gomagic.source import goflags

    flags = goflags.read(options.flags)
    if refused := goflags.refusal(flags):
        what = f"{label}: `{refused.word}` does not work in a library"
        raise GoBuildError(what, note=refused.note, hint=refused.hint)
    return Go(**{**options.given, "flags": tuple(flags)})


def imported(cell: Cell, find: Callable[[str, str], Cell], own: str) -> tuple[Cell, ...]:
    """The cells that a cell imports as `cells/NAME`, and that these import, each behind what it imports itself.

    find: the cell of a name; it raises GoBuildError, which begins with its second argument, where there is none. own:
    the name under which the cell itself could be imported. Raises GoBuildError as well for a circle, and for what is no
    package.
    """
    found: dict[str, Cell] = {}
    _follow(cell, {own: ""}, find, found)
    return tuple(found.values())


def _follow(cell: Cell, way: dict[str, str], find: Callable[[str, str], Cell], found: dict[str, Cell]) -> None:
    """Add to `found`. way: the names of the cells that lead here, each with the place where it is imported."""
    if CELLS not in cell.body:  # as most often; then its text need not be read
        return
    for path, line in cell.source.imports.items():
        name = path.removeprefix(CELLS)
        if name == path:
            continue
        where = f"{cell.label}:{cell.line_of(line)}"
        if name in way:
            names, places = [*way, name], [*way.values(), where]
            circle = ", which imports ".join(f"`{one}`" for one in names[names.index(name) :])
            hint = "put what both need into a cell of its own"
            raise GoBuildError(f"{places[1]}: cells cannot import each other in a circle: {circle}", hint=hint)
        if name not in found:
            other = find(name, where)
            check_importable(other, where)
            _follow(other, {**way, name: where}, find, found)
            found[name] = other._replace(cells=())


def check_importable(cell: Cell, where: str) -> None:
    """Raise GoBuildError, which begins with `where`, for a cell that others cannot import."""
    if cell.uses_c:
        raise GoBuildError(
            f'{where}: `{cell.name}` cannot be imported: it imports "C"',
            note="C's types are of one package, and its exported functions of one library",
            hint="put what is plain Go into a cell of its own, and import that one",
        )
    if cell.name in _NO_PACKAGE or not cell.name.isascii():
        raise GoBuildError(
            f"{where}: `{cell.name}` cannot be imported: no package of Go's can have this name",
            hint=f"name the cell otherwise, as in `%%go {cell.name if cell.name.isascii() else ''}lib`",
        )
