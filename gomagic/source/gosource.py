"""What the text of a Go file says about itself, read without starting a Go process.

The cache key needs a cell's imports before anything is built, and three classic mistakes build without a word;
a scan that knows comments and literals is enough for both. Everything else is the compiler's business.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_LITERAL = re.compile(
    r"""
    (?P<comment> //[^\n]* | /\*.*?(?:\*/|\Z) )
  | (?P<string>  `[^`]*` | "(?:\\.|[^"\\\n])*" )
  | (?P<rune>    '(?:\\.|[^'\\\n])+' )
    """,
    re.VERBOSE | re.DOTALL,
)
_IMPORT = re.compile(r"(?:^|;)[ \t]*import\b[^\n;(]*(\([^)]*\)|[^\n;]*)", re.MULTILINE)
_PACKAGE = re.compile(r"^[ \t]*package[ \t]+(\w+)", re.MULTILINE)
_FUNC = re.compile(r"^func[ \t]+(?:\([^)]*\)[ \t]*)?(\w+)[ \t]*(\[?)", re.MULTILINE)


@dataclass(frozen=True)
class Comment:
    """A comment: its text, its first and last line (from 1), and whether it starts its line."""

    text: str
    first: int
    last: int
    leads: bool


@dataclass(frozen=True)
class Func:
    """A function declared at top level: name, line (from 1), and whether it has type parameters."""

    name: str
    line: int
    generic: bool


@dataclass(frozen=True)
class Source:
    """A Go file, as far as its text tells.

    text: the file. bare: the same text with comments and the inside of literals blanked, equal in length.
    package: (name, offset), or None. imports: path -> line. comments, funcs: in the order of the text.
    """

    text: str
    bare: str
    package: tuple[str, int] | None
    imports: dict[str, int]
    comments: tuple[Comment, ...]
    funcs: tuple[Func, ...]
    strings: tuple[str, ...]

    @property
    def uses_c(self) -> bool:
        return "C" in self.imports

    @property
    def includes(self) -> list[str]:
        """The headers that its comments (the C preamble) include in quotes."""
        return re.findall(r'^[ \t/]*#[ \t]*include[ \t]+"([^"]+)"', self.text, re.MULTILINE)

    def line_of(self, offset: int) -> int:
        return self.text.count("\n", 0, offset) + 1


def scan(text: str) -> Source:
    """Read the text of a Go file; text that is not Go gives what could be found, never an error."""
    bare, strings, comments = [], {}, []
    end = 0
    for token in _LITERAL.finditer(text):
        start = token.start()
        bare.append(text[end:start])
        end = token.end()
        inside = token.group()
        if token.lastgroup == "comment":
            first = text.count("\n", 0, start) + 1
            leads = not text[text.rfind("\n", 0, start) + 1 : start].strip()
            comments.append(Comment(inside, first, first + inside.count("\n"), leads))
            bare.append(_blank(inside))
        else:
            bare.append(inside[0] + _blank(inside[1:-1]) + inside[-1])
            if token.lastgroup == "string":
                strings[start] = inside[1:-1]
    bare.append(text[end:])
    plain = "".join(bare)

    package = _PACKAGE.search(plain)
    imports = {}
    for declaration in _IMPORT.finditer(plain):
        for offset, path in strings.items():
            if declaration.start() <= offset < declaration.end():
                imports.setdefault(path, text.count("\n", 0, offset) + 1)
    funcs = tuple(
        Func(found[1], text.count("\n", 0, found.start()) + 1, found[2] == "[") for found in _FUNC.finditer(plain)
    )
    named = (package[1], package.start(1)) if package else None
    return Source(text, plain, named, imports, tuple(comments), funcs, tuple(strings.values()))


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)
