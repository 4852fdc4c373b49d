"""What Go asks of a file of Python's, and what is one."""

import io
import pathlib
import sys

import pytest

from gomagic.bind import streams

READ, WRITE, AS_TEXT = 0, 1, 16


def face(*methods):
    return {"interface": {"stream": list(methods)}}


def test_an_interface_needs_the_methods_that_do_its_work():
    assert streams.needs(face("Close", "Read", "ReadAt")) == ("close", "read", "seek")
    assert streams.needs(face()) is None
    assert streams.needs({}) is None


@pytest.mark.parametrize(
    ("value", "is_file"),
    [
        (io.BytesIO(), 1), (io.StringIO(), 3), (sys.__stdout__, 3), (io.BytesIO, 0), ("x", 0), (pathlib.Path(), 0),
        (type("Named", (), {"write": print, "encoding": "utf-8"})(), 3), (type("Plain", (), {"write": print})(), 1),
        (type("Odd", (), {"write": "x"})(), 0),
    ],
)  # fmt: skip
def test_what_has_the_methods_is_a_file(value, is_file):
    assert streams.is_file(value, ("write",)) == is_file


def test_a_class_of_ios_that_has_written_no_read1_is_read_all_the_same():
    class Buffered(io.BufferedIOBase):
        def read(self, size):
            return b"x" * size

    assert streams.use(READ, Buffered(), 3, 0) == b"xxx"


def test_who_types_is_waited_for_line_by_line():
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    assert streams.use(AS_TEXT + READ, Terminal("first\nsecond"), 100, 0) == b"first\n"
    assert streams.use(AS_TEXT + READ, io.StringIO("first\nsecond"), 100, 0) == b"first\nsecond"


def test_a_text_file_that_gives_more_than_was_asked_for_is_an_error():
    class Generous(io.StringIO):
        def read(self, size):
            return "x" * 100

    with pytest.raises(ValueError, match=r"Generous\.read\(40\) has returned 100 bytes$"):
        streams.use(AS_TEXT + READ, Generous(), 40, 0)


def test_the_hint_names_the_mode_that_is_wanted():
    wanted = {("Read",): "rb", ("Write",): "wb", ("Read", "Write"): "r+b"}
    for methods, mode in wanted.items():
        said = streams.hint("x", face(*methods)["interface"], "`path`")
        assert said == f'pass the file of that name: `open(path, "{mode}")`'
