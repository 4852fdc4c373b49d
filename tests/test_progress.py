import json

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, writes

from gomagic.notebook import progress


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(progress, "_passed", set())
    return tmp_path


def write(folder, name, *sources):
    cells = [new_code_cell(source) for source in sources]
    (folder / f"{name}.ipynb").write_text(writes(new_notebook(cells=[new_markdown_cell("%%check text"), *cells])))


def test_what_has_passed_is_told_by_chapter_and_outlives_the_kernel(folder, monkeypatch):
    write(folder, "02_two", "%%check c --timeout 3\nassert True")
    write(folder, "01_one", "%%check a\nassert 1", "%%check  b\nassert 2", "%%check a\nassert 3", "checked = 1")
    write(folder, "03_none", "print(1)")
    progress.note("b")
    monkeypatch.setattr(progress, "_passed", set())
    assert progress.report() == (
        "01_one  1 of 2  still open: a\n02_two  0 of 1  still open: c\n1 of 3 exercises passed"
    )
    progress.note("a")
    progress.note("c")
    progress.note("of another course")
    assert progress.report() == "01_one  2 of 2\n02_two  1 of 1\n3 of 3 exercises passed"


def test_nothing_is_written_where_there_are_no_notebooks(folder):
    progress.note("a")
    assert list(folder.iterdir()) == []
    assert progress.report() == "the notebooks in this folder have no exercises"


@pytest.mark.parametrize("kept", ["", "{", "7", '{"a": 1}', '[["a"], 3, "b"]', b"\xff"])
def test_what_else_stands_in_the_files_is_passed_over(folder, kept):
    write(folder, "01_one", "%%check a")
    (folder / progress.FILE).write_bytes(kept if isinstance(kept, bytes) else kept.encode())
    for name, text in {"bad": "{", "odd": "[]", "old": '{"cells": [{"cell_type": "code"}]}'}.items():
        (folder / f"{name}.ipynb").write_text(text)
    assert progress.report() == "01_one  0 of 1  still open: a\n0 of 1 exercises passed"
    progress.note("a")
    assert "a" in json.loads((folder / progress.FILE).read_text())


def test_this_kernel_remembers_where_it_cannot_write(folder, monkeypatch):
    write(folder, "01_one", "%%check a")
    (folder / progress.FILE).mkdir()
    progress.note("a")
    assert progress.report() == "01_one  1 of 1\n1 of 1 exercises passed"
