"""Python's iterables as Go's sequences: what takes an iter.Seq, iter.Seq2 or <-chan T."""

import gc
import itertools
import threading
import time
import weakref

import pytest
from load import nothing_left
from test_plain_contexts import interrupt_after

import gomagic

SOURCE = """
type Point struct{ X, Y float64 }
type Options struct {
	Items iter.Seq[int]
	N     int
}

var Source iter.Seq[int]
var Line <-chan int

func Sum(xs iter.Seq[int]) (sum int) {
	for x := range xs {
		sum += x
	}
	return sum
}
func Take(xs iter.Seq[int], n int) []int {
	out := []int{}
	for x := range xs {
		if out = append(out, x); len(out) == n {
			break
		}
	}
	taken.Add(1)
	return out
}
func Twice(xs iter.Seq[int]) int                     { return Sum(xs) + Sum(xs) }
func Join(xs iter.Seq[string]) string                { return strings.Join(slices.Collect(xs), ",") }
func Pairs(xs iter.Seq2[string, []int]) map[string][]int { return maps.Collect(xs) }
func East(points iter.Seq[Point]) (x float64) {
	for p := range points {
		x += p.X
	}
	return x
}
func Double(xs iter.Seq[int]) iter.Seq[int] {
	return func(yield func(int) bool) {
		for x := range xs {
			if !yield(2 * x) {
				return
			}
		}
	}
}
func Mapped(xs iter.Seq[int], f func(int) int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for x := range xs {
			if !yield(f(x)) {
				return
			}
		}
	}
}
func Pulled(xs iter.Seq[int]) int {
	next, stop := iter.Pull(xs)
	defer stop()
	a, _ := next()
	b, _ := next()
	return a + b
}
func InGoroutine(xs iter.Seq[int]) (sum int) {
	var group sync.WaitGroup
	group.Go(func() { sum = Sum(xs) })
	group.Wait()
	return sum
}
func Panics(xs iter.Seq[int]) {
	for range xs {
		panic("enough")
	}
}
func Count(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}

func Total(ch <-chan int) (sum int) {
	for x := range ch {
		sum += x
	}
	return sum
}
func Two(ch <-chan int) int    { return <-ch + <-ch }
func Neither(ch <-chan int) int { return 1 }
func Received(n int) <-chan int {
	ch := make(chan int, n)
	for i := range n {
		ch <- i
	}
	close(ch)
	return ch
}
func SameLine(ch <-chan int) bool { return ch == Line }
func KeepLine(ch <-chan int)      { Line = ch }
func FromLine() int               { return <-Line }
func DropLine()                   { Line = nil }

func OfOptions(o Options) int     { return Sum(o.Items) }
func SameOptions(o Options) Options { return o }
func OfMany(xs ...iter.Seq[int]) (sum int) {
	for _, x := range xs {
		sum += Sum(x)
	}
	return sum
}
func Swap(xs []iter.Seq[int])                  { xs[0], xs[1] = xs[1], xs[0] }
func OfCallback(f func(int) iter.Seq[int]) int { return Sum(f(3)) }
func ToCallback(f func(iter.Seq[int]) int) int { return f(Count(4)) }
func Keep(xs iter.Seq[int])                    { Source = xs }

var taken atomic.Int64

func Taken() int64    { return taken.Swap(0) }
func Goroutines() int { runtime.GC(); return runtime.NumGoroutine() }
"""


@pytest.fixture(scope="module")
def go(own_cache):
    return gomagic.compile(SOURCE, "iterables")


@pytest.fixture(scope="module", autouse=True)
def nothing_is_left(go):
    go.Sum(time.sleep(0.1) or 1 for _ in range(2))  # from here on a goroutine waits for interrupts
    with nothing_left(go, 4):
        yield


class Generated:
    """A generator of numbers, and what became of it."""

    def __init__(self, n=10**9):
        self.n, self.begun, self.ended = n, 0, 0

    def __iter__(self):
        try:
            for i in range(self.n):
                self.begun += 1
                yield i
        finally:
            self.ended += 1


class Stop(Exception):
    pass


def raising(stop):
    yield 1
    raise stop


@pytest.mark.parametrize("sum_up", ["Sum", "Total", "InGoroutine"])
def test_any_iterable_goes_in(go, sum_up, tmp_path):
    sum_up = getattr(go, sum_up)
    for numbers in (
        [1, 2, 3],
        (1, 2, 3),
        range(4),
        {1: 0, 5: 0},
        {6},
        iter([2, 4]),
        Generated(4),
        (x for x in range(4)),
    ):
        assert sum_up(numbers) == 6
    assert [sum_up([]), sum_up(()), sum_up(b"\x03\x03")] == [0, 0, 6]
    lines = tmp_path / "lines"
    lines.write_text("a\nb\n")
    with lines.open() as file:
        assert go.Join(file) == "a\n,b\n"


def test_items_are_of_every_type(go):
    assert {key: list(xs) for key, xs in go.Pairs({"a": [1, 2], "b": []}.items()).items()} == {"a": [1, 2], "b": []}
    assert go.East(iter([go.Point(1, 2), {"X": 3, "Y": 4}])) == 4


def test_one_is_asked_for_when_go_wants_it_and_ends_where_go_stops(go):
    numbers = Generated()
    assert go.Take(numbers, 3).tolist() == [0, 1, 2]
    assert (numbers.begun, numbers.ended) == (3, 1)
    numbers = Generated()
    assert go.Two(numbers) == 1
    assert (numbers.begun, numbers.ended) == (3, 1)  # as any sender, it has the next at hand
    assert go.Neither(Generated()) == 1
    generator = iter(Generated())
    go.Take(generator, 1)
    assert list(generator) == []
    rest = iter([1, 2, 3])  # which nothing can close
    go.Take(rest, 1)
    assert list(rest) == [2, 3]


def test_it_is_gone_through_anew_each_time(go):
    assert go.Twice([1, 2]) == 6
    assert go.Twice(iter([1, 2])) == 3


def test_it_outlives_the_call_where_go_keeps_it(go):
    numbers = Generated()
    doubled = go.Double(go.Double(numbers))
    assert numbers.begun == 0
    assert [next(doubled), next(doubled)] == [0, 4]
    assert numbers.begun == 2
    doubled.close()
    assert numbers.ended == 1
    go.Keep([7, 8])
    assert list(go.Source) == [7, 8]
    go.Source = (x for x in (1, 2))
    assert go.Sum(go.Source) == 3
    go.Source = None
    assert go.Source is None


@pytest.mark.parametrize("sum_up", ["Sum", "Total", "InGoroutine", "Pulled", "Double"])
def test_what_it_raises_ends_gos_loop_and_arrives_as_it_is(go, sum_up):
    stop = Stop()
    with pytest.raises(Stop) as raised:
        list([getattr(go, sum_up)(raising(stop))][0])
    assert raised.value is stop


def test_what_it_raises_where_it_is_closed_arrives_as_well(go):
    def numbers():
        try:
            yield 1
        finally:
            raise Stop

    with pytest.raises(Stop):
        go.Take(numbers(), 1)
    with pytest.raises(Stop):
        go.Panics(numbers())
    doubled = go.Double(numbers())
    next(doubled)
    with pytest.raises(Stop):
        doubled.close()


def test_a_panic_of_gos_ends_it(go):
    numbers = Generated()
    with pytest.raises(gomagic.GoPanic, match="enough"):
        go.Panics(numbers)
    assert numbers.ended == 1


def test_a_wrong_item_is_named_by_its_place(go):
    wrong = [1, 2, "x"]
    for call, message in (
        (lambda: go.Sum(wrong), "Sum(xs): `xs[2]` is str, Go wants int"),
        (lambda: go.Sum(tuple(wrong)), "Sum(xs): `xs[2]` is str, Go wants int"),
        (lambda: go.Total(iter(wrong)), "Total(ch): `ch[2]` is str, Go wants int"),
        (lambda: list(go.Double(wrong)), "Double(xs): `xs[2]` is str, Go wants int"),
        (lambda: go.OfOptions(go.Options(wrong, 1)), "OfOptions(o): `o.Items[2]` is str, Go wants int"),
        (lambda: go.OfMany([1], wrong), "OfMany(xs): `xs[1][2]` is str, Go wants int"),
        (lambda: go.Pairs([("a", [1]), (2, [])]), "Pairs(xs): `xs[1][0]` is int, Go wants string"),
        (
            lambda: go.Pairs({"a": [1]}),
            "Pairs(xs): `xs[0]` is str, Go's iter.Seq2[string, []int] yields pairs\n"
            "  hint: pass `xs.items()` of a dict, or `enumerate(xs)`",
        ),
    ):
        with pytest.raises(TypeError) as refused:
            call()
        assert str(refused.value) == message
    numbers = (x for x in wrong)
    with pytest.raises(TypeError):
        go.Sum(numbers)
    assert numbers.gi_frame is None


def test_what_is_no_iterable_is_refused_before_the_call(go):
    with pytest.raises(TypeError) as refused:
        go.Sum(3)
    assert str(refused.value) == (
        "Sum(xs): `xs` is int, Go wants iter.Seq[int]\n  hint: pass an iterable, such as a list or a generator"
    )
    with pytest.raises(TypeError) as refused:
        go.Join("abc")
    assert str(refused.value) == "Join(xs): `xs` is str, Go wants iter.Seq[string]\n  hint: put it into a list"
    with pytest.raises(TypeError, match="`ch` is NoneType, Go wants <-chan int"):
        go.Total(None)  # Go would wait for ever


def test_an_iterator_of_gos_is_the_sequence_itself(go):
    numbers = go.Count(5)
    assert (go.Sum(numbers), go.Sum(numbers)) == (10, 10)
    next(numbers)
    assert go.Take(numbers, 2).tolist() == [1, 2]  # from where it stands
    assert list(numbers) == [3, 4]
    assert go.Sum(numbers) == 0
    line = go.Received(4)
    go.Line = line
    assert go.SameLine(line)
    assert next(line) == 0
    assert go.Two(line) == 3
    assert list(line) == [3]
    go.DropLine()


def test_they_lie_in_fields_slices_and_funcs(go):
    options = go.Options([1, 2], 1)
    assert go.OfOptions(options) == 3
    back = go.SameOptions(options)
    assert list(back.Items) == [1, 2]
    assert go.OfOptions(go.SameOptions(options)) == 3
    assert go.OfMany([1], range(3), go.Count(3)) == 7
    one, other, counted = [1], [2], go.Count(2)
    both = [one, other]
    go.Swap(both)
    assert both[0] is other and both[1] is one
    both = [counted, one]
    go.Swap(both)
    assert both[0] is one and both[1] is counted
    assert go.OfCallback(range) == 3
    assert go.ToCallback(sum) == 6


def test_a_channel_that_go_keeps_goes_on_being_fed(go):
    numbers = Generated(4)
    go.KeepLine(numbers)
    assert [go.FromLine() for _ in range(3)] == [0, 1, 2]
    assert (go.FromLine(), go.FromLine()) == (3, 0)  # closed
    with pytest.raises(Stop):
        go.KeepLine(raising(Stop()))
        while go.FromLine():  # by the call in progress, or the next one
            pass
    numbers = Generated()
    go.KeepLine(numbers)
    go.FromLine()
    go.DropLine()  # nobody can receive any more, which the garbage collector tells
    end = time.monotonic() + 5
    while not numbers.ended and time.monotonic() < end:
        time.sleep(0.01)
    assert numbers.ended == 1


def test_another_thread_may_be_at_work_in_one(go):
    def slow():
        for i in range(3):
            time.sleep(0.05)
            yield i

    found = []
    threads = [threading.Thread(target=lambda sum_up=s: found.append(sum_up(slow()))) for s in (go.Sum, go.Total)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [3, 3]


def test_an_interrupt_ends_an_endless_one(go):
    for endless in (Generated(), itertools.count()):
        with pytest.raises(KeyboardInterrupt):
            interrupt_after(0.1)
            go.Sum(endless)


def test_a_thousand_leave_nothing(go):
    for _ in range(1000):
        go.Take(Generated(), 1)
        go.Two(iter([1, 2, 3]))
        assert next(go.Double([1])) == 2


def test_what_an_iterator_calls_cannot_ask_it_for_its_next_as_with_a_generator(go):
    def itself():
        yield next(numbers)

    numbers = go.Double(itself())
    with pytest.raises(ValueError, match=r"^the iterator goes on already: what it calls cannot ask it for its next"):
        next(numbers)
    assert list(numbers) == []

    def refused(x):
        for ask in (lambda: next(asked), lambda: asked.close(), lambda: go.Sum(asked)):
            with pytest.raises((ValueError, gomagic.GoPanic), match="goes on already"):
                ask()
        return x

    asked = go.Mapped([1, 2], refused)
    assert list(asked) == [1, 2]


def test_an_iterator_that_is_over_lets_go_of_what_may_hold_it(go):
    class Held:
        def __call__(self, x):
            return x

    for end in (list, lambda numbers: [next(numbers), numbers.close()], lambda numbers: numbers.close()):
        held = Held()
        held.numbers = numbers = go.Mapped([1, 2], held)
        end(numbers)
        is_held = weakref.ref(held)
        del held, numbers
        end_of_patience = time.monotonic() + 5
        while is_held() and time.monotonic() < end_of_patience:
            go.Goroutines()  # which has Go collect garbage
            gc.collect()
        assert is_held() is None
