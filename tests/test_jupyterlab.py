"""The course as a reader meets it: JupyterLab in Chromium, driven by mouse and keyboard."""

import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from PIL import Image
from playwright.sync_api import expect, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
OFFLINE = ("--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic")
NUMBER = re.compile(r"\[\d+\]:")
PATIENCE = 60_000  # milliseconds, for a slow machine
SETTINGS = {
    # All cells are on the page at once, not only those in sight.
    "notebook-extension/tracker": {"windowingMode": "none"},
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
}
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
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        end = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        end("no Chromium is installed (Debian, Ubuntu: `sudo apt install chromium`)")
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--no-first-run", *OFFLINE]
        browser = playwright.chromium.launch(executable_path=program, args=flags)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A copy of what a reader has: the notebooks, and beside them the Go packages."""
    home = tmp_path_factory.mktemp("course")
    for name in ("notebooks", "golib"):
        shutil.copytree(ROOT / name, home / name)
    shutil.copy(ROOT / "go.mod", home)
    return home / "notebooks"


@pytest.fixture(scope="module")
def lab(folder, own_cache, tmp_path_factory):
    """JupyterLab in that folder, with settings of its own; gives its address."""
    private = tmp_path_factory.mktemp("jupyter")
    for plugin, settings in SETTINGS.items():
        file = private / "settings" / "@jupyterlab" / f"{plugin}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(settings))
    # Under PYTEST_CURRENT_TEST a kernel takes no native output, and unbuffered text would hide a missing flush.
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "PYTHONUNBUFFERED"))}
    names = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "JUPYTERLAB_WORKSPACES_DIR")
    env = kept | {name: str(private / name.lower()) for name in names}
    env["JUPYTERLAB_SETTINGS_DIR"] = str(private / "settings")
    options = ["--no-browser", "--allow-root", "--ip=127.0.0.1", "--port=0", "--IdentityProvider.token="]
    with (private / "log.txt").open("w") as log:
        command = [sys.executable, "-m", "jupyterlab", *options, f"--ServerApp.root_dir={folder}"]
        server = subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        yield address(server, private)
    finally:
        server.send_signal(signal.SIGTERM)  # ends the kernels, too
        server.wait(30)


def address(server, private):
    """Wait until the server has written down where it listens."""
    end = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < end and server.poll() is None:
        for file in (private / "jupyter_runtime_dir").glob("jpserver-*.json"):
            if text := file.read_text():
                return json.loads(text)["url"]
        time.sleep(0.1)
    server.kill()
    pytest.fail("JupyterLab did not start:\n" + (private / "log.txt").read_text()[-2000:])


@pytest.fixture
def notebook(browser, lab, folder, tmp_path):
    """`notebook(name, *cells)` opens a notebook, after writing it when cells are given."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(PATIENCE)
    expect.set_options(timeout=PATIENCE)

    def open_notebook(name, *cells):
        if cells:
            sources = ["%load_ext gomagic", *cells]
            kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
            written = new_notebook(cells=[new_code_cell(source) for source in sources], metadata=kernel)
            nbformat.write(written, folder / name)
        page.goto(f"{lab}lab/tree/{name}?reset")
        return Notebook(page, tmp_path)

    yield open_notebook
    page.screenshot(path=tmp_path / "last.png")  # what a failed test saw
    page.close()


class Notebook:
    """A notebook on the page."""

    def __init__(self, page, pictures):
        self.page, self.pictures = page, pictures
        self.panel = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
        self.cells = self.panel.locator(".jp-CodeCell")
        self.prompts = self.cells.locator(".jp-InputPrompt")
        # What stands on red ground: errors, and text that went to stderr.
        self.errors = self.panel.locator('[data-mime-type="application/vnd.jupyter.stderr"]')
        expect(page.get_by_text("Python 3 (ipykernel) | Idle")).to_be_visible()  # a cell run earlier asks for a kernel

    def cell(self, beginning):
        """The code cell whose text begins so."""
        return next(cell for cell in self.cells.all() if source(cell).startswith(beginning))

    def run_all(self):
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        # Cells wait as `[*]:` from the click on; after an error those below go back to `[ ]:`.
        expect(self.prompts.first).to_have_text(NUMBER)
        expect(self.prompts.get_by_text("[*]:")).to_have_count(0)

    def run(self, beginning):
        """Run the code cell whose text begins so; returns it."""
        cell = self.cell(beginning)
        cell.locator(".cm-line").first.click()
        self.page.keyboard.press("Control+Enter")
        return cell

    def picture(self, name):
        """Take a picture of the page; returns its path. Fails if there is next to nothing on it."""
        path = self.pictures / f"{name}.png"
        image = Image.open(io.BytesIO(self.page.screenshot(path=path))).convert("L")
        dark = sum(image.histogram()[:128]) / (image.width * image.height)
        assert 0.01 < dark < 0.5, f"{dark:.3f} of {path} is dark"
        return path


def source(cell):
    return "\n".join(cell.locator(".cm-content > .cm-line").all_inner_texts()).replace("\u200b", "")


def output(cell):
    """The text that stands below a cell."""
    return "".join(cell.locator(".jp-OutputArea-output pre").all_inner_texts())


def stored_output(cell):
    texts = [each["text"] if each["output_type"] == "stream" else each["data"]["text/plain"] for each in cell.outputs]
    return "".join(texts)


def test_a_chapter_runs_from_top_to_bottom_and_shows_what_is_stored(notebook, folder):
    stored = nbformat.read(folder / "01_hello.ipynb", as_version=4)
    chapter = notebook("01_hello.ipynb")
    chapter.page.get_by_role("menuitem", name="Edit", exact=True).click()
    chapter.page.get_by_role("menuitem", name="Clear Outputs of All Cells").click()
    chapter.run_all()
    expect(chapter.errors).to_have_count(0)
    cells = chapter.cells.all()
    wanted = [cell for cell in stored.cells if cell.cell_type == "code"]
    assert chapter.prompts.all_inner_texts() == [f"[{number}]:" for number in range(1, len(wanted) + 1)]
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
