"""What tests share: a cache of their own, and a real IPython shell with gomagic loaded."""

import gc
import os
import shutil
import subprocess
from types import SimpleNamespace

import hypothesis
import pytest

# How long a generated example takes says how busy the machine is, and nothing of what is tested.
hypothesis.settings.register_profile("busy", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("busy")


# A worker loads the libraries of a thousand tests, and a process has room for 205: glibc reads this when it starts.
_ROOM = "glibc.rtld.optional_static_tls=16384"


def pytest_configure(config):
    """Have xdist start its workers with room for all libraries, and let that be in force there, but not in children.

    That there are many is not said: it would be in what some cell prints, by the order of the tests.
    """
    from gomagic.bind import library

    library.WARN_AT = 1500
    if hasattr(config, "workerinput"):
        if os.environ.get("GLIBC_TUNABLES") == _ROOM:
            del os.environ["GLIBC_TUNABLES"]
            library.REFUSE_AT = 1500
    elif getattr(config.option, "numprocesses", None):
        os.environ["GLIBC_TUNABLES"] = _ROOM


@pytest.hookimpl(tryfirst=True)  # xdist reads the marks here, too
def pytest_collection_modifyitems(items):
    """Give tests that share what a module makes once to one worker; `--dist loadgroup` scatters the others."""
    for item in items:
        made = (made for each in item._fixtureinfo.name2fixturedefs.values() for made in each)
        if any(each.scope == "module" for each in made) and not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group(item.path.name))


def pytest_collection_finish():
    """Thousands of tests are no garbage, and many of them look for it: it shall not be looked for among them."""
    gc.freeze()


def pytest_runtest_setup(item):
    """Skip a test marked `needs("program", "library.so")` where one is missing; under CI=true that is a failure."""
    for name in (name for marker in item.iter_markers("needs") for name in marker.args):
        if not _is_here(name):
            end = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
            end(f"`{name}` is not installed")


def _is_here(name):
    """Whether there is a program on PATH or, for a name with `.so`, a library that gcc links to."""
    if ".so" not in name:
        return shutil.which(name)
    answer = subprocess.run(["gcc", f"-print-file-name={name}"], capture_output=True, text=True)
    return os.path.isabs(answer.stdout.strip())


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory):
    """Builds of the tests stay apart from the user's; Go's own cache is shared, so they are quick."""
    folder = tmp_path_factory.mktemp("cache")
    folder.chmod(0o700)
    os.environ["GOMAGIC_CACHE"] = str(folder)
    return folder


@pytest.fixture(scope="session")
def interactive_shell(own_cache):
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell.instance()
    shell.run_line_magic("load_ext", "gomagic")
    return shell


@pytest.fixture
def shell(interactive_shell, capfd):
    """`shell(cell)` runs a cell as a notebook does; returns .error (None if it went well), .result and .out.

    .out is all that was printed, by Python and by native code. .number is the cell's execution count.
    """

    def run(cell):
        capfd.readouterr()
        number = interactive_shell.execution_count
        ran = interactive_shell.run_cell(cell, store_history=True)
        captured = capfd.readouterr()
        error = ran.error_before_exec or ran.error_in_exec
        return SimpleNamespace(error=error, result=ran.result, out=captured.out + captured.err, number=number)

    run.names = interactive_shell.user_ns
    run.ipython = interactive_shell
    return run


@pytest.fixture(scope="session")
def real_gopls():
    """The folder of a gopls: where tests/suite.py installs it, or on PATH."""
    import suite

    from gomagic.build import toolchain
    from gomagic.run import gopls

    env = toolchain.find().env
    found = gopls.find({**env, "PATH": os.pathsep.join([str(suite.TOOLS), env["PATH"]])})
    if not found:
        end = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
        end("gopls is not installed")
    return os.path.dirname(found)


ADD = """package main

import "C"

//export Add
func Add(a, b C.int) C.int { return a + b }

func main() {}
"""


@pytest.fixture
def add():
    """The body of the smallest useful cell."""
    return ADD


@pytest.fixture(scope="session")
def failing():
    """`failing(go)` is a function: `fail(what)` returns the error that `go.Fail(what)` raises; way: another name."""
    from gomagic import GoError

    def of(go):
        def fail(what, way="Fail"):
            with pytest.raises(GoError) as failed:
                getattr(go, way)(what)
            return failed.value

        return fail

    return of


@pytest.fixture
def fail(failing, go):
    """`failing` of the module's own cell."""
    return failing(go)
