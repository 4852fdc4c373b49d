"""Functions with as many parameters and results as there may be, of every kind that crosses."""

import numpy as np
import pytest

import gomagic

MOST_PARAMS, MOST_RESULTS = 24, 12

# A parameter's type, what is passed as number i, what Go prints of it.
PARAMS = {
    "int": (lambda i: i, "{}"),
    "bool": (lambda i: i == 1, lambda i: "true" if i == 1 else "false"),
    "complex128": (lambda i: complex(i, 1), "({}+1i)"),
    "string": (str, "{}"),
    "[]float64": (lambda i: np.full(1, float(i)), "[{}]"),
    "[2]float64": (lambda i: [i, 0.5], "[{} 0.5]"),
    "[]string": (lambda i: [str(i)], "[{}]"),
    "[][]float64": (lambda i: [[float(i)]], "[[{}]]"),
}
# A result's type, result i in Go, and in Python.
RESULTS = {
    "int": ("{}", lambda i: i),
    "bool": ("{} == 1", lambda i: i == 1),
    "complex128": ("complex({}, 1)", lambda i: complex(i, 1)),
    "string": ("strings.Repeat(strconv.Itoa({}), 40)", lambda i: str(i) * 40),
    "[]byte": ("[]byte(strconv.Itoa({}))", lambda i: str(i).encode()),
    "[]float64": ("[]float64{{{}}}", lambda i: [i]),
    "[2]float64": ("[2]float64{{{}, 1}}", lambda i: [i, 1]),
    "[]string": ("[]string{{strconv.Itoa({})}}", lambda i: [str(i)]),
    "[][]float64": ("[][]float64{{{{{}}}}}", lambda i: [[i]]),
    "[][]byte": ("[][]byte{{{{{}}}}}", lambda i: [bytes([i])]),
}
PAIRS = [(param, result) for param in PARAMS for result in RESULTS]


def function(number, param, result):
    names = ", ".join(f"p{i}" for i in range(MOST_PARAMS))
    types = ", ".join([result] * MOST_RESULTS)
    values = ", ".join(RESULTS[result][0].format(i) for i in range(MOST_RESULTS))
    return f"""
func F{number}({names} {param}) ({types}, error) {{
	Seen = fmt.Sprintln({names})
	if Fails {{
		return {values}, io.EOF
	}}
	return {values}, nil
}}
"""


@pytest.fixture(scope="module")
def go(own_cache):
    functions = [function(number, *pair) for number, pair in enumerate(PAIRS)]
    return gomagic.compile("\n".join(["var Seen string", "var Fails bool", *functions]), "limits")


def shown(words, i):
    return words(i) if callable(words) else words.format(i)


def as_lists(value):
    return [as_lists(item) for item in value] if isinstance(value, list | tuple | np.ndarray) else value


@pytest.mark.parametrize("number", range(len(PAIRS)), ids=lambda number: " and ".join(PAIRS[number]))
def test_all_parameters_and_all_results_cross(go, number):
    param, result = PAIRS[number]
    argument, words = PARAMS[param]
    arguments = [argument(i) for i in range(MOST_PARAMS)]
    wanted = [RESULTS[result][1](i) for i in range(MOST_RESULTS)]
    go.Fails = False
    assert as_lists(getattr(go, f"F{number}")(*arguments)) == wanted
    assert go.Seen == " ".join(shown(words, i) for i in range(MOST_PARAMS)) + "\n"
    go.Fails = True
    with pytest.raises(EOFError) as failed:
        getattr(go, f"F{number}")(*arguments)
    assert as_lists(failed.value.results) == wanted
