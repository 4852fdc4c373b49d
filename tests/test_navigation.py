"""What is generated in a chapter is right, and found where it is not."""

import pytest
from chapters import chapter, code, sources, text

from course import navigation, outputs


@pytest.fixture
def course(tmp_path):
    """A welcome page with an empty table, and two chapters; the second takes 10 minutes."""
    markers = "<!-- chapters -->\n<!-- /chapters -->"
    return [
        chapter(tmp_path, text(f"# Welcome\n\n{markers}"), name="00_welcome"),
        chapter(tmp_path, text("# Hello"), code("1 + 1"), name="01_greeting"),
        chapter(tmp_path, text("# Arrays"), code("x = 1\n" * 60), name="03_rows"),
    ]


def test_bars_link_the_neighbours_and_the_contents(course):
    top, *_, bottom = sources(navigation.navigate(course[1], course))
    bar = "[← Welcome](00_welcome.ipynb) · [Contents](00_welcome.ipynb) · [Arrays →](03_rows.ipynb)"
    assert top.split("\n")[0] == bar
    assert bottom == bar


def test_bars_at_the_ends_have_one_neighbour(course):
    assert sources(navigation.navigate(course[0], course))[-1] == "[Hello →](01_greeting.ipynb)"
    last = "[← Hello](01_greeting.ipynb) · [Contents](00_welcome.ipynb)"
    assert sources(navigation.navigate(course[2], course))[-1] == last


def test_badges_open_the_notebook_itself(course):
    top = sources(navigation.navigate(course[1], course))[0]
    assert "](https://colab.research.google.com/github/gomagic/gomagic/blob/main/notebooks/01_greeting.ipynb)" in top
    assert "](https://mybinder.org/v2/gh/gomagic/gomagic/main?urlpath=lab/tree/notebooks/01_greeting.ipynb)" in top


def test_top_says_the_minutes_of_the_table(course):
    assert sources(navigation.navigate(course[2], course))[0].endswith("About 10 minutes.")
    assert "| 03 | [Arrays](03_rows.ipynb) | 10 |" in sources(navigation.navigate(course[0], course))[1]


def test_table_lists_the_chapters_that_exist(course):
    assert navigation.table(course[1:], "notebooks/").strip().split("\n") == [
        "| | chapter | minutes |",
        "| --- | --- | ---: |",
        "| 01 | [Hello](notebooks/01_greeting.ipynb) | 5 |",
        "| 03 | [Arrays](notebooks/03_rows.ipynb) | 10 |",
    ]


def test_navigation_twice_is_navigation_once(course):
    once = [navigation.navigate(each, course) for each in course]
    assert [navigation.navigate(each, once) for each in once] == once


def test_setup_cell_becomes_the_first_code_cell(course):
    cells = navigation.navigate(course[1], course).notebook.cells
    assert [cell.metadata.get("tags") for cell in cells] == [["nav"], None, ["setup"], None, ["nav"]]
    assert cells[2].source == navigation.SETUP


def test_setup_cell_keeps_its_place_and_gets_its_text_back(tmp_path):
    made = chapter(tmp_path, code("import this", "setup"), text("# Hello"), code("1"))
    assert sources(navigation.navigate(made, [made]))[1:-1] == [navigation.SETUP, "# Hello", "1"]


def test_setup_cell_below_other_code_moves_above_it(tmp_path):
    made = chapter(tmp_path, text("# Hello"), code("1"), text("so"), code("old", "setup"))
    assert sources(navigation.navigate(made, [made]))[1:-1] == ["# Hello", navigation.SETUP, "1", "so"]


def test_generated_cells_that_are_out_of_date_are_found(course):
    made = outputs.tidy(navigation.navigate(course[1], course))
    assert list(navigation.stale(made, course)) == []
    made.notebook.cells[2].source += "\n"
    made.notebook.cells[-1].source = "[← Welcome](welcome.ipynb)"
    found = [(finding.cell, finding.what) for finding in navigation.stale(made, course)]
    assert found == [(3, "this generated cell is out of date"), (5, "this generated cell is out of date")]


def test_missing_bar_is_found(course):
    made = outputs.tidy(navigation.navigate(course[1], course))
    del made.notebook.cells[0]
    assert [each.what for each in navigation.stale(made, course)] == ["generated cells are missing or stand elsewhere"]


def test_metadata_of_one_machine_are_found(course):
    made = outputs.tidy(navigation.navigate(course[1], course))
    made.notebook.metadata.language_info.version = "3.12.1"
    made.notebook.cells[3].metadata.execution = {"iopub.status.busy": "2026-01-01T00:00:00Z"}
    assert [(each.cell, each.what) for each in navigation.stale(made, course)] == [
        (None, "the notebook's metadata name a kernel or a version"),
        (4, "the metadata are not {}"),
    ]


def test_go_cell_that_is_not_marked_as_go_is_found(tmp_path):
    made = chapter(tmp_path, text("# Hello"), code("%%gorun\npackage main"))
    made = outputs.tidy(navigation.navigate(made, [made]))
    del made.notebook.cells[3].metadata["magics_language"]
    assert [(each.cell, each.what) for each in navigation.stale(made, [made])] == [
        (4, "the metadata are not {'magics_language': 'go'}")
    ]
