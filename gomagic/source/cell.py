"""The text of a `%%go` cell, parsed into a Cell: options, Go text, and where its lines stand in the notebook."""

from __future__ import annotations

import argparse
import hashlib
import keyword
import re
import shlex
from dataclasses import dataclass, field
from functools import cached_property

from gomagic.errors import GoBuildError
from gomagic.source import goflags, gosource


@dataclass(frozen=True)
class Options:
    """What stands on the `%%go` line beside the name."""

    verbose: bool = False
    force: bool = False
    expect_error: bool = False
    flags: tuple[str, ...] = ()
    save: str = ""


@dataclass(frozen=True)
class Cell:
    """A cell of Go.

    body: the Go text, from the line below the magic's. number: the execution count, None outside a notebook.
    above: how many blank lines stand above the magic's line (IPython strips them, the gutter counts them).
    """

    name: str
    body: str
    number: int | None = None
    above: int = 0
    options: Options = field(default_factory=Options)

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


def parse(line: str, body: str, *, number: int | None = None, above: int = 0) -> Cell:
    """Parse the magic's line and the cell below it.

    Raises GoBuildError for an unknown option, a missing or second name, or a name Python cannot bind.
    """
    label = f"cell[{number}]" if number is not None else "%%go"
    args = _Parser(label).parse_args(split(line, label))
    if args.name and not is_name(args.name):
        raise GoBuildError(
            f"{label}: `{args.name}` cannot be a Python name",
            hint="use letters, digits and underscores, as in `%%go mylib`",
        )
    flags = tuple(goflags.read(split(args.flags, label)))
    if refused := goflags.refusal(flags):
        what = f"{label}: `{refused.word}` does not work in a library"
        raise GoBuildError(what, note=refused.note, hint=refused.hint)
    options = Options(args.verbose, args.force, args.expect_error, flags, args.save)
    return Cell(args.name, body.removeprefix("\ufeff"), number, above, options)


def is_name(text: str) -> bool:
    """Whether Python can bind it."""
    return text.isidentifier() and not keyword.iskeyword(text)


def split(line: str, label: str) -> list[str]:
    """Split the words of a magic's line as a shell does; raises GoBuildError for an open quote."""
    try:
        return shlex.split(line)
    except ValueError:
        raise GoBuildError(f"{label}: a quote is opened and not closed in `{line}`") from None


def complaint(message: str) -> str:
    """argparse's words about a magic's line, in ours."""
    unknown = message.removeprefix("unrecognized arguments: ")
    if unknown != message:
        return f"unknown option `{unknown}`" if unknown[0] == "-" else f"one name is enough, `{unknown}` is left over"
    if message.startswith("the following arguments are required"):
        return "the name of a Go cell is missing"
    if value := re.match(r"argument (\S+): expected one argument", message):
        return f"`{value[1]}` needs a value"
    if value := re.match(r"argument (\S+): invalid \w+ value: '(.*)'", message):
        return f"`{value[1]}` cannot be `{value[2]}`"
    return message


class _Parser(argparse.ArgumentParser):
    def __init__(self, label: str):
        super().__init__(prog="%%go", add_help=False, allow_abbrev=False)
        self.label = label
        self.add_argument("name", nargs="?", default="")
        self.add_argument("-v", dest="verbose", action="store_true")
        self.add_argument("-f", dest="force", action="store_true")
        self.add_argument("--expect-error", action="store_true")
        self.add_argument("--flags", default="")
        self.add_argument("--save", default="", metavar="DIR")

    def parse_args(self, words):
        # argparse takes the value of `--flags "-tags x"` for an option; joined by `=` it is one word.
        joined, rest = [], iter(words)
        for word in rest:
            if word == "--flags":
                value = next(rest, None)
                if value is None:
                    self.error("`--flags` needs a value")
                word = f"{word}={value}"
            joined.append(word)
        return super().parse_args(joined)

    def error(self, message):
        raise GoBuildError(
            f"{self.label}: {complaint(message)}",
            hint='%%go NAME [-v] [-f] [--flags "…"] [--expect-error] [--save DIR]; `%%go?` explains them',
        )
