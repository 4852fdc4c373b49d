"""What comes out of plain Go functions: several results, and arrays whose memory Go or the caller owns."""

import gc
import weakref

import numpy as np
import pytest

import gomagic
from gomagic import GoError

SOURCE = """
func Divide(a, b int) (int, int)              { return a / b, a % b }
func Bounds(xs []float64) (low, high float64) { return slices.Min(xs), slices.Max(xs) }
func Odd() (class, _, x int)                  { return 1, 2, 3 }
func Keywords() (class, in string)            { return "c", "i" }
func Many() (bool, int8, float64, complex128, string, []byte, []int, []string) {
	return true, -1, 0.5, 1i, "s", []byte("b"), []int{1}, []string{"t"}
}
func ReadAll(n int) (data []byte, err error) {
	return []byte("part"), io.ErrUnexpectedEOF
}

var table = [4]float64{1, 2, 3, 4}

func Range(n int) []int64 {
	xs := make([]int64, n)
	for i := range xs {
		xs[i] = int64(i)
	}
	return xs
}
func Table() []float64                          { return table[:] }
func Tail(xs []float64) []float64               { return xs[1:] }
func Longer(xs, ys []float64) []float64         { if len(ys) > len(xs) { return ys }; return xs }
func Split(xs []float64) ([]float64, []float64) { return xs[:1], xs[1:] }
func Rows(xs []float64) [][]float64             { return [][]float64{xs[:1], xs[1:]} }
func Row(m [][]float64, i int) []float64        { return m[i] }
func Nil() []float64                            { return nil }

var kept []float64

// Keep is a pool that holds on to what it gets.
func Keep(xs []float64) { kept = xs }
func Kept() []float64   { return kept }
func Where() uintptr    { return uintptr(unsafe.Pointer(unsafe.SliceData(kept))) }
func KeepAndAdd(xs []float64) {
	kept = xs
	for i := range xs {
		xs[i]++
	}
}

// Borrow promises that it has done with xs when it returns.
//
//gomagic:borrow xs
func Borrow(xs []float64) uintptr {
	done := make(chan uintptr)
	go func() { done <- uintptr(unsafe.Pointer(unsafe.SliceData(xs))) }()
	return <-done
}
"""


@pytest.fixture(scope="module")
def go(own_cache):
    return gomagic.compile(SOURCE, "results")


def test_several_results_are_a_tuple(go):
    assert go.Divide(7, 2) == (3, 1)
    assert type(go.Divide(7, 2)) is tuple


def test_results_of_every_type_come_in_one_tuple(go):
    flag, small, half, imaginary, text, data, numbers, words = go.Many()
    assert (flag, small, half, imaginary, text, data) == (True, -1, 0.5, 1j, "s", b"b")
    assert (numbers.tolist(), words) == ([1], ["t"])


def test_named_results_are_a_namedtuple(go):
    bounds = go.Bounds([3.0, 1.0, 2.0])
    assert (bounds.low, bounds.high) == bounds == (1, 3)
    assert repr(bounds) == "BoundsResult(low=1.0, high=3.0)"


def test_results_named_as_pythons_keywords_get_a_line_below(go):
    assert go.Keywords()._asdict() == {"class_": "c", "in_": "i"}
    assert go.Odd() == (1, 2, 3)


def test_results_beside_an_error_are_kept_with_it(go):
    with pytest.raises(EOFError) as failed:
        go.ReadAll(9)
    assert isinstance(failed.value, GoError)
    assert failed.value.results == (b"part",)


def test_a_returned_array_is_gos_memory_and_outlives_everything(go):
    gc.collect()
    before = go.__go__.live()
    xs = go.Range(1000)
    assert go.__go__.live().arrays == before.arrays + 1
    middle = xs[500:502]
    del xs
    gc.collect()
    go.Range(100_000)
    assert middle.tolist() == [500, 501]
    middle[0] = 7
    assert middle.tolist() == [7, 501]
    view = memoryview(middle)
    del middle
    assert view.tolist() == [7, 501]
    del view
    assert go.__go__.live() == before


def test_a_returned_array_of_a_variable_is_that_variable(go):
    go.Table()[1] = 20
    assert go.Table().tolist() == [1, 20, 3, 4]
    go.Table()[1] = 2


def test_a_nil_slice_is_an_empty_array(go):
    assert (go.Nil().tolist(), go.Nil().dtype) == ([], np.float64)


def test_a_result_that_lies_in_an_argument_is_a_view_of_it(go):
    xs = np.arange(3.0)
    tail = go.Tail(xs)
    tail[0] = 9
    assert xs.tolist() == [0, 9, 2]
    assert tail.ctypes.data == xs.ctypes.data + 8
    assert go.Longer(np.zeros(1), xs).ctypes.data == xs.ctypes.data


def test_a_result_keeps_the_argument_that_it_lies_in_alive(go):
    class Watched(np.ndarray):
        pass

    xs = np.arange(1000.0).view(Watched)
    gone = weakref.ref(xs)
    tail = go.Tail(xs)
    del xs
    gc.collect()
    assert gone() is not None
    assert tail.tolist() == list(range(1, 1000))
    del tail
    gc.collect()
    assert gone() is None


def test_a_result_that_lies_in_a_bytearray_keeps_its_size(go):
    room = bytearray(24)
    tail = go.Tail(memoryview(room).cast("d"))
    with pytest.raises(BufferError):
        room.append(0)
    assert tail.tolist() == [0, 0]


@pytest.mark.parametrize(
    "xs", [[1.0, 2.0, 3.0], (1.0, 2.0, 3.0), np.array([1.0, 0, 2, 0, 3])[::2], np.array([1, 2, 3], ">f8")]
)
def test_a_result_that_lies_in_a_copy_of_an_argument_owns_it(go, xs):
    before = go.__go__.live()
    tail = go.Tail(xs)
    first, rest = go.Split(xs)
    rows = go.Rows(xs)
    assert tail.tolist() == rest.tolist() == rows[1].tolist() == [2, 3]
    assert first.tolist() == rows[0].tolist() == [1]
    first[0] = 5
    assert xs[0] == 1
    del tail, first, rest, rows
    assert go.__go__.live() == before


def test_a_result_that_lies_in_a_frozen_argument_is_frozen(go):
    xs = np.arange(3.0)
    xs.flags.writeable = False
    assert not go.Tail(xs).flags.writeable
    assert go.Tail(xs).ctypes.data == xs.ctypes.data + 8


def test_a_row_that_comes_back_is_a_view_of_its_matrix(go):
    matrix = np.arange(4.0).reshape(2, 2)
    go.Row(matrix, 1)[0] = 9
    assert matrix.tolist() == [[0, 1], [9, 3]]
    rows = [np.zeros(2), [1.0, 2.0]]
    assert go.Row(rows, 1).tolist() == [1, 2]
    assert go.Row(rows, 0).ctypes.data == rows[0].ctypes.data
    fortran = np.asfortranarray(matrix)
    assert go.Row(fortran, 1).tolist() == [9, 3]


def test_what_go_keeps_is_a_copy_of_its_own(go):
    xs = np.arange(3.0)
    go.Keep(xs)
    xs[:] = 7
    assert go.Kept().tolist() == [0, 1, 2]
    words = [1.0, 2.0]
    go.Keep(words)
    assert go.Kept().tolist() == [1, 2]


def test_what_go_writes_to_what_it_keeps_is_written_back(go):
    xs, numbers = np.arange(3.0), [1.0, 2.0]
    go.KeepAndAdd(xs)
    assert xs.tolist() == [1, 2, 3]
    assert go.Kept().ctypes.data != xs.ctypes.data
    go.KeepAndAdd(xs[::2])
    assert xs.tolist() == [2, 2, 4]
    go.KeepAndAdd(numbers)
    assert numbers == [2, 3]
    with pytest.raises(gomagic.GoWriteError):
        go.KeepAndAdd((1.0,))


def test_memory_of_gos_is_kept_without_a_copy(go):
    xs = go.__go__.empty(4)
    assert (xs.tolist(), xs.dtype) == ([0, 0, 0, 0], np.float64)
    go.Keep(xs)
    assert go.Where() == xs.ctypes.data
    go.Keep(xs[2:])
    assert go.Where() == xs.ctypes.data + 16
    kept = go.Kept()
    go.Keep(kept)
    del xs, kept
    gc.collect()
    assert go.Kept().tolist() == [0, 0]


def test_empty_is_an_array_of_any_type_that_go_has_slices_of(go):
    before = go.__go__.live()
    for name in ("bool", "int8", "uint16", "float32", "int64", "complex128", int, "<f8"):
        xs = go.__go__.empty(3, name)
        assert (xs.dtype, xs.tolist(), xs.ctypes.data % 16) == (np.dtype(name), [0, 0, 0], 0)
        assert go.__go__.empty(0, name).dtype == np.dtype(name)
        xs[1] = 1
    del xs
    assert go.__go__.live() == before
    for name in ("float16", "datetime64[s]", object, "S3", "longdouble", ">f8"):
        with pytest.raises(TypeError, match=r"^empty: Go has no slices of "):
            go.__go__.empty(1, name)
    with pytest.raises(ValueError, match=r"^empty: -1 elements$"):
        go.__go__.empty(-1)


def test_gomagic_empty_is_memory_of_the_cell_bound_last(own_cache):
    latest = gomagic.compile(
        "var kept []int64\nfunc Keep(xs []int64) { kept = xs }\nfunc Kept() []int64 { return kept }"
    )
    xs = gomagic.empty(2, "int64")
    latest.Keep(xs)
    xs[0] = 5
    assert latest.Kept().tolist() == [5, 0]


def test_a_borrowed_array_is_not_copied_though_a_goroutine_sees_it(go):
    xs = np.zeros(3)
    assert go.Borrow(xs) == xs.ctypes.data
