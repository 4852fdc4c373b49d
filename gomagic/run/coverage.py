"""Which lines of a cell its tests have reached, from the profile that `go test -cover` writes."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from pathlib import Path

from gomagic.source.cell import Cell

REACHED, PARTLY, MISSED = "+", "±", "\N{MINUS SIGN}"
_COLOURS = {REACHED: "rgba(0,158,115,.22)", PARTLY: "rgba(230,159,0,.25)", MISSED: "rgba(213,94,0,.25)"}
# Where a notebook's own style would have it as text.
CODE = "margin:0;text-align:left;background:transparent;font-family:var(--jp-code-font-family,monospace)"
_BLOCK = re.compile(r"(\d+)\.(\d+),(\d+)\.(\d+) (\d+) (\d+)$", re.MULTILINE)
_MOST_LINES = 20  # in a terminal


@dataclass(frozen=True)
class Coverage:
    """Of a cell: how many statements it has, how many of them were reached, and the mark of each line that has some."""

    cell: Cell
    statements: int
    reached: int
    marks: dict[int, str]

    @property
    def heading(self) -> str:
        share = 100 * self.reached / self.statements if self.statements else 100
        return f"{self.cell.label}: {share:.0f}% of its statements are covered, {self.reached} of {self.statements}"

    def lines(self) -> list[str]:
        """For a terminal: the heading, and the lines that were not reached, or not all of them."""
        missed = [line for line, mark in sorted(self.marks.items()) if mark != REACHED]
        shown = [f"{self.marks[line]} {self.cell.label}:{line}  {self.cell.text_of(line)}" for line in missed]
        more = len(shown) - _MOST_LINES
        return [self.heading, *shown[:_MOST_LINES], *([f"  … and {more} more lines"] if more > 0 else [])]

    def html(self) -> str:
        """For a notebook: the whole cell, folded, each line with its mark."""
        first = 2 + self.cell.above
        last = first + self.cell.body.rstrip("\n").count("\n")
        rows = []
        for line in range(first, last + 1):
            mark = self.marks.get(line, " ")
            colour = _COLOURS.get(mark, "transparent")
            text = f"{line:>4} {mark} {html.escape(self.cell.text_of(line))}"
            rows.append(f'<span style="display:block;background:{colour}">{text}</span>')
        code = f'<pre style="{CODE};line-height:1.35">{"".join(rows)}</pre>'
        return f"<details><summary>{html.escape(self.heading)}</summary>{code}</details>"


def read(profile: Path, cell: Cell) -> Coverage:
    """What a profile says of a cell; of a profile that was never written, that nothing was reached."""
    text = profile.read_text(encoding="utf-8") if profile.is_file() else ""
    statements = reached = 0
    seen: dict[int, set[bool]] = {}
    for row in text.splitlines():
        place, _, block = row.rpartition(":")
        found = _BLOCK.fullmatch(block)
        if not found or not place.endswith(f"/{cell.base}"):
            continue
        line, column, last, end, count, runs = map(int, found.groups())
        statements += count
        reached += count if runs else 0
        for number in range(line, last + 1):
            of = cell.text_of(number).encode()
            part = of[column - 1 if number == line else 0 : end - 1 if number == last else len(of)]
            if re.search(rb"\w", part.split(b"//")[0]):
                seen.setdefault(number, set()).add(runs > 0)
    marks = {n: PARTLY if len(which) > 1 else REACHED if True in which else MISSED for n, which in seen.items()}
    return Coverage(cell, statements, reached, marks)
