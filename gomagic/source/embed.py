"""The `//go:embed` lines of a Go text: their patterns, what a pattern matches, and how it is written anew."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Mapping, Sequence
from itertools import accumulate

from gomagic.source.gosource import Source
from gomagic.source.record import Record

_ESCAPE = r"\\(?:[abfnrtv\\\"]|[0-7]{3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})"
# Patterns, not compiled ones: few cells embed a file, and to compile these takes a millisecond of each kernel's start.
_WORD = rf'\s*(?:(?P<quoted>"(?:[^"\\\n]|{_ESCAPE})*")|`(?P<raw>[^`]*)`|(?P<bare>[^\s"`]\S*))(?=\s|\Z)'
_DIRECTIVE = r"//go:embed(?=[ \t])(?P<words>.*)"
_WILD = r"[*?\[\\]"


class Directive(Record):
    """One `//go:embed` line: where its patterns stand in the text, and what they are."""

    start: int
    end: int
    patterns: tuple[str, ...]


def directives(source: Source) -> list[Directive]:
    """The `//go:embed` lines of a text. What stands behind a word that Go refuses is left out."""
    if "//go:embed" not in source.text:
        return []
    found, lines = [], source.text.split("\n")
    starts = list(accumulate((len(line) + 1 for line in lines), initial=0))
    for comment in source.comments:
        line = re.match(_DIRECTIVE, comment.text) if comment.text.startswith("//go:embed") else None
        if line and comment.leads:
            start = starts[comment.first - 1] + lines[comment.first - 1].index("//")
            words = (start + line.start("words"), start + line.end("words"))
            found.append(Directive(*words, tuple(_words(line["words"]))))
    return found


def patterns(source: Source) -> list[str]:
    """The patterns of all `//go:embed` lines, in order."""
    return [pattern for directive in directives(source) for pattern in directive.patterns]


def is_wild(pattern: str) -> bool:
    """Whether a pattern, or a part of one, can match more than the name that it is."""
    return bool(re.search(_WILD, pattern))


def parts(pattern: str) -> list[str]:
    """The pattern's elements, `all:` removed; none if Go refuses it."""
    elements = pattern.removeprefix("all:").split("/")
    refused = any(element in ("", ".", "..") or _regex(element) is None for element in elements)
    return [] if refused else elements


def matches(element: str, name: str) -> bool:
    """Whether one element of a pattern matches a file's name, by the rules of Go's path.Match."""
    regex = _regex(element)
    return bool(regex is not None and re.fullmatch(regex, name, re.DOTALL))


def literal(name: str) -> str:
    """The pattern that matches this name alone."""
    return re.sub(_WILD, r"\\\g<0>", name)


def renamed(source: Source, names: Mapping[str, Sequence[str]]) -> str:
    """The text with these patterns replaced by the names of files, each written so that it matches nothing else."""
    text = source.text
    for directive in reversed(directives(source)):
        if not names.keys() & set(directive.patterns):
            continue
        words = []
        for pattern in directive.patterns:
            prefix = "all:" if pattern.startswith("all:") else ""
            written = [prefix + literal(name) for name in names.get(pattern, ())]
            words += [json.dumps(word, ensure_ascii=False) for word in written or [pattern]]
        text = f"{text[: directive.start]} {' '.join(words)}{text[directive.end :]}"
    return text


def _words(text: str) -> list[str]:
    found, end = [], 0
    while word := re.compile(_WORD).match(text, end):
        end = word.end()
        found.append(ast.literal_eval(word["quoted"]) if word["quoted"] else word["raw"] or word["bare"] or "")
    return found


def _regex(element: str) -> str | None:
    """One element of a pattern as a regular expression; None if it is malformed."""
    found, i = [], 0
    while i < len(element):
        char = element[i]
        if char == "*":
            found.append("[^/]*")
        elif char == "?":
            found.append("[^/]")
        elif char == "[":
            group = re.compile(r"\[(\^?)((?:(?:\\.|[^]\\-])(?:-(?:\\.|[^]\\-]))?)+)\]", re.DOTALL).match(element, i)
            if not group:
                return None
            found.append(f"[{group[1]}{_ranges(group[2])}]")
            i = group.end() - 1
        elif char == "\\":
            i += 1
            if i == len(element):
                return None
            found.append(re.escape(element[i]))
        else:
            found.append(re.escape(char))
        i += 1
    return "".join(found)


def _ranges(inside: str) -> str:
    """The inside of a character class; a range that ends before it begins matches nothing."""
    found = []
    for low, high in re.findall(r"(\\.|[^\\])(?:-(\\.|[^\\]))?", inside, re.DOTALL):
        first, last = low[-1], (high or low)[-1]
        if first <= last:
            found.append(f"{re.escape(first)}-{re.escape(last)}")
    return "".join(found) or "^\x00-\U0010ffff"
