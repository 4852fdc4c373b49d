"""Chapters under new names: which files move, and what everything that speaks of them says then.

A chapter is spoken of by its name (`NN_name`, in links and hints), by its number (after "chapter", "chapters" or
"appendix"), and by its figures, whose names begin with its number. All new names apply at once, so chapters may swap
their places.
"""

from __future__ import annotations

import copy
import re
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from course import solutions
from course.chapter import MEASURED, Chapter, history, read, shown, tags, write
from course.finding import Finding, at

_NAME = re.compile(r"(\d\d|[A-Z])_[a-z0-9_]+")
_NUMBER = re.compile(r"(?<!\w)(?:\d\d|[A-Z])(?!\w)")
_ONE = r"\[?(?:\d\d|[A-Z])(?!\w)(?:\]\([^)\s]*\))?"  # NN, or [NN](…)
_GAP = r"\s+(?:(?:#|//)\s*)?"  # a comment may be broken here
_REFERENCE = re.compile(
    rf"\b(?:[Cc]hapter|[Aa]ppendix){_GAP}{_ONE}"
    rf"|\b(?:[Cc]hapters|[Aa]ppendices){_GAP}{_ONE}(?:(?:,|,?{_GAP}(?:and|or|to)){_GAP}{_ONE})*"
)


class References:
    """What texts say once the chapters have their new names. names: new ones by old ones. files: those that move."""

    def __init__(self, names: dict[str, str], files: dict[str, str] | None = None):
        self.numbers = {old.split("_")[0]: new.split("_")[0] for old, new in names.items()}
        self.words = names | (files or {})
        words = "|".join(map(re.escape, sorted(self.words, key=len, reverse=True)))
        self.pattern = re.compile(rf"(?<!\w)(?:{words})(?!\w)")

    def renewed(self, text: str) -> str:
        text = self.pattern.sub(lambda word: self.words[word[0]], text)
        return _REFERENCE.sub(
            lambda found: _NUMBER.sub(lambda number: self.numbers.get(number[0], number[0]), found[0]), text
        )


def name_faults(name: str, taken: set[str]) -> Iterator[Finding]:
    """Why no chapter can get this name. taken: the numbers that other chapters have."""
    if not _NAME.fullmatch(name):
        yield Finding(name, None, "a chapter is called NN_name", "two digits, an underscore, lower case")
    elif name.split("_")[0] in taken:
        yield Finding(name, None, "there is a chapter of that number", "choose another number")


def faults(root: Path, course: list[Chapter], pairs: list[tuple[str, str]]) -> Iterator[Finding]:
    """Why the chapters cannot get these names. pairs: the old and the new name of each."""
    leaving = [old for old, _ in pairs]
    taken = {chapter.number for chapter in course if chapter.name not in leaving}
    moved = moves(root, pairs)
    for position, (old, new) in enumerate(pairs):
        if old in leaving[:position]:
            yield Finding(old, None, "the chapter gets two new names", "name it once")
        elif old == new:
            yield Finding(old, None, "the chapter is called so already", "leave it out")
        else:
            yield from name_faults(new, taken)
        taken.add(new.split("_")[0])
        for target in moves(root, [(old, new)]).values():
            if target.suffix != ".ipynb" and target.exists() and target not in moved:
                what = f"there is a file {target.relative_to(root)}"
                yield Finding(new, None, what, "give that file another name, or the chapter another number")
    try:
        _files(root)
    except (OSError, subprocess.CalledProcessError):
        yield Finding("rename", None, "git cannot say which files are the project's", "rename chapters in a clone")


def moves(root: Path, pairs: list[tuple[str, str]]) -> dict[Path, Path]:
    """Where the notebooks and their wrong solutions go, and the figures whose chapter gets another number."""
    notebooks, moved = root / "notebooks", {}
    for old, new in pairs:
        moved[notebooks / f"{old}.ipynb"] = notebooks / f"{new}.ipynb"
        wrong = solutions.wrong_file(notebooks / f"{old}.ipynb")
        if wrong.exists():
            moved[wrong] = wrong.with_name(f"{new}.md")
        here, there = old.split("_")[0], new.split("_")[0]
        for figure in sorted((notebooks / "figures").glob(f"{here}_*")):
            moved[figure] = figure.with_name(there + figure.name.removeprefix(here))
    return {source: target for source, target in moved.items() if source != target}


def rename(root: Path, pairs: list[tuple[str, str]]) -> Iterator[Finding]:
    """Rewrite every file of the project that speaks of the chapters, then move what is theirs."""
    names, moved = dict(pairs), moves(root, pairs)
    references = References(names, {old.name: new.name for old, new in moved.items() if old.suffix != ".ipynb"})
    for file in _files(root):
        if file.suffix == ".ipynb":
            chapter = _renewed(read(file), references)
            write(chapter)
            yield from _old_outputs(chapter, names, references)
        else:
            _rewrite(file, references)
    for source, target in moved.items():
        source.rename(_aside(target))
    for target in moved.values():
        _aside(target).rename(target)


def _aside(target: Path) -> Path:
    """Where a file waits until all that move have left their places."""
    return target.with_name(f"{target.name}.moving")


def _files(root: Path) -> list[Path]:
    """The files of the project: those that git has or would take."""
    command = ["git", "-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, capture_output=True, check=True).stdout.decode().split("\0")
    files = (root / name for name in dict.fromkeys(listed) if name)
    return [file for file in files if file.is_file() and not file.is_symlink()]


def _rewrite(file: Path, references: References) -> None:
    try:
        before = file.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return  # a picture, an archive
    if (after := references.renewed(before)) != before:
        file.write_bytes(after.encode("utf-8"))


def _renewed(chapter: Chapter, references: References) -> Chapter:
    """The chapter with new sources; a measured output is still the one of its cell, comments aside."""
    notebook = copy.deepcopy(chapter.notebook)
    for cell in notebook.cells:
        cell.source = references.renewed(cell.source)
    for position, cell in enumerate(chapter.notebook.cells):
        if MEASURED in tags(cell) and cell.metadata.get("output_of") == history(chapter.notebook, position):
            notebook.cells[position].metadata.output_of = history(notebook, position)
    return replace(chapter, notebook=notebook)


def _old_outputs(chapter: Chapter, names: dict[str, str], references: References) -> Iterator[Finding]:
    """The outputs that show an old name. Only a run may write an output, so they stay as they are."""
    name = names.get(chapter.name, chapter.name)
    for position, cell in enumerate(chapter.notebook.cells):
        seen = [shown(output) for output in cell.get("outputs", [])]
        if any(references.renewed(each) != each for each in seen):
            cure = f"run `python build.py run {name.split('_')[0]}`"
            yield replace(at(chapter, position, "the output shows the old name", cure), chapter=name)
