"""What of a library's file stays resident after its start; that what was written there does, test_positions.py sees."""

import os
import subprocess
import sys

import pytest

import gomagic

pytestmark = pytest.mark.skipif(not os.access("/proc/self/pagemap", os.R_OK), reason="nothing is told of pages")

CHILD = """
import re
import gomagic

go = gomagic.compile("func Twice(n int) int { return 2 * n }")
code, constants = r".* r-xp .*cell[.]so\\n(?:\\w+: .*\\n)+", r".* r--p .*cell[.]so\\n((?:\\w+: .*\\n)+)"
constants = re.search(code + constants, open("/proc/self/smaps").read())[1]
size, resident = (int(re.search(rf"^{what}: +([0-9]+) kB", constants, re.M)[1]) for what in ("Size", "Rss"))
print(go.Twice(21), size, resident, flush=True)
"""

TWO = """
import time
import gomagic


def resident(go):
    now = False
    for line in open("/proc/self/smaps"):
        if "-" in line.split()[0]:
            now = " r-xp " in line and line.split()[-1] == str(go._pickled[1][0].path)
        elif now and line.startswith("Rss:"):
            return int(line.split()[1])


twice = gomagic.compile("func Twice(n int) int { return 2 * n }")
twice.Twice(20)
alone = resident(twice)
time.sleep(0.2)  # until the threads of Go's runtime have nothing more to do
thrice = gomagic.compile("func Thrice(n int) int { return 3 * n }")
print(alone, resident(twice), twice.Twice(21), thrice.Thrice(14), flush=True)
"""


@pytest.fixture(scope="module", autouse=True)
def built(own_cache):
    gomagic.compile("func Twice(n int) int { return 2 * n }")
    gomagic.compile("func Thrice(n int) int { return 3 * n }")


def test_what_the_start_has_read_is_given_back():
    result, size, resident = map(int, subprocess.check_output([sys.executable, "-c", CHILD]).split())
    assert result == 42 and size > 500
    assert resident / size < 0.6


def test_what_calls_have_read_is_given_back_when_the_next_cell_is_loaded():
    alone, later, *results = map(int, subprocess.check_output([sys.executable, "-c", TWO]).split())
    assert results == [42, 42]
    assert later < alone / 2
