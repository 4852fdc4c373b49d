"""JupyterLab as a reader meets it: a server, Chromium, and a notebook on the page."""

import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from PIL import Image
from playwright.sync_api import expect, sync_playwright

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
OFFLINE = ("--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic")
NUMBER = re.compile(r"\[\d+\]:")
PATIENCE = 60_000  # milliseconds, for a slow machine
SETTINGS = {
    # All cells are on the page at once, not only those in sight.
    "notebook-extension/tracker": {"windowingMode": "none"},
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
}


@contextmanager
def chromium():
    """The browser; a test that asks for it is skipped where there is none, a failure under CI=true."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        end = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        end("no Chromium is installed (Debian, Ubuntu: `sudo apt install chromium`)")
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--no-first-run", *OFFLINE]
        browser = playwright.chromium.launch(executable_path=program, args=flags)
        yield browser
        browser.close()


@contextmanager
def serve(folder, private, **variables):
    """JupyterLab in `folder`, all that is its own in `private`, with more environment variables: a Server.

    Where Notebook is installed, the same server answers at `notebooks/NAME`.
    """
    # Under PYTEST_CURRENT_TEST a kernel takes no native output, and unbuffered text would hide a missing flush.
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "PYTHONUNBUFFERED"))}
    names = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "JUPYTERLAB_WORKSPACES_DIR")
    env = kept | {name: str(private / name.lower()) for name in names} | variables
    env["JUPYTERLAB_SETTINGS_DIR"] = str(private / "settings")
    options = ["--no-browser", "--allow-root", "--ip=127.0.0.1", "--port=0", "--IdentityProvider.token="]
    with (private / "log.txt").open("w") as log:
        command = [sys.executable, "-m", "jupyterlab", *options, f"--ServerApp.root_dir={folder}"]
        process = subprocess.Popen(command, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        server = Server(_address(process, private), folder, private)
        for plugin, settings in SETTINGS.items():
            server.set(plugin, **settings)
        yield server
    finally:
        process.send_signal(signal.SIGTERM)  # ends the kernels, too
        process.wait(30)


def _address(process, private):
    """Wait until the server has written down where it listens."""
    end = time.monotonic() + PATIENCE / 1000
    while time.monotonic() < end and process.poll() is None:
        for file in (private / "jupyter_runtime_dir").glob("jpserver-*.json"):
            if text := file.read_text():
                return json.loads(text)["url"]
        time.sleep(0.1)
    process.kill()
    pytest.fail("JupyterLab did not start:\n" + (private / "log.txt").read_text()[-2000:])


class Server:
    """A running server: its address, the folder it shows, the folder that is its own."""

    def __init__(self, address, folder, private):
        self.address, self.folder, self.private = address, folder, private

    def set(self, plugin, **settings):
        """Set what the next page that is opened finds set."""
        file = self.private / "settings" / "@jupyterlab" / f"{plugin}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(settings))

    def write(self, name, *cells):
        """Write a notebook of these code cells, below one that loads gomagic."""
        sources = ["%load_ext gomagic", *cells]
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
        written = new_notebook(cells=[new_code_cell(source) for source in sources], metadata=kernel)
        nbformat.write(written, self.folder / name)


@contextmanager
def new_page(browser, pictures):
    """An empty page; its last state stays in `pictures`, for a test that fails."""
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(PATIENCE)
    yield page
    page.screenshot(path=pictures / "last.png")
    page.close()


class Notebook:
    """A notebook on the page."""

    def __init__(self, page, pictures):
        self.page, self.pictures = page, pictures
        self.panel = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
        self.cells = self.panel.locator(".jp-CodeCell")
        self.prompts = self.cells.locator(".jp-InputPrompt:not(.jp-Placeholder-prompt)")  # not of folded cells
        # What stands on red ground: errors, and text that went to stderr.
        self.errors = self.panel.locator('[data-mime-type="application/vnd.jupyter.stderr"]')
        self.kernel = self.panel.locator(".jp-Notebook-ExecutionIndicator")
        self.wait_for_kernel()  # a cell run earlier asks for a kernel

    def wait_for_kernel(self):
        # No kernel is idle, too.
        expect(self.panel.locator(".jp-KernelName").first).to_contain_text("Python 3")
        expect(self.kernel).to_have_attribute("data-status", "idle")

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
