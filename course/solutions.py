"""Exercises as a reader works on them: unsolved, then solved."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import replace

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from course.chapter import Chapter, Exercise, exercises, shown
from course.finding import Finding, at


def with_solutions(chapter: Chapter) -> Chapter:
    """The chapter as a reader works on it: below each exercise and its check, both again with the solution."""
    notebook = copy.deepcopy(chapter.notebook)
    for exercise in reversed(list(exercises(notebook))):  # from the end, so that positions stay right
        below = exercise.position + 2
        check = notebook.cells[below - 1]
        # A solution that does not build must not hide how the next exercise fares.
        going_on = {"tags": ["raises-exception"]}
        solved = new_code_cell(exercise.solved, id=f"{check.id}-solved", metadata=going_on)
        again = new_code_cell(check.source, id=f"{check.id}-again", metadata=going_on)
        notebook.cells[below:below] = [solved, again]
    return replace(chapter, notebook=notebook)


def judge(chapter: Chapter, exercise: Exercise, worked: Chapter) -> Iterator[Finding]:
    """What is wrong with an exercise of `chapter`. worked: the executed `with_solutions(chapter)`."""
    position = exercise.position + 1
    check = chapter.notebook.cells[position].id
    said = {cell.id: _said(cell) for cell in worked.notebook.cells}
    unsolved, built, solved = said[check], said[f"{check}-solved"], said[f"{check}-again"]
    if not unsolved.startswith("not yet: ") or "\n" in unsolved:
        what = f"unsolved, the check of `{exercise.name}` says `{unsolved}`"
        yield at(chapter, position, what, "one line that begins `not yet: ` shows that the check can fail")
    if solved != "passed":
        what = f"with the solution in place, the check of `{exercise.name}` says `{solved}`"
        yield at(chapter, position, what + (built and f"\n{built}"), "mend the solution or the check")


def _said(cell: NotebookNode) -> str:
    return "\n".join(shown(output).strip() for output in cell.get("outputs", []))
