"""The text of a `%%go` cell, parsed into a Cell: options, Go text, and where its lines stand in the notebook."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property

from gomagic.errors import GoBuildError
from gomagic.source import goflags, gosource
from gomagic.source.line import read
from gomagic.source.magics import Go


@dataclass(frozen=True)
class Cell:
    """A cell of Go.

    body: the Go text, from the line below the magic's. number: the execution count, None outside a notebook.
    above: how many lines, blank or comments, stand above the magic's: IPython drops them, the gutter counts them.
    options: what its `%%go` line says; of a program the flags. modules: those that `%go get` had added when it was run.
    """

    name: str
    body: str
    number: int | None = None
    above: int = 0
    options: Go = field(default_factory=Go)
    modules: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """What messages call the cell: `cell[7]`, or its name outside a notebook."""
        return f"cell[{self.number}]" if self.number is not None else self.name

    @cached_property
    def source(self) -> gosource.Source:
        return gosource.scan(self.body)

    @cached_property
    def token(self) -> str:
        """The file name compiled into the library: the same for the same text, replaced by `label` when shown.

        It is absolute because Go shows a relative name below its own work folder.
        """
        text = f"{self.above}\n{self.body}"
        return "/gomagic/" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]

    @property
    def base(self) -> str:
        """The last part of `token`, by which Go's packages log, testing and others call the file."""
        return self.token.rpartition("/")[2]

    @property
    def file(self) -> str:
        """The Go file to compile. The directive is its physical line 1, where `%%go` stood, so that gcc, which
        counts physical lines, and Go agree with the notebook's gutter."""
        return f"//line {self.token}:2:1\n" + "\n" * self.above + self.body

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


def parse(line: str, body: str, *, number: int | None = None, above: int = 0, modules: tuple[str, ...] = ()) -> Cell:
    """Parse the magic's line and the cell below it.

    Raises GoBuildError for an unknown option, a missing or second name, or a name Python cannot bind.
    """
    label = f"cell[{number}]" if number is not None else "%%go"
    options = read(Go, line, label)
    if options.flags:
        options = Go(**{**options.given, "flags": tuple(goflags.read(options.flags))})
    if refused := goflags.refusal(options.flags):
        what = f"{label}: `{refused.word}` does not work in a library"
        raise GoBuildError(what, note=refused.note, hint=refused.hint)
    return Cell(options.name, body.removeprefix("\ufeff"), number, above, options, modules)
