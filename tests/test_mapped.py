"""A Go function of numbers over arrays: numpy's rules, and no loop of Python's."""

import gc
import os
import signal
import threading
import time

import numpy as np
import pytest
from numpy.lib.stride_tricks import as_strided

import gomagic
from gomagic import GoError, GoPanic, GoWriteError

TYPES = [
    "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float32", "float64",
    "complex64", "complex128",
]  # fmt: skip
SOURCE = (
    "".join(f"func Same_{of}(x {of}) {of} {{ return x }}\n" for of in TYPES)
    + """
type Celsius float64
func (c Celsius) Warm() bool { return c > 20 }

func Scale(x, by float64) float64                         { return x * by }
func Mixed(a int8, b float32, c bool, d complex128) complex64 {
	if c {
		return complex64(complex(float64(a), float64(b)) + d)
	}
	return 0
}
func Less(a, b int) bool                                  { return a < b }
func Halved(n uint16) float64                             { return float64(n) / 2 }
func Heat(c Celsius) Celsius                              { return c + 1 }
func Inverse(n int) (int, error) {
	if n == 3 {
		return 0, fmt.Errorf("no %d: %w", n, fs.ErrNotExist)
	}
	return 60 / n, nil
}

var counted int
func Next() int { counted++; return counted }
func Slow(x float64) float64 { time.Sleep(time.Millisecond); counted++; return x }
func Wait(ctx context.Context, x float64) (float64, error) {
	counted++
	<-ctx.Done()
	return x, ctx.Err()
}
func Astray(x float64) float64 {
	var done sync.WaitGroup
	done.Add(1)
	go func() { defer done.Done(); panic("astray") }()
	done.Wait()
	return x
}

var Hook func(float64) float64
func Hooked(x float64) float64 { return Hook(x) }

func Greatest[T int | float64 | uint8](a, b T) T { return max(a, b) }
func Collect(x float64) float64 { runtime.GC(); return x + 1 }
func Numbers(n int) []float64 { return make([]float64, n) }

func Text(s string) int           { return len(s) }
func Two(x int) (int, int)        { return x, x }
func Nothing(x int)               {}
func Say(x int) string            { return "" }
func Sum(xs ...int) int           { return len(xs) }
type Counter struct{ n int }
func (c *Counter) Add(n int) int  { return c.n + n }
"""
)


@pytest.fixture(scope="module")
def go(own_cache):
    return gomagic.compile(SOURCE, "mapped")


@pytest.fixture
def nothing_stays(go):
    gc.collect()
    before = go.__go__.live()
    yield
    gc.collect()
    assert go.__go__.live() == before


def of_type(name, shape):
    found = (np.arange(np.prod(shape), dtype="int64") * 5 % 7).reshape(shape)
    return (found * (1 + 2j) if np.dtype(name).kind == "c" else found).astype(name)


@pytest.mark.parametrize("name", TYPES)
def test_elements_of_each_type_and_every_layout_of_arrays(go, name):
    same, whole = getattr(go, f"Same_{name}"), of_type(name, (4, 6, 5))
    frozen = whole.copy()
    frozen.flags.writeable = False
    unaligned = np.zeros(whole.nbytes + 1, "uint8")[1:].view(name).reshape(whole.shape)
    unaligned[...] = whole
    layouts = [
        whole, whole[::2, ::-1, 1:4:2], whole.T, np.asfortranarray(whole), frozen, unaligned, whole[:, :1],
        whole.astype(np.dtype(name).newbyteorder(">")), np.broadcast_to(whole[0, 0], (3, 5)), whole[1, 2, 3, ...],
    ]  # fmt: skip
    for array in layouts:
        found = gomagic.map(same, array)
        assert (found.dtype, found.shape) == (np.dtype(name), array.shape)
        assert np.array_equal(found, array)


def test_arguments_broadcast_as_numpys_do(go):
    rows, columns = np.arange(3.0).reshape(3, 1), np.arange(1.0, 5)
    assert np.array_equal(gomagic.map(go.Scale, rows, columns), rows * columns)
    assert np.array_equal(gomagic.map(go.Scale, columns, by=2), columns * 2)
    cube = np.arange(24.0).reshape(2, 3, 4)
    assert np.array_equal(gomagic.map(go.Scale, cube[:, ::-1], rows), cube[:, ::-1] * rows)
    with pytest.raises(ValueError, match=r"do not broadcast: `x` has shape \(3,\), `by` has shape \(4,\)"):
        gomagic.map(go.Scale, np.ones(3), np.ones(4))


def test_arguments_of_different_sizes(go):
    a, b = np.arange(6, dtype="int8").reshape(2, 3), np.array([0.5, 1.5, 2.5], "float32")
    c, d = np.array([[True], [False]]), 1j
    assert np.array_equal(gomagic.map(go.Mixed, a, b, c, d), np.where(c, a + b * 1j + d, 0).astype("complex64"))
    assert gomagic.map(go.Less, [1, 2, 3], 2).tolist() == [True, False, False]
    assert gomagic.map(go.Halved, np.array([1, 2], "uint16")).tolist() == [0.5, 1]
    assert gomagic.map(go.Heat, [1, 2.5]).tolist() == [2, 3.5]


def test_numbers_alone_and_what_is_empty(go):
    assert gomagic.map(go.Scale, 3, np.float64(2)) == 6
    assert type(gomagic.map(go.Scale, 3, 2)) is np.float64
    assert gomagic.map(go.Scale, np.array(3.0), 2).shape == ()
    for empty in ([], np.ones((0, 3)), np.ones((3, 0, 2))):
        assert gomagic.map(go.Scale, empty, 2).shape == np.shape(empty)


def test_an_array_is_converted_where_its_type_fits_without_loss(go):
    kept = [("int8", "int16"), ("uint8", "int16"), ("uint32", "int64"), ("float32", "float64"), ("int32", "float64")]
    kept += [("float16", "float32"), ("int16", "float32"), ("float64", "complex128"), ("int64", "float64")]
    for has, wants in kept:
        found = gomagic.map(getattr(go, f"Same_{wants}"), np.array([1, 100], has))
        assert (found.dtype, found.tolist()) == (np.dtype(wants), [1, 100])
    lost = [("int64", "int8"), ("int8", "uint8"), ("uint64", "int64"), ("float64", "int64"), ("float64", "float32")]
    lost += [("bool", "int8"), ("int8", "bool"), ("complex64", "float64"), ("int32", "float32"), ("object", "int64")]
    for has, wants in lost:
        with pytest.raises(TypeError, match=f"`x` has dtype {has}, Go wants {wants}"):
            gomagic.map(getattr(go, f"Same_{wants}"), np.array([1, 0], has))
    for number, has in ((2**53 + 1, "int64"), (-(2**63) + 1, "int64"), (2**64 - 1, "uint64"), (2**63 - 1, "int64")):
        with pytest.raises(OverflowError, match=f"`x` has {number}, which float64 does not hold exactly"):
            gomagic.map(go.Same_float64, np.array([2**60, number], has))


def test_what_is_no_array_is_taken_as_the_function_takes_numbers(go):
    assert gomagic.map(go.Same_int8, [[1, -128], (127, True)]).tolist() == [[1, -128], [127, 1]]
    assert gomagic.map(go.Same_float32, range(3)).tolist() == [0, 1, 2]
    assert gomagic.map(go.Same_uint64, [2**64 - 1]).tolist() == [2**64 - 1]
    refused = [
        (go.Same_int8, [1, 200], OverflowError, r"`x\[1\]` is 200, which does not fit in int8"),
        (go.Same_uint8, -1, OverflowError, "`x` is -1, which does not fit in uint8"),
        (go.Same_int64, [2**70], OverflowError, r"`x\[0\]` is 1180591620717411303424, which does not fit"),
        (go.Same_float32, [1e39], OverflowError, r"`x\[0\]` is 1e\+39, which does not fit in float32"),
        (go.Same_int64, [1.5], TypeError, r"`x\[0\]` is float, Go wants int64"),
        (go.Same_bool, [1], TypeError, r"`x\[0\]` is int, Go wants bool"),
        (go.Same_float64, ["a"], TypeError, r"`x\[0\]` is str, Go wants float64"),
        (go.Same_float64, [[1], [2, 3]], TypeError, "`x` is list, Go wants float64"),
        (go.Same_float64, None, TypeError, "`x` is NoneType, Go wants float64"),
    ]
    for function, given, error, text in refused:
        with pytest.raises(error, match=text):
            gomagic.map(function, given)


def test_out_takes_what_is_returned(go):
    x, out = np.arange(5.0), np.zeros((2, 5))
    assert gomagic.map(go.Scale, x, 2, out=out) is out
    assert out.tolist() == [[0, 2, 4, 6, 8]] * 2
    assert gomagic.map(go.Scale, x, 2, out=x) is x and x.tolist() == [0, 2, 4, 6, 8]
    backwards = np.zeros(10)
    gomagic.map(go.Scale, x, 1, out=backwards[::-2])
    assert backwards.tolist() == [0, 8, 0, 6, 0, 4, 0, 2, 0, 0]
    unaligned = np.zeros(41, "uint8")[1:].view("float64")
    gomagic.map(go.Scale, x, 1, out=unaligned)
    assert unaligned.tolist() == x.tolist()
    assert gomagic.map(go.Scale, 3, 2, out=np.array(0.0)) == 6


def test_out_is_the_shape_of_what_takes_nothing(go):
    with pytest.raises(TypeError, match="hint: pass an array as `out=`"):
        gomagic.map(go.Next)
    assert np.array_equal(np.diff(gomagic.map(go.Next, out=np.zeros((2, 3), "int64")).ravel()), [1] * 5)


def test_out_that_shares_memory_with_an_argument_is_right(go):
    for shift in (1, -1, 3):
        x = np.arange(20.0)
        source, target = (x[shift:], x[:-shift]) if shift > 0 else (x[:shift], x[-shift:])
        wanted = source * 2
        gomagic.map(go.Scale, source, 2, out=target)
        assert np.array_equal(target, wanted)
    x = np.arange(16.0).reshape(4, 4)
    wanted = x.T * x
    gomagic.map(go.Scale, x.T, x, out=x)
    assert np.array_equal(x, wanted)


def test_out_that_does_not_fit_is_refused(go):
    frozen = np.zeros(3)
    frozen.flags.writeable = False
    refused = [
        ([1.0, 2.0, 3.0], "`out` is list, which is no numpy.ndarray", TypeError),
        (np.ma.zeros(3), "`out` is numpy.MaskedArray, which is no numpy.ndarray", TypeError),
        (np.zeros(3, "float32"), "`out` has dtype float32, and float64 is what the function returns", TypeError),
        (np.zeros(3, ">f8"), "`out` has dtype >f8, and float64 is", TypeError),
        (frozen, "`out` is read-only", GoWriteError),
        (as_strided(np.zeros(1), (3,), (0,)), "elements of `out` lie in one place", ValueError),
        (np.zeros((3, 1)), r"has shape \(3, 3\) and does not fit in `out`", ValueError),
        (
            np.zeros(4),
            r"do not broadcast: `x` has shape \(3,\), `by` has shape \(\), `out` has shape \(4,\)",
            ValueError,
        ),
    ]
    for out, text, error in refused:
        with pytest.raises(error, match=text):
            gomagic.map(go.Scale, np.ones(3), 2, out=out)


def test_an_error_names_the_element_and_what_is_before_it_stays(go, nothing_stays):
    out = np.zeros((2, 2), "int64")
    with pytest.raises(
        GoError, match=r"^no 3: file does not exist\n  in Inverse, called with \(n=3\), element \[1, 0\]$"
    ):
        gomagic.map(go.Inverse, [[1, 2], [3, 4]], out=out)
    assert out.tolist() == [[60, 30], [0, 0]]
    with pytest.raises(FileNotFoundError):
        gomagic.map(go.Inverse, 3)
    assert gomagic.map(go.Inverse, [1, 2]).tolist() == [60, 30]


def test_a_panic_names_the_element_and_its_line(go, nothing_stays):
    strided = np.array([[1, 2], [5, 0], [1, 1]])[:, ::-1]
    with pytest.raises(
        GoPanic, match=r"integer divide by zero\n  mapped:\d+, in Inverse, called with \(n=0\), element \[1, 0\]$"
    ):
        gomagic.map(go.Inverse, strided)
    with pytest.raises(GoPanic, match=r"(?s)astray\n.*\n  in a goroutine, raised by Astray$"):
        gomagic.map(go.Astray, [1.0])


def test_an_exception_of_a_callable_is_raised_itself(go):
    def hook(x):
        raise KeyError(x)

    go.Hook = hook
    with pytest.raises(KeyError):
        gomagic.map(go.Hooked, [1.0, 2.0])


def test_an_interrupt_ends_it_before_the_next_element_and_cancels_a_context(go):
    for function, seconds in ((go.Slow, 20), (go.Wait, 20)):
        first = go.Next()
        threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()
        start = time.monotonic()
        with pytest.raises(KeyboardInterrupt):
            gomagic.map(function, np.zeros(20_000))
        assert time.monotonic() - start < seconds / 4
        assert 1 <= go.Next() - first - 1 < 20_000


def test_a_handler_that_only_notes_an_interrupt_lets_it_go_on(go):
    seen = []
    before = signal.signal(signal.SIGINT, lambda number, frame: seen.append(number))
    try:
        threading.Timer(0.05, os.kill, (os.getpid(), signal.SIGINT)).start()
        x = np.arange(150.0)
        assert np.array_equal(gomagic.map(go.Slow, x), x)
    finally:
        signal.signal(signal.SIGINT, before)
    assert seen == [signal.SIGINT]


def test_timeout_is_for_all_elements(go, nothing_stays):
    with pytest.raises(TimeoutError, match=r"in Wait, called with \(x=1.0\), element \[0\]"):
        gomagic.map(go.Wait, [1, 2], timeout=0.02)
    start = time.monotonic()
    with pytest.raises(TimeoutError, match=r"deadline exceeded\n  in Slow"):
        gomagic.map(go.Slow, np.zeros(10_000), timeout=0.05)
    assert time.monotonic() - start < 5
    assert gomagic.map(go.Slow, [1, 2], timeout=60).tolist() == [1, 2]


def test_other_threads_run_meanwhile(go):
    ticks, ended = [], threading.Event()

    def tick():
        while not ended.wait(0.001):
            ticks.append(1)

    thread = threading.Thread(target=tick)
    thread.start()
    gomagic.map(go.Slow, np.zeros(100))
    ended.set()
    thread.join()
    assert len(ticks) > 20


def test_memory_of_gos_own_and_the_garbage_collector(go):
    before = go.__go__.live().arrays
    x = go.Numbers(300)
    for _ in range(3):
        x = gomagic.map(go.Collect, x[::-1], out=go.Numbers(len(x)))[: len(x) - 1]
    assert x.tolist() == [3] * 297
    made = gomagic.empty(50)
    assert gomagic.map(go.Collect, made, out=made).tolist() == [1] * 50
    del x, made
    assert go.__go__.live().arrays == before


def test_a_function_with_type_parameters_goes_by_the_types_of_the_arrays(go):
    assert gomagic.map(go.Greatest, [1, 5], [3, 2]).dtype == np.int64
    assert gomagic.map(go.Greatest, np.array([1, 5], "uint8"), np.array([3, 2], "uint8")).dtype == np.uint8
    assert gomagic.map(go.Greatest[float], [1, 5], [3, 2]).dtype == np.float64


def test_columns_of_other_libraries_are_arrays(go):
    pandas = pytest.importorskip("pandas")
    assert gomagic.map(go.Scale, pandas.Series([1.0, 2.0]), 2).tolist() == [2, 4]
    for missing in (np.ma.masked_array([1.0, 2.0], [False, True]), pandas.Series([1, None], dtype="Int64")):
        with pytest.raises(TypeError, match="Go knows none that are missing"):
            gomagic.map(go.Scale, missing, 2)


def test_other_functions_are_refused(go):
    refused = [
        (go.Text, "Text takes `s string`\n"), (go.Sum, r"Sum takes `xs \.\.\.int`\n"), (go.Two, "Two returns 2 "),
        (go.Nothing, "Nothing returns 0 values\n"), (go.Say, "Say returns string\n"), (len, "len is no function of a"),
        (3, "int is no function of a plain Go cell"), (go.Counter().Add, "Counter.Add is a method\n"),
    ]  # fmt: skip
    for function, text in refused:
        with pytest.raises(TypeError, match=f"^map: {text}"):
            gomagic.map(function, [1])
    for args, named in (((), {}), (([1],), {"y": 2}), (([1], 2, 3), {}), (([1], 2), {"by": 2})):
        with pytest.raises(TypeError, match=r"Scale\(\).*\n  func Scale\(x, by float64\) float64"):
            gomagic.map(go.Scale, *args, **named)
