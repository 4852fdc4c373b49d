"""Go cells have Go's colours, in JupyterLab and in Notebook, as `pip install gomagic` leaves them."""

import json
import os
import re
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import lab
import pytest
from playwright.sync_api import expect

import gomagic

ROOT = Path(__file__).resolve().parents[1]
EXTENSION = "gomagic-highlight"
GO = """package main

var def = 1

func main() {}"""
PYTHON = """def keep(func):
    return func"""
COLOUR_OF_WORD = r"""(cell, word) => {
    const escaped = word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
    const alone = new RegExp(`(?<!\\w)${escaped}(?!\\w)`);
    const texts = document.createTreeWalker(cell.querySelector('.cm-content'), NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        if (alone.test(texts.currentNode.data)) {
            return getComputedStyle(texts.currentNode.parentElement).color;
        }
    }
}"""
COLOUR_OF_ROLE = """(cell, role) => {
    const probe = cell.querySelector('.cm-editor').appendChild(document.createElement('span'));
    probe.style.color = role === 'plain' ? '' : `var(--jp-mirror-editor-${role}-color)`;
    const color = getComputedStyle(probe).color;
    probe.remove();
    return color;
}"""

pytestmark = [pytest.mark.proof, pytest.mark.xdist_group("jupyterlab")]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", ROOT]
    subprocess.run([*build, "--wheel-dir", folder], check=True)
    [made] = folder.iterdir()
    return made


@pytest.fixture(scope="module")
def install(tmp_path_factory):
    """`install(*what)` has pip install gomagic into a venv that borrows all else from this one; returns its folder."""

    def run(*what):
        venv = tmp_path_factory.mktemp("venv")
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True)
        python = venv / "bin" / "python"
        place = sysconfig.get_path("purelib", vars={"base": str(venv)})
        Path(place, "borrowed.pth").write_text(sysconfig.get_path("purelib"))
        options = ["--quiet", "--no-deps", "--no-index", "--no-build-isolation", "--ignore-installed"]
        subprocess.run([sys.executable, "-m", "pip", "--python", python, "install", *options, *what], check=True)
        return venv

    return run


@pytest.fixture(scope="module")
def installed(install, wheel):
    return install(wheel)


@pytest.fixture(scope="module")
def browser():
    with lab.chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def server(browser, installed, tmp_path_factory):
    """A server that finds the extension where the wheel put it."""
    private = tmp_path_factory.mktemp("jupyter")
    with lab.serve(tmp_path_factory.mktemp("folder"), private, JUPYTER_PATH=str(installed / "share/jupyter")) as server:
        yield server


@pytest.fixture(params=["lab/tree", "notebooks"], ids=["JupyterLab", "Notebook"])
def place(request):
    return request.param


@pytest.fixture
def page(browser, tmp_path):
    with lab.new_page(browser, tmp_path) as page:
        yield page


@pytest.fixture
def notebook(page, server, place, tmp_path):
    """`notebook(*cells)` opens a notebook of these cells."""

    def open_notebook(*cells):
        server.write("colours.ipynb", *cells)
        page.goto(f"{server.address}{place}/colours.ipynb?reset")
        return Notebook(page, tmp_path)

    return open_notebook


class Notebook(lab.Notebook):
    """A notebook whose words are asked for their colours."""

    def assert_role(self, cell, word, role):
        """`word`, where it first stands in the cell, gets the colour that the theme has for `role`."""
        for _ in range(100):
            if (colour := cell.evaluate(COLOUR_OF_WORD, word)) == cell.evaluate(COLOUR_OF_ROLE, role):
                return
            self.page.wait_for_timeout(100)
        pytest.fail(f"`{word}` is {colour}, not the colour of a {role}")

    def assert_go(self, cell):
        self.assert_role(cell, "func", "keyword")
        self.assert_role(cell, "def", "plain")

    def assert_python(self, cell):
        self.assert_role(cell, "def", "keyword")
        self.assert_role(cell, "func", "plain")

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)

    def accept(self):
        """Say yes to what the page asks."""
        expect(self.page.locator(".jp-Dialog")).to_be_visible()
        self.press("Enter")


@pytest.fixture
def setting(server):
    """`setting(plugin, NAME=value)` sets what the test's pages find set."""
    changed = set()

    def change(plugin, **settings):
        changed.add(plugin)
        server.set(plugin, **settings)

    yield change
    for plugin in changed:
        server.set(plugin, **lab.SETTINGS.get(plugin, {}))


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_go_cells_have_gos_colours_and_others_pythons(notebook, setting, theme):
    setting("apputils-extension/themes", theme=theme)
    go = ["%%go adder --flags `", "\n%%gorun if 1", "%%gotest 'adder", "%%go"]
    python = ["%%check adder", "%%isolated adder", "%%gopher", "%timeit", "# %%go"]
    cells = [f"{magic}\n{GO}" for magic in go] + [f"{magic}\n{PYTHON}" for magic in python]
    opened = notebook(*cells)
    expect(opened.cells).to_have_count(1 + len(cells))
    shown = opened.cells.all()[1:]
    for cell, magic in zip(shown, go, strict=False):
        opened.assert_go(cell)
        for word in magic.split():
            opened.assert_role(cell, word, "plain")
    for cell in shown[len(go) :]:
        opened.assert_python(cell)
    expect(opened.page.locator("body")).to_have_attribute("data-jp-theme-name", theme)
    assert cell.evaluate(COLOUR_OF_ROLE, "plain") != cell.evaluate(COLOUR_OF_ROLE, "keyword")
    opened.page.screenshot(path=opened.pictures / "colours.png")


def test_python_that_arrives_late_does_not_take_the_colours_back(notebook, page):
    held = []

    def hold_python(route):
        answer = route.fetch()
        if "FormatReplacement" in answer.text():  # a word of Python's grammar only
            held.append((route, answer))
        else:
            route.fulfill(response=answer)

    page.route(re.compile(r"/static/.*\.js"), hold_python)
    opened = notebook(PYTHON, f"%%go adder\n{GO}")
    for _ in range(100):
        page.wait_for_timeout(100)
        if held:
            break
    page.wait_for_timeout(1000)  # for Go to be there first
    [(route, answer)] = held
    route.fulfill(response=answer)
    opened.assert_python(opened.cells.nth(1))
    page.wait_for_timeout(300)
    opened.assert_go(opened.cells.nth(2))


def test_colours_follow_what_is_typed_and_deleted(notebook):
    opened = notebook(f"\n{GO}")
    cell = opened.cells.last
    opened.assert_role(cell, "def", "keyword")
    cell.locator(".cm-line").first.click()
    opened.page.keyboard.type("%%go adder")
    opened.assert_go(cell)
    opened.press("Home", "Delete")  # `%go adder` is no magic of a cell
    opened.assert_role(cell, "def", "keyword")
    opened.press("%")
    opened.assert_go(cell)


def test_colours_follow_what_is_pasted(notebook):
    opened = notebook(f"%%go adder\n{GO}", PYTHON)
    go, python = opened.cells.nth(1), opened.cells.nth(2)
    opened.assert_python(python)
    go.locator(".cm-line").first.click()
    opened.press("Control+a", "Control+c")
    python.locator(".cm-line").first.click()
    opened.press("Control+a", "Control+v")
    opened.assert_go(python)
    # The whole cell, pasted below the first one.
    opened.press("Escape", "c")
    opened.cells.first.locator(".jp-InputPrompt").click()
    opened.press("v")
    expect(opened.cells).to_have_count(4)
    opened.assert_go(opened.cells.nth(1))


def test_colours_outlast_another_cell_type_and_a_new_kernel(notebook):
    opened = notebook(f"%%go adder\n{GO}")
    opened.cells.last.locator(".jp-InputPrompt").click()
    opened.press("m")
    expect(opened.cells).to_have_count(1)
    opened.press("y")
    opened.assert_go(opened.cells.nth(1))
    opened.press("0", "0")
    opened.accept()
    expect(opened.kernel).not_to_have_attribute("data-status", "idle")
    opened.wait_for_kernel()
    opened.assert_go(opened.cells.nth(1))


def test_a_notebook_opened_again_has_its_colours(notebook):
    opened = notebook(GO)
    opened.cells.last.locator(".cm-line").first.click()
    opened.press("Control+Home")
    opened.page.keyboard.type("%%go adder\n")
    with opened.page.expect_response(lambda answer: answer.request.method == "PUT" and "/contents/" in answer.url):
        opened.press("Control+s")  # Notebook has no mark for what is not saved yet
    opened.page.reload()
    again = Notebook(opened.page, opened.pictures)
    again.assert_go(again.cells.last)


@pytest.mark.parametrize("place", ["lab/tree"])
def test_a_notebook_closed_and_opened_on_the_same_page_has_its_colours(notebook):
    opened = notebook(f"%%go adder\n{GO}")
    opened.assert_go(opened.cells.last)
    opened.press("Alt+w")
    opened.accept()
    expect(opened.panel).to_have_count(0)
    opened.page.locator(".jp-DirListing-item", has_text="colours.ipynb").dblclick()
    opened.wait_for_kernel()
    opened.assert_go(opened.cells.last)


def test_a_cell_that_scrolls_into_sight_has_its_colours(notebook, setting):
    setting("notebook-extension/tracker", windowingMode="full")
    opened = notebook(*[f"x = {number}" for number in range(150)], f"%%go adder\n{GO}")
    last = opened.cells.filter(has_text="%%go adder")
    expect(last).to_have_count(0)
    opened.cells.first.locator(".jp-InputPrompt").click()
    opened.press("Control+End")
    expect(last).to_have_count(1)
    opened.assert_go(last)


@pytest.mark.parametrize("how", ["wheel", "clone"])
def test_jupyterlab_finds_the_extension_that_pip_installs(install, wheel, how):
    venv = install(wheel) if how == "wheel" else install("--editable", ROOT)
    folder = venv / "share/jupyter/labextensions" / EXTENSION
    assert sorted(str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()) == [
        "install.json",
        "package.json",
        "static/remoteEntry.js",
    ]
    command = [venv / "bin/python", "-m", "jupyterlab.labextensions", "list"]
    environment = {**os.environ, "JUPYTER_CONFIG_DIR": str(venv), "JUPYTER_DATA_DIR": str(venv)}
    listed = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    plain = re.sub(r"\x1b\[\d+m", "", listed.stdout + listed.stderr)
    assert f"{EXTENSION} v{gomagic.__version__} enabled OK (python, gomagic)" in plain


def test_the_files_are_in_the_wheel_once(wheel):
    names = [name for name in zipfile.ZipFile(wheel).namelist() if name.endswith("remoteEntry.js")]
    version = gomagic.__version__
    assert names == [
        f"gomagic-{version}.data/data/share/jupyter/labextensions/{EXTENSION}/static/remoteEntry.js",
    ]


def test_the_extension_has_gomagics_version():
    assert json.loads((ROOT / "gomagic/labextension/package.json").read_text())["version"] == gomagic.__version__
