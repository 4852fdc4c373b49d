"""Ctrl-C, time limits and contexts of what Python goes through, and what Ctrl-C says of a call that it cannot end."""

import subprocess
import sys
import time

import pytest
from load import nothing_left
from test_plain_contexts import interrupt_after, interrupted

import gomagic
from gomagic import GoError

SOURCE = """
func Ticks(ctx context.Context, every float64) iter.Seq[int] {
	return func(yield func(int) bool) {
		defer ended.Add(1)
		for i := 0; ; i++ {
			select {
			case <-ctx.Done():
				return
			case <-time.After(time.Duration(every * 1e9)):
				if !yield(i) {
					return
				}
			}
		}
	}
}
func Stream(ctx context.Context) <-chan int {
	ch := make(chan int)
	go func() {
		defer close(ch)
		defer ended.Add(1)
		for i := 0; ; i++ {
			select {
			case ch <- i:
			case <-ctx.Done():
				return
			}
		}
	}()
	return ch
}
func Both(ctx context.Context) (iter.Seq[int], iter.Seq[int]) { return Ticks(ctx, 0.001), Ticks(ctx, 0.001) }
func Fail(ctx context.Context) (iter.Seq[int], error) { go func() { <-ctx.Done(); ended.Add(1) }(); return nil, io.EOF }
func Deaf(ctx context.Context) iter.Seq[int] { return Slow(0.4) }
func Slow(seconds float64) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := 0; ; i++ {
			time.Sleep(time.Duration(seconds * 1e9))
			if !yield(i) {
				return
			}
		}
	}
}
func Squares(ctx context.Context, in <-chan int) <-chan int {
	out := make(chan int)
	go func() {
		defer close(out)
		for x := range in {
			select {
			case out <- x * x:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}
func Plainly(in <-chan int) <-chan int {
	out := make(chan int)
	go func() {
		defer close(out)
		for x := range in {
			select {
			case out <- x:
			case <-time.After(time.Second):
				return
			}
		}
	}()
	return out
}
func Doubled(in iter.Seq[int]) iter.Seq[int] {
	return func(yield func(int) bool) { for x := range in { if !yield(2 * x) { return } } }
}
func First(in <-chan int) int { return <-in }

type Holder struct { in <-chan int; ctx context.Context }

func Hold(in <-chan int) *Holder                { return &Holder{in: in} }
func NewHolder(ctx context.Context) *Holder     { return &Holder{Stream(ctx), ctx} }
func Refused(ctx context.Context) (*Holder, error) { return &Holder{Stream(ctx), ctx}, io.EOF }
func (h *Holder) Next() int                     { return <-h.in }
func (h *Holder) Over() bool                    { return h.ctx.Err() != nil }
func Pipe(ctx context.Context) chan int {
	ch := make(chan int)
	in := Stream(ctx)
	go func() { defer close(ch); for x := range in { ch <- x } }()
	return ch
}
func Asks(ctx context.Context) func() bool      { return func() bool { return ctx.Err() != nil } }
func Request(ctx context.Context) (*http.Request, error) {
	return http.NewRequestWithContext(ctx, "GET", "http://a.b", nil)
}
func IsOver(r *http.Request) bool               { return r.Context().Err() != nil }

type Plain struct { N int; At time.Time; Err error; Next *Plain; In map[string][]string }

func Data(ctx context.Context) *Plain           { go func() { <-ctx.Done(); ended.Add(1) }(); return &Plain{} }
func Silent() <-chan int   { return make(chan int) }
func Call(f func())        { f(); time.Sleep(time.Millisecond) }
func Rows(seconds float64) []float64 { Finish(seconds); return []float64{1} }
func Finish(seconds float64) { time.Sleep(time.Duration(seconds * 1e9)) }

var ended atomic.Int64

func Ended() int64    { return ended.Swap(0) }
func Goroutines() int { runtime.GC(); return runtime.NumGoroutine() }
"""


@pytest.fixture(scope="module")
def go(own_cache):
    made = gomagic.compile(SOURCE, "spans")
    made.Finish(0.2)  # from here on a goroutine waits for interrupts
    return made


@pytest.fixture(scope="module", autouse=True)
def nothing_is_left(go):
    with nothing_left(go, 3):
        yield


def ended(go, n):
    end = time.monotonic() + 1
    found = go.Ended()
    while found < n and time.monotonic() < end:
        found += go.Ended()
    return found


def test_a_context_lives_as_long_as_what_goes_on_by_it(go):
    ticks = go.Ticks(0.001)
    assert [next(ticks), next(ticks)] == [0, 1]
    assert go.Ended() == 0
    ticks.close()
    assert go.Ended() == 1
    stream = go.Stream()
    assert [next(stream), next(stream)] == [0, 1]
    del stream
    assert ended(go, 1) == 1
    one, other = go.Both()
    next(one)
    one.close()
    assert next(other) == 0
    other.close()
    assert ended(go, 2) == 2
    with pytest.raises(EOFError):
        go.Fail()
    assert ended(go, 1) == 1  # no sequence, no context


def test_what_go_reads_of_lives_as_long_as_what_it_makes_of_it(go):
    squares = go.Squares(go.Stream())
    assert [next(squares) for _ in range(4)] == [0, 1, 4, 9]
    assert go.Ended() == 0
    del squares
    assert ended(go, 1) == 1
    deep = go.Squares(go.Plainly(go.Squares(go.Stream())))
    assert [next(deep) for _ in range(3)] == [0, 1, 16]
    deep.close()
    del deep
    assert ended(go, 1) == 1
    doubled = go.Doubled(go.Ticks(0.001))
    assert [next(doubled), next(doubled)] == [0, 2]
    doubled.close()
    assert ended(go, 1) == 1
    assert list(go.Squares([1, 2])) == [1, 4]


def test_what_go_has_read_in_the_call_ends_with_its_object(go):
    assert go.First(go.Stream()) == 0
    assert ended(go, 1) == 1


def test_a_context_ends_with_a_call_that_gives_data_or_fails(go):
    go.Data()
    assert ended(go, 1) == 1
    with pytest.raises(EOFError):
        go.Refused()
    assert ended(go, 1) == 1


def test_a_time_limit_spans_the_iteration(go):
    for make, limit in ((lambda: go.Ticks(0.05, timeout=0.2), 0.2), (lambda: go.Deaf(timeout=0.1), 0.1)):
        begun, found = time.monotonic(), []
        with pytest.raises(TimeoutError) as failed:
            found.extend(make())
        assert isinstance(failed.value, GoError)
        assert limit <= time.monotonic() - begun < limit + 0.3
    go.Ended()


def test_an_interrupt_ends_a_step_and_cancels_the_context(go):
    ticks = go.Ticks(10)
    interrupted(next, ticks)
    assert list(ticks) == []
    assert go.Ended() == 1


def test_an_interrupt_ends_a_step_without_a_context_and_the_next_one_goes_on(go):
    slow = go.Slow(0.5)
    interrupted(next, slow)
    assert [next(slow), next(slow)] == [0, 1]
    interrupted(next, slow)
    del slow
    silent = go.Silent()
    interrupted(next, silent)
    silent.close()


def test_an_interrupt_is_raised_where_the_call_stands(go):
    interrupt_after(0.2)
    with pytest.raises(KeyboardInterrupt) as raised:
        go.Rows(0.4)
        time.sleep(1)
    assert [frame.name for frame in raised.traceback] == [test_an_interrupt_is_raised_where_the_call_stands.__name__]
    assert go.Rows(0).tolist() == [1]


def test_the_first_interrupt_says_that_a_call_without_a_context_is_left_to_finish(go, capfd):
    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        interrupt_after(0.2)
        interrupt_after(0.3)
        go.Finish(0.5)
        time.sleep(1)
    assert 0.5 <= time.monotonic() - begun < 0.8
    assert capfd.readouterr().err == (
        "note: Go's Finish takes no context and is left to finish; "
        "with `ctx context.Context` as its first parameter it could end here\n"
    )
    interrupted(go.Ticks(10).__next__)
    interrupted(go.Call, lambda: time.sleep(1))  # which is where it comes
    assert capfd.readouterr().err == ""


def test_in_a_script_as_well():
    script = f"""
import gomagic, os, signal, threading
go = gomagic.compile({SOURCE!r}, "spans")
threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT)).start()
go.Finish(0.5)
"""
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60)
    first, *_, last = ended.stderr.splitlines()
    assert first.startswith("note: Go's Finish takes no context and is left to finish; ")
    assert last == "KeyboardInterrupt"
