"""Only what is the same on every run is stored, and what was measured stays as long as it holds."""

from pathlib import Path

import pytest
from chapters import chapter, code
from nbformat.v4 import new_output

from course import outputs
from course.chapter import MEASURED, ROOT, history


def test_pieces_of_one_stream_become_one_output(tmp_path):
    cell = code("f()")
    pieces = [("stdout", "a"), ("stdout", "b\n"), ("stderr", "c\n"), ("stdout", "d\n")]
    cell.outputs = [new_output("stream", name=name, text=piece) for name, piece in pieces]
    [tidied] = outputs.tidy(chapter(tmp_path, cell)).notebook.cells
    joined = [("stdout", "ab\n"), ("stderr", "c\n"), ("stdout", "d\n")]
    assert [(output.name, output.text) for output in tidied.outputs] == joined


def test_only_what_is_the_same_everywhere_stays_in_the_metadata(tmp_path):
    made = chapter(tmp_path, code("%%go x\nvar a int", "exercise"), code("1"))
    made.notebook.metadata.update(language_info={"version": "3.12.1"}, widgets={})
    made.notebook.cells[0].metadata.update(execution={"iopub.status.busy": "…"}, scrolled=True)
    tidied = outputs.tidy(made).notebook
    assert "version" not in tidied.metadata.language_info
    assert "widgets" not in tidied.metadata
    assert [cell.metadata for cell in tidied.cells] == [{"tags": ["exercise"], "magics_language": "go"}, {}]


def test_measured_output_does_not_name_a_private_folder(tmp_path):
    out = f"{Path.home()}/go\n{ROOT}/golib:\n"
    tidied = outputs.tidy(chapter(tmp_path, code("f()", MEASURED, out=out)))
    assert tidied.notebook.cells[0].outputs[0].text == "~/go\n~/gomagic/golib:\n"


def test_compared_output_is_not_reworded(tmp_path):
    tidied = outputs.tidy(chapter(tmp_path, code("f()", out=f"{Path.home()}/go")))
    assert tidied.notebook.cells[0].outputs[0].text == f"{Path.home()}/go"


@pytest.fixture
def stored(tmp_path):
    made = chapter(tmp_path, code("n = 1"), code("f(n)", MEASURED, out="1.1 ms"))
    made.notebook.cells[1].metadata.output_of = history(made.notebook, 1)
    return made


def again(tmp_path, above="n = 1", *tags):
    return chapter(tmp_path, code(above), code("f(n)", *tags, out="2.2 ms"))


def kept(fresh, stored):
    return outputs.keep_measured(fresh, stored).notebook.cells[1].outputs[0].text


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
    renewed = outputs.keep_measured(again(tmp_path, "n = 2", MEASURED), stored)
    assert kept(chapter(tmp_path, code("n = 2"), code("f(n)", MEASURED, out="3.3 ms")), renewed) == "2.2 ms"
