"""What the reader is told of a plain cell that has been built."""

from gomagic.bind import plain
from gomagic.build import compiler, notes, toolchain
from gomagic.source import cell

KEEPS = "var kept []float64\n\nfunc Keep(xs []float64) { kept = xs }\n\nfunc Odd(at uintptr, to chan<- func()) {}\n"


def told(body):
    parsed = cell.parse("told", body)
    return notes.of(plain.manifest(compiler.build(parsed, toolchain.find()).path), parsed)


def test_what_is_copied_is_told_with_its_cure():
    assert told(KEEPS)[-1] == (
        "note: xs is copied, Keep may keep it (told:4); `//gomagic:borrow xs` above the function if it does not"
    )


def test_a_cell_without_a_capital_letter_has_nothing_for_python():
    [note] = told("func add(a, b int) int { return a + b }\n")
    assert note == ("note: told has nothing for Python; Python sees what begins with a capital letter, as in `Add`")
