"""What gofmt, go vet and ruff say of the cells of the course.

Cells that are there to fail (`--expect-error`, or tagged `raises-exception`) are left alone by the Go tools.
"""

from __future__ import annotations

import copy
import json
import re
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import nbformat
import numpy as np
from nbformat import NotebookNode

from course.chapter import (
    ROOT,
    Chapter,
    body,
    bound,
    fences,
    first_line,
    includes_python,
    is_go,
    is_to_build,
    magic,
    tags,
)
from course.finding import Finding, at
from gomagic.build import process, toolchain
from gomagic.source import gosource

PYTHON_H = Path(sysconfig.get_path("include"), "Python.h")  # which not every Python brings
VET_SECONDS = 600  # cgo runs once for every cell when the cache is cold

_VET = re.compile(r"^(?:vet: )?(?:\./)?(?:\S*/)?(\w+)/cell\.go:(\d+):\S* (.*)", re.MULTILINE)
_OURS = re.compile(r"%%(?=check\b|isolated\b)")
_HIDDEN = re.compile(r"# %%(?=check\b|isolated\b)")


def findings(chapters: list[Chapter]) -> Iterator[Finding]:
    for chapter in chapters:
        yield from layout(chapter)
    yield from vet(chapters)
    yield from ruff(chapters)


def layout(chapter: Chapter) -> Iterator[Finding]:
    """The cells that gofmt or `ruff format` would change, and the Go that gofmt cannot read."""
    laid_out = formatted(chapter).notebook
    for position, (cell, wanted) in enumerate(zip(chapter.notebook.cells, laid_out.cells, strict=True)):
        if cell.source != wanted.source:
            tool = "`ruff format`" if cell.cell_type == "code" and not is_go(cell) else "gofmt"
            what = f"{tool} lays this out otherwise"
            yield at(chapter, position, what, f"run `python build.py format {chapter.number}`")
    for position, text in go_texts(chapter):
        try:
            gofmt(text)
        except SyntaxError as fault:
            yield at(chapter, position, f"gofmt cannot read the Go text: {fault}", "mend it, or `--expect-error`")


def formatted(chapter: Chapter) -> Chapter:
    """The chapter with its Go cells and solutions laid out by gofmt, its Python cells by `ruff format`."""
    notebook = _ruff_formatted(chapter)
    for position, text in go_texts(chapter):
        cell = notebook.cells[position]
        try:
            better = gofmt(text.strip("\n") + "\n")
        except SyntaxError:
            continue
        if is_go(cell):
            above = text[: len(text) - len(text.lstrip("\n"))][:1]  # one blank line below the magic may stay
            cell.source = f"{first_line(cell)}\n{above}{better}".rstrip("\n")
        else:
            cell.source = cell.source.replace(text, better)
    for cell in notebook.cells:
        if "solution" in tags(cell):
            for text in fences(cell.source, "python"):
                cell.source = cell.source.replace(text, _ruff("format", "--quiet", "-", text=text))
    return replace(chapter, notebook=notebook)


def go_texts(chapter: Chapter) -> Iterator[tuple[int, str]]:
    """Position and Go text of every Go cell and every solution, but for cells that are there to fail."""
    for position, cell in enumerate(chapter.notebook.cells):
        if is_to_build(cell):
            yield position, body(cell)
        elif "solution" in tags(cell):
            yield from ((position, fence) for fence in fences(cell.source, "go"))


def gofmt(text: str) -> str:
    """The text as gofmt lays it out; raises SyntaxError with gofmt's words when it cannot."""
    chain = toolchain.find()
    tool = Path(toolchain.check(chain)["GOROOT"], "bin", "gofmt")
    ended = subprocess.run([tool], input=text, capture_output=True, text=True, timeout=60)
    if ended.returncode:
        raise SyntaxError(ended.stderr.replace("<standard input>:", "line ").strip().split("\n")[0])
    return ended.stdout


def vet(chapters: Iterable[Chapter]) -> Iterator[Finding]:
    """What `go vet` reports: one run for all cells, each a package of its own that reaches golib."""
    chain = toolchain.find()
    version = re.search(r"^go \S+", (ROOT / "go.mod").read_text(encoding="utf-8"), re.MULTILINE)[0]
    cells = {}
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "go.mod").write_text(f"module cells\n\n{version}\n")
        (folder / "go.work").write_text(f'{version}\n\nuse (\n\t.\n\t"{ROOT}"\n)\n')
        for chapter in chapters:
            for position, text in go_texts(chapter):
                unreadable = includes_python(text) and not PYTHON_H.exists()
                if re.search(r"^package \w", text, re.MULTILINE) and not unreadable:  # a plain cell has no package
                    package = f"c{chapter.name}_{position}"
                    cells[package] = chapter, position
                    (folder / package).mkdir()
                    (folder / package / "cell.go").write_text(text, encoding="utf-8")
        if not cells:
            return
        env = dict(chain.env) | {"GOWORK": str(folder / "go.work"), "CGO_CFLAGS": _headers()}
        command = [
            chain.go,
            "vet",
            "-trimpath",
            "./...",
        ]  # trimmed, the temporary folder is not in Go's cache keys
        ended = process.run(command, cwd=folder, env=env, seconds=VET_SECONDS)
    found = [found for found in _VET.finditer(ended.out) if found[1] in cells]
    for package, line, what in dict.fromkeys(found.groups() for found in found):
        chapter, position = cells[package]
        yield at(
            chapter,
            position,
            f"go vet, line {int(line) + 1}: {what}",
            "mend the Go text, or `--expect-error`",
        )
    if ended.code and not found:
        yield Finding("go vet", None, ended.out.strip(), "run it again once this is put right")


def _headers() -> str:
    """Where cgo finds what cells include: the course's own headers, Python's and NumPy's."""
    folders = [ROOT / "notebooks", sysconfig.get_path("include"), np.get_include()]
    return " ".join(["-O2", "-g", *(f"'-I{folder}'" for folder in folders)])


def ruff(chapters: Iterable[Chapter]) -> Iterator[Finding]:
    """What `ruff check` reports of the Python cells, with the settings of pyproject.toml."""
    with tempfile.TemporaryDirectory() as place:
        copies = {str(_python_copy(chapter, Path(place))): chapter for chapter in chapters}
        if not copies:
            return
        reports = json.loads(_ruff("check", "--output-format=json", *copies))
    for report in reports:
        position = report["cell"] - 1
        chapter = copies[report["filename"]]
        if report["code"] == "F811" and magic(chapter.notebook.cells[position])[0] in ("isolated", "check"):
            continue  # a process of its own, in which nothing of the other cells is there
        what = f"ruff, line {report['location']['row']}: {report['message']} ({report['code']})"
        yield at(chapter, position, what, "mend the cell, or say why with `# noqa`")


def _ruff_formatted(chapter: Chapter):
    notebook = copy.deepcopy(chapter.notebook)
    with tempfile.TemporaryDirectory() as place:
        file = _python_copy(chapter, Path(place))
        _ruff("format", "--quiet", str(file))
        for cell, better in zip(notebook.cells, nbformat.read(file, as_version=4).cells, strict=True):
            if cell.cell_type == "code" and not is_go(cell) and "setup" not in tags(cell):
                cell.source = _HIDDEN.sub("%%", better.source, count=1)
    return notebook


def _python_copy(chapter: Chapter, folder: Path) -> Path:
    """Write the notebook as ruff can read it: same cells, same lines, and each name that Python will know.

    ruff skips cells with a magic it does not know, and takes the name that a Go cell binds for undefined.
    The setup cell is generated, and is emptied.
    """
    notebook = copy.deepcopy(chapter.notebook)
    for cell in notebook.cells:
        if is_go(cell):
            cell.source = "".join(f"{name} = ...\n" for name in _names(cell))
        elif "setup" in tags(cell):
            cell.source = ""
        elif cell.cell_type == "code":
            cell.source = _OURS.sub("# %%", cell.source, count=1) if _OURS.match(cell.source) else cell.source
    file = folder / chapter.path.name
    nbformat.write(notebook, file)
    return file


def _names(cell: NotebookNode) -> list[str]:
    """What Python knows of a Go cell: its name or, of a plain cell without one, its exported functions."""
    if bound(cell).isidentifier():
        return [bound(cell)]
    if magic(cell)[0] != "go":
        return []
    return [func.name for func in gosource.scan(body(cell)).funcs if func.name[0].isupper()]


def _ruff(*args: str, text: str = "") -> str:
    # From the root: ruff then sorts imports as it does for the files of the project.
    command = [sys.executable, "-m", "ruff", *args, "--config", str(ROOT / "pyproject.toml")]
    ended = subprocess.run(command, cwd=ROOT, input=text, capture_output=True, text=True, timeout=60)
    if ended.returncode > 1 and args[0] == "check":  # `format` leaves alone what it cannot parse, `check` tells
        raise RuntimeError(ended.stderr)
    return ended.stdout or text
