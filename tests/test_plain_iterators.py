"""Sequences of Go's, iter.Seq, iter.Seq2 and <-chan T, as Python's iterators."""

import gc
import itertools
import subprocess
import sys
import threading
import time

import pytest
from load import nothing_left

import gomagic
from gomagic import GoPanic

SOURCE = """
type Point struct{ X, Y float64 }
type Counter struct{ n int }

func (c *Counter) Each(step int) iter.Seq[*Counter] {
	return func(yield func(*Counter) bool) {
		for c.n += step; yield(c); c.n += step {
		}
	}
}

func Count(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		defer ended.Add(1)
		for i := range n {
			begun.Add(1)
			if !yield(i) {
				return
			}
		}
	}
}

var begun, ended atomic.Int64

func Begun() int64 { return begun.Swap(0) }
func Ended() int64 { return ended.Swap(0) }

func Pairs(words ...string) iter.Seq2[int, string] { return slices.All(slices.Clone(words)) }
func Values(n int) iter.Seq2[string, []map[string]Point] {
	return func(yield func(string, []map[string]Point) bool) {
		for i := range n {
			if !yield(strings.Repeat("é", i), []map[string]Point{{"a": {float64(i), 1}}}) {
				return
			}
		}
	}
}
func Received(n int) <-chan []float64 {
	ch := make(chan []float64, n)
	for i := range n {
		ch <- make([]float64, i)
	}
	close(ch)
	return ch
}
func Panics(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := range n {
			yield(i)
		}
		panic("over")
	}
}
func PanicsAtEnd() iter.Seq[int] {
	return func(yield func(int) bool) {
		defer func() { panic("at its end") }()
		yield(1)
	}
}
func Deaf() iter.Seq[int] {
	return func(yield func(int) bool) {
		defer ended.Add(1)
		for i := 0; ; i++ {
			yield(i)
		}
	}
}
func Odd() iter.Seq[any] { return slices.Values([]any{1, make(chan int), "x"}) }
func Nil() (iter.Seq[int], iter.Seq2[int, int], <-chan int) { return nil, nil, nil }
func Fail() (iter.Seq[int], error) { return Count(3), io.EOF }
func Slow() iter.Seq[int] {
	return func(yield func(int) bool) { time.Sleep(200 * time.Millisecond); yield(1) }
}
func Twice[T int | string](xs []T) iter.Seq[T] { return slices.Values(append(slices.Clone(xs), xs...)) }

func Goroutines() int { runtime.GC(); return runtime.NumGoroutine() }
"""


@pytest.fixture(scope="module")
def go(own_cache):
    return gomagic.compile(SOURCE, "iterators")


@pytest.fixture(autouse=True)
def nothing_is_left(go):
    with nothing_left(go, 2):
        yield
    go.Begun(), go.Ended()


def test_a_sequence_is_an_iterator(go):
    numbers = go.Count(4)
    assert iter(numbers) is numbers
    assert list(numbers) == [0, 1, 2, 3]
    assert list(numbers) == []
    assert repr(go.Count(1)) == "<Go iterator of Count>"


def test_pairs_are_tuples(go):
    assert dict(go.Pairs("a", "b")) == {0: "a", 1: "b"}


def test_a_channel_is_one_as_well(go):
    assert [xs.tolist() for xs in go.Received(3)] == [[], [0], [0, 0]]


def test_items_are_of_every_type(go):
    assert list(go.Values(2)) == [("", [{"a": go.Point(0, 1)}]), ("é", [{"a": go.Point(1, 1)}])]
    counter = go.Counter()
    each = counter.Each(2)
    assert next(each) is counter
    assert list(go.Twice(["a"])) == ["a", "a"]
    assert list(go.Twice([1])) == [1, 1]


def test_nil_is_none(go):
    assert go.Nil() == (None, None, None)


def test_nothing_happens_before_it_is_asked_for(go):
    numbers = go.Count(1000)
    time.sleep(0.02)
    assert go.Begun() == 0
    assert next(numbers) == 0
    time.sleep(0.02)
    assert go.Begun() == 1


def test_a_billion_of_which_two_are_taken_stop_at_once(go):
    begun = time.monotonic()
    assert list(itertools.islice(go.Count(10**9), 2)) == [0, 1]
    gc.collect()
    while go.Ended() == 0:
        assert time.monotonic() - begun < 0.1


def test_a_thousand_dropped_half_way_leave_nothing(go):
    start = go.Goroutines()
    iterators = [go.Count(10) for _ in range(1000)]
    assert [next(one) + next(one) for one in iterators] == [1] * 1000
    assert go.Goroutines() == start + 1000
    del iterators


def test_to_close_one_is_to_wait_for_its_end(go):
    numbers = go.Count(10)
    next(numbers)
    assert numbers.close() is None
    assert go.Ended() == 1
    assert list(numbers) == []
    numbers.close()
    unbegun = go.Count(10)
    unbegun.close()
    assert (list(unbegun), go.Begun()) == ([], 1)


def test_one_that_goes_on_after_its_end_ends(go):
    numbers = go.Deaf()
    assert [next(numbers), next(numbers)] == [0, 1]
    numbers.close()
    assert go.Ended() == 1


def test_a_panic_is_raised_by_next_once(go):
    numbers = go.Panics(2)
    assert [next(numbers), next(numbers)] == [0, 1]
    with pytest.raises(GoPanic, match=r"over\n  iterators:\d+, in "):
        next(numbers)
    assert list(numbers) == []
    closing = go.PanicsAtEnd()
    next(closing)
    with pytest.raises(GoPanic, match="at its end"):
        closing.close()


def test_an_item_that_python_cannot_have_is_refused_and_the_next_comes(go):
    items = go.Odd()
    assert next(items) == 1
    with pytest.raises(TypeError, match="chan int"):
        next(items)
    assert list(items) == ["x"]


def test_one_beside_an_error_is_in_its_results(go):
    with pytest.raises(EOFError) as failed:
        go.Fail()
    [numbers] = failed.value.results
    assert list(numbers) == [0, 1, 2]
    failed.value.results = ()


def test_threads_share_one(go):
    numbers, found = go.Count(400), []

    def take():
        found.extend(numbers)

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == list(range(400))


def test_another_thread_runs_while_go_works(go):
    ticks, done = 0, threading.Event()
    thread = threading.Thread(target=lambda: (list(go.Slow()), done.set()))
    thread.start()
    while not done.wait(0.01):
        ticks += 1
    thread.join()
    assert ticks > 5


def test_one_of_an_earlier_version_of_a_cell_goes_on(shell):
    source = "%%go reloaded\nfunc Count() iter.Seq[int] { return slices.Values([]int{1, 2, 3}) }"
    assert shell(source).error is None
    assert shell("numbers = reloaded.Count(); next(numbers)").result == 1
    assert shell(source.replace("1, 2, 3", "4, 5")).error is None
    assert shell("list(numbers), list(reloaded.Count())").result == ([2, 3], [4, 5])


FORK = f"""
import gomagic, os
go = gomagic.compile({SOURCE!r}, "iterators")
numbers = go.Count(5)
next(numbers)
child = os.fork()
if not child:
    try:
        next(numbers)
    except gomagic.GoForkError as refused:
        print(str(refused).splitlines()[0], flush=True)
    del numbers
    os._exit(3)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), list(numbers), flush=True)
left = go.Count(5)
next(left)
"""


def test_in_a_forked_child_it_is_refused_and_goes_on_in_the_parent():
    ended = subprocess.run([sys.executable, "-W", "ignore", "-c", FORK], capture_output=True, text=True, timeout=60)
    assert ended.stdout == (
        "Count: this process was forked from one that had loaded Go, whose threads are not here\n3 [1, 2, 3, 4]\n"
    )
    assert ended.returncode == 0
