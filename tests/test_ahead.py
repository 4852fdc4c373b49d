"""The child that builds ahead never stands in the reader's way, and ends with the kernel."""

import os
import signal
import subprocess
import sys
import time

import pytest
from processes import assert_ends

from gomagic.build import ahead, standby, toolchain
from gomagic.errors import GoToolchainError

SLOW = "import sys; sys.stdin.read()"  # until it is ended, or its parent is


@pytest.fixture
def reading(monkeypatch):
    """A reader reads: neither CI nor pytest."""
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr(ahead, "_UNREAD", ("CI",))  # pytest names each test anew
    monkeypatch.setattr(ahead, "_MAIN", SLOW)
    yield
    ahead.is_on = False  # nor does a linker wait for these tests
    ahead.stop()
    standby.stop()


def started():
    """Start the child; returns it once it is there."""
    ahead.start(0)
    while ahead._child is None:
        time.sleep(0.001)
    return ahead._child


def test_a_build_that_needs_what_it_builds_waits_for_it(reading, monkeypatch):
    monkeypatch.setattr(ahead, "_MAIN", "import time; time.sleep(0.3)")
    child = started()
    with ahead.gone(until=bool):
        assert child.returncode == 0
    assert ahead._child is None


def test_it_waits_for_no_more_than_it_needs(reading):
    child, answers = started(), iter([False, True])
    with ahead.gone(until=lambda: next(answers)):
        assert child.returncode == -signal.SIGKILL
    assert next(answers, None) is None
    assert ahead._timer == [ahead._AGAIN_SECONDS]  # it has more to build than a first cell needs


def test_but_not_for_ever(reading, monkeypatch):
    monkeypatch.setattr(ahead, "_JOINED_SECONDS", 0.1)
    child = started()
    with ahead.gone(until=bool):
        assert child.returncode == -signal.SIGKILL


def test_any_other_build_ends_it_and_it_begins_anew_afterwards(reading):
    child = started()
    with ahead.gone():
        assert (child.returncode, ahead._child) == (-signal.SIGKILL, None)
    assert ahead._timer == [ahead._AGAIN_SECONDS]
    ahead.stop()
    with ahead.gone():
        pass
    assert ahead._child is None


def test_nothing_is_built_ahead_where_nobody_reads(reading, monkeypatch):
    monkeypatch.setenv("CI", "true")
    ahead.start(0)
    assert (ahead._timer, ahead._child) == (None, None)


def test_a_build_that_comes_first_goes_alone(reading):
    ahead.start(30)
    with ahead.gone(until=bool):
        assert (ahead._timer, ahead._child) == (None, None)
    assert ahead._timer == [ahead._AGAIN_SECONDS]


def test_what_builds_and_binds_is_imported_meanwhile_and_what_each_cell_asks_is_known():
    program = (
        "import sys, time\nfrom gomagic.build import ahead\nahead._MAIN = ''\nahead.start(0)\n"
        "while not {*ahead._IMPORTED} <= {*sys.modules}: time.sleep(0.01)\n"
        "from gomagic.build import inputs, toolchain\n"
        "while not (inputs._own and toolchain._check.cache_info().currsize): time.sleep(0.01)\n"
    )
    env = {name: value for name, value in os.environ.items() if name not in ("CI", "PYTEST_CURRENT_TEST")}
    subprocess.run([sys.executable, "-c", program], env=env, check=True, timeout=20)


def test_what_is_wrong_with_go_is_said_by_the_readers_cell_alone(reading, monkeypatch, capfd):
    asked = []

    def find():
        asked.append("")
        raise GoToolchainError("there is none")

    monkeypatch.setattr(ahead, "_is_prepared", False)
    monkeypatch.setattr(toolchain, "find", find)
    started()
    while not asked:
        time.sleep(0.01)
    ahead.stop()
    started()  # as after a build
    time.sleep(0.1)
    assert (asked, "".join(capfd.readouterr())) == ([""], "")


def test_it_ends_with_the_kernel_however_that_ends():
    program = (
        "import sys\nfrom gomagic.build import ahead\n"
        "hangs = 'import time; warmup.build = lambda: time.sleep(60); warmup.main()'\n"
        "ahead._MAIN = ahead._MAIN.replace('warmup.main()', hangs)\nahead.start(0)\n"
        "while not ahead._child: pass\nprint(ahead._child.pid, flush=True)\nsys.stdin.read()"
    )
    env = {name: value for name, value in os.environ.items() if name not in ("CI", "PYTEST_CURRENT_TEST")}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    kernel = subprocess.Popen([sys.executable, "-c", program], env=env, **pipes)
    child = int(kernel.stdout.readline())
    os.kill(child, 0)
    kernel.kill()
    kernel.communicate()
    assert_ends(child, 10)


def test_it_starts_without_importing_what_lies_in_the_readers_folder(reading, monkeypatch):
    monkeypatch.setattr(ahead, "_MAIN", "import sys; sys.exit(0 if '' not in sys.argv[1:] else 1)")
    monkeypatch.setattr(sys, "path", ["", *sys.path])
    assert started().wait() == 0


FORKED = """
import os, sys, threading, time
sys.path.insert(0, sys.argv[1])
from gomagic.build import ahead
ahead._IMPORTED = ("slow",)
threading.Thread(target=ahead._import).start()
while "slow" not in sys.modules: time.sleep(0.001)
child = os.fork()
if not child:
    import slow
    os._exit(slow.there)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def test_a_process_that_is_forked_meanwhile_can_import_the_same(tmp_path):
    (tmp_path / "slow.py").write_text("import time\ntime.sleep(0.3)\nthere = 7\n")
    said = subprocess.run([sys.executable, "-c", FORKED, tmp_path], capture_output=True, text=True, timeout=60)
    assert (said.stdout, said.stderr) == ("7\n", "")
