"""Plain cells give back all that they hold, whatever is called, from one thread and from many."""

import array
import contextlib
import gc
import subprocess
import sys
import time

import numpy as np
import pressure
import pytest
import typed
from load import MIB, at_once, resident

import gomagic

pd = pytest.importorskip("pandas", "3.0")  # which needs Python 3.11

CALLS = [*typed.CALLS, typed.arrays]


@pytest.fixture(scope="module")
def go(own_cache):
    return gomagic.compile(typed.SOURCE, "everything")


@pytest.mark.parametrize(
    "call",
    [pytest.param(call, marks=pytest.mark.proof if call.__name__ in ("arrays", "pointers") else ()) for call in CALLS],
    ids=lambda call: call.__name__,
)
def test_what_is_held_returns_to_its_start(go, call):
    for rounds in (400, 400, 400):  # the first two fill Python's lists of free objects
        typed.settle(go)
        before, blocks = go.__go__.live(), sys.getallocatedblocks()
        for _ in range(rounds):
            call(go)
        typed.settle(go)
    assert go.__go__.live() == before
    assert sys.getallocatedblocks() - blocks < rounds * 3 // 4


def growth(go, rounds):
    """By how many bytes the process grows in so many rounds of everything, after a fifth of them."""
    for share in (rounds // 5, rounds):
        typed.settle(go)
        before = resident()
        for _ in range(share):
            for call in CALLS:
                call(go)
        typed.settle(go)
    return resident() - before


@pytest.mark.proof
def test_rounds_of_everything_do_not_grow_the_process(go):
    assert growth(go, 250) < 2 * MIB


@pytest.mark.soak
def test_ten_thousand_rounds_of_everything_do_not_grow_the_process(go):
    typed.settle(go)
    before = go.__go__.live()
    assert growth(go, 10_000) < 4 * MIB
    assert go.__go__.live() == before


@pytest.mark.parametrize("seconds", [2, pytest.param(60, marks=pytest.mark.soak)])
def test_eight_threads_may_call_at_once(go, seconds):
    typed.settle(go)
    before = go.__go__.live()
    end, rounds = time.monotonic() + seconds, [0] * 8
    # Keep is left out: its variable is one for all threads, and Go has no lock around it.
    calls = [call for call in CALLS if call not in (typed.kept, typed.arrays)]

    def work(number):
        while time.monotonic() < end:
            for call in calls[number:] + calls[:number]:
                call(go)
            rounds[number] += 1

    assert at_once(8, work, seconds) == []
    assert min(rounds) > 0
    typed.settle(go)
    assert go.__go__.live() == before


@pytest.mark.parametrize("threads", [1, 8])
@pytest.mark.parametrize("seconds", [2, pytest.param(60, marks=pytest.mark.soak)])
def test_everything_goes_well_while_go_collects_its_garbage_without_a_pause(own_cache, seconds, threads):
    command = [sys.executable, pressure.__file__, str(seconds), str(threads)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=seconds + 120)
    assert ended.returncode == 0, ended.stderr[:3000]
    assert min(map(int, ended.stdout.split())) > 0


def arguments():
    """What no other test holds, and what a function refuses, converts, lends or brings back."""
    xs = np.arange(4.0)
    frozen = xs.copy()
    frozen.flags.writeable = False
    yield from (xs, xs[::2], frozen, xs.reshape(2, 2), xs.tolist(), tuple(xs.tolist()), memoryview(xs))
    yield from (array.array("d", xs), array.array("f", xs), pd.Series(xs), bytes(bytearray(32)))
    yield from ([str(x) for x in xs], "".join(["é"] * 40), "".join(["\udcff"] * 40), [xs.tolist(), xs], object())
    yield from ([["a" * 40], ["b" * 40]], {"a" * 40: ["b" * 40]}, {"a" * 40: {1}}, [{"k" * 40: xs}, 2**70])


MORE = {"Add": [(1,), ("x",)], "Row": [(0,), (9,)], "Keep": [([],), (3,)], "Fail": [("x",)]}
MORE["Deep"] = [([], {}, {}), ([[[1.0]]], {"a": [1]}, {"b": 3}), ([[[1.0]]], {}, {"a": None})]


@pytest.mark.parametrize(
    "name",
    [
        "Add",
        "Tail",
        "Upper",
        "Twice",
        "Same",
        "Fold",
        "Swap",
        "Row",
        "Keep",
        "Pair",
        "Fail",
        "Deep",
        "Anything",
        "Remember",
    ],
)
def test_no_reference_to_an_argument_is_left(go, name):
    for argument in arguments():
        watched = [argument, *(argument if isinstance(argument, list | tuple) else ())]
        before = references(watched)
        for rest in [*MORE.get(name, [()]), (1, 2, 3, 4)] * 3:
            with contextlib.suppress(TypeError, ValueError, RuntimeError, OverflowError):
                getattr(go, name)(argument, *rest)
        if references(watched) > before:
            gc.collect()  # exceptions and their tracebacks may wait for it
        assert all(now <= then for now, then in zip(references(watched), before, strict=True)), argument


def references(objects):
    return [sys.getrefcount(one) for one in objects]
