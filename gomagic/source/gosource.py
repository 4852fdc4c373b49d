"""What the text of a Go file says about itself, read without starting a Go process.

The cache key needs a cell's imports before anything is built, and three classic mistakes build without a word;
a scan that knows comments and literals is enough for both. Everything else is the compiler's business.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property, lru_cache

from gomagic.source.record import Record

# A literal that is not closed ends with its line, or the file: nothing is read twice, however long the text.
_LITERAL = re.compile(
    r"""
    (?P<comment> //[^\n]* | /\*.*?(?:\*/|\Z) )
  | (?P<string>  `[^`]*(?:`|\Z) | "(?:\\[^\n]|[^"\\\n])*(?:"|\\?$) )
  | (?P<rune>    '(?:\\[^\n]|[^'\\\n])*(?:'|\\?$) )
    """,
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
_IMPORT = re.compile(r"(?:^|;)[ \t]*import\b[^\n;(]*(\(?)", re.MULTILINE)
# Patterns, not compiled ones: an unchanged cell asks for neither package nor functions.
_PACKAGE = r"^[ \t]*package[ \t]+(\w+)"
_FUNC = r"^func[ \t]+(\(?)"
_NAME = r"[ \t]*(\w+)[ \t]*(\[?)"


class Comment(Record):
    """A comment: its text, its first and last line (from 1), and whether it starts its line."""

    text: str
    first: int
    last: int
    leads: bool


class Func(Record):
    """A function declared at top level: name, line (from 1), and whether it has type parameters."""

    name: str
    line: int
    generic: bool


class Source:
    """A Go file, as far as its text tells.

    text: the file. bare: the same text with comments and the inside of literals blanked, equal in length.
    imports: path -> line. comments, strings: in the order of the text.
    """

    def __init__(
        self, text: str, bare: str, imports: dict[str, int], comments: tuple[Comment, ...], strings: tuple[str, ...]
    ) -> None:
        self.text, self.bare, self.imports, self.comments, self.strings = text, bare, imports, comments, strings

    @cached_property
    def package(self) -> tuple[str, int] | None:
        """Its name and where that stands, or None."""
        found = re.search(_PACKAGE, self.bare, re.MULTILINE)
        return (found[1], found.start(1)) if found else None

    @cached_property
    def funcs(self) -> tuple[Func, ...]:
        """The functions, in the order of the text."""
        return tuple(Func(name, self.line_of(offset), generic) for name, offset, generic in _functions(self.bare))

    @property
    def uses_c(self) -> bool:
        return "C" in self.imports

    @cached_property
    def includes(self) -> list[str]:
        """The headers that its comments (the C preamble) include in quotes."""
        if "include" not in self.text:  # most often, and to compile a pattern takes 0.1 ms
            return []
        return re.findall(r'^[ \t/]*#[ \t]*include[ \t]+"([^"]+)"', self.text, re.MULTILINE)

    def line_of(self, offset: int) -> int:
        return bisect_left(self._newlines, offset) + 1

    @cached_property
    def _newlines(self) -> list[int]:
        return _newlines(self.text)


def scan(text: str) -> Source:
    """Read the text of a Go file, once from its beginning to its end; text that is not Go gives what could be found,
    never an error."""
    newlines = _newlines(text)
    bare, strings, comments = [], {}, []
    end = 0
    for token in _LITERAL.finditer(text):
        start, inside = token.start(), token.group()
        is_comment = token.lastgroup == "comment"
        if not is_comment and (len(inside) == 1 or inside[-1] != inside[0]):
            continue  # it is not closed, and stays as it is
        bare.append(text[end:start])
        if is_comment:
            first = bisect_left(newlines, start)
            above = newlines[first - 1] if first else -1
            leads = end <= above + 1 and not text[above + 1 : start].strip()
            comments.append(Comment(inside, first + 1, first + 1 + inside.count("\n"), leads))
            bare.append(_blank(inside))
        else:
            bare.append(inside[0] + _blank(inside[1:-1]) + inside[-1])
            if token.lastgroup == "string":
                strings[start] = inside[1:-1]
        end = token.end()
    bare.append(text[end:])
    plain = "".join(bare)

    imports: dict[str, int] = {}
    offsets = list(strings)
    for begin, stop in _declarations(plain):
        for offset in offsets[bisect_left(offsets, begin) : bisect_left(offsets, stop)]:
            imports.setdefault(strings[offset], bisect_left(newlines, offset) + 1)
    return Source(text, plain, imports, tuple(comments), tuple(strings.values()))


once = lru_cache(maxsize=64)(scan)  # for a cell's text, which is most often the same at its next run


def signature(source: Source, name: str) -> tuple[list[str], list[str]]:
    """The types of a function's parameters and of its results, as they are written; none where it is not found."""
    found = re.search(rf"^func[ \t]+{name}[ \t]*(?=\()", source.bare, re.MULTILINE)
    if not found:
        return [], []
    inside, end = _bracketed(source.bare, found.end())
    rest = source.bare[end:].lstrip(" \t")
    if rest.startswith("("):
        return _types(inside), _types(_bracketed(rest, 0)[0])
    result = re.match(r"[^{\n]*", rest)
    return _types(inside), [result[0].strip()] if result and result[0].strip() else []


def _bracketed(text: str, at: int) -> tuple[str, int]:
    """What stands in the brackets that open at `at`, and where they end."""
    depth = 0
    for end in range(at, len(text)):
        depth += (text[end] in "([{") - (text[end] in ")]}")
        if not depth:
            return text[at + 1 : end], end + 1
    return text[at + 1 :], len(text)


def _types(listed: str) -> list[str]:
    """`a, b int, c bool` -> int, int, bool; `int, bool` -> the same."""
    parts, depth, begin = [], 0, 0
    for at, letter in enumerate(f"{listed},"):
        depth += (letter in "([{") - (letter in ")]}")
        if letter == "," and not depth:
            parts.append(listed[begin:at].split())
            begin = at + 1
    parts = [part for part in parts if part]
    if all(len(part) == 1 for part in parts):
        return [part[0] for part in parts]
    types: list[str] = []
    for part in reversed(parts):
        types.append(" ".join(part[1:]) if len(part) > 1 else types[-1] if types else part[0])
    return types[::-1]


def _newlines(text: str) -> list[int]:
    return [found.start() for found in re.finditer("\n", text)]


def _declarations(plain: str) -> Iterator[tuple[int, int]]:
    """Where each import declaration begins and ends."""
    at, last = 0, plain.rfind(")")
    while found := _IMPORT.search(plain, at):
        at = found.end()
        if found[1]:
            at = plain.index(")", at) + 1 if at <= last else len(plain)
        yield found.start(), at


def _functions(plain: str) -> Iterator[tuple[str, int, bool]]:
    """Each function's name, where its declaration begins, and whether it has type parameters."""
    func, after = re.compile(_FUNC, re.MULTILINE), re.compile(_NAME)
    at, last = 0, plain.rfind(")")
    while found := func.search(plain, at):
        at = found.end()
        if found[1]:
            if at > last:
                return
            at = plain.index(")", at) + 1
        if name := after.match(plain, at):
            yield name[1], found.start(), bool(name[2])


def _blank(text: str) -> str:
    return "\n".join(" " * len(line) for line in text.split("\n"))
