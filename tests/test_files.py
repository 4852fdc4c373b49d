"""The methods of Python's files, on what gives and takes bytes piece by piece."""

import gc

import pytest

from gomagic.bind import files
from gomagic.errors import GoError


class Failed(GoError):
    def __init__(self, *results):
        super().__init__("failed")
        self.results = results


def stream(pieces, methods=("Read",)):
    """An object of a class that reads these pieces, or raises one."""
    pieces = list(pieces)

    def read(_self, most):
        if pieces and isinstance(pieces[0], Exception):
            raise pieces.pop(0)
        piece = pieces.pop(0) if pieces else b""
        if len(piece) > most:
            pieces.insert(0, piece[most:])
        return piece[:most]

    kind = type("Stream", (), {})
    item = {"id": "Stream", "go": "Stream", "file": list(methods), "left_out": []}
    call = {"role": "method", "of": "Stream", "name": "Read", "params": [{"flags": 0}]}
    files.dress(kind, item, [call], {"read": read})
    return kind()


def test_read_puts_pieces_together():
    assert stream([b"ab", b"c", b"de"]).read() == b"abcde"
    file = stream([b"ab", b"c", b"de"])
    assert (file.read(4), file.read(0), file.read(4), file.read(4)) == (b"abcd", b"", b"e", b"")


def test_an_error_after_some_pieces_is_raised_by_the_next_read_once():
    file = stream([b"ab", Failed(b""), b"c"])
    assert file.read() == b"ab"
    with pytest.raises(Failed):
        file.read()
    assert file.read() == b"c"


def test_an_error_that_comes_with_bytes_is_raised_behind_them():
    file = stream([Failed(b"ab"), b"c"])
    assert file.read(9) == b"ab"
    with pytest.raises(Failed):
        file.read(9)
    with pytest.raises(Failed):
        stream([Failed(b"")]).read1()


def test_a_file_that_is_dropped_is_forgotten_though_an_error_waits():
    gc.collect()  # those of other tests
    file, before = stream([Failed(b"ab")]), len(files._states)
    file.read()
    assert len(files._states) == before + 1
    del file
    gc.collect()
    assert len(files._states) == before


def test_what_neither_reads_nor_writes_stays_as_it_is():
    assert not hasattr(stream([], methods=()), "close")
