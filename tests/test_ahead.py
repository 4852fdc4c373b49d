"""The child that builds ahead never stands in the reader's way, and ends with the kernel."""

import os
import signal
import subprocess
import sys
import time

import pytest
from processes import assert_ends

from gomagic.build import ahead

SLOW = "import sys; sys.stdin.read()"  # until it is ended, or its parent is


@pytest.fixture
def reading(monkeypatch):
    """A reader reads: neither CI nor pytest."""
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr(ahead, "_UNREAD", ("CI",))  # pytest names each test anew
    monkeypatch.setattr(ahead, "_MAIN", SLOW)
    yield
    ahead.stop()


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


def test_what_builds_is_imported_meanwhile_and_nothing_that_tells_of_a_loaded_go():
    program = (
        "import sys, time\nfrom gomagic.build import ahead\nahead._MAIN = ''\nahead.start(0)\n"
        "while not {*ahead._IMPORTED} <= {*sys.modules}: time.sleep(0.01)\n"
        "print(any(name.startswith('gomagic.bind.') for name in [*sys.modules]))"
    )
    env = {name: value for name, value in os.environ.items() if name not in ("CI", "PYTEST_CURRENT_TEST")}
    assert subprocess.check_output([sys.executable, "-c", program], env=env, text=True, timeout=20) == "False\n"


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
