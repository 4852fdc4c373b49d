"""What iter.Pull returns is called in any thread. Elsewhere Go ends the process if it has begun in another one."""

import asyncio
import threading

import pytest
from load import at_once

import gomagic

NUMBERS = """
func count(yield func(int) bool) { for i := 0; yield(i); i++ { } }
func Next() int { v, _ := next(); return v }
func Twice(n int) int { return 2 * n }
func Boom(i int) int { return []int{1}[i] }
func Fails() error { return errors.New("no more") }
func Exit() { runtime.Goexit() }
func Over(xs []float64, f func(float64) float64) { for i := range xs { xs[i] = f(xs[i]) } }
func Clamped(n int) float64 { v, _ := next(); return float64(min(v, n)) }
"""
BEGUN = {
    "called": "var next func() (int, bool)\nfunc Start() { next, _ = iter.Pull(count) }" + NUMBERS,
    "at the start": "var next, stop = iter.Pull(count)\nfunc Start() { }" + NUMBERS,
}


@pytest.fixture(scope="module", params=BEGUN)
def go(request, own_cache):
    made = gomagic.compile(BEGUN[request.param], "pulling")
    made.Start()
    return made


def test_every_thread_goes_on_with_it(go):
    first, found, one = go.Next(), [], threading.Lock()

    def work(number):
        for _ in range(50):
            with one:  # Go's own rule: not at the same time
                found.append(go.Next())

    assert at_once(8, work) == []
    assert found == list(range(first + 1, first + 401))
    assert asyncio.run(asyncio.to_thread(go.Next)) == first + 401


def test_all_else_is_as_in_other_cells(go):
    assert go.Twice(21) == 42
    with pytest.raises(
        gomagic.GoPanic, match=r"index out of range \[3\] with length 1\n  pulling:6, in Boom, called with"
    ):
        go.Boom(3)
    with pytest.raises(gomagic.GoError, match="no more"):
        go.Fails()
    with pytest.raises(gomagic.GoPanic, match=r"runtime\.Goexit has ended the call"):
        go.Exit()
    with pytest.raises(ZeroDivisionError):
        go.Over([1.0], lambda x: 1 / 0)
    xs = [1.0, 2.5]
    go.Over(xs, lambda x: x + go.Twice(1))
    assert xs == [3.0, 4.5]
    assert list(gomagic.map(go.Clamped, [0, -1])) == [0, -1]
    with pytest.raises(gomagic.GoPanic, match="index out of range"):
        gomagic.map(go.Boom, [0, 1])


PULLS = """
func Numbers() (func() (int, bool), func()) {
	return iter.Pull(func(yield func(int) bool) { for i := 0; yield(i); i++ {} })
}
"""
USER = """
import "cells/pulls"
var next func() (int, bool)
func Start() { next, _ = pulls.Numbers() }
func Next() int { v, _ := next(); return v }
"""


def test_an_imported_cell_has_begun_it(shell):
    assert shell(f"%%go pulls{PULLS}").error is None
    assert shell(f"%%go user{USER}").error is None
    go, found = shell.names["user"], []
    go.Start()
    assert at_once(1, lambda _: found.append(go.Next())) == []
    assert (found, go.Next()) == ([0], 1)
