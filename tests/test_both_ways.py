"""A cell below a constant main, and the same cell as `package main`: both libraries offer the same functions."""

import subprocess
from pathlib import Path

import pytest

from course import chapter
from gomagic.build import compiler, sources, toolchain
from gomagic.source import cell, gosource

NOTEBOOKS = Path(__file__).parent.parent / "notebooks"


def course_cells():
    """Every cell of the course with `import "C"` that becomes a library, as `notebook-name`."""
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        for found in chapter.read(path).notebook.cells:
            name, line = chapter.magic(found)
            if name == "go" and chapter.is_to_build(found) and gosource.scan(chapter.body(found)).uses_c:
                yield pytest.param(line, chapter.body(found), id=f"{path.stem[:2]}-{line.split()[0]}")


def offered(path):
    """The functions a library exports to C, those of Go's runtime aside."""
    listed = subprocess.run(["nm", "-D", "--defined-only", path], capture_output=True, text=True, check=True).stdout
    names = {line.split()[-1] for line in listed.splitlines() if " T " in line}
    return {name for name in names if "cgo" not in name}


@pytest.mark.soak
@pytest.mark.parametrize(("line", "body"), list(course_cells()))
def test_both_ways_offer_the_same_functions(line, body, monkeypatch):
    parsed = cell.parse(line, body)
    chain = toolchain.find()
    below = compiler.build(parsed, chain, folder=NOTEBOOKS).path
    monkeypatch.setattr(sources, "must_be_main", lambda inputs: True)
    monkeypatch.setattr(compiler.cache, "find", lambda key: None)
    plain = compiler.build(parsed, chain, folder=NOTEBOOKS).path
    assert below != plain
    assert offered(below) == offered(plain) != set()
