"""Profiles as `go test` writes them: protocol buffers of github.com/google/pprof, read as far as they are needed."""

from __future__ import annotations

import gzip
from collections import defaultdict
from collections.abc import Container, Iterator
from pathlib import Path

from gomagic.run import samples
from gomagic.run.samples import Frame, Sample

# Numbers of fields, from profile.proto.
_SAMPLE, _LOCATION, _FUNCTION, _TEXT = 2, 4, 5, 6
_OF_SAMPLE, _VALUES = 1, 2
_ID, _LINES = 1, 4
_NAME, _FILE = 2, 4

_NANO = 1e-9


def read(file: Path, cells: Container[str], *, memory: bool) -> list[Sample]:
    """The samples in a profile of time, or of allocations. cells: the tokens of the reader's cells."""
    fields = _fields(gzip.decompress(file.read_bytes()))
    texts = [bytes(text).decode(errors="replace") for text in fields[_TEXT]]
    functions = {}
    for message in fields[_FUNCTION]:
        of = _fields(message)
        functions[_number(of, _ID)] = texts[_number(of, _NAME)], texts[_number(of, _FILE)]
    places = {}
    for message in fields[_LOCATION]:
        of = _fields(message)
        lines = [_fields(line) for line in of[_LINES]]
        places[_number(of, _ID)] = [Frame(*functions[_number(line, 1)], _number(line, 2)) for line in lines]
    found = []
    for message in fields[_SAMPLE]:
        of = _fields(message)
        stack = [frame for place in _numbers(of[_OF_SAMPLE]) for frame in places[place]]
        count, weight, *_ = _numbers(of[_VALUES])
        if count:
            found.append(samples.sample(stack, count, weight if memory else weight * _NANO, cells))
    return found


def _fields(message: bytes | memoryview | int) -> dict[int, list[memoryview | int]]:
    """The fields of a message by their numbers: numbers, and the bytes of what is longer."""
    assert not isinstance(message, int)
    found: dict[int, list[memoryview | int]] = defaultdict(list)
    rest = memoryview(message)
    while rest:
        key, rest = _varint(rest)
        value, rest = _varint(rest)
        if key & 7 == 2:  # bytes, the number before them was their length; pprof has these two kinds alone
            found[key >> 3].append(rest[:value])
            rest = rest[value:]
        else:
            found[key >> 3].append(value)
    return found


def _varint(rest: memoryview) -> tuple[int, memoryview]:
    value = shift = 0
    for at, byte in enumerate(rest):
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, rest[at + 1 :]
    raise ValueError("a number without an end")


def _number(fields: dict[int, list[memoryview | int]], which: int) -> int:
    """A field that is one number; 0 is not written."""
    [value] = fields[which] or [0]
    assert isinstance(value, int)
    return value


def _numbers(values: list[memoryview | int]) -> Iterator[int]:
    """A field of several numbers, one by one or packed."""
    for value in values:
        if isinstance(value, int):
            yield value
            continue
        while value:
            number, value = _varint(value)
            yield number
