"""Awaiting Go functions that take a context."""

import asyncio
import gc
import os
import signal
import subprocess
import sys
import threading
import time

import pytest
import tidy

import gomagic
from gomagic import GoError, GoPanic, aio

SOURCE = """
func Wait(ctx context.Context, seconds float64) (string, error) {
	select {
	case <-ctx.Done():
		return "stopped", ctx.Err()
	case <-time.After(time.Duration(seconds * 1e9)):
		return strings.Repeat("done", 100), nil
	}
}
func Anyway(ctx context.Context, seconds float64) int {
	<-ctx.Done()
	time.Sleep(time.Duration(seconds * 1e9))
	return 3
}
func Panic(ctx context.Context, words []string) int   { time.Sleep(time.Millisecond); panic(words[0]) }
func PanicStopped(ctx context.Context) int            { <-ctx.Done(); panic("stopped") }
func Fill(ctx context.Context, xs []int, words map[string]int) []int {
	<-ctx.Done()
	xs[0]++
	words["a"]++
	return xs[1:]
}
func Longest[T int | string](ctx context.Context, xs []T) (T, error) { return slices.Max(xs), nil }
func Call(ctx context.Context, f func(int) int) int { return f(1) + f(2) }
func Plain(n int) int { return n }
func Waiter() func(ctx context.Context, seconds float64) (string, error) { return Wait }

type Client struct{ Calls int }

func (c *Client) Fetch(ctx context.Context, n int) (*Client, int, error) {
	c.Calls++
	_, err := Wait(ctx, 0.001)
	return c, n, err
}

func Count(n int, seconds float64) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := range n {
			time.Sleep(time.Duration(seconds * 1e9))
			if !yield(i) {
				return
			}
		}
		if n == 13 {
			panic("thirteen")
		}
	}
}
func Named(ctx context.Context, seconds float64) iter.Seq2[string, int] {
	return func(yield func(string, int) bool) {
		for i := 0; ; i++ {
			if _, err := Wait(ctx, seconds); err != nil || !yield(strings.Repeat("a", i), i) {
				return
			}
		}
	}
}
func Numbers(c chan int) (<-chan int, chan int) { return c, c }
func Goroutines() int { runtime.GC(); return runtime.NumGoroutine() }
"""


@pytest.fixture(scope="module")
def go(own_cache):
    return gomagic.compile(SOURCE, "awaited")


def state(go):
    gc.collect()
    tidy.wait()
    return go.Goroutines(), go.__go__.live(), len(os.listdir("/proc/self/fd"))


@pytest.fixture(autouse=True)
def nothing_is_left(go):
    """Goroutines, what Go and C hold for Python, and files are as many as before."""
    asyncio.run(aio(go.Wait, 0.001))
    go.Wait(0.001)  # the first of the main thread's own opens a pipe, for interrupts
    before = state(go)
    yield
    end = time.monotonic() + 2
    while state(go) != before and time.monotonic() < end:
        time.sleep(0.01)
    assert state(go) == before


def run(coroutine):
    return asyncio.run(asyncio.wait_for(coroutine, 20))


def test_it_is_what_the_call_returns(go):
    assert run(aio(go.Wait, 0.001)) == "done" * 100
    assert run(aio(go.Wait, seconds=0.001, timeout=10)) == "done" * 100
    assert run(aio(go.Longest, ["a", "b"])) == run(aio(go.Longest[str], ["a", "b"])) == "b"
    waiter = go.Waiter()
    assert run(aio(waiter, 0.001)) == waiter(0.001, timeout=10) == "done" * 100
    with pytest.raises(TimeoutError):
        run(aio(waiter, 10, timeout=0.01))
    client = go.Client()
    assert run(aio(client.Fetch, 7)) == (client, 7)
    assert client.Calls == 1


def test_the_event_loop_goes_on(go):
    async def main():
        ticks, waiting = 0, asyncio.create_task(aio(go.Wait, 0.3))
        while not waiting.done():
            await asyncio.sleep(0.01)
            ticks += 1
        return ticks

    assert run(main()) > 10


def test_a_time_limit_is_a_timeout_error(go):
    with pytest.raises(TimeoutError) as failed:
        run(aio(go.Wait, 10, timeout=0.01))
    assert failed.value.results == ("stopped",)


def test_a_panic_is_raised_in_the_task(go):
    with pytest.raises(GoPanic, match="hello"):
        run(aio(go.Panic, ["hello"]))
    with pytest.raises(GoPanic, match="index out of range"):
        run(aio(go.Panic, []))


async def cancelled(coroutine, *messages):
    """The exception of a task that is cancelled so often."""
    task = asyncio.create_task(coroutine)
    for message in messages or [None]:
        await asyncio.sleep(0.02)
        task.cancel(message)
    with pytest.raises(BaseException) as ended:
        await task
    return task, ended.value


@pytest.mark.parametrize("name", ["Wait", "Anyway"])
def test_cancelling_the_task_cancels_the_context(go, name):
    begun = time.monotonic()
    task, ended = run(cancelled(aio(getattr(go, name), 0.0 if name == "Anyway" else 10), "why"))
    assert task.cancelled()
    assert isinstance(ended, asyncio.CancelledError)
    if sys.version_info >= (3, 11):
        assert ended.args == ("why",)
    assert time.monotonic() - begun < 2


def test_a_task_ends_when_go_has_returned(go):
    begun = time.monotonic()
    task, _ = run(cancelled(aio(go.Anyway, 0.3), "one", "two"))
    assert task.cancelled()
    assert time.monotonic() - begun > 0.3


def test_a_panic_of_a_cancelled_task_is_raised(go):
    _, ended = run(cancelled(aio(go.PanicStopped)))
    assert isinstance(ended, GoPanic)


def test_what_go_has_written_is_seen_in_a_cancelled_task_too(go):
    xs, words = [1, 2], {"a": 1}
    run(cancelled(aio(go.Fill, xs, words)))
    assert (xs, words) == ([2, 2], {"a": 2})
    numpy = pytest.importorskip("numpy")
    array = numpy.array([1, 2])
    assert run(aio(go.Fill, array, words, timeout=0.01)).tolist() == [2]
    assert array.tolist() == [2, 2]


def test_a_limit_of_asyncios_is_one(go):
    async def main():
        await asyncio.wait_for(aio(go.Wait, 10), 0.02)

    with pytest.raises((TimeoutError, asyncio.TimeoutError)) as failed:
        asyncio.run(main())
    assert not isinstance(failed.value, GoError)


def test_of_64_tasks_half_are_cancelled_and_nothing_is_left(go):
    async def main():
        tasks = [asyncio.create_task(aio(go.Wait, 0.2)) for _ in range(64)]
        await asyncio.sleep(0.05)
        threads = threading.active_count()
        for task in tasks[::2]:
            task.cancel()
        await asyncio.wait(tasks)
        return threads, [task.cancelled() or task.result() for task in tasks]

    before, begun = threading.active_count(), time.monotonic()
    threads, results = run(main())
    assert results == [True, "done" * 100] * 32
    assert threads == before
    assert time.monotonic() - begun < 2


def test_before_it_has_begun_it_can_be_cancelled(go):
    async def main():
        for _ in range(200):
            task = asyncio.create_task(aio(go.Wait, 10))
            await asyncio.sleep(0)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    run(main())


def test_event_loops_of_several_threads_each_have_their_calls(go):
    found = []

    def loop():
        async def main():
            return await asyncio.gather(*(aio(go.Wait, 0.01) for _ in range(20)))

        found.append(run(main()))

    threads = [threading.Thread(target=loop) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [["done" * 100] * 20] * 4


def test_go_calls_back_into_python_meanwhile(go):
    assert run(aio(go.Call, lambda n: n * 10)) == 30

    def fail(n):
        raise LookupError(n)

    with pytest.raises(LookupError, match="1"):
        run(aio(go.Call, fail))


def test_a_coroutine_that_is_closed_cancels_the_context(go):
    async def main():
        coroutine = aio(go.Wait, 10)
        coroutine.send(None)
        coroutine.close()
        await asyncio.sleep(0.1)

    run(main())


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda go: go.Plain, "aio: Plain takes no context.Context of Go's, so nothing could cancel it"),
        (lambda go: len, "aio: len takes no context.Context of Go's, so nothing could cancel it"),
        (lambda go: 3, "aio: int is no function of Go's, so nothing could cancel it"),
    ],
)
def test_what_takes_no_context_is_refused(go, function, message):
    with pytest.raises(TypeError) as refused:
        run(aio(function(go), 1))
    first, hint = str(refused.value).splitlines()
    assert first == message
    assert hint == "  hint: write `ctx context.Context` as its first parameter, or use `asyncio.to_thread`"


def test_wrong_arguments_are_refused_as_in_a_call(go):
    async def main():
        other = asyncio.create_task(aio(go.Wait, 0.05))
        await asyncio.sleep(0.01)
        for args, keywords in [((), {}), ((1, 2), {}), (("x",), {}), ((1,), {"limit": 2}), ((1,), {"timeout": "x"})]:
            with pytest.raises(TypeError, match="Wait"):
                await aio(go.Wait, *args, **keywords)
        with pytest.raises(TypeError, match="Longest"):
            await aio(go.Longest, [3.5])
        return await other

    assert run(main()) == "done" * 100
    with pytest.raises(TypeError, match="missing"):
        run(aio(go.Wait))


def test_an_async_for_goes_through_an_iterator_and_the_loop_goes_on(go):
    async def ticking(ticks):
        while True:
            await asyncio.sleep(0.005)
            ticks.append(1)

    async def main():
        ticker = asyncio.create_task(ticking(ticks := []))
        got = [x async for x in aio(go.Count(5, 0.03))]
        ticker.cancel()
        assert len(ticks) > 10
        assert [x async for x in aio(go.Count(0, 0))] == []
        async for text, n in aio(go.Named(0.0)):
            if (text, n) == ("a" * 300, 300):
                break
        mixed = go.Count(4, 0)
        assert [next(mixed), await anext(aio(mixed)), next(mixed), [x async for x in aio(mixed)]] == [0, 1, 2, [3]]
        with pytest.raises(GoPanic, match="thirteen"):
            assert [x async for x in aio(go.Count(13, 0))]
        return got

    assert run(main()) == [0, 1, 2, 3, 4]


def test_an_async_for_goes_through_channels(go):
    async def main():
        made = gomagic.chan(int, 2)
        with pytest.raises(TypeError, match="pass it to a function of Go's first"):
            aio(made)
        received, both = go.Numbers(made)
        got = asyncio.create_task(collect(aio(both)))
        for n in range(5):
            await aio(both.send, n)
        await asyncio.sleep(0.01)
        made.close()
        assert [x async for x in aio(received)] == [x async for x in aio(made)] == []
        return await got

    async def collect(source):
        return [x async for x in source]

    assert run(main()) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    "begin", [lambda go: go.Count(9, 0.05), lambda go: go.Named(30), lambda go: go.Numbers(gomagic.chan(int, 1))[0]]
)
def test_a_task_that_is_cancelled_in_an_async_for_ends_the_iterator(go, begin):
    async def collect(source):
        return [x async for x in aio(source)]

    async def main():
        source = begin(go)
        task = asyncio.create_task(collect(source))
        await asyncio.sleep(0.02)
        begun = time.monotonic()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert time.monotonic() - begun < 0.2
        assert list(source) == [] == [x async for x in aio(source)]
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.02):
                assert await collect(begin(go))
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(collect(begin(go)), 0.02)

    run(main())


def test_many_tasks_go_through_iterators_and_half_of_them_are_cancelled(go):
    async def collect(n):
        return [x async for x in aio(go.Count(n, 0.001))]

    async def main():
        tasks = [asyncio.create_task(collect(20)) for _ in range(64)]
        await asyncio.sleep(0.005)
        for task in tasks[::2]:
            task.cancel()
        done = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(isinstance(one, asyncio.CancelledError) for one in done[::2])
        assert done[1::2] == [list(range(20))] * 32

    run(main())


SCRIPT = f"""
import asyncio, gomagic, time
go = gomagic.compile({SOURCE!r}, "awaited")
before = go.Goroutines()
async def main():
    print("ready", flush=True)
    await asyncio.gather(*(gomagic.aio(go.Wait, 60) for _ in range(8)))
try:
    asyncio.run(main())
except KeyboardInterrupt:
    print("interrupted", go.Goroutines() - before, flush=True)

async def leave():
    asyncio.create_task(gomagic.aio(go.Anyway, 60))
    await asyncio.sleep(0.05)
loop = asyncio.new_event_loop()
loop.run_until_complete(leave())
loop.close()
"""


def test_ctrl_c_ends_all_of_a_program_and_its_end_waits_for_none():
    child = subprocess.Popen([sys.executable, "-W", "ignore", "-c", SCRIPT], stdout=subprocess.PIPE, text=True)
    assert child.stdout.readline() == "ready\n"
    time.sleep(0.2)
    begun = time.monotonic()
    child.send_signal(signal.SIGINT)
    assert child.stdout.readline() == "interrupted 0\n"
    assert time.monotonic() - begun < 1
    assert child.wait(10) == 0
