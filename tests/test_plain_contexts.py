"""A Go function whose first parameter is a context: what cancels it, and what Python sees of that."""

import inspect
import os
import pickle
import signal
import subprocess
import sys
import threading
import time

import pytest
from kernels import Kernel
from terminal import Terminal

import gomagic
from gomagic import GoError, GoPanic

SOURCE = """
var ErrStopped = errors.New("stopped")

// Wait some seconds.
func Wait(ctx context.Context, seconds float64) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(time.Duration(seconds * 1e9)):
		return nil
	}
}

// Share has n goroutines wait for the end of the context.
func Share(ctx context.Context, n int) error {
	var group sync.WaitGroup
	for range n {
		group.Go(func() { <-ctx.Done() })
	}
	group.Wait()
	return ctx.Err()
}

// Leave has a goroutine wait for it, and returns.
func Leave(ctx context.Context) { go func() { <-ctx.Done() }() }

func Anyway(ctx context.Context) int { <-ctx.Done(); return 3 }
func Panic(ctx context.Context) int  { <-ctx.Done(); panic("stopped") }
func Nothing(ctx context.Context)    {}
func Fail(ctx context.Context) (int, error) {
	<-ctx.Done()
	return 3, fmt.Errorf("%w: %w", ErrStopped, ctx.Err())
}
func Limit(ctx context.Context, timeout int, xs ...int) bool {
	limit, ok := ctx.Deadline()
	return ok && time.Until(limit) < time.Duration(timeout)*time.Second
}
func Fill(ctx context.Context, xs []int, words map[string]int) {
	<-ctx.Done()
	xs[0]++
	words["a"]++
}
func Largest[T int | float64](ctx context.Context, xs []T) (T, error) {
	return slices.Max(xs), Wait(ctx, float64(xs[0]))
}

type Client struct{ Calls int }

func (c *Client) Fetch(ctx context.Context, seconds float64) (int, error) {
	c.Calls++
	return c.Calls, Wait(ctx, seconds)
}

type Fetcher interface {
	Fetch(ctx context.Context, seconds float64) (int, error)
}

func NewFetcher() Fetcher { return &Client{} }

type Late struct{ Seconds float64 }

func (l Late) Error() string                        { return "late" }
func (l Late) Retry(ctx context.Context, n int) int { if Wait(ctx, l.Seconds) != nil { return -1 }; return n }
func FailLate(seconds float64) error                { return Late{seconds} }

func Finish(seconds float64) { time.Sleep(time.Duration(seconds * 1e9)) }

func Goroutines() int {
	runtime.GC()
	return runtime.NumGoroutine()
}
"""


@pytest.fixture(scope="module")
def go(own_cache):
    made = gomagic.compile(SOURCE, "contexts")
    made.Nothing()  # from here on a goroutine waits for interrupts
    return made


def interrupt_after(seconds):
    threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGINT)).start()


def interrupted(function, *args, **keywords):
    """The KeyboardInterrupt that ends a call, within 0.3 s."""
    with pytest.raises(KeyboardInterrupt) as caught:
        begun = time.monotonic()
        interrupt_after(0.1)
        function(*args, **keywords)
        time.sleep(1)
    assert 0.09 < time.monotonic() - begun < 0.4
    return caught.value


def settled(go, start):
    """Whether there are as many goroutines as at the start, or will be soon."""
    end = time.monotonic() + 2
    while go.Goroutines() > start and time.monotonic() < end:
        time.sleep(0.01)
    return go.Goroutines() <= start


def test_a_context_that_is_the_first_parameter_is_hidden(go):
    assert go.Wait(0.001) is None
    assert go.Wait(seconds=0.001) is None
    assert str(inspect.signature(go.Wait)) == "(seconds, *, timeout=None)"
    assert go.Wait.__doc__ == "func Wait(ctx context.Context, seconds float64) error\n\nWait some seconds."


def test_a_call_in_its_time_limit_is_a_call_like_any_other(go):
    assert go.Wait(0.001, timeout=10) is None
    assert go.Wait(timeout=10, seconds=0.001) is None
    assert go.Wait(0.001, timeout=None) is None
    assert go.Wait(0.001, timeout=float("inf")) is None
    assert go.Wait(0.001, timeout=10**30) is None


@pytest.mark.parametrize("limit", [0.05, 0, -1])
def test_a_time_limit_that_is_over_is_a_timeout_error(go, limit):
    begun = time.monotonic()
    with pytest.raises(TimeoutError) as failed:
        go.Wait(10, timeout=limit)
    assert time.monotonic() - begun < 0.5
    assert isinstance(failed.value, GoError)
    assert str(failed.value) == "context deadline exceeded"


def test_an_error_that_wraps_it_is_one_as_well(go):
    with pytest.raises(go.ErrStopped) as failed:
        go.Fail(timeout=0.01)
    assert isinstance(failed.value, TimeoutError)
    assert failed.value.results == (3,)


def test_what_a_function_returns_all_the_same_is_returned(go):
    assert go.Anyway(timeout=0.01) == 3


def test_a_parameter_called_timeout_keeps_its_name(go):
    assert str(inspect.signature(go.Limit)) == "(timeout, *xs, timeout_=None)"
    assert go.Limit(5) is False
    assert go.Limit(5, timeout_=4) is True
    assert go.Limit(5, 1, 2, timeout_=6) is False


@pytest.mark.parametrize(
    ("limit", "kind", "message"),
    [
        ("1", TypeError, "Wait(seconds, *, timeout=None): `timeout` is str, not a number of seconds"),
        (float("nan"), ValueError, "Wait(seconds, *, timeout=None): `timeout` is nan, which is no time"),
    ],
)
def test_a_time_limit_that_is_none_is_refused(go, limit, kind, message):
    with pytest.raises(kind) as refused:
        go.Wait(1, timeout=limit)
    assert str(refused.value) == message


def test_wrong_arguments_are_refused_in_pythons_words(go):
    with pytest.raises(TypeError) as refused:
        go.Wait()
    assert str(refused.value).startswith("Wait() missing 1 required positional argument: 'seconds'\n")
    with pytest.raises(TypeError) as refused:
        go.Wait(1, 2, timeout=3)
    assert "takes 1 positional argument but 2 " in str(refused.value)
    with pytest.raises(TypeError) as refused:
        go.Wait(1, timeout=3, limit=4)
    assert "unexpected keyword argument 'limit'" in str(refused.value)


def test_an_interrupt_cancels_the_context_and_replaces_the_error(go):
    start = go.Goroutines()
    caught = interrupted(go.Wait, 10)
    assert str(caught.__context__) == "context canceled"
    assert caught.__suppress_context__
    assert interrupted(go.Wait, 10, timeout=60)
    assert settled(go, start)


def test_its_goroutines_are_gone(go):
    start = go.Goroutines()
    interrupted(go.Share, 100)
    assert settled(go, start)


def test_the_context_ends_with_the_call(go):
    start = go.Goroutines()
    for _ in range(100):
        go.Leave()
    assert settled(go, start)


def test_a_result_gives_way_to_the_interrupt(go):
    assert interrupted(go.Anyway).__context__ is None


def test_a_panic_is_seen_beside_the_interrupt(go):
    caught = interrupted(go.Panic)
    assert isinstance(caught.__context__, GoPanic)
    assert not caught.__suppress_context__


def test_what_go_has_written_before_is_seen(go):
    xs, words = [1, 2], {"a": 1}
    interrupted(go.Fill, xs, words)
    assert (xs, words) == ([2, 2], {"a": 2})


def test_one_interrupt_ends_one_call(go):
    for _ in range(50):
        with pytest.raises(KeyboardInterrupt):
            interrupt_after(0.001)
            go.Wait(5)
            time.sleep(1)
        assert go.Wait(0.0001) is None


def test_an_interrupt_that_another_thread_gets_is_one_too(go):
    for _ in range(200):
        with pytest.raises(KeyboardInterrupt):
            threading.Timer(0.001, signal.raise_signal, [signal.SIGINT]).start()
            go.Wait(5)


def test_an_interrupt_before_the_call_is_raised_at_once(go):
    def both():
        signal.raise_signal(signal.SIGINT)
        go.Wait(5)

    begun = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        both()
    assert time.monotonic() - begun < 0.3


def test_a_handler_of_the_readers_own_cancels_and_decides_what_is_raised(go):
    seen = []
    before = signal.signal(signal.SIGINT, lambda number, frame: seen.append(number))
    try:
        interrupt_after(0.05)
        with pytest.raises(GoError) as failed:
            go.Wait(5)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        interrupt_after(0.05)
        assert go.Wait(0.1) is None
    finally:
        signal.signal(signal.SIGINT, before)
    assert str(failed.value) == "context canceled"
    assert seen == [signal.SIGINT]
    interrupted(go.Wait, 5)


def test_on_another_thread_the_limit_works_and_no_interrupt(go):
    found = []

    def wait(*args, **keywords):
        try:
            found.append(go.Wait(*args, **keywords))
        except TimeoutError as failed:
            found.append(str(failed))

    threads = [
        threading.Thread(target=wait, args=(0.5,)),
        threading.Thread(target=wait, args=(5,), kwargs={"timeout": 0.01}),
    ]
    for thread in threads:
        thread.start()
    interrupted(go.Wait, 5)
    for thread in threads:
        thread.join()
    assert sorted(found, key=str) == [None, "context deadline exceeded"]


def test_methods_take_contexts(go):
    client = go.Client()
    assert str(inspect.signature(client.Fetch)) == "(seconds, *, timeout=None)"
    assert client.Fetch(0.001) == 1
    assert client.Fetch(seconds=0.001, timeout=5) == 2
    with pytest.raises(TimeoutError):
        client.Fetch(5, timeout=0.01)
    interrupted(client.Fetch, 5)
    assert client.Calls == 4


def test_methods_of_interfaces_and_of_errors_take_contexts(go):
    assert go.NewFetcher().Fetch(0.001, timeout=5) == 1
    with pytest.raises(go.Late) as failed:
        go.FailLate(5.0)
    assert failed.value.Retry(3, timeout=0.01) == -1


def test_functions_with_type_parameters_take_contexts(go):
    assert str(inspect.signature(go.Largest)) == "(xs, *, timeout=None)"
    assert go.Largest([0, 2]) == 2
    assert go.Largest(xs=[0.5, 0.25], timeout=5) == 0.5
    assert go.Largest[int]([0, 3], timeout=5) == 3
    for largest in (go.Largest, go.Largest[int]):
        with pytest.raises(TimeoutError):
            largest([5], timeout=0.01)
        interrupted(largest, [5])
    with pytest.raises(TypeError, match="not a number of seconds"):
        go.Largest([5], timeout="x")


def test_what_a_context_is_elsewhere_is_left_out():
    made = gomagic.compile(
        "func F(n int, ctx context.Context) {}\nfunc G() context.Context { return nil }", "elsewhere"
    )
    with pytest.raises(AttributeError, match=r"does not bind `context.Context` yet, unless it is the first parameter"):
        made.F(1, None)


def test_functions_with_contexts_pickle_as_others_do(go, monkeypatch):
    monkeypatch.setitem(sys.modules, "contexts", go)
    assert pickle.loads(pickle.dumps(go.Wait)) is go.Wait


CTRL_C = "\x03"
SCRIPT = f"""
import gomagic, time
go = gomagic.compile({SOURCE!r}, "contexts")
go.Nothing()
start = go.Goroutines()
print("ready", flush=True)
begun = time.monotonic()
try:
    go.Share(50)
except KeyboardInterrupt:
    print(time.monotonic() - begun, flush=True)
time.sleep(0.1)
print(go.Goroutines() - start, flush=True)
go.Wait(60)
"""


def test_ctrl_c_in_a_script():
    child = subprocess.Popen([sys.executable, "-c", SCRIPT], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert child.stdout.readline() == "ready\n"
    time.sleep(0.2)
    child.send_signal(signal.SIGINT)
    assert 0.1 < float(child.stdout.readline()) < 0.6
    assert child.stdout.readline() == "0\n"
    time.sleep(0.1)
    child.send_signal(signal.SIGINT)
    assert child.stderr.read().endswith("\nKeyboardInterrupt\n")
    assert child.wait(10) == -signal.SIGINT


def test_ctrl_c_in_a_terminal():
    with Terminal(SCRIPT) as terminal:
        terminal.until("ready\r\n")
        time.sleep(0.2)
        terminal.type(CTRL_C)
        assert 0.1 < float(terminal.until("\r\n").removeprefix("^C")) < 0.6
        terminal.until("0\r\n")


def test_the_first_ctrl_c_in_ipython_says_that_go_is_left_to_finish(tmp_path):
    setup = f"import gomagic; go = gomagic.compile({SOURCE!r}, 'contexts')"
    arguments = ["--no-banner", "--no-confirm-exit", "-i", "-c", setup]
    start = f"import IPython; IPython.start_ipython({arguments!r})"
    with Terminal(start, IPYTHONDIR=str(tmp_path)) as terminal:
        terminal.until("In [")
        terminal.type("print('be' 'gun'); go.Finish(1)\r")
        terminal.until("begun\r\n")
        time.sleep(0.3)
        terminal.type(CTRL_C)
        terminal.until(
            "note: Go's Finish takes no context and is left to finish; with `ctx context.Context` as its first"
        )
        terminal.until("KeyboardInterrupt")
        terminal.type("print('a' 'b')\r")
        terminal.until("ab\r\n")


def test_the_stop_button_of_a_notebook():
    kernel = Kernel(under_pytest=False)
    try:
        kernel.run("%load_ext gomagic")
        kernel.run(f"%%go contexts\n{SOURCE}")
        kernel.run("import time; contexts.Nothing(); start = contexts.Goroutines()")
        threading.Timer(0.5, kernel.manager.interrupt_kernel).start()
        ran = kernel.run(
            "try:\n    begun = time.monotonic(); contexts.Share(50)\n"
            "except KeyboardInterrupt:\n    print(time.monotonic() - begun < 0.9)"
        )
        assert ran.outputs == [("stdout", "True\n")]
        assert kernel.run("time.sleep(0.1); contexts.Goroutines() - start").outputs == [("display", "0")]
        threading.Timer(0.3, kernel.manager.interrupt_kernel).start()
        assert kernel.run("contexts.Wait(20)").outputs == [("error", "KeyboardInterrupt")]
        assert kernel.run("contexts.Wait(0.01)").outputs == []
        threading.Timer(0.3, kernel.manager.interrupt_kernel).start()
        told, raised = kernel.run("contexts.Finish(1)").outputs
        assert told[1].startswith("note: Go's Finish takes no context and is left to finish; ")
        assert raised == ("error", "KeyboardInterrupt")
        threading.Timer(0.5, kernel.manager.interrupt_kernel).start()  # by which it cancels the cell, in its own time
        ran = kernel.run(
            "import gomagic; begun = time.monotonic()\ntry:\n    await gomagic.aio(contexts.Wait, 10)\n"
            "except BaseException as error:\n    print(type(error).__name__, time.monotonic() - begun < 2)"
        )
        assert ran.outputs == [("stdout", "CancelledError True\n")]
    finally:
        kernel.stop()
