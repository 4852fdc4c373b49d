"""Every chapter as Colab opens it: a lone notebook, on Colab's versions of things, where there is no Go."""

import shutil
import subprocess
from pathlib import Path

import nbformat
import pytest
import stranger
from nbformat.v4 import new_code_cell, new_notebook
from test_places import lines

from course.chapter import MEASURED, read, shown, tags
from course.outputs import tidy

ROOT = Path(__file__).resolve().parents[1]
# As Colab itself lists them in googlecolab/backend-info, in August 2026.
VERSIONS = ["ipython==7.34.0", "ipykernel==6.17.1", "jupyter_client==7.4.9", "traitlets==5.7.1", "tornado==6.5.7"]
VERSIONS += ["numpy==2.1.3", "pandas==2.2.3", "matplotlib==3.10.0", "joblib==1.5.3", "cffi==2.1.1", "psutil==5.9.5"]
VERSIONS += ["grpcio==1.83.0", "protobuf==5.29.6"]
# The first installs what the others find installed, and runs twice.
FIRST, *SOONEST = "06_numpy_pandas", "07_callbacks"
WITHOUT_CODE = "C_glossary"
OTHERS = sorted(
    path.stem for path in ROOT.glob("notebooks/*.ipynb") if path.stem not in (FIRST, *SOONEST, WITHOUT_CODE)
)
# Cells that show what pandas 3 does: the first chapter says what pandas 2 does instead, in the other text is `object`.
OF_PANDAS_3 = ("renamed = penguins.rename", "import pandas as pd\n\ntoday = rides.Parse")

pytestmark = [pytest.mark.proof, pytest.mark.xdist_group("colab")]


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A git repository of the course as it is now: what GOMAGIC_SOURCE names."""
    return stranger.repository(tmp_path_factory.mktemp("course"))


@pytest.fixture(scope="module")
def colab(tmp_path_factory):
    """The Python of a new venv with Colab's versions, without gomagic."""
    python = stranger.interpreter("3.13")
    if python is None:
        pytest.skip("no Python 3.13 is here")
    return stranger.make_venv(tmp_path_factory.mktemp("colab") / "venv", python, *VERSIONS, "nbclient")


@pytest.fixture(scope="module")
def settings(course, tmp_path_factory):
    """The environment of a notebook there: a C compiler, no Go, and a cache that was empty before the first chapter."""
    folder = tmp_path_factory.mktemp("machine")
    path = stranger.path_of(folder / "bin", [*stranger.UNIX, *stranger.C_COMPILER])
    return {"PATH": path, "GOMAGIC_SOURCE": course, "GOMAGIC_CACHE": folder / "cache"}


def alone(course, chapter, folder):
    """Copy a chapter's notebook into an empty folder. Returns it."""
    folder.mkdir()
    return Path(shutil.copy(course / "notebooks" / f"{chapter}.ipynb", folder))


def told(path):
    """What a notebook's cells show that show the same on every run: for each cell its source and its texts."""
    return [
        (cell.source, [shown(output) for output in cell.outputs])
        for cell in tidy(read(path)).notebook.cells
        if cell.cell_type == "code"
        and not {"setup", MEASURED} & set(tags(cell))
        and not cell.source.startswith(OF_PANDAS_3)
    ]


@pytest.mark.parametrize("chapter", [FIRST])
def test_a_lone_notebook_installs_what_it_needs_and_runs_as_well_after_a_restart(
    colab, course, settings, chapter, tmp_path
):
    notebook = alone(course, chapter, tmp_path / "content")
    done = stranger.run_notebook(colab, notebook, **settings)
    assert told(done) == told(notebook) != []
    ask = "from gomagic.build import toolchain; found = toolchain.find(); print(found.go, *found.cc)"
    found = subprocess.check_output([colab, "-c", ask], env=stranger.environment(**settings), text=True)
    assert found == f"{colab.parents[1]}/lib/python3.13/site-packages/go/bin/go gcc\n"

    again = stranger.run_notebook(colab, notebook, **settings)  # as after a restart of the kernel
    assert told(again) == told(notebook)
    assert {each.name for each in notebook.parent.iterdir()} == {notebook.name, "done.ipynb", "gomagic-course"}


def test_a_notebook_of_ones_own_begins_with_the_lines_of_the_page(colab, course, settings, tmp_path):
    [install] = lines("colab", course.as_uri())
    cells = [install, "%%go stats\nfunc Half(x float64) float64 { return x / 2 }", "stats.Half(5)"]
    notebook = tmp_path / "own.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell(cell) for cell in cells]), notebook)
    assert [texts for _, texts in told(stranger.run_notebook(colab, notebook, **settings))][1:] == [[], ["2.5"]]


@pytest.mark.parametrize("chapter", [*SOONEST, *(pytest.param(each, marks=pytest.mark.soak) for each in OTHERS)])
def test_every_chapter_runs_alone_and_shows_what_is_stored(colab, course, settings, chapter, tmp_path):
    notebook = alone(course, chapter, tmp_path / "content")
    assert told(stranger.run_notebook(colab, notebook, **settings)) == told(notebook) != []
