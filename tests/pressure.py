"""Calls of everything while Go collects its garbage without a pause: `python pressure.py SECONDS THREADS`.

A process of its own, since a fault of this kind is its end. It prints the rounds of each thread, one a line.
"""

import ctypes
import sys
import threading
import time

import numpy as np
import typed

import gomagic

SOURCE = (
    typed.SOURCE
    + """
var (
	Name  = "a"
	Count int
	Wave  complex128
	Data  []float64
	Words []string
	Rows  [][]float64
	Fixed [3]float64
	Shelf map[string][][]string
	Thing any
)

var ballast []*[64]*int

// Press makes a heap of so many MiB that the garbage collector has to look through, and has it do so all the time.
func Press(mib int) {
	for range mib * 1024 {
		pointers := new([64]*int)
		for i := range pointers {
			pointers[i] = new(int)
		}
		ballast = append(ballast, pointers)
	}
	debug.SetGCPercent(1)
	go func() {
		for {
			runtime.GC()
		}
	}()
}

// Gone is an address in Go's heap at which nothing lies any more.
func Gone() uint64 {
	middle := uint64(uintptr(unsafe.Pointer(unsafe.SliceData(make([]byte, 64<<20)))) + 32<<20)
	runtime.GC()
	return middle
}

func Bytes(n int) [][]byte { return make([][]byte, n) }
func Many(n int) (text string, b []byte, xs []float64, rows [][]float64, words []string, pair [2]float64) {
	rows = make([][]float64, n)
	words = make([]string, n)
	for i := range rows {
		rows[i] = make([]float64, 1+i%3)
		words[i] = strconv.Itoa(i)
	}
	return strings.Repeat("a", n), make([]byte, n), make([]float64, n), rows, words, pair
}
"""
)
MIB = 200  # 64 pointers and what they point to are 1 KiB


def results(go):
    for n in (1, 5, 40, 300):
        found = go.Many(n)
        assert (len(found.text), len(found.b), len(found.xs)) == (n, n, n)
        assert [len(row) for row in found.rows] == [1 + i % 3 for i in range(n)]
        assert found.words == [str(i) for i in range(n)]
        assert go.Bytes(n) == [b""] * n


def arrays(go):
    xs, matrix = np.arange(100.0), np.arange(6.0).reshape(2, 3)
    go.Add(xs, 1)
    go.Add(xs[::2], 1)
    assert go.Tail(xs)[:3].tolist() == [2, 4, 4]
    assert go.Longer(xs[:5], xs[::-1])[0] == 100
    go.Swap(np.asfortranarray(matrix))
    go.Swap(matrix)
    assert go.Row(matrix, 0).tolist() == [3, 4, 5]
    assert go.Not(np.array([2, 0], "uint8").view("bool")).tolist() == [False]
    typed.mapped(go)


def variables(go):
    go.Name, go.Count, go.Wave = "é" * 100, 3, 1 + 2j
    go.Data, go.Words, go.Rows, go.Fixed = np.ones(20), ["a", "b"], [[1.0], [2.0, 3.0]], [1, 2, 3]
    assert (go.Name, go.Count, go.Wave, go.Words) == ("é" * 100, 3, 1 + 2j, ["a", "b"])
    go.Shelf, go.Thing = {"a": [["b" * 100], []]}, [1, {"k": np.ones(3)}, None]
    assert (go.Shelf, go.Thing[1]["k"].tolist()) == ({"a": [["b" * 100], []]}, [1, 1, 1])
    assert (sum(go.Data), [len(row) for row in go.Rows], list(go.Fixed)) == (20, [1, 2], [1, 2, 3])


def litter(address):
    """Leave this address all over the memory that C's allocator hands out next."""
    libc = ctypes.CDLL(None)
    libc.malloc.restype, libc.malloc.argtypes, libc.free.argtypes = (
        ctypes.c_void_p,
        [ctypes.c_size_t],
        [ctypes.c_void_p],
    )
    word = address.to_bytes(8, sys.byteorder)
    pieces = []
    for size in range(32, 8192, 16):
        pieces += [(libc.malloc(size), size) for _ in range(3)]
    for piece, size in pieces:
        ctypes.memmove(piece, word * (size // 8), size)
        libc.free(piece)


# Keep is left out: its variable is one for all threads, and Go has no lock around it.
CALLS = [call for call in typed.CALLS if call is not typed.kept]


def work(go, end, calls, failures, rounds, number):
    try:
        while time.monotonic() < end and not failures:
            if number == 0:
                litter(go.Gone())
            for call in calls[number:] + calls[:number]:
                call(go)
            rounds[number] += 1
    except BaseException as failure:
        failures.append(failure)
        raise


def main(seconds, threads):
    go = gomagic.compile(SOURCE, "pressed")
    go.Press(MIB)
    end, failures, rounds = time.monotonic() + seconds, [], [0] * threads
    calls = [results, arrays, variables, *CALLS]
    working = [
        threading.Thread(target=work, args=(go, end, calls, failures, rounds, number)) for number in range(threads)
    ]
    for thread in working:
        thread.start()
    for thread in working:
        thread.join(seconds + 60)
    assert not failures
    assert not any(thread.is_alive() for thread in working)
    typed.settle(go)
    live = go.__go__.live()
    assert (live.arrays, live.bytes) == (0, 0), live
    print(*rounds, sep="\n")


if __name__ == "__main__":
    main(float(sys.argv[1]), int(sys.argv[2]))
