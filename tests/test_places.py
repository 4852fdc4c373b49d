"""What the page of places says one begins with, done there: in a terminal, in marimo."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import stranger
from terminal import Terminal

from course.site import building

ROOT = Path(__file__).resolve().parents[1]
MARIMO = "marimo==0.25.2"
DOCTOR = "from gomagic.run import doctor\n\ndoctor.report()"


def lines(place, repository=""):
    """The blocks of the page that are marked for a place."""
    page = building.where_it_runs(repository)
    return re.findall(rf"<!-- {place} -->\n```\w+\n(.*?)```", page, re.DOTALL)


def test_every_place_has_its_section():
    page = building.where_it_runs("")
    linked = re.findall(r"^\| \[[^]]+\]\(#([^)]+)\)", page, re.MULTILINE)
    assert linked and {f"## {anchor.replace('-', ' ')}" for anchor in linked} <= set(page.splitlines())


def test_what_a_reader_types_in_a_terminal_gives_what_it_should(own_cache, tmp_path):
    load, cell, call = lines("terminal")
    start = "import IPython; IPython.start_ipython(['--no-banner', '--no-confirm-exit', '--colors=nocolor'])"
    with Terminal(start, IPYTHONDIR=str(tmp_path)) as terminal:
        terminal.until("In [1]:")
        terminal.type(load.replace("\n", "\r"))
        terminal.until("In [2]:")
        for line in cell.splitlines():
            terminal.type(line.strip() + "\r")
            terminal.until("...:")
        terminal.type(call.replace("\n", "\r"))
        terminal.until("Out[3]: 2.5")


@pytest.mark.proof
def test_marimo_runs_the_cells_and_shows_what_go_prints(own_cache, tmp_path):
    python = stranger.make_venv(tmp_path / "venv", sys.executable, MARIMO, "nbformat", ROOT)
    compiled, call = lines("marimo")
    hello = "gomagic.compile('func Hello() { fmt.Println(\"Go speaks\") }').Hello()"
    cells = [(compiled, "return gomagic, stats", ""), (call, "return", "stats"), (hello, "return", "gomagic")]
    cells.append((DOCTOR, "return", ""))
    app = "import marimo\n\napp = marimo.App()\n"
    for text, end, needed in cells:
        body = "".join(f"    {line}\n" for line in [*text.rstrip().splitlines(), end])
        app += f"\n\n@app.cell\ndef _({needed}):\n{body}"
    (tmp_path / "app.py").write_text(app)
    export = [python, "-m", "marimo", "export", "ipynb", "app.py", "--include-outputs", "--output", "done.ipynb"]
    environment = stranger.environment(GOMAGIC_CACHE=own_cache)
    ended = subprocess.run(export, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300)
    assert ended.returncode == 0, ended.stderr[-2000:]
    said = (tmp_path / "done.ipynb").read_text() + ended.stdout
    for text in ("2.5", "Go speaks", "This machine is ready."):
        assert text in said
