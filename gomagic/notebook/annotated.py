"""A Go cell with what the compiler says of each line: folded HTML for a notebook, text for a terminal."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gomagic.build.annotations import Annotation
    from gomagic.source.cell import Cell

# Of each kind of annotation, what costs most first: its ground, which lets the page's own through, and its words in the
# sum.
_GROUNDS = {
    "heap": ("213, 94, 0, 0.24", "on the heap"),
    "check": ("230, 159, 0, 0.24", "checked"),
    "keeps": ("0, 114, 178, 0.22", "kept"),
    "writes": ("0, 114, 178, 0.22", "written to"),
    "inlined": ("0, 158, 115, 0.16", "inlined"),
    "inlinable": ("0, 158, 115, 0.16", "inlinable"),
}
# Lines are <pre>, which a notebook shows in its letters for code, also one that it does not trust, where styles go.
_LINE = "display: inline-block; margin: 0; padding: 0 4px; white-space: pre; background: none"
# JupyterLab's own colours of code, which change with its theme; elsewhere code has that of text.
_COLOURS = {"Keyword": "keyword", "Literal.String": "string", "Literal.Number": "number", "Comment": "comment"}


def bundle(cell: Cell, annotations: Sequence[Annotation]) -> dict[str, str]:
    """The forms in which the cell is shown, by their MIME types."""
    of: dict[int, list[Annotation]] = {}
    for one in annotations:
        of.setdefault(one.line, []).append(one)
    return {"text/plain": text(cell, of), "text/html": page(cell, of)}


def text(cell: Cell, annotations: Mapping[int, Sequence[Annotation]]) -> str:
    """The cell's lines, numbered as in the notebook, what is said of a line below it."""
    shown = [f"{cell.label}: {_sum(annotations)}"]
    for number, code in _lines(cell):
        said = annotations.get(number, ())
        shown.append(f"{number:4} {'+' if said else ' '} {code}".rstrip())
        shown += [f"       {'':{_indent(code)}}{kind}: {words}" for kind, words in _merged(said)]
    return "\n".join(shown)


def page(cell: Cell, annotations: Mapping[int, Sequence[Annotation]]) -> str:
    """The same; what is said of a line is folded below it."""
    colours = _coloured(cell.body)
    parts = [f'<div style="margin-bottom: 4px">{html.escape(f"{cell.label}: {_sum(annotations)}")}</div>']
    for (number, _), code in zip(_lines(cell), colours, strict=True):
        said = annotations.get(number, ())
        head = f'<span style="opacity: 0.6">{number:4} {"+" if said else " "}</span> {code}'
        if not said:
            parts.append(f'<div><pre style="{_LINE}">{head}</pre></div>')
            continue
        kinds = [kind for kind in _GROUNDS if any(one.kind == kind for one in said)]
        marks = f'<span style="opacity: 0.75">    {" · ".join(kinds)}</span>'
        notes = "\n".join(f"       {kind}: {html.escape(words)}" for kind, words in _merged(said))
        parts.append(
            f'<details style="background: rgba({_GROUNDS[kinds[0]][0]})">'
            f'<summary style="list-style: none; cursor: pointer"><pre style="{_LINE}">{head}{marks}</pre></summary>'
            f'<pre style="{_LINE}">{notes}</pre></details>'
        )
    return f'<div style="overflow-x: auto">{"".join(parts)}</div>'


def _lines(cell: Cell) -> Iterator[tuple[int, str]]:
    for line, code in enumerate(_split(cell.body), 1):
        yield cell.line_of(line), code.expandtabs(4)


def _split(body: str) -> list[str]:
    return body.removesuffix("\n").split("\n")


def _indent(code: str) -> int:
    return len(code) - len(code.lstrip())


def _merged(annotations: Iterable[Annotation]) -> list[tuple[str, str]]:
    """Kinds and words, what is said of several places of a line once."""
    counted = Counter((one.kind, one.text) for one in annotations)
    ordered = sorted(counted.items(), key=lambda item: [*_GROUNDS].index(item[0][0]))
    return [(kind, words + (f", in {n} places" if n > 1 else "")) for (kind, words), n in ordered]


def _sum(annotations: Mapping[int, Sequence[Annotation]]) -> str:
    counted = Counter(one.kind for said in annotations.values() for one in said)
    return ", ".join(f"{counted[kind]} {word}" for kind, (_, word) in _GROUNDS.items() if counted[kind]) or "nothing"


def _coloured(body: str) -> list[str]:
    """The lines of Go as HTML."""
    try:
        from pygments.lexers.go import GoLexer  # type: ignore[import-untyped]
    except ImportError:
        return [html.escape(line.expandtabs(4)) for line in _split(body)]
    lines = [""]
    for kind, value in GoLexer(stripnl=False, ensurenl=False).get_tokens(body.removesuffix("\n").expandtabs(4)):
        name = next((of for token, of in _COLOURS.items() if str(kind).startswith(f"Token.{token}")), "")
        for i, part in enumerate(value.split("\n")):
            if i:
                lines.append("")
            if part:
                style = f' style="color: var(--jp-mirror-editor-{name}-color)"' if name else ""
                lines[-1] += f"<span{style}>{html.escape(part)}</span>" if style else html.escape(part)
    return lines
