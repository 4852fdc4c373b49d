"""What build.py does with the course at `root`: each verb yields what it finds.

names: the chapters meant, as `choose` reads them; all when empty. Only `read` and `write` touch the notebooks on disk.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from nbformat.v4 import new_notebook

from course import figures, hygiene, lint, renaming, skeleton
from course.chapter import Chapter, choose, exercises, read_course, write
from course.execution import CellFailed, compiled, execute
from course.finding import Finding, at
from course.navigation import navigate, readme_faults, stale, with_tables
from course.outputs import keep_measured, tidy
from course.solutions import judge, listed, with_solutions, wrong
from gomagic.build import toolchain


def compile_cells(root: Path, names: list[str]) -> Iterator[Finding]:
    """build every Go cell, so that the notebooks find them in the cache"""
    chain = toolchain.find()
    chosen = choose(read_course(root), names)
    jobs = [(chapter, position) for chapter in chosen for position, _ in enumerate(chapter.notebook.cells)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        for faults in pool.map(lambda job: list(compiled(*job, chain)), jobs):
            yield from faults


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
    text = with_tables(readme.read_text(encoding="utf-8"), course)
    readme.write_text(text, encoding="utf-8")
    yield from readme_faults(text, course)


def lay_out(root: Path, names: list[str]) -> Iterator[Finding]:
    """lay out Go cells and solutions with gofmt, Python cells with ruff"""
    for chapter in choose(read_course(root), names):
        write(lint.formatted(chapter))
    yield from ()


def solve(root: Path, names: list[str]) -> Iterator[Finding]:
    """work through every exercise on a copy: unsolved and solved wrongly, its check must not pass; solved, it must"""
    course = read_course(root)
    passed = failed = 0
    with tempfile.TemporaryDirectory() as place:
        for name in ("benchmarks", "course", "golib"):  # what chapters use; by golib the setup cell knows the clone
            Path(place, name).symlink_to(root / name)
        folder = Path(place, "notebooks")
        shutil.copytree(root / "notebooks", folder, ignore=shutil.ignore_patterns(".*"))
        chosen = [navigate(chapter, course) for chapter in choose(course, names)]
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            outcomes = pool.map(lambda chapter: _worked_through(chapter, folder), chosen)
            for chapter, (worked, stopped) in zip(chosen, outcomes, strict=True):
                if stopped:
                    failed += 1
                    cure = "mend the cell; the chapter's exercises did not run"
                    yield at(worked, stopped.position, stopped.why, cure)
                    continue
                known = wrong(chapter)
                for exercise in exercises(chapter.notebook):
                    faults = list(judge(chapter, exercise, worked, known))
                    print(f"{chapter.name}: {exercise.name}: {'wrong' if faults else 'not yet, then passed'}")
                    passed, failed = passed + (not faults), failed + bool(faults)
                    yield from faults
    print(f"{passed} passed, {failed} failed")


def _worked_through(chapter: Chapter, folder: Path) -> tuple[Chapter, CellFailed | None]:
    """The chapter with its solutions, executed in `folder`; as it was, with the reason, where a cell stops it."""
    worked = with_solutions(chapter, wrong(chapter))
    try:
        return execute(worked, folder), None
    except CellFailed as stopped:
        return worked, stopped


def check(root: Path, names: list[str]) -> Iterator[Finding]:
    """look for everything that must hold before a commit; writes nothing"""
    course = read_course(root)
    chosen = choose(course, names)
    for chapter in chosen:
        yield from hygiene.inspect(chapter)
        yield from figures.colours(chapter)
        yield from listed(chapter)
        yield from stale(chapter, course)
    yield from figures.unused(root, course)
    yield from lint.findings(chosen)
    yield from readme_faults((root / "README.md").read_text(encoding="utf-8"), course)


def new(root: Path, name: str, title: str) -> Iterator[Finding]:
    """write the skeleton of a chapter and link it"""
    faults = list(renaming.name_faults(name, {chapter.number for chapter in read_course(root)}))
    if faults:
        yield from faults
    else:
        path = root / "notebooks" / f"{name}.ipynb"
        write(tidy(Chapter(path, new_notebook(cells=skeleton.cells(title)))))
        yield from nav(root, [])


def rename(root: Path, names: list[str]) -> Iterator[Finding]:
    """give chapters other names; their figures and all that speaks of them follow"""
    if len(names) % 2:
        yield Finding(names[-1], None, "there is no new name for it", "name chapters in pairs: OLD NEW")
        return
    course = read_course(root)
    pairs = [(choose(course, [old])[0].name, new) for old, new in zip(names[::2], names[1::2], strict=True)]
    faults = list(renaming.faults(root, course, pairs))
    if faults:
        yield from faults
    else:
        yield from renaming.rename(root, pairs)
        yield from nav(root, [])


def site(root: Path) -> Iterator[Finding]:
    """make the course's pages in build/site, from stored outputs, and check every link"""
    yield from _built(root, "site")


def messages(root: Path) -> Iterator[Finding]:
    """write the course's texts into build/messages, a template for translators for each chapter"""
    yield from _built(root, "messages")


def pictures(root: Path) -> Iterator[Finding]:
    """take the README's pictures anew, of JupyterLab in Chromium"""
    from course.pictures import take
    from tests import lab

    if not any(map(shutil.which, lab.BROWSERS)):
        cure = "install Chromium (Debian, Ubuntu: `sudo apt install chromium`)"
        yield Finding("pictures", None, "there is no browser to take them in", cure)
        return
    for path in take(root, root / "notebooks" / "figures"):
        print(f"{path.relative_to(root)}: {path.stat().st_size / 1000:.0f} kB")


def _built(root: Path, what: str) -> Iterator[Finding]:
    if importlib.util.find_spec("myst_nb") is None:
        yield Finding(what, None, "what the site is built with is not installed", "run `make site`, which installs it")
        return
    from course.site import building

    started = time.monotonic()
    yield from getattr(building, what)(read_course(root), root, root / "build")
    print(f"build/{what}: {time.monotonic() - started:.0f} s")
