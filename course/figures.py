"""The drawings and charts of the course have one palette, in which each colour means something."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from course.chapter import Chapter
from course.finding import Finding, at

PALETTE = {  # each: the colour itself, a tint of it for areas, a shade of it for text
    "Go": ("#0072B2", "#D6E9F5", "#005A8E"),
    "Python": ("#E69F00", "#FDF0D2", "#8A5A00"),
    "wrong, freed, lost": ("#D55E00", "#FAE0D1", "#A34500"),
    "right, C, the system": ("#009E73", "#D5EFE6", "#00684C"),
    "everything else": ("#6B7280", "#F3F4F6", "#1F2937", "#D1D5DB", "#FFFFFF"),
}

_COLOUR = re.compile(r"(?<!\()#(?:[0-9A-Fa-f]{6}|[0-9A-Fa-f]{3})\b")
_FIGURE = re.compile(r"figures/([\w.-]+\.\w+)")


def colours(chapter: Chapter) -> Iterator[Finding]:
    """Colours of the chapter's drawings and code cells that are not of the palette."""
    known = {colour for group in PALETTE.values() for colour in group}
    for position, cell in enumerate(chapter.notebook.cells):
        if cell.cell_type == "code":
            others = sorted(set(re.findall(r"[\"'](#[0-9A-Fa-f]{3,6})[\"']", cell.source)) - known)
            if others:
                hint = "use C0 for Go, C1 for Python, C2 for others, after `plt.style.use`"
                yield at(chapter, position, f"colours that no chart has: {', '.join(others)}", hint)
            continue
        for name in _FIGURE.findall(cell.source):
            file = chapter.path.parent / "figures" / name
            text = file.read_text(encoding="utf-8") if file.suffix == ".svg" and file.exists() else ""
            others = sorted({colour for colour in _COLOUR.findall(text) if colour.upper() not in known})
            if others:
                yield at(
                    chapter, position, f"colours in {name} that no drawing has: {', '.join(others)}", "see PALETTE"
                )


def unused(root: Path, course: list[Chapter]) -> Iterator[Finding]:
    """Figures that no chapter and no README shows or uses."""
    texts = [cell.source for chapter in course for cell in chapter.notebook.cells]
    texts.append((root / "README.md").read_text(encoding="utf-8"))
    shown = {name for text in texts for name in _FIGURE.findall(text)}
    for file in sorted((root / "notebooks" / "figures").glob("*")):
        if file.name not in shown:
            yield Finding("figures", None, f"nothing shows {file.name}", "show it, or remove it")
