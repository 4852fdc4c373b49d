"""A chapter of the course: one notebook, and the questions that building and checking it ask."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from gomagic.source import magics

ROOT = Path(__file__).resolve().parents[1]
GO_MAGICS = tuple(kind.magic.removeprefix("%%") for kind in magics.GO_MAGICS)
MEASURED = "nbval-ignore-output"  # the tag of cells whose output is another one on each run
CHAPTERS = re.compile(r"(<!-- chapters -->\n).*?(<!-- /chapters -->)", re.DOTALL)

_MAGIC = re.compile(r"\s*%%(\w+)[ \t]*(.*)")
_FENCE = re.compile(r"^```(go|python)\n(.*?)^```[ \t]*$", re.MULTILINE | re.DOTALL)
_TITLE = re.compile(r"^# +(.+?)\s*$", re.MULTILINE)
_PYTHON_H = re.compile(r"^[ \t]*(?://[ \t]*)?#[ \t]*include[ \t]+(?:<Python\.h>|\"data/embed\.h\")", re.MULTILINE)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_TAG = re.compile(r"</?\w[^>]*>")
_WORDS_A_MINUTE = 200
_SECONDS_A_CODE_LINE = 10


@dataclass(frozen=True)
class Chapter:
    """A notebook and where it lives. path: …/NN_name.ipynb. notebook: its content, nbformat 4.5."""

    path: Path
    notebook: NotebookNode

    @property
    def name(self) -> str:
        return self.path.stem

    @property
    def number(self) -> str:
        return self.name.split("_")[0]

    @property
    def title(self) -> str:
        """The first `# ` heading, without the chapter's number; the file's name when there is none."""
        for cell in self.notebook.cells:
            if is_prose(cell) and (found := _TITLE.search(cell.source)):
                return re.sub(rf"^{self.number}\b\W*", "", found[1]) if self.number.isdigit() else found[1]
        return self.name

    @property
    def needed(self) -> float:
        """How many minutes a reader needs; 0 for an appendix, which nobody reads from start to end."""
        if not self.number.isdigit():
            return 0
        read = sum(words(cell.source) for cell in self.notebook.cells if is_prose(cell))
        typed = sum(
            len(code_lines(cell))
            for cell in self.notebook.cells
            if cell.cell_type == "code" and "setup" not in tags(cell)
        )
        return read / _WORDS_A_MINUTE + typed * _SECONDS_A_CODE_LINE / 60

    @property
    def minutes(self) -> int:
        """The same in steps of 5: the one source of every number of minutes that is shown."""
        return max(5, 5 * round(self.needed / 5)) if self.number.isdigit() else 0


@dataclass(frozen=True)
class Exercise:
    """Four cells in a row: the exercise, its check, a hint, a solution.

    position: of the exercise cell in the notebook. name: what `%%check` calls it. line: the first line of the cell.
    solution: what stands below that line when it is solved.
    """

    position: int
    name: str
    line: str
    solution: str

    def solved(self, solution: str) -> str:
        """The exercise cell's source with a solution in place."""
        return f"{self.line}\n{solution}".rstrip("\n")


class NoChapter(Exception):
    """A name means no chapter of the course."""


def read(path: Path) -> Chapter:
    """Read a notebook; cells of older formats get an id, which stays once it is written."""
    return Chapter(path, nbformat.read(path, as_version=4))


def write(chapter: Chapter) -> bool:
    """Write the notebook when its text has changed; returns whether it had."""
    text = nbformat.writes(chapter.notebook, version=4).rstrip("\n") + "\n"
    if chapter.path.exists() and chapter.path.read_text(encoding="utf-8") == text:
        return False
    chapter.path.write_text(text, encoding="utf-8")
    return True


def read_course(root: Path) -> list[Chapter]:
    """All chapters in the order of their names."""
    return [read(path) for path in sorted((root / "notebooks").glob("[0-9A-Z]*_*.ipynb"))]


def choose(course: list[Chapter], names: list[str]) -> list[Chapter]:
    """The chapters meant by `NN`, `NN_name` or `notebooks/NN_name.ipynb`; all when nothing is named."""
    for name in names:
        if not any(Path(name).stem in (chapter.name, chapter.number) for chapter in course):
            there = ", ".join(chapter.name for chapter in course) or "none"
            raise NoChapter(f"no chapter `{name}`\n  note: there are {there}")
    wanted = {Path(name).stem for name in names}
    return [chapter for chapter in course if not names or wanted & {chapter.name, chapter.number}]


def tags(cell: NotebookNode) -> list[str]:
    return cell.metadata.get("tags", [])


def is_prose(cell: NotebookNode) -> bool:
    """Whether a reader reads the cell from start to end: not the bars, not a folded solution."""
    return cell.cell_type == "markdown" and not {"nav", "solution"} & set(tags(cell))


def magic(cell: NotebookNode) -> tuple[str, str]:
    """The cell magic and the rest of its line: `("go", "adder -v")`; `("", "")` without one."""
    found = _MAGIC.match(cell.source) if cell.cell_type == "code" else None
    return (found[1], found[2].strip()) if found else ("", "")


def is_go(cell: NotebookNode) -> bool:
    return magic(cell)[0] in GO_MAGICS


def bound(cell: NotebookNode) -> str:
    """The name under which `%%check` knows a cell; otherwise "".

    It is that of `%%go NAME`, of `%%gorun --name NAME`, and of the Python cells `%%isolated … --name NAME`.
    """
    kind, line = magic(cell)
    words = line.split()
    if kind in ("gorun", "isolated"):
        words = words[words.index("--name") + 1 :] if "--name" in words else []
    return words[0] if kind in ("go", "gorun", "isolated") and words else ""


def language(cell: NotebookNode) -> str:
    """What an exercise cell is written in, as a fence of Markdown names it."""
    return "go" if is_go(cell) else "python"


def is_to_build(cell: NotebookNode) -> bool:
    """Whether the cell is Go that is not there to fail."""
    return is_go(cell) and "--expect-error" not in magic(cell)[1] and "raises-exception" not in tags(cell)


def includes_python(text: str) -> bool:
    """Whether Go text includes Python's headers, also by the course's own. Only its notebook tells where they are."""
    return bool(_PYTHON_H.search(text))


def body(cell: NotebookNode) -> str:
    """What stands below the line of the cell magic."""
    return cell.source.lstrip().partition("\n")[2]


def first_line(cell: NotebookNode) -> str:
    return cell.source.strip().partition("\n")[0]


def code_lines(cell: NotebookNode) -> list[str]:
    return [line for line in cell.source.split("\n") if line.strip()]


def fences(text: str, language: str) -> list[str]:
    """The texts in fences of a language, "go" or "python", in Markdown."""
    return [found[2] for found in _FENCE.finditer(text) if found[1] == language]


def words(text: str) -> int:
    """How many words a reader sees: without generated tables, comments and HTML tags."""
    text = _COMMENT.sub(" ", CHAPTERS.sub(" ", text))
    return len(re.findall(r"\S*\w\S*", _TAG.sub(" ", text)))


def exercises(notebook: NotebookNode) -> Iterator[Exercise]:
    """The well-formed exercises; `hygiene.exercises` names the others."""
    for position, cell in enumerate(notebook.cells):
        if "exercise" in tags(cell) and not exercise_faults(notebook.cells[position : position + 4]):
            [solution] = fences(notebook.cells[position + 3].source, language(cell))
            yield Exercise(position, bound(cell), first_line(cell), solution)


def exercise_faults(four: list[NotebookNode]) -> list[str]:
    """What is wrong with an exercise and the three cells below it."""
    name, rest = bound(four[0]), [magic(cell) for cell in four[1:]]
    if not name:
        return ["an exercise is a `%%go NAME`, a `%%gorun --name NAME` or an `%%isolated … --name NAME` cell"]
    if not rest or rest[0][0] != "check" or rest[0][1].split()[:1] != [name]:
        return [f"the cell below the exercise is not `%%check {name}`"]
    if len(four) < 3 or "<summary>Hint</summary>" not in four[2].source:
        return ["the cell below the check is not a hint in `<details><summary>Hint</summary>`"]
    if len(four) < 4 or "solution" not in tags(four[3]):
        return ["the cell below the hint is not tagged `solution`"]
    faults = []
    if (length := words(four[2].source)) - 1 > 60:  # the word Hint itself is the label
        faults.append(f"the hint has {length - 1} words, more than 60")
    if "<summary>Solution</summary>" not in four[3].source:
        faults.append("the solution is not in `<details><summary>Solution</summary>`")
    if (found := len(fences(four[3].source, language(four[0])))) != 1:
        faults.append(f"the solution has {found} fences of {language(four[0])}, not one")
    return faults


def history(notebook: NotebookNode, position: int) -> str:
    """A short hash of the sources that an output depends on: the cell's and those of the code cells above.

    The setup cell is left out: it finds gomagic and computes nothing.
    """
    sources = [
        cell.source for cell in notebook.cells[: position + 1] if cell.cell_type == "code" and "setup" not in tags(cell)
    ]
    return hashlib.sha256("\0".join(sources).encode()).hexdigest()[:12]


def shown(output: NotebookNode) -> str:
    """All text in an output, without colours."""
    parts = [output.get("text", ""), output.get("evalue", ""), *output.get("traceback", [])]
    parts += [text for kind, text in output.get("data", {}).items() if kind.startswith("text/")]
    return re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(part for part in parts if part))
