"""What of a library's file stays resident after its start."""

import ctypes
import os
import signal
import subprocess
import sys

import pytest

import gomagic

pytestmark = pytest.mark.skipif(not os.path.exists("/proc/self/smaps"), reason="this system has no /proc")

CHILD = """
import re
import gomagic

go = gomagic.compile("func Twice(n int) int { return 2 * n }")
code, constants = r".* r-xp .*cell[.]so\\n(?:\\w+: .*\\n)+", r".* r--p .*cell[.]so\\n((?:\\w+: .*\\n)+)"
constants = re.search(code + constants, open("/proc/self/smaps").read())[1]
size, resident = (int(re.search(rf"^{what}: +([0-9]+) kB", constants, re.M)[1]) for what in ("Size", "Rss"))
print(go.Twice(21), size, resident, flush=True)
"""
TRACED = "import ctypes\nassert ctypes.CDLL(None).ptrace(0, 0, 0, 0) == 0\n"  # PTRACE_TRACEME
CONTINUE = 7


@pytest.fixture(scope="module", autouse=True)
def built(own_cache):
    gomagic.compile("func Twice(n int) int { return 2 * n }")


def read(said):
    result, size, resident = map(int, said.split())
    assert result == 42 and size > 500
    return resident / size


def test_what_the_start_has_read_is_given_back():
    assert read(subprocess.check_output([sys.executable, "-c", CHILD])) < 0.6


def test_under_a_debugger_all_stays_as_its_breakpoints_are_in_it():
    child = subprocess.Popen([sys.executable, "-c", TRACED + CHILD], stdout=subprocess.PIPE)
    trace = ctypes.CDLL(None).ptrace
    trace.argtypes = [ctypes.c_long, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p]
    while True:
        _, status = os.waitpid(child.pid, 0)
        if not os.WIFSTOPPED(status):
            break
        by = os.WSTOPSIG(status)
        trace(CONTINUE, child.pid, None, None if by in (signal.SIGTRAP, signal.SIGSTOP) else by)
    assert os.waitstatus_to_exitcode(status) == 0
    assert read(child.stdout.read()) > 0.8
