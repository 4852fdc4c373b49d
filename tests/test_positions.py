import ctypes
import json
import os
import sys

import pytest

from gomagic.bind import library, positions
from gomagic.build import compiler
from gomagic.errors import GoPanic
from gomagic.source import cell

WHERE = """
func Where() (string, int) { _, file, line, _ := runtime.Caller(0); return file, line }

func Logged() (string, string) {
	var short, long bytes.Buffer
	log.New(&short, "", log.Lshortfile).Print("s")
	slog.New(slog.NewJSONHandler(&long, &slog.HandlerOptions{AddSource: true})).Info("l")
	return short.String(), long.String()
}

func Fail(xs []int) int { return xs[3] }
"""
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="memory is looked up in /proc")


def test_go_calls_a_cell_as_messages_do(shell):
    ran = shell(f"%%go where{WHERE}")
    where, label = shell.names["where"], f"cell[{ran.number}]"
    assert where.Where() == (label, 2)
    short, long = where.Logged()
    assert short == f"{label}:6: s\n"
    assert json.loads(long)["source"]["file"] == label
    with pytest.raises(GoPanic, match=rf"cell\[{ran.number}\]:11, in Fail"):
        where.Fail([1])


def test_an_unchanged_cell_has_its_latest_number_and_another_of_the_same_text_its_own(shell):
    shell(f"%%go where{WHERE}")
    again = shell(f"%%go where{WHERE}").number
    other = shell(f"%%go elsewhere{WHERE}").number
    where, elsewhere = shell.names["where"], shell.names["elsewhere"]
    assert (where.Where()[0], elsewhere.Where()[0]) == (f"cell[{again}]", f"cell[{other}]")
    for module, number in ((where, again), (elsewhere, other)):
        with pytest.raises(GoPanic, match=rf"cell\[{number}\]:11, in Fail"):
            module.Fail([1])


@pytest.mark.parametrize("before", [0, 1, positions._PIECE - 3, positions._PIECE, 3 * positions._PIECE - 1])
def test_a_name_is_found_wherever_it_stands_and_once(before):
    text = ctypes.create_string_buffer(b"x" * before + b"token\0" + b"y" * 100 + b"token")
    start = ctypes.addressof(text)
    memory = os.open("/proc/self/mem", os.O_RDONLY)
    assert [*positions._found(memory, b"token\0", start, start + before + 106)] == [start + before]
    assert [*positions._found(memory, b"token\0", start, start + before + 5)] == []
    os.close(memory)


def protections():
    """How each part of this process's memory is protected, in the order of their addresses."""
    with open("/proc/self/maps", encoding="utf-8") as maps:
        rows = [line.split() for line in maps]
    return [(*(int(each, 16) for each in row[0].split("-")), row[1][:3]) for row in rows]


WITH_C = """
package main

// static char array[] = "an array, to be written";
// static char *text(void) { return array; }
import "C"

//export Text
func Text() *C.char { return C.text() }

func main() {}
"""


def test_memory_is_protected_afterwards_as_it_was():
    made = cell.parse("where", WITH_C)
    loaded = library.load(compiler.build(made).path, "where")
    for token, protection in ((made.token, "r--"), ("an array, to be written", "rw-")):
        [(place, first, end, _)] = positions._places(loaded._handle, token)
        assert first <= place < end
        assert how_protected(first, end) == protection
        positions.name(loaded, token, "cell[7]")
        assert how_protected(first, end) == protection
        assert ctypes.string_at(place) == b"cell[7]"


def how_protected(first, end):
    with open("/proc/self/maps", encoding="utf-8") as maps:
        rows = [line.split() for line in maps]
    parts = [(*(int(each, 16) for each in row[0].split("-")), row[1][:3]) for row in rows]
    [found] = [how for start, stop, how in parts if start <= first and end <= stop]
    return found
