"""Several Python threads at once: what they set and read in variables, and that no call keeps them from running."""

import threading
import time

import numpy as np
import pytest
from load import silence

import gomagic

SOURCE = """
var (
	Text    string
	Raw     []byte
	Wave    complex128
	Count   int
	Flag    bool
	Numbers []float64
	Fixed   [3]float64
	Words   []string
	Rows    [][]float64
	Flags   []bool
	Blobs   [][]byte
)

func Sum(words []string, xs []float64) (total float64) {
	for _, x := range xs {
		total += x
	}
	return
}

func Raise(xs []float64) {
	for i := range xs {
		xs[i]++
	}
}
"""
# Of each kind two values, of which the headers and the lengths differ.
VALUES = {
    "Text": ["a" * 5, "b" * 60_000],
    "Raw": [b"a" * 5, b"b" * 60_000],
    "Wave": [1 + 1j, 2 + 2j],
    "Count": [1, -1],
    "Flag": [True, False],
    "Numbers": [[1.0], [2.0] * 5000],
    "Fixed": [[1, 1, 1], [2, 2, 2]],
    "Words": [["a"], ["b" * 40] * 500],
    "Rows": [[[1.0]], [[2.0] * 20] * 50],
    "Flags": [[True], [False] * 20_000],
    "Blobs": [[[1]], [[2] * 20] * 50],
}


@pytest.fixture(scope="module")
def go(own_cache):
    return gomagic.compile(SOURCE, "variables")


def plain(value):
    match value:
        case bytes() | np.ndarray():
            return [plain(item) for item in value.tolist()] if isinstance(value, np.ndarray) else list(value)
        case list():
            return [plain(item) for item in value]
    return value


@pytest.mark.parametrize("name", VALUES)
@pytest.mark.parametrize("seconds", [0.3, pytest.param(10, marks=pytest.mark.soak)])
def test_what_is_read_is_what_one_thread_has_set(go, name, seconds):
    values = [plain(value) for value in VALUES[name]]
    setattr(go, name, VALUES[name][0])
    end, torn, rounds = time.monotonic() + seconds, [], [0] * 4

    def write(number):
        while not rounds[number] or time.monotonic() < end:
            setattr(go, name, VALUES[name][number % 2])
            rounds[number] += 1

    def read(number):
        while not rounds[number] or time.monotonic() < end:
            found = plain(getattr(go, name))
            rounds[number] += 1
            if found not in values:
                torn.append(found)

    threads = [threading.Thread(target=(write, write, read, read)[number], args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(seconds + 60)
    assert not torn


@pytest.mark.parametrize(
    ("name", "large"),
    [("Numbers", np.ones(10_000_000)), ("Text", "a" * 100_000_000), ("Words", ["a" * 100] * 500_000)],
    ids=["Numbers", "Text", "Words"],
)
def test_a_large_value_is_copied_while_other_threads_run(go, name, large):
    silent, seconds = silence(lambda: setattr(go, name, large))
    setattr(go, name, large[:1])
    assert silent < 0.6 * seconds


GRID = """
var Grid [8_000_000]float64

func Corner() (first, last float64) { return Grid[0], Grid[len(Grid)-1] }
"""


def test_a_variable_that_is_a_large_array_is_whole_and_leaves_no_other_thread_silent():
    go = gomagic.compile(GRID, "grid")
    go.Grid = np.ones(8_000_000)
    assert go.Corner() == (1, 1)
    seen = set()

    def use(fill):
        for _ in range(10):
            go.Grid = np.full(8_000_000, float(fill))
            got = go.Grid
            seen.add((got[0], got[4_000_000], got[-1]))

    threads = [threading.Thread(target=use, args=(fill,)) for fill in (2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(len(set(values)) == 1 for values in seen)
    twos = np.full(8_000_000, 2.0)
    assert min(silence(lambda: setattr(go, "Grid", twos))[0] for _ in range(5)) < 0.01
    assert min(silence(lambda: go.Grid)[0] for _ in range(5)) < 0.01


def quietest(work):
    return min(silence(work)[0] for _ in range(5))


def test_a_large_variable_is_silent_for_no_longer_than_its_text_is_decoded(go):
    raw = b"a" * 100_000_000
    decoding = quietest(lambda: raw.decode("utf-8", "surrogateescape"))
    go.Text, go.Words = raw.decode(), [raw.decode()]
    try:
        assert quietest(lambda: go.Text) < 1.5 * decoding
        assert quietest(lambda: go.Words) < 1.5 * decoding
    finally:
        go.Text, go.Words = "", []


def test_many_rows_of_a_variable_are_lent_while_other_threads_run(go):
    go.Rows, held = [[1.0]] * 200_000, []  # to let go of them is Python's
    try:
        assert min(silence(lambda: held.append(go.Rows))[0] for _ in range(3)) < 0.04
    finally:
        go.Rows = []


def test_a_list_of_strings_beside_a_large_array_lets_other_threads_run(go):
    large = np.ones(30_000_000)
    silent, seconds = silence(lambda: go.Sum(["a"], large))
    assert silent < 0.6 * seconds


def test_a_large_array_that_several_threads_pass_at_once_gets_what_each_has_written(go):
    base = np.zeros((4, 600_000))
    strided = base[:, ::2].T  # a column for each thread; the same rows of the same memory for all
    swapped = np.zeros(300_000, ">f8")

    def work(number):
        for _ in range(5):
            go.Raise(strided[:, number])
            assert go.Sum([], strided[:, number][::-1]) > 0
            go.Sum([], swapped)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert (strided == 5).all()
    assert not base[:, 1::2].any()
