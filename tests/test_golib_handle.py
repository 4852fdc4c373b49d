"""golib/handle from Python's side: numbers for Go values that fail without killing, and tables that do not grow."""

from concurrent.futures import ThreadPoolExecutor
from ctypes import c_bool, c_char_p, c_int64, c_size_t

import pytest
from load import MIB, growth

import gomagic

TALLY = """package main

import "C"

import (
	"runtime"
	"sync"

	"gomagic/golib/handle"
)

type tally struct {
	mutex sync.Mutex
	words map[string]int
	ballast [16384]byte // so that a tally that is kept shows
}

var tallies handle.Table[*tally]

//export NewTally
func NewTally() uintptr {
	t := &tally{words: map[string]int{}}
	for i := range t.ballast {
		t.ballast[i] = 1
	}
	return tallies.Put(t)
}

//export Count
func Count(h uintptr, word *C.char) int {
	t, ok := tallies.Get(h)
	if !ok {
		return -1
	}
	t.mutex.Lock()
	defer t.mutex.Unlock()
	t.words[C.GoString(word)]++
	return t.words[C.GoString(word)]
}

//export CloseTally
func CloseTally(h uintptr) bool {
	_, ok := tallies.Delete(h)
	return ok
}

//export Live
func Live() int { return tallies.Len() }

//export Collect
func Collect() { runtime.GC() }

func main() {}
"""
INVENTED = [0, 123_456_789, 2**64 - 1]


@pytest.fixture(scope="module")
def lib(own_cache):
    lib = gomagic.compile(TALLY, "tally")
    lib.NewTally.argtypes, lib.NewTally.restype = [], c_size_t
    lib.Count.argtypes, lib.Count.restype = [c_size_t, c_char_p], c_int64
    lib.CloseTally.argtypes, lib.CloseTally.restype = [c_size_t], c_bool
    lib.Live.argtypes, lib.Live.restype = [], c_int64
    lib.Collect.restype = None
    return lib


def use(lib):
    h = lib.NewTally()
    assert [lib.Count(h, b"Gentoo"), lib.Count(h, b"Gentoo")] == [1, 2]
    assert lib.CloseTally(h)


def test_values_behind_two_numbers_are_two(lib):
    a, b = lib.NewTally(), lib.NewTally()
    assert [lib.Count(a, b"Gentoo"), lib.Count(a, b"Gentoo"), lib.Count(b, b"Gentoo")] == [1, 2, 1]
    assert lib.CloseTally(a) and lib.CloseTally(b)
    assert lib.Live() == 0


def test_closed_number_is_an_answer_and_never_another_value(lib):
    old = lib.NewTally()
    assert lib.CloseTally(old)
    new = lib.NewTally()
    assert new != old
    assert (lib.Count(old, b"Gentoo"), lib.CloseTally(old)) == (-1, False)
    assert lib.CloseTally(new)


@pytest.mark.parametrize("h", INVENTED)
def test_invented_number_is_an_answer(lib, h):
    assert (lib.Count(h, b"Gentoo"), lib.CloseTally(h)) == (-1, False)


def test_value_outlives_collections_while_its_number_is_open(lib):
    h = lib.NewTally()
    lib.Count(h, b"Gentoo")
    lib.Collect()
    lib.Collect()
    assert lib.Count(h, b"Gentoo") == 2
    assert lib.CloseTally(h)


def test_of_many_threads_that_close_a_number_one_succeeds(lib):
    with ThreadPoolExecutor(8) as pool:
        for _ in range(50):
            h = lib.NewTally()
            assert sum(pool.map(lib.CloseTally, [h] * 8)) == 1
    assert lib.Live() == 0


def test_a_leak_is_counted_and_seen(lib):
    """So that the tests below can fail."""
    lost = []
    assert growth(lambda: lost.append(lib.NewTally()), 2000) > 20 * MIB
    assert lib.Live() == len(lost)
    assert all([lib.CloseTally(h) for h in lost])
    lib.Collect()
    assert lib.Live() == 0


def test_memory_stays_flat_over_many_values(lib):
    assert growth(lambda: use(lib), 5000) < 24 * MIB  # a leak would be 78 MiB; Go's heap breathes by a few
    assert lib.Live() == 0


@pytest.mark.soak
def test_memory_stays_flat_for_minutes(lib):
    assert growth(lambda: use(lib), 1_000_000) < 64 * MIB  # a leak would be 15 GiB; a busy machine collects late
    assert lib.Live() == 0
