"""Kernels with one cache, behind a link, whose process numbers may be equal, as in containers with a shared home."""

import os
import subprocess
import sys

import pytest

# Builds so many new cells, and calls each. argv: the number of the process or "", the first cell, how many.
WORKER = """
import os, sys
if sys.argv[1]:
    os.getpid = lambda: int(sys.argv[1])
import gomagic
wrong = 0
for n in range(int(sys.argv[2]), int(sys.argv[2]) + int(sys.argv[3])):
    wrong += gomagic.compile(f"func Add(x int) int {{ return x + {n} }}").Add(1) != n + 1
print("wrong:", wrong)
"""


@pytest.fixture
def linked(tmp_path):
    """A cache behind a symbolic link."""
    (tmp_path / "disk").mkdir(mode=0o700)
    (tmp_path / "home").symlink_to(tmp_path / "disk")
    return tmp_path / "home" / "cache"


def start(cache, *arguments, apart=False):
    """Start a worker; apart: among process numbers of its own, in which it is number 1 or 2."""
    command = [sys.executable, "-c", WORKER, *map(str, arguments)]
    command = ["unshare", "--pid", "--fork", *command] if apart else command
    env = {**os.environ, "GOMAGIC_CACHE": str(cache)}
    return subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def together(cache, numbers, builds, **options):
    """What workers of these process numbers print that build different cells at once."""
    workers = [start(cache, number, 1000 * (i + 1), builds, **options) for i, number in enumerate(numbers)]
    said = [worker.communicate()[0] for worker in workers]
    # What was kept under another cell's key would be found by the next kernel.
    again = [start(cache, "", 1000 * (i + 1), builds) for i in range(len(numbers))]
    return [*said, *(worker.communicate()[0] for worker in again)]


def left(cache):
    return list((cache / "work").iterdir())


@pytest.mark.proof
def test_equal_process_numbers(linked):
    assert together(linked, [os.getpid(), os.getpid()], 5) == ["wrong: 0\n"] * 4
    assert left(linked) == []


def is_root_in_linux():
    return subprocess.run(["unshare", "--pid", "--fork", "true"], capture_output=True).returncode == 0


@pytest.mark.proof
@pytest.mark.needs("unshare")
def test_process_numbers_that_mean_nothing_to_the_other(linked):
    if not is_root_in_linux():
        pytest.skip("process numbers of one's own are root's to give")
    assert together(linked, ["", ""], 3, apart=True) == ["wrong: 0\n"] * 4
    assert left(linked) == []


@pytest.mark.soak
@pytest.mark.parametrize("numbers", [[4711, 4711], ["", ""]], ids=["equal", "unequal"])
def test_two_hundred_builds(linked, numbers):
    assert together(linked, numbers, 100) == ["wrong: 0\n"] * 4
    assert left(linked) == []
