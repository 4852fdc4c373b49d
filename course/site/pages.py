"""A chapter as a page: without its bars, its setup folded, its links leading on to where there is no notebook."""

from __future__ import annotations

import copy
import os
import re
from dataclasses import replace
from pathlib import Path

from nbformat import NotebookNode, from_dict

from course.chapter import Chapter, is_prose, tags
from course.navigation import REPOSITORY, binder, colab

_CODE_OR_LINK = re.compile(
    r"(?P<code>^```.*?^```[ \t]*$|`[^`\n]*`)|(?P<before>\]\(\s*<?)(?P<target>[^)\s>]+)", re.MULTILINE | re.DOTALL
)
_ELSEWHERE = re.compile(r"[a-z]+:|#|//", re.IGNORECASE)
_TITLE = re.compile(r"^# .+$", re.MULTILINE)
_CHART_TITLE = re.compile(r"set_title\(\s*\"([^\"]+)\"")
_SENTENCE = re.compile(r"(.+?[.:!?])(?:\s|$)", re.DOTALL)
_MARKS = re.compile(r"[`*]|\]\([^)]*\)|\[|<[^>]+>")


def page(chapter: Chapter, root: Path) -> Chapter:
    """The chapter as Sphinx gets it."""
    notebook = copy.deepcopy(chapter.notebook)
    notebook.cells = [cell for cell in notebook.cells if "nav" not in tags(cell)]
    titled = False
    for position, cell in enumerate(notebook.cells):
        if cell.cell_type == "code":
            cell.metadata = _shown(cell, _titled(cell) or _about(notebook.cells[position + 1 :]))
            continue
        cell.source = linked(cell.source, root)
        if not titled and (found := _TITLE.search(cell.source)):
            titled = True
            minutes = f"<span>About {chapter.minutes} minutes</span> " if chapter.minutes else ""
            line = f'<p class="places">{minutes}{places(chapter)}</p>'
            cell.source = f"{cell.source[: found.end()]}\n\n{line}\n{cell.source[found.end() :]}"
    return replace(chapter, notebook=notebook)


def _shown(cell: NotebookNode, about: str) -> NotebookNode:
    metadata = from_dict({"mystnb": {"image": {"alt": f"Chart. {about}".rstrip()}}})
    if "setup" in tags(cell):
        metadata.tags = ["hide-input"]
        metadata.mystnb["code_prompt_show"] = "How this notebook finds gomagic"
        metadata.mystnb["code_prompt_hide"] = "How this notebook finds gomagic"
    return metadata


def _titled(cell: NotebookNode) -> str:
    """The title that a cell gives its chart, which states what it shows."""
    found = _CHART_TITLE.search(cell.source)
    return f"{found[1]}." if found else ""


def _about(below: list[NotebookNode]) -> str:
    """The first sentence below a cell: below a chart it says what is to be seen."""
    text = next((cell.source for cell in below[:1] if is_prose(cell)), "")
    found = _SENTENCE.match(_MARKS.sub("", text)) if not text.startswith("#") else None
    return " ".join(found[1].split()) if found else ""


def places(chapter: Chapter) -> str:
    """Links, in HTML, to where the notebook can be opened."""
    links = [("Open in Colab", colab(chapter)), ("Launch Binder", binder(chapter)), ("Notebook", source(chapter))]
    return " ".join(f'<a class="badge-link" href="{address}">{text}</a>' for text, address in links)


def source(chapter: Chapter) -> str:
    return f"{REPOSITORY}/blob/main/notebooks/{chapter.path.name}"


def linked(text: str, root: Path) -> str:
    """The Markdown of a notebook, in which links to files that are no chapters lead to the repository."""
    return _CODE_OR_LINK.sub(lambda found: found[0] if found["code"] else found["before"] + _target(found, root), text)


def _target(found: re.Match[str], root: Path) -> str:
    target, mark, anchor = found["target"].partition("#")
    folder = root / "notebooks"
    file = folder / target
    is_page = file.parent == folder and file.suffix == ".ipynb"
    if _ELSEWHERE.match(found["target"]) or is_page or target.startswith("figures/") or not file.exists():
        return found["target"]
    kind = "tree" if file.is_dir() else "blob"
    path = os.path.relpath(os.path.normpath(file), root)
    return f"{REPOSITORY}/{kind}/main/{path}{mark}{anchor}"
