"""One built library serves every CPython from 3.10 to 3.15, with numpy and without."""

import os
import subprocess
from pathlib import Path

import pytest
import stranger
import typed

from gomagic.build import compiler, toolchain
from gomagic.source import cell

ROOT = Path(__file__).resolve().parents[1]
PYTHONS = ["3.10", "3.11", "3.12", "3.13", "3.14", "3.15", "/usr/bin/python3"]  # the last one is the system's own
SCRIPT = """
import sys
from pathlib import Path

import typed
from gomagic.bind import plain
from gomagic.source import cell

parsed = cell.parse("everything", typed.SOURCE)
go = plain.load(Path(sys.argv[1]), parsed, {parsed.token: "everything"}, {}).module
for call in typed.CALLS * 3:
    call(go)
if "numpy" in sys.argv:
    typed.arrays(go)
xs = go.Range(3)
xs[0] = 7
print(type(xs).__name__, xs.tolist(), memoryview(xs).format, go.Upper.__text_signature__)
del xs
typed.settle(go)
print(go.__go__.live())
"""


TWO_INTERPRETERS = """
import sys

script = sys.argv[2]
space = {}
exec(script, space)
try:
    import _interpreters as interpreters
    other = interpreters.create("legacy")
except ImportError:
    import _xxsubinterpreters as interpreters
    other = interpreters.create(isolated=False)
sys.stdout.flush()
failed = interpreters.run_string(other, f"import sys; sys.argv = {sys.argv}\\n{script}")
assert failed is None, failed
interpreters.destroy(other)
go = space["go"]
print(go.Upper("a"), typed.refused(OverflowError, go.Range, 1 << 70))
"""
IN_EACH = """
import sys
from pathlib import Path

import typed
from gomagic.bind import plain
from gomagic.source import cell

parsed = cell.parse("everything", typed.SOURCE)
try:
    go = plain.load(Path(sys.argv[1]), parsed, {parsed.token: "everything"}, {}).module
    print(go.Upper("loaded"), flush=True)
except Exception as error:
    print(type(error).__name__, error, flush=True)
"""


@pytest.fixture(scope="module")
def built(own_cache):
    """The library, built with this Python."""
    return compiler.build(cell.parse("everything", typed.SOURCE), toolchain.find()).path


def find(version):
    python = version if os.path.exists(version) else stranger.interpreter(version)
    if python is None:
        pytest.skip(f"no Python {version} is here")
    return python


def run(python, *arguments, script=SCRIPT):
    """What the script prints, line by line, when this Python runs it."""
    folders = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    cache = os.environ["GOMAGIC_CACHE"]
    env = stranger.environment(PYTHONPATH=folders, PYTHONDONTWRITEBYTECODE=1, GOMAGIC_CACHE=cache)
    ended = subprocess.run([python, "-c", script, *arguments], capture_output=True, text=True, timeout=120, env=env)
    assert ended.returncode == 0, ended.stderr[-3000:]
    return ended.stdout.splitlines()


@pytest.mark.parametrize("version", PYTHONS)
def test_the_same_library_works_in_every_python_without_numpy(version, built):
    assert run(find(version), built) == [
        "memoryview [7, 1, 2] q (text)",
        "Live(handles=0, arrays=0, bytes=0)",
    ]


@pytest.mark.proof
@pytest.mark.parametrize("version", PYTHONS)
def test_the_same_library_works_in_every_python_with_its_numpy(version, built, tmp_path):
    python = stranger.make_venv(tmp_path / "venv", find(version), "numpy")
    assert run(python, built, "numpy")[0] == "ndarray [7, 1, 2] l (text)"


@pytest.mark.parametrize("version", PYTHONS[:-1])
def test_a_second_interpreter_of_a_process_is_refused_and_the_first_goes_on(version, built):
    assert run(find(version), built, IN_EACH, script=f"import typed\n{TWO_INTERPRETERS}") == [
        "LOADED",
        "GoToolchainError `everything` is loaded already, by another Python interpreter of this process",
        "  note: a process has a Go library once, and interpreters cannot share what its functions are made of",
        "  hint: use the first interpreter alone, or a process of its own for each",
        "A Range(n): `n` is 1180591620717411303424, which does not fit in int",
        "  note: int holds -9223372036854775808 to 9223372036854775807",
    ]
    for _ in range(2):  # in a process of its own each
        assert run(find(version), built, script=IN_EACH) == ["LOADED"]
