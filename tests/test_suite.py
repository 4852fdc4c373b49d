"""How `make test` runs the tests: on two workers, and nothing twice."""

import subprocess
import sys

import pytest

MADE = """
import os

import pytest


@pytest.fixture(scope="module")
def made_once():
    with open("made", "a") as made:
        made.write(os.environ["PYTEST_XDIST_WORKER"] + "\\n")


@pytest.mark.parametrize("number", range(8))
def test_it(made_once, number):
    pass
"""


@pytest.fixture(scope="module")
def made_once():
    return object()


def test_what_is_made_once_for_a_module_is_made_by_one_worker(made_once, request, tmp_path):
    assert request.node.get_closest_marker("xdist_group").args == ("test_suite.py",)
    (tmp_path / "conftest.py").write_bytes(request.path.with_name("conftest.py").read_bytes())
    (tmp_path / "test_made.py").write_text(MADE)
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "--dist", "loadgroup"]
    ran = subprocess.run([*command, "--rootdir", tmp_path], cwd=tmp_path, capture_output=True, text=True)
    assert "8 passed" in ran.stdout
    assert len((tmp_path / "made").read_text().splitlines()) == 1


def test_other_tests_go_to_the_worker_that_is_free(request):
    assert request.node.get_closest_marker("xdist_group") is None
