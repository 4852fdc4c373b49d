"""golib/allocator from Python's side: whose memory it is, what happens when there is none, and that nothing leaks."""

from array import array
from ctypes import CFUNCTYPE, POINTER, c_bool, c_char, c_double, c_int64, c_void_p

import pytest
from load import MIB, growth

import gomagic

ROOTS = """package main

import "C"

import (
	"math"
	"unsafe"

	"gomagic/golib/alloc"
	"gomagic/golib/allocator"
)

//export Roots
func Roots(p unsafe.Pointer, n int, allocate unsafe.Pointer) bool {
	var places []int32
	var found []float64
	for i, x := range alloc.Slice[float64](p, n) {
		if x >= 0 {
			places, found = append(places, int32(i)), append(found, math.Sqrt(x))
		}
	}
	where, err := allocator.New[int32](allocate, len(places))
	if err != nil {
		return false
	}
	copy(where, places)
	roots, err := allocator.New[float64](allocate, len(found))
	copy(roots, found)
	return err == nil
}

func main() {}
"""
Allocate = CFUNCTYPE(c_void_p, c_char, c_int64)


@pytest.fixture(scope="module")
def lib(own_cache):
    lib = gomagic.compile(ROOTS, "roots")
    lib.Roots.argtypes, lib.Roots.restype = [POINTER(c_double), c_int64, Allocate], c_bool
    return lib


def roots(lib, numbers, make=lambda code, n: array(code, [0]) * n):
    """The places and the roots of the numbers that have one, in what `make` returns."""
    made, caught = [], []

    @Allocate
    def allocate(code, n):
        try:
            made.append(make(code.decode(), n))
            return made[-1].buffer_info()[0]
        except BaseException as error:
            caught.append(error)
            return None

    if not lib.Roots((c_double * len(numbers))(*numbers), len(numbers), allocate):
        raise caught[0]
    return made


def refuse(code, n):
    raise MemoryError(f"no room for {n} of {code!r}")


def test_results_come_in_arrays_that_python_made(lib):
    assert roots(lib, [4.0, -1.0, 9.0]) == [array("i", [0, 2]), array("d", [2.0, 3.0])]


def test_no_results_come_in_empty_arrays(lib):
    assert roots(lib, [-1.0]) == [array("i"), array("d")]
    assert roots(lib, []) == [array("i"), array("d")]


def test_arrays_outlive_the_call_and_may_grow_after_it(lib):
    made = roots(lib, [float(i) for i in range(1000)])[1]
    made.append(-1.0)
    assert (len(made), made[999], made[1000]) == (1001, 999**0.5, -1.0)


def test_exception_of_the_allocator_reaches_the_caller(lib):
    with pytest.raises(MemoryError, match="no room for 2 of 'i'"):
        roots(lib, [1.0, 4.0], refuse)


def test_memory_stays_flat_over_many_results(lib):
    numbers = [2.0] * 10_000  # 120,000 bytes of results
    assert growth(lambda: roots(lib, numbers), 300) < 12 * MIB  # a leak would be 34 MiB


def test_memory_stays_flat_over_many_refusals(lib):
    def work():
        with pytest.raises(MemoryError):
            roots(lib, [1.0] * 10_000, refuse)

    assert growth(work, 300) < 12 * MIB


@pytest.mark.soak
def test_memory_stays_flat_for_minutes(lib):
    numbers = [2.0] * 10_000

    def work():
        roots(lib, numbers)
        with pytest.raises(MemoryError):
            roots(lib, numbers, refuse)

    assert growth(work, 20_000) < 24 * MIB  # a leak would be 2,288 MiB
