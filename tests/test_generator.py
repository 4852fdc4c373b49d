"""What the compiler says of each parameter of a plain cell, and what that means for the call."""

import json

import pytest

from gomagic.build import compiler, toolchain
from gomagic.build.cache import MANIFEST
from gomagic.build.manifest import KEEPS, RETURNS, WRITES
from gomagic.source import cell

# What a function does with xs -> k: may keep it, w: writes to it, r: may return it.
BODIES = {
    "Reads": ("xs []float64) float64 { return xs[0] }", ""),
    "Ignores": ("xs []float64) {}", ""),
    "Blank": ("_ []float64) {}", ""),
    "Writes": ("xs []float64) { xs[0] = 1 }", "w"),
    "WritesByPointer": ("xs []float64) { p := &xs[0]; *p = 1 }", "w"),
    "WritesThroughUnsafe": ("xs []float64) { *(*float64)(unsafe.Pointer(&xs[0])) = 1 }", "w"),
    "WritesInCallee": ("xs []float64) { Writes(xs[1:]) }", "w"),
    "WritesInClosure": ("xs []float64) { f := func() { xs[0] = 1 }; f() }", "w"),
    "WritesInDefer": ("xs []float64) { defer func() { xs[0] = 1 }() }", "w"),
    "Copies": ("xs []float64) { copy(xs, []float64{1}) }", "w"),
    "Clears": ("xs []float64) { clear(xs) }", "w"),
    "AppendsInPlace": ("xs []float64) { _ = append(xs[:0], 1) }", "w"),
    "Sorts": ("xs []float64) { sort.Float64s(xs) }", "w"),
    "SortsGenerically": ("xs []float64) { slices.Sort(xs) }", "w"),
    "Counts": ("xs []int64) { atomic.AddInt64(&xs[0], 1) }", "w"),
    "Recurses": ("xs []float64) { if len(xs) > 0 { xs[0] = 1; Recurses(xs[1:]) } }", "w"),
    "WritesRows": ("m [][]float64) { m[0][0] = 1 }", "w"),
    "SwapsRows": ("m [][]float64) { m[0], m[1] = m[1], m[0] }", "w"),
    "Returns": ("xs []float64) []float64 { return xs[1:] }", "r"),
    "ReturnsNamed": ("xs []float64) (out []float64) { out = xs; return }", "r"),
    "ReturnsRow": ("m [][]float64) []float64 { return m[0] }", "r"),
    "WritesAndReturns": ("xs []float64) []float64 { xs[0] = 1; return xs }", "wr"),
    "SwapsAndReturns": ("m [][]float64) [][]float64 { m[0], m[1] = m[1], m[0]; return m }", "kwr"),
    "ReturnsBesideError": ("xs []float64) ([]float64, error) { return xs, nil }", "r"),
    "ReturnsInStruct": ("xs []float64) Hiding { return Hiding{xs: xs} }", "kw"),
    "ReturnsInArray": ("xs []float64) (out [1]Hiding) { out[0].xs = xs; return }", "kw"),
    "ReturnsInWhatPythonSees": ("xs []float64) Seen { return Seen{xs} }", "r"),
    "ReturnsTextInStruct": ("text string) Hiding { return Hiding{text: text} }", "k"),
    "ReadsPointer": ("p *int) int { return *p }", ""),
    "ReadsTextByPointer": ("p *string) string { return *p }", ""),
    "KeepsTextOfPointer": ("p *string) { globalText = *p }", ""),
    "WritesByPointerToText": ('p *string) { globalText = *p; *p = "a" }', "w"),
    "WritesToPointer": ("p *float64) { *p = 1 }", "w"),
    "KeepsPointer": ("p *float64) { pointer = p }", "kw"),
    "KeepsWhatPointsOn": ("p **float64) { pointer = *p; **p = 1 }", "kw"),
    "ReturnsPointer": ("p *float64) *float64 { return p }", ""),
    "ReturnsInError": ("xs []float64) error { return held{&xs[0]} }", "kw"),
    "ReturnsInNamedError": ("xs []float64) (n int, err error) { err = held{&xs[0]}; return }", "kw"),
    "Stores": ("xs []float64) { global = xs }", "kw"),
    "StoresPointer": ("xs []float64) { pointer = &xs[0] }", "kw"),
    "StoresRow": ("m [][]float64) { global = m[0] }", "kw"),
    "Sends": ("xs []float64) { channel <- xs }", "kw"),
    "Starts": ("xs []float64) { go func() { _ = xs[0] }() }", "kw"),
    "MovesToHeap": ("xs []float64) { xs[0] = 1; closure = func() { xs = append(xs, 1) } }", "kw"),
    "Boxes": ("xs []float64) { fmt.Println(xs) }", "kw"),
    "Calls": ("xs []float64) { callback(xs) }", "kw"),
    "StoresText": ("text string) { globalText = text[1:] }", "k"),
    "ReadsText": ("text string) int { return len(text) }", ""),
    "StoresWord": ("words []string) { globalText = words[0] }", "kw"),
    "WritesWord": ('words []string) { words[0] = "x" }', "w"),
    "Variadic": ("xs ...float64) { xs[0] = 1 }", ""),
    "VariadicRows": ("rows ...[]float64) { rows[0][0] = 1 }", "w"),
    "VariadicStored": ("xs ...float64) { global = xs }", "k"),
    "Fixed": ("xs [3]float64) { array = xs }", ""),
    "Number": ("x float64) { number = x }", ""),
}
SOURCE = """
var (
	global     []float64
	pointer    *float64
	channel    = make(chan []float64, 1)
	closure    func()
	callback   = func([]float64) {}
	globalText string
	array      [3]float64
	number     float64
)

type Hiding struct {
	xs   []float64
	text string
}

type Seen struct{ Xs []float64 }

type held struct{ p *float64 }

func (held) Error() string { return "held" }

//gomagic:borrow xs
func Promised(xs []float64) { global = xs }

//gomagic:borrow b, c
func PromisedTwo(a, b, c []float64) { global = a; global = b; global = c }
"""


# Functions without a body, and functions of which a `//line` says that they stand elsewhere: each below one that reads.
ODD = """
import _ "unsafe"

//go:noescape
//go:linkname Clear runtime.memclrNoHeapPointers
func Clear(xs []byte)

func Reads(xs []float64) float64 { return xs[0] }
"""
DISPLACED = """
var kept []float64
func Reads(xs []float64) float64 { return xs[0] }
//line PLACE:1
func Keeps(xs []float64) float64 { kept = xs; return 1 }
"""


@pytest.fixture(scope="module")
def flags(own_cache):
    """function -> what is known of each parameter, in letters."""
    functions = "\n".join(f"func {name}({body}" for name, (body, _) in BODIES.items())
    built = compiler.build(cell.parse("judged", SOURCE + functions), toolchain.find())
    manifest = json.loads(built.path.with_name(MANIFEST).read_text())
    letters = {"k": KEEPS, "w": WRITES, "r": RETURNS}
    return {
        call["name"]: [
            "".join(each for each, bit in letters.items() if param["flags"] & bit) for param in call["params"]
        ]
        for call in manifest["calls"]
    }


def flags_of(source):
    built = compiler.build(cell.parse("judged", source), toolchain.find())
    manifest = json.loads(built.path.with_name(MANIFEST).read_text())
    calls = [call for call in manifest["calls"] if call["role"] == "function"]
    return {call["name"]: call["params"][0]["flags"] for call in calls}


def test_of_a_function_without_a_body_nothing_is_taken_for_granted(own_cache):
    assert flags_of(ODD) == {"Clear": KEEPS | WRITES, "Reads": 0}


@pytest.mark.parametrize("place", ["other.go:4", ":4", "/gomagic/other:4"])
def test_no_function_inherits_what_is_said_of_another(own_cache, place):
    doubt = KEEPS | WRITES
    reads = 0 if place[0] != ":" else doubt
    assert flags_of(DISPLACED.replace("PLACE", place)) == {
        "Reads": reads,
        "Keeps": doubt,
    }


@pytest.mark.parametrize("name", BODIES)
def test_what_go_does_with_a_parameter_is_known(flags, name):
    assert flags[name] == [BODIES[name][1]]


def test_a_promise_counts_for_the_parameters_that_it_names(flags):
    assert flags["Promised"] == ["w"]
    assert flags["PromisedTwo"] == ["kw", "w", "w"]
