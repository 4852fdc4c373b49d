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


@pytest.fixture(scope="module", autouse=True)
def built(own_cache):
    gomagic.compile("func Twice(n int) int { return 2 * n }")


def test_what_the_start_has_read_is_given_back():
    result, size, resident = map(int, subprocess.check_output([sys.executable, "-c", CHILD]).split())
    assert result == 42 and size > 500
    assert resident / size < 0.6
