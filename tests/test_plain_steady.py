"""All that plain cells can do, from many threads at once, while Go collects garbage without a pause."""

import subprocess
import sys

import pytest

# Two cells: a call of the first keeps the GIL and takes turns; the second has goroutines, so none of its calls does.
STEADY = '''
import gc, os, sys, threading, time
import gomagic
from gomagic import GoError, GoPanic

SHARED = """
import ("context"; "errors"; "iter"; "runtime"; "time")

type Shape interface{ Area() float64 }
type Square struct{ Side float64 }
func (s *Square) Area() float64 { return s.Side * s.Side }
func Area(shape Shape) float64 { return shape.Area() }
func Each(f func(int) int, n int) (sum int) {
	for i := range n {
		sum += f(i)
	}
	return
}
func Sorted(xs []int, less func(a, b int) bool) []int {
	sort.Slice(xs, func(i, j int) bool { return less(xs[i], xs[j]) })
	return xs
}
func Words(f func(string) string, words []string) string {
	said := ""
	for _, word := range words {
		said += f(word)
	}
	return said
}
func Adder(n int) func(int) int { return func(x int) int { return x + n } }
func Panic(xs []int, i int) int { return xs[i] }
func Fail(n int) error { return errors.New(strconv.Itoa(n)) }
func Count(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := 0; i < n && yield(i); i++ {
		}
	}
}
func Wait(ctx context.Context, n int) (int, error) {
	select {
	case <-ctx.Done():
		return 0, ctx.Err()
	case <-time.After(time.Duration(n) * time.Millisecond):
		return n, nil
	}
}
func Collect() int { runtime.GC(); return runtime.NumGoroutine() }
"""
SPREAD = """
func Spread(f func(int) int, n int) int {
	var group sync.WaitGroup
	var sum atomic.Int64
	for i := range n {
		group.Go(func() { sum.Add(int64(f(i))) })
	}
	group.Wait()
	return int(sum.Load())
}
"""
cells = gomagic.compile(SHARED, "steady"), gomagic.compile(SHARED + SPREAD, "spread")

def raises(error, call, *args, **named):
    try:
        call(*args, **named)
    except error:
        return
    raise AssertionError(f"{error} was not raised")

def refuse(x):
    if x == 7:
        raise KeyError(x)
    return x

def once(go, k):
    assert go.Each(lambda x: x + 1, 20) == 210
    assert go.Each(lambda x: go.Each(abs, x), 10) == 120
    assert go.Each(go.Adder(k), 10) == 45 + 10 * k
    assert go.Words(str.upper, ["a", "bc"] * 20) == "ABC" * 20
    assert list(go.Sorted([5, 3, 9, 1], lambda a, b: a < b)) == [1, 3, 5, 9]
    raises(KeyError, go.Each, refuse, 20)
    raises(KeyError, go.Sorted, [7, 3, 7, 1], lambda a, b: refuse(a) < b)
    raises(GoPanic, go.Panic, [1, 2], k + 5)
    raises(GoError, go.Fail, k)
    assert list(go.Count(k % 40)) == [*range(k % 40)]
    for x in go.Count(1000):
        if x == 5:
            break
    assert go.Area(go.Square(2.0)) == 4
    assert go.Wait(0) == 0
    if k % 20 == 0:
        raises(TimeoutError, go.Wait, 5000, timeout=0.001)
        raises(TypeError, go.Each, 5, 1)
    if go is cells[1]:
        assert go.Spread(lambda x: 2 * x, 4) == 12

def settled():
    gc.collect()
    for _ in range(20):
        found = [(go.Collect(), go.__go__.live()) for go in cells]
        time.sleep(0.01)
    return found

for go in cells:
    once(go, 0)
before, failures, end = settled(), [], time.monotonic() + float(sys.argv[1])

def work(number):
    k = number
    try:
        while time.monotonic() < end:
            once(cells[k % 2], k)
            k += 1
    except BaseException as failure:
        failures.append(failure)
        raise

threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert not failures
del threads, thread
after = settled()
assert after == before, (before, after)
print("steady")
'''


@pytest.mark.parametrize(
    "seconds", [pytest.param(5, marks=pytest.mark.proof), pytest.param(60, marks=[pytest.mark.proof, pytest.mark.soak])]
)
def test_all_at_once_fails_nowhere_and_leaves_nothing(tmp_path, monkeypatch, seconds):
    monkeypatch.setenv("GOGC", "1")
    command = [sys.executable, "-X", "faulthandler", "-c", STEADY, str(seconds)]
    ended = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=seconds + 120)
    assert (ended.returncode, ended.stdout) == (0, "steady\n"), ended.stderr
