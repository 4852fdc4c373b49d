"""What Go holds on to of a call goes on after it, and so does the context that it runs by."""

import time

import pytest
from test_plain_spans import SOURCE, ended

import gomagic


@pytest.fixture(scope="module")
def go(own_cache):
    return gomagic.compile(SOURCE, "held")


def test_what_go_holds_on_to_goes_on(go):
    holder = go.Hold(go.Stream())
    assert [holder.Next(), holder.Next(), go.Ended()] == [0, 1, 0]
    stream = go.Stream()
    holder = go.Hold(stream)
    assert holder.Next() == 0
    stream.close()
    assert ended(go, 1) == 1
    with pytest.raises(TypeError):
        go.Squares(go.Stream(), 1)
    assert ended(go, 1) == 1


def test_a_context_lives_on_with_what_may_hold_it(go):
    holder = go.NewHolder()
    assert (holder.Over(), holder.Next(), holder.Next()) == (False, 0, 1)
    pipe = go.Pipe()
    assert [pipe.recv(), pipe.recv()] == [0, 1]
    assert (go.Asks()(), go.IsOver(go.Request())) == (False, False)
    late = go.NewHolder(timeout=0.05)
    time.sleep(0.1)
    assert late.Over()
    go.Ended()
