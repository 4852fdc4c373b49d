"""Profiles of `go test`, as protocol buffers; tests/test_gotest.py reads those that Go itself has written."""

import gzip

import pytest

from gomagic.run import pprof
from gomagic.run.samples import Frame, Where


def varint(number):
    return bytes([number & 0x7F | 0x80]) + varint(number >> 7) if number > 0x7F else bytes([number])


def field(number, value):
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


TEXTS = [b"", b"main.leaf", b"/gomagic/token", b"main.Work", b"testing.(*B).runN", b"/go/testing.go"]
FUNCTIONS = [(1, 1, 2), (2, 3, 2), (300, 4, 5)]  # id, name, file


def written(values):
    packed = b"".join(map(varint, values))
    whole = b"".join(field(6, text) for text in TEXTS)
    whole += b"".join(field(5, field(1, n) + field(2, name) + field(4, file)) for n, name, file in FUNCTIONS)
    inlined = field(4, field(1, 1) + field(2, 6)) + field(4, field(1, 2) + field(2, 9))
    whole += field(4, field(1, 7) + inlined)
    whole += field(4, field(1, 8) + field(4, field(1, 300)))
    whole += field(2, field(1, varint(7) + varint(8)) + field(2, packed))  # packed
    whole += field(2, field(1, 8) + field(2, 0) + field(2, 0))  # one by one
    return gzip.compress(whole)


@pytest.mark.parametrize(("memory", "values", "weight"), [(False, (3, 30_000_000), 0.03), (True, (3, 96, 0, 0), 96)])
def test_stacks_are_read_with_what_is_inlined_in_them(tmp_path, memory, values, weight):
    file = tmp_path / "x.pprof"
    file.write_bytes(written(values))
    [sample] = pprof.read(file, {"/gomagic/token"}, memory=memory)
    assert sample.frames == (Frame("Work", "/gomagic/token", 9), Frame("leaf", "/gomagic/token", 6))
    assert (sample.where, sample.count, round(sample.weight, 9)) == (Where.GO, 3, weight)
