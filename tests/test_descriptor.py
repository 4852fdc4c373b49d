"""A descriptor whose text goes to memory, on descriptors that nobody needs."""

import os

import pytest

from gomagic.notebook.descriptor import Descriptor


@pytest.fixture
def pipe():
    """The two ends of a pipe; what is written to the second is taken away from it by a Descriptor."""
    ends = os.pipe()
    yield ends
    for end in ends:
        os.close(end)


def test_what_is_written_waits_until_it_is_taken(pipe):
    caught = Descriptor(pipe[1])
    assert not caught.waiting()
    os.write(pipe[1], b"hello")
    assert caught.waiting()
    assert caught.read() == (5, "hello", "")
    assert caught.waiting()
    caught.take(5)
    assert (caught.waiting(), caught.read()) == (False, (0, "", ""))
    caught.restore()


def test_a_write_does_not_wait_for_a_reader(pipe):
    caught = Descriptor(pipe[1])
    lines = b"x" * 99 + b"\n"
    for _ in range(20_000):  # 2 MB: a pipe holds 64 KiB
        os.write(pipe[1], lines)
    sizes = []
    while (read := caught.read()[0]) > 0:
        caught.take(read)
        sizes.append(read)
    assert sizes == [1 << 20, 2_000_000 - (1 << 20)]
    caught.restore()


def test_half_a_character_waits_for_its_other_half(pipe):
    caught = Descriptor(pipe[1])
    first, second = "ä".encode()[:1], "ä".encode()[1:]
    texts = []
    for part in (b"a" + first, second + b"b"):
        os.write(pipe[1], part)
        size, text, _ = caught.read()
        caught.take(size)
        texts.append(text)
    assert texts == ["a", "äb"]
    caught.restore()


def test_given_back_it_leads_where_it_led_and_what_waits_can_be_read(pipe):
    caught = Descriptor(pipe[1])
    os.write(pipe[1], b"caught")
    caught.restore()
    os.write(pipe[1], b"free")
    assert os.read(pipe[0], 9) == b"free"
    assert caught.read() == (6, "caught", "")
