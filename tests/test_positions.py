import ctypes
import json
import sys

import pytest

from gomagic.bind import positions
from gomagic.errors import GoPanic

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
    memory = ctypes.create_string_buffer(b"x" * before + b"token\0" + b"y" * 100 + b"token")
    start = ctypes.addressof(memory)
    assert [*positions._found("token", start, start + before + 106)] == [start + before]
    assert [*positions._found("token", start, start + before + 5)] == []
