"""A plain cell's library becomes names of Python's, on the interpreters that can hold it."""

import sys
from types import SimpleNamespace

import pytest

import gomagic
from gomagic.bind import plain
from gomagic.errors import GoToolchainError

SOURCE = """
import "errors"

const Limit = 7
const Name = "go\\xff"
const Ratio = 0.5

var ErrFull = errors.New("full")
var Count = 1

func Pair() (low, high int) { return 1, 2 }

func Same(lambda int, _ string) int { return lambda }
"""


@pytest.fixture(scope="module")
def lib(own_cache):
    return gomagic.compile(SOURCE, "lib")


def param(name, variadic=False):
    return {"name": name, "variadic": variadic}


@pytest.mark.parametrize(
    ("names", "read"),
    [
        (["n", "xs"], ["n", "xs"]),
        (["_", "__"], ["arg1", "arg2"]),
        (["lambda", "lambda_"], ["lambda_", "lambda__"]),
        (["µ"], ["μ"]),
        (["__debug__"], ["__debug___"]),
    ],
)
def test_parameters_have_names_that_python_can_write(names, read):
    assert plain.parameter_names(map(param, names)) == read


def test_a_variadic_parameter_takes_what_is_left():
    assert plain.parameter_names([param("n"), param("xs", variadic=True)]) == ["n", "*xs"]


def test_a_cell_gives_functions_constants_variables_and_exceptions(lib):
    assert dir(lib) == ["Count", "ErrFull", "Limit", "Name", "Pair", "Ratio", "Same", "__go__"]
    assert (lib.Limit, lib.Ratio, lib.Name) == (7, 0.5, "go\udcff")
    assert (lib.ErrFull.__name__, lib.ErrFull.__module__) == ("ErrFull", "lib")


def test_named_results_are_named_and_keywords_of_python_can_be_passed(lib):
    assert lib.Pair()._asdict() == {"low": 1, "high": 2}
    assert lib.Same(lambda_=3, arg2="") == 3


def test_the_same_text_gives_the_same_objects(lib):
    assert gomagic.compile(SOURCE, "lib").Pair is lib.Pair


def pypy(monkeypatch):
    monkeypatch.setattr(sys, "implementation", SimpleNamespace(name="pypy"))


def without_gil(monkeypatch):
    monkeypatch.setattr(sys, "abiflags", "t", raising=False)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (pypy, "it is pypy, and gomagic calls CPython's C interface"),
        (without_gil, "it is built without the GIL, and its objects lie otherwise in memory"),
    ],
)
def test_a_python_on_which_it_cannot_work_is_named(monkeypatch, change, why):
    change(monkeypatch)
    with pytest.raises(GoToolchainError) as caught:
        plain.check_interpreter()
    assert caught.value.note == why


def test_empty_memory_needs_a_cell_whose_go_holds_it(monkeypatch):
    monkeypatch.setattr(plain, "_bound", {})
    with pytest.raises(RuntimeError, match="no plain Go cell has been run"):
        plain.empty(3)
