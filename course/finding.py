"""Something to put right in a chapter."""

from __future__ import annotations

from dataclasses import dataclass

from course.chapter import Chapter, first_line


@dataclass(frozen=True)
class Finding:
    """Something to put right. cell: its position, counted from 1, None for the whole notebook."""

    chapter: str
    cell: int | None
    what: str
    hint: str = ""
    line: str = ""  # the first line of the cell, to find it by

    def __str__(self) -> str:
        where = self.chapter if self.cell is None else f"{self.chapter}:{self.cell}"
        at = f"\n    | {self.line[:100]}" if self.line else ""
        hint = f"\n  hint: {self.hint}" if self.hint else ""
        return f"{where}: {self.what}{at}{hint}"


def at(chapter: Chapter, position: int, what: str, hint: str) -> Finding:
    """A finding in the cell at `position`, counted from 0."""
    return Finding(chapter.name, position + 1, what, hint, first_line(chapter.notebook.cells[position]))
