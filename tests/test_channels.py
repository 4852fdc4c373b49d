"""Channels that Python makes, as long as Go has not got them."""

import threading

import pytest

import gomagic


def test_what_is_sent_waits_as_long_as_there_is_room():
    jobs = gomagic.chan(int, 2)
    assert repr(jobs) == "<chan of int>"
    jobs.send(1)
    jobs.send(2)
    assert (len(jobs), jobs.capacity, bool(jobs)) == (2, 2, True)
    with pytest.raises(TimeoutError):
        jobs.send(3, timeout=0.01)
    assert jobs.recv() == 1
    jobs.close()
    assert list(jobs) == [2]
    with pytest.raises(EOFError):
        jobs.recv()
    for late in (lambda: jobs.send(3), jobs.close):
        with pytest.raises(ValueError, match="the channel is closed"):
            late()


def test_who_waits_goes_on_with_what_another_thread_sends():
    jobs, found = gomagic.chan(int, 1), []
    thread = threading.Thread(target=lambda: found.extend(jobs))
    thread.start()
    for i in range(5):
        jobs.send(i)
    jobs.close()
    thread.join()
    assert found == [0, 1, 2, 3, 4]
    with pytest.raises(TimeoutError):
        gomagic.chan(int).recv(timeout=0.01)


def test_what_is_no_type_of_gos_is_refused():
    with pytest.raises(TypeError, match="is no type that Go has"):
        gomagic.chan(set)
    with pytest.raises(TypeError, match="`n` is str, not an int"):
        gomagic.chan(int, "3")
    with pytest.raises(ValueError, match="there cannot be room for -1"):
        gomagic.chan(int, -1)
