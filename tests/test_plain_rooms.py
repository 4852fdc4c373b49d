"""What Go makes for Python alone lies in memory that Python has let go of: never in what somebody still has."""

import gc
import subprocess
import sys

import numpy as np
import pytest
from load import MIB, nothing_left, resident

import gomagic
from gomagic import GoError, GoPanic

N = 20_000

SOURCE = """
func Count(n int) []float64 {
	xs := make([]float64, n)
	for i := range xs {
		xs[i] = float64(i)
	}
	return xs
}

func Negative(n int) []int64 {
	xs := make([]int64, n)
	for i := range n {
		xs[i] = -1
	}
	return xs
}

func Sparse(n int) []float64 {
	xs := make([]float64, n)
	xs[3] = 1
	return xs
}

func Both(xs []float64) ([]float64, []float64) {
	sines, squares := make([]float64, len(xs)), make([]float64, len(xs))
	for i, x := range xs {
		sines[i], squares[i] = math.Sin(x), x * x
	}
	return sines, squares
}

func Halves(xs []float64) (low, high []float64) {
	a := make([]float64, len(xs))
	copy(a, xs)
	b := make([]float64, len(xs))
	for i := range b {
		b[i] = xs[i] / 2
	}
	return a, b
}

func Below(xs []float64, most float64) []float64 {
	found := make([]float64, 0, len(xs))
	for _, x := range xs {
		if x < most {
			found = append(found, x)
		}
	}
	return found
}

func Twice(xs []float64) []float64 { // which grows
	all := make([]float64, 0, len(xs))
	for range 2 {
		all = append(all, xs...)
	}
	return all
}

func Until(n, most int) ([]float64, error) {
	xs := make([]float64, n)
	for i := range xs {
		if i > most {
			return nil, fmt.Errorf("more than %d", most)
		}
		xs[i] = 1
	}
	return xs, nil
}

func Calls(f func(int) float64, n int) []float64 {
	xs := make([]float64, n)
	for i := range xs {
		xs[i] = f(i)
	}
	return xs
}

func Broken(n int) []float64 {
	xs := make([]float64, n)
	for i := range xs {
		xs[i] = 1
		if i == n-1 {
			xs[i] = xs[n]
		}
	}
	return xs
}

func fill(xs []float64, x float64) { for i := range xs { xs[i] = x + float64(i) } }

func half(xs []float64) {
	defer func() { recover() }()
	for i := range xs {
		xs[i] = float64(len(xs) / (len(xs)/2 - i))
	}
}

func some(xs []float64, n int) {
	if n > 3 {
		return
	}
	for i := range xs {
		xs[i] = 1
	}
}

func Given(n int) []float64    { xs := make([]float64, n); fill(xs, 2); return xs }
func HalfGiven(n int) []float64 { xs := make([]float64, n); half(xs); return xs }
func NoneGiven(n int) []float64 { xs := make([]float64, n); some(xs, n); return xs }

type Scale struct{ By float64; Data []float64 }

func (s *Scale) Times(xs []float64) []float64 {
	ys := make([]float64, len(xs))
	for i, x := range xs {
		ys[i] = s.By * x
	}
	return ys
}

var (
	kept []float64
	Data []float64
	something any
)

func Keep(xs []float64)              { kept = xs }
func Kept() []float64                { return kept }
func KeepAny(x any)                  { something = x }
func KeptAny() any                   { return something }
func KeepRows(rows [][]float64)      { kept = rows[0] }
func Tail(xs []float64) []float64    { return xs[1:] }
func Sum(xs []float64) (sum float64) { for _, x := range xs { sum += x }; return }
func Collect()                       { runtime.GC(); runtime.GC() }
func Goroutines() int                { return runtime.NumGoroutine() }
func Heap() int                      { var m runtime.MemStats; runtime.ReadMemStats(&m); return int(m.Mallocs) }
"""


@pytest.fixture(scope="module")
def go(own_cache):
    return gomagic.compile(SOURCE, "rooms")


def address(xs):
    return xs.ctypes.data


def overwrite(go, n=N):
    """Make as many arrays of that size as are ever had again; returns them."""
    return [go.Negative(n) for _ in range(40)]


def test_the_next_array_lies_where_the_last_one_did(go):
    first = address(go.Count(N))
    before = go.__go__.live()
    xs = go.Negative(N)
    assert address(xs) == first
    assert xs.tolist() == [-1] * N
    assert go.__go__.live() == (before[0], before[1] + 1, before[2])


def test_to_have_memory_again_takes_nothing_of_gos(go):
    def grown():
        before = go.Heap()
        for _ in range(100):
            go.Count(N)
        return go.Heap() - before

    grown()
    assert grown() < 100 * 10  # handles


@pytest.mark.parametrize(
    "view",
    [
        lambda xs: xs,
        lambda xs: xs[5:],
        lambda xs: xs[::-2],
        lambda xs: xs.reshape(2, -1).T,
        memoryview,
        lambda xs: memoryview(xs)[7:],
        lambda xs: np.frombuffer(memoryview(xs)),
        lambda xs: xs.base,
    ],
    ids=["itself", "part", "backwards", "matrix", "memoryview", "part-of-memoryview", "frombuffer", "base"],
)
def test_what_python_can_see_is_not_had_again(go, view):
    seen = view(go.Count(N))
    before = np.asarray(seen).copy()
    overwrite(go)
    assert np.array_equal(np.asarray(seen), before)


@pytest.mark.parametrize("view", [lambda xs: xs, lambda xs: xs[:], memoryview], ids=["itself", "part", "memoryview"])
@pytest.mark.parametrize(
    ("keep", "kept"),
    [
        (lambda go, xs: go.Keep(xs), lambda go: go.Kept()),
        (lambda go, xs: go.KeepAny(np.asarray(xs)), lambda go: go.KeptAny()),
        (lambda go, xs: go.KeepRows([xs]), lambda go: go.Kept()),
        (lambda go, xs: go.KeepRows(np.asarray(xs).reshape(1, -1)), lambda go: go.Kept()),
        (lambda go, xs: setattr(go, "Data", xs), lambda go: go.Data),
        (lambda go, xs: setattr(SCALE, "Data", xs), lambda go: SCALE.Data),
    ],
    ids=["parameter", "any", "rows", "matrix", "variable", "field"],
)
def test_what_go_has_kept_is_not_had_again(go, keep, kept, view):
    global SCALE
    SCALE = go.Scale(2.0)
    go.Count(N)
    keep(go, view(go.Count(N)))
    gc.collect()
    overwrite(go)
    assert np.array_equal(kept(go), np.arange(N))


def test_go_and_python_have_one_memory_still(go):
    xs = go.Count(N)
    go.Keep(xs)
    xs[0] = 7
    assert go.Kept()[0] == 7


def test_an_array_that_go_only_reads_is_free_when_python_lets_go(go):
    xs = go.Count(N)
    first = address(xs)
    go.Sum(xs)
    del xs
    assert address(go.Count(N)) == first


def test_what_lies_in_an_array_keeps_it(go):
    tail = go.Tail(go.Count(N))
    overwrite(go)
    assert np.array_equal(tail, np.arange(1, N))


def test_what_is_not_set_is_0(go):
    overwrite(go)
    xs = go.Sparse(N)
    assert xs[3] == 1 == xs.sum()
    assert set(overwrite(go)[0]) == {-1}


def test_what_a_function_may_leave_out_is_0(go):
    overwrite(go)
    xs = go.Given(N)
    assert np.array_equal(xs, np.arange(2.0, N + 2))
    del xs
    overwrite(go)
    assert set(go.HalfGiven(N)[N // 2 :]) == {0}  # it has ended by a panic, and recovered
    overwrite(go)
    assert set(go.NoneGiven(N)) == {0}


def test_what_is_appended_to_lies_in_memory_that_is_had_again(go):
    xs = go.Count(N)
    first = address(go.Below(xs, 5.0))
    half = go.Below(xs, N / 2)
    assert address(half) == first
    assert np.array_equal(half, xs[: N // 2])
    for _ in range(3):
        assert np.array_equal(go.Twice(xs), np.concatenate([xs, xs]))
    assert len(go.Below(xs, -1.0)) == 0


def test_several_results_lie_apart(go):
    xs = go.Count(N)
    for _ in range(3):
        low, high = go.Halves(xs)
        assert np.array_equal(low, xs)
        assert np.array_equal(high, xs / 2)
        sines, squares = go.Both(xs)
        assert np.allclose(sines, np.sin(xs))
        assert np.array_equal(squares, xs * xs)


def test_a_method_makes_them_too(go):
    double, xs = go.Scale(2.0), go.Count(N)
    first = address(double.Times(xs))
    assert address(double.Times(xs)) == first
    assert np.array_equal(double.Times(xs), 2 * xs)


def test_a_call_that_fails_leaves_nothing(go):
    def wrong(i):
        if i == N - 1:
            raise KeyError(i)
        return 1.0

    with nothing_left(go, 10):
        for _ in range(3):
            with pytest.raises(GoError, match="more than 5"):
                go.Until(N, 5)
            with pytest.raises(KeyError):
                go.Calls(wrong, N)
            with pytest.raises(GoPanic, match="index out of range"):
                go.Broken(N)
        go.Collect()  # what is called is Go's until then
    assert set(go.Until(N, N)) == {1}


@pytest.mark.parametrize(("name", "n", "at"), [("Broken", N, "xs[i] = xs[n]"), ("Count", -1, "make(")])
def test_a_panic_is_where_the_reader_has_written_it(go, name, n, at):
    line = SOURCE[: SOURCE.index(at)].count("\n") + 1
    with pytest.raises(GoPanic) as caught:
        getattr(go, name)(n)
    assert caught.value.go_traceback.endswith(f"\n  rooms:{line}, in {name}\n")


def test_rounds_do_not_grow_the_process(go):
    for rounds in (20, 100):
        before = resident()
        for k in range(rounds):
            xs = go.Count(1_000_000 + k % 7)
            assert xs[-1] == len(xs) - 1
    assert resident() - before < 40 * MIB  # five of these, of 8 MB


def test_a_loop_of_large_arrays_has_two_of_them(go):
    xs = go.Count(2_000_000)
    xs = go.Count(2_000_000)
    before = resident()
    for _ in range(30):
        xs = go.Count(2_000_000)
    assert resident() - before < 8 * MIB
    assert len(xs) == 2_000_000


STEADY = """
import gc, threading, time
import numpy as np
import gomagic
go = gomagic.compile({source!r}, "steady")
end, failures = time.monotonic() + {seconds}, []

def work(k):
    try:
        mine = []
        while time.monotonic() < end:
            n = 5_000 + k % 5
            mine.append((n, go.Count(n), go.Sparse(n), go.Negative(n)))
            assert len(go.Below(mine[-1][1], k % n)) == k % n
            if k % 3 == 0:
                go.Keep(go.Count(n))
                assert go.Twice(mine[-1][1]).sum() == n * (n - 1)
            if k % 11 == 0:
                go.Collect()
            if len(mine) > k % 9:
                for n, count, sparse, negative in mine:
                    assert count[-1] == n - 1 and count.sum() == n * (n - 1) / 2
                    assert sparse.sum() == 1 and (negative == -1).all()
                mine.clear()
            k += 1
    except BaseException as failure:
        failures.append(failure)
        raise

before = go.__go__.live()
threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert not failures
del threads, thread
gc.collect()
assert go.__go__.live() == before, go.__go__.live()
print("steady")
"""


@pytest.mark.parametrize("setting", [{"GOGC": "1"}, {"GOGC": "1", "GODEBUG": "clobberfree=1"}])
@pytest.mark.parametrize("seconds", [2, pytest.param(60, marks=pytest.mark.soak)])
def test_many_threads_never_have_the_same_memory(tmp_path, monkeypatch, setting, seconds):
    for name, value in setting.items():
        monkeypatch.setenv(name, value)
    command = [sys.executable, "-X", "faulthandler", "-c", STEADY.format(source=SOURCE, seconds=seconds)]
    ended = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=seconds + 120)
    assert (ended.returncode, ended.stdout) == (0, "steady\n"), ended.stderr
