"""golib/python from outside: in cells, in an installed wheel, without a network, watched, and with every Python."""

import ctypes
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
import stranger
from test_sanitizers import SIGNALS_ARE_GOS, library

import gomagic
from gomagic.build import compiler, toolchain, workspace
from gomagic.errors import GoBuildError
from gomagic.run import program
from gomagic.source import cell

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "golib" / "python"
CELL = """package main

import (
	"context"
	"fmt"

	"gomagic/golib/python"
)

func main() {
	py, err := python.New(python.Options{})
	if err != nil {
		panic(err)
	}
	module, _ := py.Module("m", "import sys\\ndef f(x): return [sum(x), sys.prefix]")
	f, _ := module.Attr("f")
	fmt.Println(python.Call[[]any](context.Background(), f, []float64{1, 2, 3.5}))
	fmt.Println(py.Close())
}
"""
SAYS = f"[6.5 {sys.prefix}] <nil>\n<nil>\n"
IN_A_SHELL = """
import sys
from IPython.core.interactiveshell import InteractiveShell

import gomagic

shell = InteractiveShell.instance()
shell.run_line_magic("load_ext", "gomagic")
shell.run_cell("%%gorun\\n" + sys.argv[1]).raise_error()
print(gomagic.__file__)
"""
PLAIN = """package main

import "C"
import "gomagic/golib/handle"

var table handle.Table[int]

//export Two
func Two() int { return table.Len() + 2 }

func main() {}
"""


@pytest.fixture
def offline(tmp_path):
    """A toolchain without a network, whose cache of modules is empty."""
    return toolchain.find({**os.environ, "GOPROXY": "off", "GOMODCACHE": str(tmp_path / "modules")})


def go_test(*words, **environment):
    """Run the package's own tests; returns how they ended and what they said."""
    chain = toolchain.find()
    env = {**chain.env, "GOFLAGS": "", "VIRTUAL_ENV": sys.prefix, **environment}
    command = [chain.go, "test", *words, "./golib/python"]
    return subprocess.run(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def test_a_cell_runs_the_kernels_own_python(shell):
    ran = shell(f"%%gorun\n{CELL}")
    assert ran.error is None
    assert ran.out == SAYS


def test_a_cells_program_finds_the_kernels_environment_and_not_the_shells(monkeypatch, capfd):
    monkeypatch.setenv("VIRTUAL_ENV", "/elsewhere")
    monkeypatch.setattr(sys, "prefix", "/here")
    monkeypatch.setattr(sys, "executable", "/here/bin/python")
    program.run("/usr/bin/env", [], cell.parse("x", "package main"))
    said = dict(line.split("=", 1) for line in capfd.readouterr().out.splitlines() if "=" in line)
    assert said["VIRTUAL_ENV"] == "/here"
    assert said["PATH"] == f"/here/bin:{os.environ['PATH']}"


def test_a_cells_program_outside_of_an_environment_is_in_none(monkeypatch, capfd):
    monkeypatch.setenv("VIRTUAL_ENV", "/elsewhere")
    monkeypatch.setattr(sys, "prefix", sys.base_prefix)
    program.run("/usr/bin/env", [], cell.parse("x", "package main"))
    assert "VIRTUAL_ENV=" not in capfd.readouterr().out


def test_a_cells_program_imports_what_the_notebook_imports(shell, tmp_path, monkeypatch):
    (tmp_path / "outliers.py").write_text("def find(xs): return [x for x in xs if x > 10]\n")
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python3").write_text("not this one\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", ["", *sys.path])
    body = CELL.replace('py.Module("m", "import sys\\ndef f(x): return [sum(x), sys.prefix]")', 'py.Import("outliers")')
    ran = shell("%%gorun\n" + body.replace('Attr("f")', 'Attr("find")').replace("3.5", "35"))
    assert ran.error is None
    assert ran.out == "[35] <nil>\n<nil>\n"


def test_other_cells_need_no_network(offline, tmp_path):
    made = compiler.build(cell.parse("offline", PLAIN), offline, folder=tmp_path)
    assert made.fresh
    assert not (tmp_path / "modules").exists() or not list((tmp_path / "modules").rglob("*.go"))


def test_without_a_network_the_error_names_the_module(offline, tmp_path):
    with pytest.raises(GoBuildError) as caught:
        compiler.build_program(cell.parse("program", f"{CELL}// offline\n"), offline, folder=tmp_path)
    assert "github.com/ebitengine/purego" in str(caught.value)
    assert "module lookup disabled by GOPROXY=off" in str(caught.value)


def test_a_library_that_python_has_loaded_cannot_start_another():
    body = """package main

import "C"
import "gomagic/golib/python"

//export Start
func Start() *C.char {
	_, err := python.New(python.Options{})
	return C.CString(err.Error())
}

func main() {}
"""
    lib = gomagic.compile(body, "inner")
    lib.Start.restype = ctypes.c_char_p  # never freed: it is read once
    assert lib.Start().decode() == (
        "python: this process runs Python already\n"
        "note: a library that Python has loaded cannot start a second one in it"
    )


def test_another_version_of_what_golib_imports_rebuilds_a_cell(tmp_path):
    assert {workspace.GOMAGIC / "go.mod", workspace.GOMAGIC / "go.sum"} <= set(workspace.find(tmp_path, {}).files)


@pytest.mark.proof
@pytest.mark.parametrize("how", ["clone", "wheel"])
def test_a_cell_runs_with_an_empty_cache_of_modules(how, tmp_path):
    home = ROOT
    if how == "wheel":
        build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", ROOT]
        subprocess.run([*build, "--wheel-dir", tmp_path], check=True)
        [wheel] = tmp_path.glob("*.whl")
        home = tmp_path / "installed"
        zipfile.ZipFile(wheel).extractall(home)
    env = {**os.environ, "PYTHONPATH": str(home), "GOMODCACHE": str(tmp_path / "modules")}
    env |= {"GOMAGIC_CACHE": str(tmp_path / "cache"), "GOFLAGS": "-modcacherw", "IPYTHONDIR": str(tmp_path / "ipython")}
    said = subprocess.check_output([sys.executable, "-c", IN_A_SHELL, CELL], env=env, cwd=tmp_path, text=True)
    assert said == f"{SAYS}{home}/gomagic/__init__.py\n"


@pytest.mark.proof
def test_the_race_detector_has_nothing_to_report():
    ended = go_test("-race")
    assert ended.returncode == 0, ended.stdout[-3000:]


@pytest.mark.proof
@pytest.mark.parametrize(
    "version", ["3.10", *(pytest.param(v, marks=pytest.mark.soak) for v in ("3.11", "3.12", "3.13", "3.14")), "3.15"]
)
def test_every_test_passes_with_the_numpy_of_each_python(version, tmp_path):
    python = stranger.interpreter(version)
    if python is None:
        pytest.skip(f"no Python {version} is here")
    made = stranger.make_venv(tmp_path / "venv", python, "numpy")
    ended = go_test("-v", *stranger.run_by(python), VIRTUAL_ENV=str(made.parents[1]))
    if "has no shared libpython" in ended.stdout:
        pytest.skip(f"Python {version} has no shared libpython")
    assert ended.returncode == 0, ended.stdout[-3000:]
    assert "--- PASS: TestNumPysValuesAreNumbersAndSlices" in ended.stdout


@pytest.mark.proof
def test_no_test_needs_cgo():
    ended = go_test(CGO_ENABLED="0")
    assert ended.returncode == 0, ended.stdout[-3000:]


@pytest.fixture(scope="module")
def watched(tmp_path_factory):
    """`watched(*words)` runs the package's tests under AddressSanitizer, Python's memory included."""
    binary = tmp_path_factory.mktemp("asan") / "python.test"
    ended = go_test("-asan", "-c", "-o", str(binary), CGO_ENABLED="1")
    assert ended.returncode == 0, ended.stdout

    def run(*words, **environment):
        env = {**os.environ, "VIRTUAL_ENV": sys.prefix, "PYTHONMALLOC": "malloc", **environment}
        env["LD_PRELOAD"] = f"{library('libasan.so')} {library('libstdc++.so.6')}"
        env["ASAN_OPTIONS"] = f"detect_leaks=0:{SIGNALS_ARE_GOS}"
        command = [binary, "-test.timeout=300s", *words]
        return subprocess.run(
            command, cwd=PACKAGE, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    return run


@pytest.mark.soak
@pytest.mark.needs("gcc", "libasan.so", "libstdc++.so.6")
def test_addresssanitizer_has_nothing_to_report(watched):
    ended = watched()
    assert "AddressSanitizer" not in ended.stdout, ended.stdout[:3000]
    assert ended.returncode == 0, ended.stdout[-3000:]


@pytest.mark.soak
@pytest.mark.needs("gcc", "libasan.so", "libstdc++.so.6")
def test_addresssanitizer_reports_python_writing_past_a_slice(watched):
    ended = watched(GOMAGIC_TEST_PROGRAM="planted")
    assert "ERROR: AddressSanitizer" in ended.stdout
    assert "not noticed" not in ended.stdout


@pytest.mark.soak
def test_hundreds_of_thousands_of_calls_are_right_and_leave_nothing():
    ended = go_test("-timeout=30m", "-count=1", GOMAGIC_SOAK="1")
    assert ended.returncode == 0, ended.stdout[-3000:]
