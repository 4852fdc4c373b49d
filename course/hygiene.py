"""The rules that a notebook of the course keeps: each takes a chapter and yields what it finds.

Rules look at the notebook alone. What takes a program to find out (gofmt, go vet, ruff) is in lint.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby, takewhile
from statistics import median
from urllib.parse import unquote

from course.chapter import (
    MEASURED,
    Chapter,
    code_lines,
    exercise_faults,
    history,
    is_go,
    is_prose,
    magic,
    read,
    shown,
    tags,
    words,
)
from course.finding import Finding, at

TAGS = {"setup", "nav", "exercise", "solution", "questions", MEASURED, "raises-exception"}
MINUTES = 40  # nobody sits longer

_LINK = re.compile(r"(!?)\[([^\]]*)\]\(\s*<?([^)\s>]+)")
_IMG = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"\b(src|alt)\s*=\s*[\"']([^\"']*)", re.IGNORECASE)
_CODE = re.compile(r"^```.*?^```[ \t]*$|`[^`\n]*`", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^#{1,6} +(.*?)[ \t]*$", re.MULTILINE)
_QUESTION = re.compile(r"<details><summary>(.*?)</summary>\n\n(.*?)\n\n</details>", re.DOTALL)
_READ_ON = re.compile(r"^\*\*Read on:\*\*.*?\]\(https://.*?\]\(https://", re.MULTILINE | re.DOTALL)
_ELSEWHERE = re.compile(r"[a-z]+:|#|//", re.IGNORECASE)
_CHANGING = {
    "an absolute path": re.compile(r"(?<![\w/.:~<-])(?:/[A-Za-z][\w.-]*/[\w.-]+|[A-Z]:\\)\S*"),
    "a time": re.compile(
        r"(?<![\w.])\d+(?:\.\d+)? ?(?:ns|µs|μs|us|ms)\b|(?<![\w.])\d+\.\d+ ?(?:s|sec|seconds)\b"
        r"|\b\d\d:\d\d:\d\d\b"
    ),
    "an address": re.compile(r"\b0x[0-9a-f]{8,}\b"),
}


def inspect(chapter: Chapter) -> list[Finding]:
    """Everything that the rules find."""
    return [finding for rule in RULES for finding in rule(chapter)]


def counts(chapter: Chapter) -> Iterator[Finding]:
    """Every code cell was executed, top to bottom: nbval compares nothing where the count is missing."""
    for wanted, (position, cell) in enumerate(_code(chapter), start=1):
        if (found := cell.execution_count) != wanted:
            what = f"the execution count is {found or 'missing'}, not {wanted}"
            yield at(chapter, position, what, f"run `python build.py run {chapter.number}`")
            return


def known_tags(chapter: Chapter) -> Iterator[Finding]:
    for position, cell in enumerate(chapter.notebook.cells):
        for tag in tags(cell):
            if tag not in TAGS:
                yield at(chapter, position, f"unknown tag `{tag}`", f"use one of {', '.join(sorted(TAGS))}")


def silent_setup(chapter: Chapter) -> Iterator[Finding]:
    """The setup cell has nothing to say where the course is installed."""
    for position, cell in _code(chapter):
        if "setup" in tags(cell) and cell.outputs:
            what = "the setup cell shows something"
            yield at(chapter, position, what, f"run `python build.py run {chapter.number}` in the clone")


def semicolons(chapter: Chapter) -> Iterator[Finding]:
    """A `;` hides a result in JupyterLab, but not from nbval, which then sees a difference."""
    for position, cell in _code(chapter):
        if not is_go(cell) and cell.source.rstrip().endswith(";"):
            yield at(chapter, position, "the cell ends with `;`", "assign the result to a name, as in `_ = …`")


def images(chapter: Chapter) -> Iterator[Finding]:
    """Images have a text for those who do not see them; files that are linked to exist."""
    for position, cell in enumerate(chapter.notebook.cells):
        if cell.cell_type != "markdown":
            continue
        text = _CODE.sub("", cell.source)
        links = [(bool(mark), alt, target) for mark, alt, target in _LINK.findall(text)]
        for tag in _IMG.findall(text):
            found = dict(_ATTRIBUTE.findall(tag))
            links.append((True, found.get("alt", ""), found.get("src", "")))
        for is_image, alt, target in links:
            if is_image and not alt.strip():
                yield at(chapter, position, f"the image `{target}` has no alt text", "say what it shows")
            file = chapter.path.parent / target.partition("#")[0]
            if not _ELSEWHERE.match(target) and not file.exists():
                yield at(chapter, position, f"there is no file `{target}`", "correct the path, or add the file")


def anchors(chapter: Chapter) -> Iterator[Finding]:
    """Links to a heading lead to one that is there. JupyterLab puts `-` for the spaces of a heading's text."""
    for position, cell in enumerate(chapter.notebook.cells):
        text = _CODE.sub("", cell.source) if cell.cell_type == "markdown" else ""
        for _, _, target in _LINK.findall(text):
            name, mark, anchor = target.partition("#")
            page = chapter.path.parent / (name or chapter.path.name)
            if not mark or not page.name.endswith(".ipynb") or (name and not page.exists()):
                continue
            if unquote(anchor) not in _anchors(read(page) if name else chapter):
                hint = "write the heading's text with `-` for each space"
                yield at(chapter, position, f"no heading of {page.name} has the anchor `{anchor}`", hint)


def _anchors(chapter: Chapter) -> set[str]:
    texts = [cell.source for cell in chapter.notebook.cells if cell.cell_type == "markdown"]
    headings = [heading for text in texts for heading in _HEADING.findall(text)]
    return {re.sub(r"[`*]", "", heading).replace(" ", "-") for heading in headings}


def compared_outputs(chapter: Chapter) -> Iterator[Finding]:
    """An output that is compared is the same on every machine and every run."""
    for position, cell in _code(chapter):
        if MEASURED in tags(cell):
            continue
        text = "\n".join(shown(output) for output in cell.outputs)
        for kind, pattern in _CHANGING.items():
            if found := pattern.search(text):
                hint = f"print something that is the same everywhere, or tag the cell `{MEASURED}`"
                yield at(chapter, position, f"the output shows {kind}, `{found[0]}`", hint)


def measured_outputs(chapter: Chapter) -> Iterator[Finding]:
    """An output that is not compared still belongs to the sources that stand above it."""
    for position, cell in _code(chapter):
        if MEASURED in tags(cell) and cell.metadata.get("output_of") != history(chapter.notebook, position):
            what = "the stored output is older than this cell or one above it"
            yield at(chapter, position, what, f"run `python build.py run {chapter.number}`")


def errors(chapter: Chapter) -> Iterator[Finding]:
    for position, cell in _code(chapter):
        for output in cell.outputs:
            if output.output_type == "error" and "raises-exception" not in tags(cell):
                hint = "mend the cell, or tag it `raises-exception` when the error is the lesson"
                yield at(chapter, position, f"the cell fails: {output.ename}: {output.evalue}", hint)


def exercises(chapter: Chapter) -> Iterator[Finding]:
    """An exercise is followed by its check, a hint and one solution."""
    cells = chapter.notebook.cells
    for position, cell in enumerate(cells):
        if "exercise" in tags(cell):
            for fault in exercise_faults(cells[position : position + 4]):
                yield at(chapter, position, fault, "see an exercise that `python build.py new` writes")


def sizes(chapter: Chapter) -> Iterator[Finding]:
    """Cells and outputs that are longer than what reads well."""
    for position, cell in enumerate(chapter.notebook.cells):
        # A table also has an HTML form, which takes a dozen lines for each that a reader sees.
        texts = [
            shown({**output, "data": {"text/plain": output.get("data", {}).get("text/plain", "")}})
            for output in cell.get("outputs", [])
        ]
        longest = max((text.rstrip().count("\n") + 1 for text in texts), default=0)
        rows = []
        if is_prose(cell) and is_lesson(chapter) and "questions" not in tags(cell):
            is_closing = bool(_READ_ON.search(cell.source))
            rows.append(("words of text", words(cell.source), 160 if is_closing else 120, "split the cell"))
        elif is_go(cell) or (cell.cell_type == "code" and not magic(cell)[0] and "setup" not in tags(cell)):
            rows.append(("lines of code", len(code_lines(cell)), 40 if is_go(cell) else 15, "one idea a cell"))
        rows.append(("lines of output", longest, 15 if is_lesson(chapter) else 25, "print less"))
        for what, found, most, hint in rows:
            if found > most:
                yield at(chapter, position, f"{found} {what}, at most {most} read well", hint)


def questions(chapter: Chapter) -> Iterator[Finding]:
    """A lesson ends with questions, each folded above its answer."""
    if not is_lesson(chapter):
        return
    asked = [cell.source for cell in chapter.notebook.cells if "questions" in tags(cell)]
    if len(asked) != 1:
        what, hint = (
            f"{len(asked)} cells are tagged `questions`, and one has to be",
            "let one ask, under `## Check yourself`",
        )
        yield Finding(chapter.name, None, what, hint)
        return
    found = _QUESTION.findall(asked[0])
    if not 4 <= len(found) <= 5:
        what = f"{len(found)} questions for the reader, 4 or 5 are right"
        yield Finding(chapter.name, None, what, "write each as `<details><summary>…?</summary>`, answer, `</details>`")
    for question, answer in found:
        if "`" in question:
            yield Finding(chapter.name, None, f"`{question}` would show its backquotes", "write `<code>…</code>` there")
        if not question.endswith("?") or not answer.strip():
            yield Finding(chapter.name, None, f"`{question}` is no question with an answer", "ask, then answer below")


def reading_on(chapter: Chapter) -> Iterator[Finding]:
    """A lesson's last cell says where to read on."""
    prose = [cell for cell in chapter.notebook.cells if is_prose(cell)]
    if is_lesson(chapter) and not (prose and _READ_ON.search(prose[-1].source)):
        what = "the last cell does not say where to read on"
        yield Finding(chapter.name, None, what, "add a line that begins `**Read on:**`, with two links out or more")


def numbers(chapter: Chapter) -> Iterator[Finding]:
    """What the whole chapter amounts to."""
    for what, found, low, high in _measures(chapter):
        if not low <= found <= high:
            asked = f"{low} to {high}" if low else f"at most {high}"
            yield Finding(chapter.name, None, f"{what}: {found:g}, {asked} reads well")


def _measures(chapter: Chapter) -> Iterator[tuple[str, float, float, float]]:
    """Rows of: what, how much, least, most. The bounds are those that the chapters keep."""
    cells = [cell for cell in chapter.notebook.cells if not {"nav", "setup"} & set(tags(cell))]
    code = [cell for cell in cells if cell.cell_type == "code"]
    prose = [cell for cell in cells if is_prose(cell)]
    if chapter.needed:
        yield "minutes", round(chapter.needed, 1), 0, MINUTES
    if is_lesson(chapter):
        amounts = [words(cell.source) for cell in prose]
        yield "cells", len(cells), 25, 65
        yield "words", sum(amounts), 900, 1800
        yield "median words of a text cell", median(amounts or [0]), 20, 60
        yield "exercises", sum("exercise" in tags(cell) for cell in code), 2, 4
        yield "headings", sum(len(_HEADING.findall(_CODE.sub("", cell.source))) for cell in prose), 5, 12
        opening = takewhile(lambda cell: cell.cell_type != "code", cells)
        yield "words before the first code", sum(words(cell.source) for cell in opening), 0, 130
    rows = [list(row) for is_code, row in groupby(cells, lambda cell: cell.cell_type == "code") if is_code]
    yield "code cells in a row", max(map(len, rows), default=0), 0, 2
    talking = [cell for cell in code if magic(cell)[0] != "go"]  # a `%%go` cell that builds prints nothing
    if talking:
        shows = sum(bool(cell.outputs) for cell in talking)
        yield "percent of cells that show something", 100 * shows // len(talking), 60, 100


def is_lesson(chapter: Chapter) -> bool:
    """Whether it teaches: the welcome page and the appendices (00, A, B, C) may have any form."""
    return chapter.number.isdigit() and chapter.number != "00"


def _code(chapter: Chapter):
    return [pair for pair in enumerate(chapter.notebook.cells) if pair[1].cell_type == "code"]


RULES = (
    counts,
    known_tags,
    silent_setup,
    semicolons,
    images,
    anchors,
    compared_outputs,
    measured_outputs,
    errors,
    exercises,
    sizes,
    questions,
    reading_on,
    numbers,
)
