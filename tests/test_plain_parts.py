"""A cell links of golib/bridge what it may need; what it does not need is left out, and is not missed."""

import pytest

import gomagic
from gomagic import GoPanic
from gomagic.build import compiler
from gomagic.source import cell

# Functions, by which the parts are known.
WORDS, SEQUENCES, STREAMS = b"fmt.(*pp).printArg", b"bridge.(*sequence).step", b"bridge.readLine"
HANDLES, CONTEXTS = b"bridge.equalPairs", b"bridge.(*mapping).withContext"
PARTS = {WORDS, SEQUENCES, STREAMS, HANDLES, CONTEXTS}

TYPE = "type Point struct{ X, Y int; m map[string]int }\nfunc New() *Point { return &Point{X: 1} }"


@pytest.mark.parametrize(
    ("text", "linked"),
    [
        ("func Add(a, b int) int { return a + b }", set()),
        ("func Sum(xs []float64) (s float64) { for _, x := range xs { s += x }; return }", set()),
        ('import "strings"\nfunc Up(s string) (string, error) { return strings.ToUpper(s), nil }', set()),
        ('func Fail() { panic("no") }', set()),
        ("func Fail() { panic(2.5) }", {WORDS}),
        ("func Fail(x any) { panic(x) }", {WORDS, SEQUENCES}),
        ('import "fmt"\nfunc Hello() string { return fmt.Sprint(1) }', {WORDS}),
        (TYPE, {HANDLES, STREAMS, WORDS}),
        ('import "context"\nfunc Wait(ctx context.Context, n int) int { return n }', {CONTEXTS, WORDS}),
        ('import "iter"\nfunc All() iter.Seq[int] { return func(yield func(int) bool) { yield(1) } }', {SEQUENCES}),
    ],
)
def test_what_is_linked(text, linked, tmp_path):
    made = compiler.build(cell.parse("parts", f"{text}\n"), folder=tmp_path).path.read_bytes()
    found = {part for part in PARTS if part in made}
    assert found >= linked
    assert bool(found) == bool(linked)


PANICS = """
import "errors"

type code int

func (c code) Error() string { return "code" }

type broken struct{ text string }

func (b *broken) Error() string { return b.text }

func Text() { panic("a text") }
func Number() { panic(-7) }
func Truth() { panic(1 > 0) }
func Error() { panic(errors.Join(errors.New("one"), code(2))) }
func Own() { panic(code(2)) }
func Nil() { panic((*broken)(nil)) }
func Divide() { panic(1 / len(errors.New("").Error())) }
"""
SAID = {
    "Text": "a text",
    "Number": "-7",
    "Truth": "true",
    "Error": "one",
    "Own": "code",
    "Nil": "(*main.broken) whose own text panics",
    "Divide": "integer divide by zero",
}


@pytest.mark.parametrize("more", ["", "func Print() { fmt.Println() }\n"], ids=["without fmt", "with it"])
def test_what_a_cell_panics_with_is_said_with_and_without_package_fmt(more):
    go = gomagic.compile(PANICS + more, "panics")
    said = {}
    for name in SAID:
        with pytest.raises(GoPanic) as caught:
            getattr(go, name)()
        said[name] = str(caught.value).partition("\n")[0]
    assert said == SAID
