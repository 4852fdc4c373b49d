"""The verbs of build.py on small courses, with real kernels and real Go."""

import os
import re

import nbformat
import pytest
from chapters import DOUBLE, chapter, code, exercise, text

import build
from course.chapter import MEASURED, read, write

BROKEN = DOUBLE.replace("2 * n", "twice")


@pytest.fixture
def root(tmp_path):
    (tmp_path / "README.md").write_text("# A course\n\n<!-- chapters -->\n<!-- /chapters -->\n", encoding="utf-8")
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "golib").mkdir()  # by which the setup cell knows the clone
    return tmp_path


def store(root, *cells, name="01_greeting"):
    made = chapter(root, text("# Hello"), *cells, name=name)
    write(made)
    return made.path


def outputs(path):
    """The text of each output, cell after cell, without the generated cells."""
    cells = [
        c for c in read(path).notebook.cells if c.cell_type == "code" and "setup" not in c.metadata.get("tags", [])
    ]
    return [[o.get("text") or o.get("data", {}).get("text/plain") or o.get("evalue") for o in c.outputs] for c in cells]


# --- run


def test_run_stores_what_the_cells_show(root):
    path = store(root, code("open('n.txt').read()"), code(f"%%go double\n{DOUBLE}"), code("double.Double(21)"))
    (path.parent / "n.txt").write_text("beside the notebook", encoding="utf-8")
    assert build.main(["run"], root) == 0
    assert outputs(path) == [["'beside the notebook'"], [], ["42"]]


def test_run_twice_changes_nothing_and_a_changed_cell_is_measured_anew(root):
    chart = "import matplotlib.pyplot as plt\n\nplt.plot([1, 2])\nplt.show()"
    path = store(root, code("n = 1"), code("import time\n\ntime.time_ns()", MEASURED), code(chart))
    build.main(["run"], root)
    once = path.read_bytes()
    build.main(["run", "01"], root)
    assert path.read_bytes() == once

    made = read(path)
    made.notebook.cells[3].source = "n = 2"
    write(made)
    build.main(["run"], root)
    first = nbformat.reads(once.decode(), as_version=4).cells
    changed = [
        old.outputs != new.outputs
        for old, new in zip(first, read(path).notebook.cells, strict=True)
        if old.cell_type == "code"
    ]
    assert changed == [False, False, True, False]


@pytest.mark.parametrize(
    ("source", "why"),
    [("1 / 0", "ZeroDivisionError: division by zero"), ("import os\n\nos._exit(1)", "the kernel died")],
)
def test_run_stores_nothing_when_a_cell_fails(root, capsys, source, why):
    path = store(root, code("print('new')"), code(source))
    before = path.read_bytes()
    assert build.main(["run"], root) == 1
    assert path.read_bytes() == before
    assert f"01_greeting:5: {why}" in capsys.readouterr().out


def test_run_does_not_overwrite_what_was_saved_meanwhile(root, capsys):
    path = store(root, code("_ = open('01_greeting.ipynb', 'a').write(' ')"))
    before = path.read_bytes()
    assert build.main(["run"], root) == 1
    assert path.read_bytes() == before + b" "
    assert capsys.readouterr().out.startswith("01_greeting: the notebook was saved while it ran\n")


def test_run_goes_on_with_the_next_chapter(root, capsys):
    store(root, code("1 / 0"))
    path = store(root, code("1 + 1"), name="02_more")
    assert build.main(["run"], root) == 1
    assert outputs(path) == [["2"]]


# --- solve


def test_solve_passes_a_right_exercise_and_leaves_the_notebook_alone(root, capsys):
    path = store(root, *exercise())
    before = path.read_bytes()
    assert build.main(["solve"], root) == 0
    assert capsys.readouterr().out == "01_greeting: double: not yet, then passed\n1 passed, 0 failed\n"
    assert path.read_bytes() == before


def test_solve_names_each_wrong_exercise(root, capsys):
    too_easy = exercise("a")
    too_easy[1].source = "%%check a\nassert a.Double(0) == 0"
    store(root, *too_easy, *exercise("b", solution=BROKEN), *exercise("c"))
    assert build.main(["solve"], root) == 1
    said = capsys.readouterr().out
    assert "01_greeting:5: unsolved, the check of `a` says `passed`" in said
    assert "with the solution in place, the check of `b` says `not yet: the Go cell `b` does not compile`" in said
    assert "undefined: twice" in said
    assert "01_greeting: c: not yet, then passed\n1 passed, 2 failed" in said


# --- compile


def test_compile_makes_what_the_kernel_then_finds(root):
    path = store(root, code(f"\n%%go double -v\n{DOUBLE}"))
    assert build.main(["compile"], root) == 0
    build.main(["run"], root)
    [[said]] = outputs(path)
    assert said.startswith("unchanged: ")


def test_compile_names_the_cell_that_does_not_build(root, capsys):
    store(root, code(f"%%go a\n{BROKEN}"), code(f"%%go b --expect-error\n{BROKEN}"), code("%%gorun\npackage main"))
    assert build.main(["compile"], root) == 1
    said = capsys.readouterr().out
    assert "01_greeting:2: a does not compile" in said
    assert "01_greeting:4: " in said
    assert said.endswith("2 to put right\n")


# --- new, nav, check, format


def test_new_chapter_lacks_only_what_is_to_be_written(root, capsys):
    assert build.main(["new", "01_greeting", "Hello"], root) == 0
    assert build.main(["run"], root) == 0
    capsys.readouterr()
    assert build.main(["check"], root) == 1
    wanting = [line.partition(": ")[2] for line in capsys.readouterr().out.split("\n") if ": " in line]
    written = [
        line for line in wanting if not re.search("reads well|questions|to read on|wrong solutions|hint|^$", line)
    ]
    assert [line for line in written if not line.startswith(("write ", "let one", "add a line"))] == []


@pytest.mark.parametrize("name", ["1_hello", "01_other", "hello"])
def test_new_refuses_a_name_that_has_no_place(root, name):
    store(root)
    assert build.main(["new", name, "Hello"], root) == 1
    assert [path.name for path in (root / "notebooks").iterdir()] == ["01_greeting.ipynb"]


def test_nav_writes_bars_and_the_table_of_the_readme(root):
    path = store(root)
    assert build.main(["nav"], root) == 0
    assert read(path).notebook.cells[0].metadata.tags == ["nav"]
    assert "| 01 | [Hello](notebooks/01_greeting.ipynb) | 5 |" in (root / "README.md").read_text(encoding="utf-8")


def test_nav_asks_for_the_place_of_the_table(root, capsys):
    store(root)
    (root / "README.md").write_text("# A course\n", encoding="utf-8")
    assert build.main(["nav"], root) == 1
    assert capsys.readouterr().out.startswith("README.md: no table of chapters\n")


def test_check_names_every_fault_and_writes_nothing(root, capsys):
    path = store(root, code("x = {'a':1};", "exercize"))
    before = {file: file.read_bytes() for file in (path, root / "README.md")}
    assert build.main(["check"], root) == 1
    said = capsys.readouterr().out
    for what in (
        "01_greeting:2: the execution count is missing, not 1",
        "01_greeting:2: unknown tag `exercize`",
        "01_greeting:2: the cell ends with `;`",
        "01_greeting: generated cells are missing or stand elsewhere",
        "01_greeting:2: `ruff format` lays this out otherwise",
        "README.md: the table of chapters is out of date",
    ):
        assert what in said
    assert {file: file.read_bytes() for file in before} == before


def test_format_lays_out_go_and_python(root):
    path = store(root, code("x = {'a':1}"), code("%%go double\n" + DOUBLE.replace("\treturn", "  return")))
    assert build.main(["format"], root) == 0
    assert [cell.source for cell in read(path).notebook.cells[1:]] == ['x = {"a": 1}', f"%%go double\n{DOUBLE}"]


def test_readers_folder_stays_as_it_was(root):
    path = store(root, code("1 + 1"))
    build.main(["run"], root)
    assert os.listdir(path.parent) == ["01_greeting.ipynb"]


@pytest.mark.parametrize("verb", ["run", "nav", "format", "solve", "check", "compile"])
def test_unknown_chapter_ends_with_what_there_is(root, verb):
    store(root)
    with pytest.raises(SystemExit) as ended:
        build.main([verb, "04"], root)
    assert ended.value.code == "error: no chapter `04`\n  note: there are 01_greeting"
