"""Building with Sphinx: what it reads is made from the chapters, and what it complains of is a finding."""

from __future__ import annotations

import io
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from course.chapter import Chapter
from course.finding import Finding
from course.navigation import REPOSITORY, table
from course.site import links, reference
from course.site.pages import page, places

HERE = Path(__file__).parent
README_CELLS = re.compile(r"```go\n(.*?)```.*?```python\n(.*?)```\n```\n(.*?)```", re.DOTALL)
_WARNING = re.compile(r"^(?:(\S+?):)?(?:(\d+):)? ?(?:WARNING|ERROR|CRITICAL): (.*)", re.MULTILINE)
_CELL_LINES = 10_000  # myst-nb counts lines so: line 3 of the second cell is 20003
_PROCESSES = 2


def site(course: list[Chapter], root: Path, folder: Path) -> Iterator[Finding]:
    """Build all pages into `site` in a folder, and look through them."""
    out = folder / "site"
    yield from _sphinx("html", course, root, out)
    yield from links.check(out)


def messages(course: list[Chapter], root: Path, folder: Path) -> Iterator[Finding]:
    """Write a template for translators, NN_name.pot, for each chapter into `messages` in a folder."""
    out = folder / "messages"
    yield from _sphinx("gettext", course, root, out)
    kept = {f"{chapter.name}.pot" for chapter in course} | {"index.pot"}
    for path in sorted(out.iterdir()):
        if path.name not in kept:
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def _sphinx(builder: str, course: list[Chapter], root: Path, out: Path) -> Iterator[Finding]:
    from sphinx.application import Sphinx
    from sphinx.util.docutils import docutils_namespace, patch_docutils

    from course.site.look import SETTINGS

    shutil.rmtree(out, ignore_errors=True)
    with tempfile.TemporaryDirectory() as place:
        source = Path(place, "pages")
        _write_source(course, root, source)
        warnings = io.StringIO()
        with patch_docutils(), docutils_namespace():  # else a second build in a process complains of the first
            app = Sphinx(
                srcdir=source,
                confdir=None,
                outdir=out,
                doctreedir=Path(place, "doctrees"),
                buildername=builder,
                confoverrides=SETTINGS,
                status=None,
                warning=warnings,
                parallel=_PROCESSES,
            )
            app.build()
        (out / ".buildinfo").unlink(missing_ok=True)  # it names the temporary folder
        yield from complaints(warnings.getvalue(), source)


def complaints(text: str, source: Path) -> Iterator[Finding]:
    """Sphinx's warnings, each with its chapter and cell."""
    text = re.sub(r"\x1b\[[\d;]*m", "", text)
    for where, line, what in dict.fromkeys(_WARNING.findall(text)):
        path = Path(where)
        name = str(path.relative_to(source).with_suffix("")) if path.is_relative_to(source) else where or "site"
        cell = int(line) // _CELL_LINES if line and path.suffix == ".ipynb" else None
        yield Finding(name, cell, what, "correct it: the site is built without a warning, or not")


def _write_source(course: list[Chapter], root: Path, folder: Path) -> None:
    """Write what Sphinx reads: the chapters as pages, figures, the first page, the reference, and our style sheet."""
    import nbformat

    shutil.copytree(root / "notebooks" / "figures", folder / "figures")
    shutil.copytree(HERE / "own", folder / "_own")
    for chapter in course:
        nbformat.write(page(chapter, root).notebook, folder / chapter.path.name)
    (folder / "index.md").write_text(_index(course, root), encoding="utf-8")
    (folder / "places.md").write_text(where_it_runs(REPOSITORY), encoding="utf-8")
    reference.write(folder / "reference")


def where_it_runs(repository: str) -> str:
    """The page of places. repository: where its lines install gomagic from."""
    return (HERE / "places.md").read_text(encoding="utf-8").format(repository=repository)


def _index(course: list[Chapter], root: Path) -> str:
    """The first page: the README's cell, where to open the course, its chapters."""
    go, python, output = README_CELLS.search((root / "README.md").read_text(encoding="utf-8")).groups()
    lessons = [chapter for chapter in course if chapter.number.isdigit()]
    appendices = [chapter for chapter in course if chapter not in lessons]
    return (
        (HERE / "index.md")
        .read_text(encoding="utf-8")
        .format(
            go=go.strip(),
            python=python.strip(),
            output=output.strip(),
            places=places(course[0]),
            repository=REPOSITORY,
            chapters=table(course, ""),
            packages="\n".join(f"reference/golib/{name}" for name in reference.packages()),
            lessons="\n".join(f"{chapter.number} {chapter.title} <{chapter.name}>" for chapter in lessons),
            appendices="\n".join(f"{chapter.title} <{chapter.name}>" for chapter in appendices),
        )
    )
