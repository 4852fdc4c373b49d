"""The steps of the course builder, each from chapter to chapter, without a kernel."""

from pathlib import Path

import pytest
from chapters import chapter, code, exercise, text
from nbformat.v4 import new_output

import build
from course.chapter import MEASURED, exercises, history


@pytest.fixture
def course(tmp_path):
    """A welcome page with an empty table, and two chapters; the second takes 10 minutes."""
    markers = "<!-- chapters -->\n<!-- /chapters -->"
    return [
        chapter(tmp_path, text(f"# Welcome\n\n{markers}"), name="00_welcome"),
        chapter(tmp_path, text("# Hello"), code("1 + 1"), name="01_hello"),
        chapter(tmp_path, text("# Arrays"), code("x = 1\n" * 60), name="03_arrays"),
    ]


def sources(made):
    return [cell.source for cell in made.notebook.cells]


# --- Navigation


def test_bars_link_the_neighbours_and_the_contents(course):
    top, *_, bottom = sources(build.navigate(course[1], course))
    bar = "[← Welcome](00_welcome.ipynb) · [Contents](00_welcome.ipynb) · [Arrays →](03_arrays.ipynb)"
    assert top.split("\n")[0] == bar
    assert bottom == bar


def test_bars_at_the_ends_have_one_neighbour(course):
    assert sources(build.navigate(course[0], course))[-1] == "[Hello →](01_hello.ipynb)"
    last = "[← Hello](01_hello.ipynb) · [Contents](00_welcome.ipynb)"
    assert sources(build.navigate(course[2], course))[-1] == last


def test_badges_open_the_notebook_itself(course):
    top = sources(build.navigate(course[1], course))[0]
    assert "](https://colab.research.google.com/github/gomagic/gomagic/blob/main/notebooks/01_hello.ipynb)" in top
    assert "](https://mybinder.org/v2/gh/gomagic/gomagic/main?urlpath=lab/tree/notebooks/01_hello.ipynb)" in top


def test_top_says_the_minutes_of_the_table(course):
    assert sources(build.navigate(course[2], course))[0].endswith("About 10 minutes.")
    assert "| 03 | [Arrays](03_arrays.ipynb) | 10 |" in sources(build.navigate(course[0], course))[1]


def test_table_lists_the_chapters_that_exist(course):
    assert build.table(course[1:], "notebooks/").strip().split("\n") == [
        "| | chapter | minutes |",
        "| --- | --- | ---: |",
        "| 01 | [Hello](notebooks/01_hello.ipynb) | 5 |",
        "| 03 | [Arrays](notebooks/03_arrays.ipynb) | 10 |",
    ]


def test_navigation_twice_is_navigation_once(course):
    once = [build.navigate(each, course) for each in course]
    assert [build.navigate(each, once) for each in once] == once


def test_setup_cell_becomes_the_first_code_cell(course):
    cells = build.navigate(course[1], course).notebook.cells
    assert [cell.metadata.get("tags") for cell in cells] == [["nav"], None, ["setup"], None, ["nav"]]
    assert cells[2].source == build.SETUP


def test_setup_cell_keeps_its_place_and_gets_its_text_back(tmp_path):
    made = chapter(tmp_path, code("import this", "setup"), text("# Hello"), code("1"))
    assert sources(build.navigate(made, [made]))[1:-1] == [build.SETUP, "# Hello", "1"]


def test_setup_cell_below_other_code_moves_above_it(tmp_path):
    made = chapter(tmp_path, text("# Hello"), code("1"), text("so"), code("old", "setup"))
    assert sources(build.navigate(made, [made]))[1:-1] == ["# Hello", build.SETUP, "1", "so"]


def test_generated_cells_that_are_out_of_date_are_found(course):
    made = build.tidy(build.navigate(course[1], course))
    assert list(build.stale(made, course)) == []
    made.notebook.cells[2].source += "\n"
    made.notebook.cells[-1].source = "[← Welcome](welcome.ipynb)"
    found = [(finding.cell, finding.what) for finding in build.stale(made, course)]
    assert found == [(3, "this generated cell is out of date"), (5, "this generated cell is out of date")]


def test_missing_bar_is_found(course):
    made = build.tidy(build.navigate(course[1], course))
    del made.notebook.cells[0]
    assert [each.what for each in build.stale(made, course)] == ["generated cells are missing or stand elsewhere"]


def test_metadata_of_one_machine_are_found(course):
    made = build.tidy(build.navigate(course[1], course))
    made.notebook.metadata.language_info.version = "3.12.1"
    made.notebook.cells[3].metadata.execution = {"iopub.status.busy": "2026-01-01T00:00:00Z"}
    assert [(each.cell, each.what) for each in build.stale(made, course)] == [
        (None, "the notebook's metadata name a kernel or a version"),
        (4, "the metadata are not {}"),
    ]


def test_go_cell_that_is_not_marked_as_go_is_found(tmp_path):
    made = chapter(tmp_path, text("# Hello"), code("%%gorun\npackage main"))
    made = build.tidy(build.navigate(made, [made]))
    del made.notebook.cells[3].metadata["magics_language"]
    assert [(each.cell, each.what) for each in build.stale(made, [made])] == [
        (4, "the metadata are not {'magics_language': 'go'}")
    ]


# --- Tidy


def test_pieces_of_one_stream_become_one_output(tmp_path):
    cell = code("f()")
    pieces = [("stdout", "a"), ("stdout", "b\n"), ("stderr", "c\n"), ("stdout", "d\n")]
    cell.outputs = [new_output("stream", name=name, text=piece) for name, piece in pieces]
    [tidied] = build.tidy(chapter(tmp_path, cell)).notebook.cells
    joined = [("stdout", "ab\n"), ("stderr", "c\n"), ("stdout", "d\n")]
    assert [(output.name, output.text) for output in tidied.outputs] == joined


def test_only_what_is_the_same_everywhere_stays_in_the_metadata(tmp_path):
    made = chapter(tmp_path, code("%%go x\nvar a int", "exercise"), code("1"))
    made.notebook.metadata.update(language_info={"version": "3.12.1"}, widgets={})
    made.notebook.cells[0].metadata.update(execution={"iopub.status.busy": "…"}, scrolled=True)
    tidied = build.tidy(made).notebook
    assert "version" not in tidied.metadata.language_info
    assert "widgets" not in tidied.metadata
    assert [cell.metadata for cell in tidied.cells] == [{"tags": ["exercise"], "magics_language": "go"}, {}]


def test_measured_output_does_not_name_a_private_folder(tmp_path):
    out = f"{Path.home()}/go\n{build.ROOT}/golib:\n"
    tidied = build.tidy(chapter(tmp_path, code("f()", MEASURED, out=out)))
    assert tidied.notebook.cells[0].outputs[0].text == "~/go\n~/gomagic/golib:\n"


def test_compared_output_is_not_reworded(tmp_path):
    tidied = build.tidy(chapter(tmp_path, code("f()", out=f"{Path.home()}/go")))
    assert tidied.notebook.cells[0].outputs[0].text == f"{Path.home()}/go"


# --- Measured outputs


@pytest.fixture
def stored(tmp_path):
    made = chapter(tmp_path, code("n = 1"), code("f(n)", MEASURED, out="1.1 ms"))
    made.notebook.cells[1].metadata.output_of = history(made.notebook, 1)
    return made


def again(tmp_path, above="n = 1", *tags):
    return chapter(tmp_path, code(above), code("f(n)", *tags, out="2.2 ms"))


def kept(fresh, stored):
    return build.keep_measured(fresh, stored).notebook.cells[1].outputs[0].text


def test_measured_output_stays_while_the_sources_do(tmp_path, stored):
    assert kept(again(tmp_path, "n = 1", MEASURED), stored) == "1.1 ms"


def test_measured_output_is_renewed_below_a_changed_cell(tmp_path, stored):
    assert kept(again(tmp_path, "n = 2", MEASURED), stored) == "2.2 ms"


def test_measured_output_is_renewed_once_cleared(tmp_path, stored):
    stored.notebook.cells[1].outputs = []
    assert kept(again(tmp_path, "n = 1", MEASURED), stored) == "2.2 ms"


def test_compared_output_is_always_renewed(tmp_path, stored):
    assert kept(again(tmp_path), stored) == "2.2 ms"


def test_renewed_output_stays_the_next_time(tmp_path, stored):
    renewed = build.keep_measured(again(tmp_path, "n = 2", MEASURED), stored)
    assert kept(chapter(tmp_path, code("n = 2"), code("f(n)", MEASURED, out="3.3 ms")), renewed) == "2.2 ms"


# --- Solutions


def test_solution_and_check_are_repeated_below_each_exercise(tmp_path):
    made = chapter(tmp_path, *exercise("a"), text("and"), *exercise("b"))
    first_lines = [source.split("\n")[0] for source in sources(build.with_solutions(made))]
    assert first_lines[:4] == ["%%go a", "%%check a", "%%go a", "%%check a"]
    assert first_lines[7:11] == ["%%go b", "%%check b", "%%go b", "%%check b"]


@pytest.mark.parametrize(
    ("unsolved", "solved", "whats"),
    [
        ("not yet: 4", "passed", []),
        ("passed", "passed", ["unsolved, the check of `a` says `passed`"]),
        ("Traceback", "passed", ["unsolved, the check of `a` says `Traceback`"]),
        ("not yet: 4\nand", "passed", ["unsolved, the check of `a` says `not yet: 4\nand`"]),
        ("not yet: 4", "not yet: 8", ["with the solution in place, the check of `a` says `not yet: 8`"]),
        ("not yet: 4", "", ["with the solution in place, the check of `a` says ``"]),
    ],
)
def test_exercise_is_right_if_its_check_fails_and_then_passes(tmp_path, unsolved, solved, whats):
    made = chapter(tmp_path, *exercise("a"))
    worked = build.with_solutions(made)
    for position, said in ((1, unsolved), (3, solved)):
        worked.notebook.cells[position].outputs = code("", out=said).outputs
    [exercised] = exercises(made.notebook)
    assert [finding.what for finding in build.judge(made, exercised, worked)] == whats


# --- Choosing


@pytest.mark.parametrize("name", ["03", "03_arrays", "notebooks/03_arrays.ipynb"])
def test_chapter_is_chosen_by_number_name_or_path(course, name):
    assert build.choose(course, [name]) == [course[2]]


def test_all_chapters_are_chosen_without_a_name(course):
    assert build.choose(course, []) == course


def test_unknown_chapter_ends_with_what_there_is(course):
    with pytest.raises(SystemExit) as ended:
        build.choose(course, ["04"])
    assert ended.value.code == "error: no chapter `04`\n  note: there are 00_welcome, 01_hello, 03_arrays"
