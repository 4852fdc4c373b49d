"""The words of a refused call."""

import array

import numpy as np
import pandas as pd
import pytest

from gomagic.bind import refusal
from gomagic.errors import GoForkError, GoWriteError


def a_call(*params):
    return {"role": "function", "name": "F", "signature": "func F(…)", "params": list(params)}


def param(kind, shape, code, length=-1):
    return {"name": "x", "type": kind, "shape": shape, "code": code, "length": length, "variadic": False}


def said(why, parameter, value, at=-1):
    error = refusal.of_argument(why, a_call(parameter), 0, ["x"], value, at)
    return type(error), str(error)


COLUMN = pd.Series([1.0])
INT = param("int", "1", "q")
INTS, FLOATS, WORDS = param("[]int", "a", "q"), param("[]float64", "a", "d"), param("[]string", "t", "s")


def test_arguments_that_fit_no_parameters_get_pythons_words_and_gos_signature():
    error = refusal.of_arguments(a_call(INTS), ["x"], (1, 2), {})
    assert (type(error), str(error)) == (
        TypeError,
        "F() takes 1 positional argument but 2 were given\n  func F(…)",
    )


def test_a_forked_process_is_told_how_to_start_others():
    error = refusal.of_fork(a_call())
    assert type(error) is GoForkError
    assert str(error).endswith(f"not here\n{GoForkError.cures}")


@pytest.mark.parametrize(
    ("parameter", "value", "at", "text"),
    [
        (param("string", "s", "s"), b"x", -1, "`x` is bytes, Go wants string\n  hint: make it text first: `.decode()`"),
        (param("[]byte", "b", "B"), "x", -1, "`x` is str, Go wants []byte\n  hint: make it bytes first: `.encode()`"),
        (INT, 1.5, -1, "`x` is float, Go wants int\n  hint: convert it: `int(…)` cuts, `round(…)` rounds"),
        (param("bool", "1", "?"), 1, -1, "`x` is int, Go wants bool\n  hint: write `bool(…)`"),
        (WORDS, "x", -1, "`x` is str, Go wants []string\n  hint: put it into a list"),
        (FLOATS, {1.5}, -1, "`x` is set, Go wants []float64\n  hint: make it a sequence first: `list(…)`"),
        (FLOATS, None, 2, "`x[2]` is NoneType, Go wants float64\n  hint: fill in or drop what is missing"),
        (FLOATS, object(), -1, "`x` is object, Go wants []float64"),
    ],
)  # fmt: skip
def test_a_type_that_go_does_not_take_has_its_cure(parameter, value, at, text):
    assert said("type", parameter, value, at) == (TypeError, f"F(x): {text}")


def test_a_number_that_does_not_fit_is_told_what_would():
    assert said("range", param("[]uint8", "a", "B"), 256, 3) == (
        OverflowError,
        "F(x): `x[3]` is 256, which does not fit in uint8\n  note: uint8 holds 0 to 255",
    )
    assert said("range", param("float32", "1", "f"), 1e300)[1].endswith("note: float32 holds up to ±3.4e38")


def test_another_dtype_is_not_converted_silently():
    kind, text = said("dtype", FLOATS, np.arange(3))
    assert kind is TypeError
    assert text == (
        "F(x): `x` has dtype int64, Go wants float64\n"
        "  note: an array is never converted silently; its dtype is int64, Go's `[]float64` is float64\n"
        '  hint: pass `x.astype("float64")`'
    )


def test_a_buffer_of_another_format_is_named_by_it():
    assert said("dtype", FLOATS, memoryview(array.array("i", [1])))[1] == (
        'F(x): `x` is memoryview of format `i`, Go wants []float64\n  hint: pass `numpy.asarray(x).astype("float64")`'
    )


def test_dimensions_and_lengths_are_counted():
    assert said("dimensions", FLOATS, np.zeros((2, 2))) == (
        TypeError,
        "F(x): `x` has 2 dimensions, Go's []float64 has 1\n  hint: pass `x.ravel()`",
    )
    assert said("length", param("[2]int", "a", "q", 2), [1, 2, 3], 3) == (
        ValueError,
        "F(x): `x` has 3 elements, Go's [2]int has 2",
    )


@pytest.mark.parametrize(
    ("parameter", "value", "thing", "hint"),
    [
        (FLOATS, np.zeros(1), "the array is read-only", "pass a copy, as in `x.copy()`, and go on with that"),
        (FLOATS, (1.0,), "a tuple cannot change", "pass a list: `list(…)`"),
        (FLOATS, b"12345678", "bytes cannot change", "pass a `bytearray(…)`"),
        (WORDS, np.array(["a"]), "text is not written back into a numpy.ndarray", "pass a list: `x.tolist()`"),
        (FLOATS, range(3), "range takes no items", "pass a list: `list(…)`"),
        (FLOATS, COLUMN, "this pandas.Series is read-only", "pass `.to_numpy(copy=True)`, then assign it back"),
    ],
)  # fmt: skip
def test_what_cannot_change_has_a_cure_of_its_own(parameter, value, thing, hint):
    kind, text = said("frozen", parameter, value)
    assert kind is GoWriteError
    assert text.split("\n")[0] == f"F(x): Go wrote to `x`, but {thing}"
    assert text.split("\n")[-1] == f"  hint: {hint}"
