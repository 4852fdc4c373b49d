"""Exercises as a reader works on them: unsolved, then solved wrongly, then solved."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from course.chapter import Chapter, Exercise, exercises, fences, language, shown
from course.finding import Finding, at

_NAME = re.compile(r"^## +(\w+)[ \t]*$", re.MULTILINE)
LEAST = 2  # wrong solutions an exercise


@dataclass(frozen=True)
class Wrong:
    """The wrong solutions of a chapter, by the names of its exercises; what stands in course/wrong/NN_name.md.

    There each exercise has a heading `## name`, and below it, each with a sentence on what is wrong, texts in fences.
    """

    of: dict[str, str]

    def solutions(self, name: str, language: str) -> list[str]:
        return fences(self.of.get(name, ""), language)


def wrong_file(notebook: Path) -> Path:
    """Where the wrong solutions of a notebook are listed."""
    return notebook.parents[1] / "course" / "wrong" / f"{notebook.stem}.md"


def wrong(chapter: Chapter) -> Wrong:
    """The wrong solutions that are listed for a chapter."""
    file = wrong_file(chapter.path)
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    _, *pieces = _NAME.split(text)
    return Wrong(dict(zip(pieces[::2], pieces[1::2], strict=True)))


def listed(chapter: Chapter) -> Iterator[Finding]:
    """Exercises with too few wrong solutions, and wrong solutions of no exercise."""
    known, names = wrong(chapter), set()
    file = wrong_file(chapter.path).relative_to(chapter.path.parents[1])
    for exercise in exercises(chapter.notebook):
        names.add(exercise.name)
        found = len(known.solutions(exercise.name, _language(chapter, exercise)))
        if found < LEAST:
            what = f"`{exercise.name}` has {found} wrong solutions, and needs {LEAST}"
            yield at(
                chapter, exercise.position, what, f"write what readers get wrong below `## {exercise.name}` in {file}"
            )
    for name in sorted(known.of.keys() - names):
        yield Finding(chapter.name, None, f"{file} speaks of `{name}`, which is no exercise", "correct the heading")


def with_solutions(chapter: Chapter, wrong: Wrong) -> Chapter:
    """The chapter as a reader works on it: below each exercise and its check, both again for each solution.

    The right one comes last, so that the cells below find it.
    """
    notebook = copy.deepcopy(chapter.notebook)
    for exercise in reversed(list(exercises(notebook))):  # from the end, so that positions stay right
        below = exercise.position + 2
        check = notebook.cells[below - 1]
        tried = {f"wrong-{n}": text for n, text in enumerate(_wrong(chapter, exercise, wrong))}
        tried["solved"] = exercise.solution
        notebook.cells[below:below] = [
            # A solution that does not build must not hide how the next exercise fares.
            new_code_cell(source, id=f"{check.id}-{which}{part}", metadata={"tags": ["raises-exception"]})
            for which, text in tried.items()
            for part, source in (("", exercise.solved(text)), ("-check", check.source))
        ]
    return replace(chapter, notebook=notebook)


def judge(chapter: Chapter, exercise: Exercise, worked: Chapter, wrong: Wrong) -> Iterator[Finding]:
    """What is wrong with an exercise of `chapter`. worked: the executed `with_solutions(chapter, wrong)`."""
    position = exercise.position + 1
    check = chapter.notebook.cells[position].id
    said = {cell.id: _said(cell) for cell in worked.notebook.cells}
    unsolved, built, solved = said[check], said[f"{check}-solved"], said[f"{check}-solved-check"]
    if not unsolved.startswith("not yet: ") or "\n" in unsolved:
        what = f"unsolved, the check of `{exercise.name}` says `{unsolved}`"
        yield at(chapter, position, what, "one line that begins `not yet: ` shows that the check can fail")
    for n, text in enumerate(_wrong(chapter, exercise, wrong)):
        answer = said[f"{check}-wrong-{n}-check"]
        if not answer.startswith("not yet: ") or answer.endswith("does not compile"):
            what = f"for wrong solution {n + 1}, the check of `{exercise.name}` says `{answer}`"
            yield at(chapter, position, f"{what}\n{text}", "let the check find it out; it has to compile, too")
    if solved != "passed":
        what = f"with the solution in place, the check of `{exercise.name}` says `{solved}`"
        yield at(chapter, position, what + (built and f"\n{built}"), "mend the solution or the check")


def _wrong(chapter: Chapter, exercise: Exercise, wrong: Wrong) -> list[str]:
    return wrong.solutions(exercise.name, _language(chapter, exercise))


def _language(chapter: Chapter, exercise: Exercise) -> str:
    return language(chapter.notebook.cells[exercise.position])


def _said(cell: NotebookNode) -> str:
    # What is printed may come in several pieces, and a piece may be the end of a line alone.
    ends = [("" if output.output_type == "stream" else "\n") for output in cell.get("outputs", [])]
    return "".join(shown(output) + end for output, end in zip(cell.get("outputs", []), ends, strict=True)).strip()
