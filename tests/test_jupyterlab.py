"""The course as a reader meets it: JupyterLab in Chromium, driven by mouse and keyboard."""

import os
import shutil
from pathlib import Path

import lab
import nbformat
import pytest
from lab import NUMBER, Notebook, output
from playwright.sync_api import expect

ROOT = Path(__file__).resolve().parents[1]
ADDER = """package main

import "C"

//export Add
func Add(a, b int) int { return a + b }

func main() {}"""
ENDLESS = """package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Println(os.Getpid())
	for {
	}
}"""

pytestmark = pytest.mark.xdist_group("jupyterlab")


@pytest.fixture(scope="module")
def browser():
    with lab.chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A copy of what a reader has: the notebooks, and beside them the Go packages."""
    home = tmp_path_factory.mktemp("course")
    for name in ("notebooks", "golib"):
        shutil.copytree(ROOT / name, home / name)
    shutil.copy(ROOT / "go.mod", home)
    return home / "notebooks"


@pytest.fixture(scope="module")
def server(folder, own_cache, tmp_path_factory):
    with lab.serve(folder, tmp_path_factory.mktemp("jupyter")) as server:
        yield server


@pytest.fixture
def notebook(browser, server, tmp_path):
    """`notebook(name, *cells)` opens a notebook, after writing it when cells are given."""
    with lab.new_page(browser, tmp_path) as page:

        def open_notebook(name, *cells):
            if cells:
                server.write(name, *cells)
            page.goto(f"{server.address}lab/tree/{name}?reset")
            return Notebook(page, tmp_path)

        yield open_notebook


def stored_output(cell):
    texts = [each["text"] if each["output_type"] == "stream" else each["data"]["text/plain"] for each in cell.outputs]
    return "".join(texts)


@pytest.mark.proof
def test_a_chapter_runs_from_top_to_bottom_and_shows_what_is_stored(notebook, folder):
    stored = nbformat.read(folder / "02_hello.ipynb", as_version=4)
    chapter = notebook("02_hello.ipynb")
    chapter.page.get_by_role("menuitem", name="Edit", exact=True).click()
    chapter.page.get_by_role("menuitem", name="Clear Outputs of All Cells").click()
    chapter.run_all()
    expect(chapter.errors).to_have_count(0)
    cells = chapter.cells.all()
    wanted = [cell for cell in stored.cells if cell.cell_type == "code"]
    assert chapter.prompts.all_inner_texts() == [f"[{number}]:" for number in range(2, len(wanted) + 1)]  # 1 is folded
    for shown, cell in zip(cells, wanted, strict=True):
        if "nbval-ignore-output" not in cell.metadata.get("tags", []):
            assert output(shown).split() == stored_output(cell).split(), cell.source
    called = chapter.cell("hello.Hello.restype")
    assert output(called) == "hello from Go\n(True, False)"
    called.scroll_into_view_if_needed()
    chapter.picture("chapter")


def test_a_typo_shows_the_readers_line_with_a_caret_and_no_traceback(notebook):
    opened = notebook(
        "typo.ipynb",
        f"%%go adder\n{ADDER}",
    )
    opened.run_all()
    expect(opened.errors).to_have_count(0)
    cell = opened.cell("%%go")
    cell.locator(".cm-line", has_text="return a + b").click()
    for key in ("End", "ArrowLeft", "ArrowLeft", "Backspace", "c"):
        opened.page.keyboard.press(key)
    opened.page.keyboard.press("Control+Enter")
    expect(opened.errors).to_have_count(1)
    assert output(cell).splitlines()[:4] == [
        "GoBuildError: cell[3] does not compile",
        "  cell[3]:7:37: undefined: c",
        "      7 | func Add(a, b int) int { return a + c }",
        "        |                                     ^",
    ]
    assert "Traceback" not in output(cell) and ".py" not in output(cell)
    opened.picture("typo")


def test_the_stop_button_ends_a_program_and_the_kernel_goes_on(notebook):
    opened = notebook(
        "endless.ipynb",
        "kept = 6",
        f"%%gorun\n{ENDLESS}",
        "kept * 7",
    )
    for beginning in ("%load_ext", "kept = 6"):
        expect(opened.run(beginning).locator(".jp-InputPrompt")).to_have_text(NUMBER)
    endless = opened.run("%%gorun")
    expect(endless.locator(".jp-OutputArea-output pre")).to_have_count(1)  # it is shown while the loop runs
    pid = int(output(endless))
    os.kill(pid, 0)
    opened.panel.locator('[data-command="notebook:interrupt-kernel"]').click()
    expect(opened.errors).to_have_count(1)
    assert output(endless).split() == [str(pid), "KeyboardInterrupt"]
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    expect(opened.run("kept * 7").locator(".jp-OutputArea-output pre")).to_have_text("42")
    opened.picture("stopped")


DRAWN = """%%gorun --background --name sim
import "gomagic/golib/show"

place := show.New()
for i := range 9 {
	time.Sleep(time.Second / 2)
	place.HTML(fmt.Sprintf("<b>drawing %d</b>", i))
}"""


def test_a_program_in_the_background_shows_below_the_cell_that_started_it(notebook):
    opened = notebook("drawing.ipynb", DRAWN, "print('next')")
    for beginning in ("%load_ext", "%%gorun", "print"):
        expect(opened.run(beginning).locator(".jp-InputPrompt")).to_have_text(NUMBER)
    drawing = opened.cell("%%gorun").locator(".jp-OutputArea-output b")
    expect(drawing).to_have_text("drawing 8")
    assert opened.panel.locator(".jp-OutputArea-output b").count() == 1
    assert output(opened.cell("print")) == "next\n"
    opened.picture("drawing")
