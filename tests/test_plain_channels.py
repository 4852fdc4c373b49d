"""Channels of Go's to which one can send, as objects in Python."""

import inspect
import threading
import time

import pytest
from load import nothing_left
from test_plain_contexts import interrupted

import gomagic

SOURCE = """
type Point struct{ X, Y float64 }
type Worker struct {
	Jobs chan int
	Done chan<- string
}
type Queue chan int

var Line = make(chan int, 2)

func NewJobs(n int) chan int              { return make(chan int, n) }
func NewQueue() Queue                     { return make(Queue, 1) }
func NewPoints() chan *Point              { return make(chan *Point, 4) }
func NewTables() chan map[string][]int    { return make(chan map[string][]int, 4) }
func NewColumns() chan []float64          { return make(chan []float64, 4) }
func IsLine(ch chan int) bool             { return ch == Line }
func IsSame(a chan int, b <-chan int) bool { return a == b }
func Sending(ch chan int) chan<- int      { return ch }
func Receiving(ch chan int) <-chan int    { return ch }
func Nil() chan int                       { return nil }
func Total(ch <-chan int) (sum int) {
	for x := range ch {
		sum += x
	}
	return sum
}
func Fill(ch chan<- int, n int) {
	for i := range n {
		ch <- i
	}
	close(ch)
}
func Start(n int, ch chan<- string) {
	go func() {
		for i := range n {
			ch <- fmt.Sprint(i)
		}
		close(ch)
	}()
}
func Either(a, b chan int) string {
	select {
	case x := <-a:
		return fmt.Sprint("a ", x)
	case x := <-b:
		return fmt.Sprint("b ", x)
	}
}
func Squares(in <-chan int, out chan<- int) {
	var group sync.WaitGroup
	for range 3 {
		group.Go(func() {
			for x := range in {
				out <- x * x
			}
		})
	}
	group.Wait()
	close(out)
}
func Call(f func(chan int) int) int       { ch := make(chan int, 1); ch <- 3; return f(ch) }
func First(all []chan int) int            { return <-all[0] }
func Goroutines() int                     { runtime.GC(); return runtime.NumGoroutine() }
"""


@pytest.fixture(scope="module")
def go(own_cache):
    return gomagic.compile(SOURCE, "channels")


@pytest.fixture(scope="module", autouse=True)
def nothing_is_left(go):
    go.NewJobs(1).send(1)  # from here on a goroutine waits for interrupts
    with nothing_left(go, 2):
        yield


def in_thread(function, *args):
    thread = threading.Thread(target=function, args=args)
    thread.start()
    return thread


def test_one_sends_and_receives(go):
    jobs = go.NewJobs(2)
    jobs.send(1)
    jobs.send(x=2)
    assert (repr(jobs), len(jobs), jobs.capacity, bool(go.NewJobs(0))) == ("<Go chan int>", 2, 2, True)
    assert (jobs.recv(), jobs.recv()) == (1, 2)
    assert str(inspect.signature(jobs.send)) == "(x, *, timeout=None)"
    assert go.Nil() is None


def test_values_are_of_every_type(go):
    point = go.Point(1, 2)
    points = go.NewPoints()
    points.send(point)
    assert points.recv() is point
    tables = go.NewTables()
    tables.send({"a": [1]})
    assert {key: list(xs) for key, xs in tables.recv().items()} == {"a": [1]}
    columns, xs = go.NewColumns(), [1.0, 2.0]
    columns.send(xs)
    xs[0] = 5.0
    assert columns.recv().tolist() == [1, 2]
    with pytest.raises(TypeError) as refused:
        go.Line.send("x")
    assert str(refused.value) == "chan int.send(x): `x` is str, Go wants int"
    with pytest.raises(TypeError, match=r"send\(\) missing 1 required positional argument: 'x'"):
        go.Line.send()


def test_the_same_channel_is_the_same_object_and_goes_in_as_it_is(go):
    assert go.Line is go.Line
    assert go.IsLine(go.Line)
    assert not go.IsLine(go.NewJobs(1))
    assert go.IsSame(go.Line, go.Line)
    jobs = go.NewJobs(1)
    assert go.IsSame(jobs, go.Receiving(jobs))
    old, go.Line = go.Line, jobs
    assert go.IsLine(jobs)
    go.Line = old
    queue = go.NewQueue()
    queue.send(3)
    assert go.First([queue]) == 3
    worker = go.Worker(jobs, None)
    worker.Jobs.send(4)
    assert (jobs.recv(), worker.Done) == (4, None)
    assert go.Call(lambda ch: ch.recv()) == 3


def test_one_that_is_for_sending_alone_cannot_receive(go):
    jobs = go.NewJobs(1)
    sending = go.Sending(jobs)
    sending.send(5)
    assert jobs.recv() == 5
    assert repr(sending) == "<Go chan<- int>"
    assert not hasattr(sending, "recv")
    with pytest.raises(TypeError, match="not iterable"):
        iter(sending)
    with pytest.raises(TypeError, match=r"`ch` is gomagic.Chan, Go wants chan int"):
        go.IsLine(sending)


def test_a_closed_one_says_so(go):
    jobs = go.NewJobs(2)
    jobs.send(1)
    jobs.close()
    for late in (lambda: jobs.send(2), jobs.close):
        with pytest.raises(ValueError, match=r"^the channel is closed$"):
            late()
    assert list(jobs) == [1]
    with pytest.raises(EOFError, match="the channel is closed, and empty"):
        jobs.recv()


def test_to_wait_has_a_limit_and_can_be_interrupted(go):
    jobs = go.NewJobs(0)
    for wait in (lambda **limit: jobs.send(1, **limit), jobs.recv):
        begun = time.monotonic()
        with pytest.raises(TimeoutError):
            wait(timeout=0.05)
        assert time.monotonic() - begun < 0.5
        interrupted(wait)
    interrupted(list, jobs)


def test_go_and_threads_of_pythons_share_it(go):
    jobs, done = go.NewJobs(0), go.NewJobs(0)
    threads = [in_thread(go.Squares, jobs, done)]

    def send():
        for i in range(100):
            jobs.send(i)
        jobs.close()

    threads.append(in_thread(send))
    assert sorted(done) == [i * i for i in range(100)]
    for thread in threads:
        thread.join()
    jobs, other = go.NewJobs(0), go.NewJobs(0)
    thread = in_thread(other.send, 7)
    assert go.Either(jobs, other) == "b 7"
    thread.join()
    thread = in_thread(go.Fill, jobs, 4)
    assert list(jobs) == [0, 1, 2, 3]
    thread.join()


def test_python_makes_one_that_becomes_gos_where_it_is_passed(go):
    jobs = gomagic.chan(int, 3)
    jobs.send(1)
    jobs.send(2)
    jobs.close()
    assert go.Total(jobs) == 3
    assert repr(jobs) == "<Go chan int>"
    lines = gomagic.chan(str)
    go.Start(3, lines)
    assert list(lines) == ["0", "1", "2"]
    jobs = gomagic.chan("int", 1)
    thread = in_thread(jobs.send, 5)
    assert go.First([jobs]) == 5
    assert not go.IsLine(jobs)
    thread.join()
    assert type(go.Line)(4).capacity == 4
    with pytest.raises(TypeError) as refused:
        go.IsLine(gomagic.chan(float))
    assert str(refused.value) == (
        "IsLine(ch): `ch` is a channel of float, Go wants chan int\n  hint: pass `gomagic.chan(int)`"
    )
    with pytest.raises(TypeError) as refused:
        go.IsLine([1])
    assert str(refused.value) == (
        "IsLine(ch): `ch` is list, Go wants chan int\n"
        "  hint: pass what a function of the cell has made, or `gomagic.chan(int)`"
    )
    with pytest.raises(TypeError, match="`ch` is NoneType, Go wants chan int"):
        go.IsLine(None)  # Go would wait for ever
    wrong = gomagic.chan(int, 1)
    wrong.send("x")
    with pytest.raises(TypeError, match="`x` is str, Go wants int"):
        go.IsLine(wrong)
