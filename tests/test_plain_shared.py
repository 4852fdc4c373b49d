"""Memory that two parameters share, or a parameter and a result: no write is lost, and nothing dangles."""

import ctypes
import gc

import numpy as np
import pytest

import gomagic
from gomagic import GoWriteError

pd = pytest.importorskip("pandas", "3.0")  # which needs Python 3.11

SOURCE = """
var kept []float64
var keptRows [][]float64

func Double(to, from []float64) {
	kept = from
	for i, x := range from {
		to[i] = 2 * x
	}
}

func Mark(xs, ys []float64) {
	kept, kept = xs, ys
	xs[0], ys[1] = 10, 20
}

func MarkRows(m [][]float64) {
	keptRows = m
	m[0][0], m[1][1] = 10, 20
}

func AddToEach(rows ...[]float64) {
	for _, row := range rows {
		row[0]++
	}
}

func Increase(xs []float64) {
	for i := range xs {
		xs[i]++
	}
}

func IncreaseRows(m [][]float64) { AddToEach(m...) }

func Sum(xs []float64) (total float64) {
	for _, x := range xs {
		total += x
	}
	return
}

// Sort hands xs to a goroutine that has ended when it returns.
//
//gomagic:borrow xs
func Sort(xs []float64) []float64 {
	done := make(chan bool)
	go func() { slices.Sort(xs); done <- true }()
	<-done
	return xs
}

//gomagic:borrow m
func SortRows(m [][]float64) [][]float64 {
	for _, row := range m {
		Sort(row)
	}
	keptRows = m
	return m
}

func CutAndFail(m [][]float64) error { m[0] = nil; return io.EOF }

func Words(words []string) int  { return len(words) }
func Wait(b []byte, ms int) int { time.Sleep(time.Duration(ms) * time.Millisecond); return len(b) }
"""


@pytest.fixture(scope="module")
def go(own_cache):
    return gomagic.compile(SOURCE, "shared")


def test_one_array_for_two_parameters_keeps_the_writes_to_each_though_go_keeps_one(go):
    xs = np.arange(4.0)
    go.Double(xs, xs)
    assert xs.tolist() == [0, 2, 4, 6]
    go.Double(xs[1:], xs[:3])
    assert xs.tolist() == [0, 0, 4, 8]


def test_one_array_for_two_parameters_that_go_keeps_gets_the_writes_to_both(go):
    xs, numbers = np.zeros(2), [0.0, 0.0]
    go.Mark(xs, xs)
    go.Mark(numbers, numbers)
    assert xs.tolist() == numbers == [10, 20]


def test_one_array_for_two_rows_that_go_keeps_gets_the_writes_to_both(go):
    row, matrix = np.zeros(2), np.zeros((2, 2))
    go.MarkRows([row, row])
    assert row.tolist() == [10, 20]
    go.MarkRows(matrix)
    assert matrix.tolist() == [[10, 0], [0, 20]]


def test_a_row_that_is_frozen_does_not_cost_the_other_rows_their_writes(go):
    before, after = [1.0], [1.0]
    with pytest.raises(GoWriteError, match="but a tuple cannot change"):
        go.AddToEach(before, (1.0,), after)
    assert (before, after) == ([2], [2])


def test_a_result_that_lies_in_a_borrowed_argument_does_not_dangle(go):
    xs = np.array([3.0, 1.0, 2.0])
    back = go.Sort(xs)
    assert np.shares_memory(back, xs)
    del xs
    gc.collect()
    assert [np.full(3, 7.0).sum() for _ in range(100)] == [21] * 100
    assert back.tolist() == [1, 2, 3]
    numbers = [3.0, 1.0, 2.0]
    back = go.Sort(numbers)
    assert [np.full(3, 7.0).sum() for _ in range(100)] == [21] * 100
    assert (back.tolist(), numbers) == ([1, 2, 3], [1, 2, 3])
    assert [row.tolist() for row in go.SortRows([[2.0, 1.0], [3.0]])] == [[1, 2], [3]]


def test_what_is_held_after_a_panic_that_follows_an_error_is_given_back(go):
    before = go.__go__.live()
    with pytest.raises(gomagic.GoPanic, match="row 0 of parameter 1 has 0 elements now"):
        go.CutAndFail([[1.0]])
    gc.collect()
    assert go.__go__.live() == before


def test_arrays_of_ctypes_are_memory_like_any_other(go):
    numbers, rows = (ctypes.c_double * 2)(1, 2), ((ctypes.c_double * 2) * 2)((1, 2), (3, 4))
    go.Increase(numbers)
    assert list(numbers) == [2, 3]
    go.IncreaseRows(rows)
    assert [list(row) for row in rows] == [[2, 2], [4, 4]]
    foreign = (ctypes.c_double.__ctype_be__ * 2)(1, 2)
    go.Increase(foreign)
    assert list(foreign) == [2, 3]


class Remade:
    """What hands out a new array each time, as a sparse column does."""

    def __array__(self, dtype=None, copy=None):
        return np.ones(2)


class Kept(Remade):
    def __init__(self):
        self.numbers = np.ones(2)

    def __array__(self, dtype=None, copy=None):
        return self.numbers


def test_a_write_to_an_array_that_was_made_for_the_call_is_refused(go):
    assert go.Sum(Remade()) == 2
    with pytest.raises(GoWriteError) as refused:
        go.Increase(Remade())
    assert str(refused.value).startswith("Increase(xs): Go wrote to `xs`, but ")
    kept = Kept()
    go.Increase(kept)
    assert kept.numbers.tolist() == [2, 2]
    with pytest.raises(GoWriteError, match=r"this pandas.Series is read-only"):
        go.Increase(pd.Series(pd.arrays.SparseArray([1.0, 0.0])))
    frame = pd.DataFrame({"a": [1.0, 2.0]})
    frame["b"] = [3.0, 4.0]  # a second block, so that the whole frame's array is a copy
    with pytest.raises(GoWriteError, match=r"this pandas.DataFrame is read-only"):
        go.IncreaseRows(frame)
    assert frame["a"].tolist() == [1, 2]


@pytest.mark.parametrize("value", [np.array("text"), np.int64(3), np.float64(1)], ids=repr)
def test_single_values_of_numpys_are_no_list_of_strings(go, value):
    with pytest.raises(TypeError) as refused:
        go.Words(value)
    assert str(refused.value) == f"Words(words): `words` is numpy.{type(value).__name__}, Go wants []string"


class Endless(np.ndarray):
    """An array whose base, by its own word, is itself."""

    @property
    def base(self):
        return self


def test_an_array_that_calls_itself_its_base_is_copied(go):
    xs = np.ones(2).view(Endless)
    go.Double(np.ones(2), xs)
    assert xs.tolist() == [1, 1]
