"""How `make test` runs the tests: on two workers, and nothing twice."""

import pytest


@pytest.fixture(scope="module")
def made_once():
    return object()


def test_what_is_made_once_for_a_module_is_made_by_one_worker(made_once, request):
    assert request.node.get_closest_marker("xdist_group").args == ("test_suite.py",)


def test_other_tests_go_to_the_worker_that_is_free(request):
    assert request.node.get_closest_marker("xdist_group") is None
