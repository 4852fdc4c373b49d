"""Plain Go cells against the boundary written by hand: what a call costs, and how long a reader waits for the first.

The reference of a call is ctypes with argtypes, calling the same Go function (BY_HAND); of text it includes what the
reader would have to write in Python, of an array its address. Each pair is measured turn and turn about in one
process; what counts is the median of the rounds' ratios. The reference of an edit is plain_magic.py, as in
edit_to_run.py, on the same functions with `import "C"`.

    python benchmarks [--quick]
"""

import contextlib
import ctypes
import dataclasses
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import timeit
from pathlib import Path
from unittest import mock

import kinds
from bounds import verdict
from edit_to_run import Row
from samples import MEDIUM, PLAIN_MEDIUM, PLAIN_TINY, TINY
from session import Session

import gomagic
from gomagic.bind import plain
from gomagic.build import compiler, generator, toolchain, warmup
from gomagic.source.cell import Cell

FOLDER = Path(__file__).parent
ROUNDS, SECONDS, EDITS = 21, 0.02, 15
MOST_OURS = 0.015  # seconds of a processor that it may take an edit to have its boundary made

# With this both fill an array. Not inlined: such a loop takes 0.35 or 0.7 ms for a million by its address alone, which
# follows from what stands before it.
FILL = """
//go:noinline
func fill(xs []float64) {
	for i := range xs {
		xs[i] = float64(i)
	}
}
"""

CELL = """
func Add(a, b int) int { return a + b }

func AddUnlessStopped(ctx context.Context, a, b int) int { return a + b }

func Scale(x float64) float64 { return x * 2.5 }

func Length(s string) int { return len(s) }

func Upper(s string) string { return strings.ToUpper(s) }

func Sum(xs []float64) float64 {
	total := 0.0
	for _, x := range xs {
		total += x
	}
	return total
}

func SumInts(xs []int) int {
	total := 0
	for _, x := range xs {
		total += x
	}
	return total
}

func Range(n int) []float64 {
	xs := make([]float64, n)
	fill(xs)
	return xs
}

var data = Range(1_000_000)

func Data(n int) []float64 { return data[:n] }

type Adder struct{ Total int }

func (a *Adder) Add(x, y int) int { return x + y }

func Plus[T int | float64 | string](a, b T) T { return a + b }

func First(xs []float64) float64 { return xs[0] }

type Vector struct{ X, Y, Z float64 }

func SumOf(v Vector) float64              { return v.X + v.Y + v.Z }
func SumOfThree(x, y, z float64) float64  { return x + y + z }
func FirstOf(all []Vector) float64        { return all[0].X }
func Thrice(x float64) Vector             { return Vector{x, x, x} }
func Three(x float64) (a, b, c float64)   { return x, x, x }

type Trade struct {
	Name  string
	Count int
	Price float64
}

func Trades(n int) []Trade {
	all := make([]Trade, n)
	for i := range all {
		all[i] = Trade{"a name", i, float64(i) / 2}
	}
	return all
}

func Worth(all []Trade) float64 {
	total := 0.0
	for _, one := range all {
		total += one.Price
	}
	return total
}

func Letters(all []string) int {
	total := 0
	for _, s := range all {
		total += len(s)
	}
	return total
}

func Apply(f func(float64) float64, x float64) float64 { return f(x) }

func SumOfCalls(f func(float64) float64, n int) float64 {
	total := 0.0
	for i := range n {
		total += f(float64(i))
	}
	return total
}

func Words(lines [][]string) int {
	total := 0
	for _, line := range lines {
		total += len(line)
	}
	return total
}
"""

# A cell of its own: its 100,000 strings take each of Go's collections 2 ms, which other rows would pay for.
MAPS = """
var counted = map[string]int{}

func init() {
	for n := range 100_000 {
		counted[fmt.Sprintf("key %d", n)] = n
	}
}

func Counts() map[string]int { return counted }

func Total(counts map[string]int) int {
	total := 0
	for _, n := range counts {
		total += n
	}
	return total
}
"""

BY_HAND = """
package main

/*
#include <stdlib.h>

typedef double (*callback)(double);
static double call(callback f, double x) { return f(x); }
*/
import "C"

import (
	"strings"
	"unsafe"
)

//export Add
func Add(a, b int64) int64 { return a + b }

//export Scale
func Scale(x float64) float64 { return x * 2.5 }

//export Length
func Length(s *C.char) int64 { return int64(len(C.GoString(s))) }

//export Upper
func Upper(s *C.char) *C.char { return C.CString(strings.ToUpper(C.GoString(s))) }

//export Free
func Free(p unsafe.Pointer) { C.free(p) }

//export Sum
func Sum(p *float64, n int64) float64 {
	total := 0.0
	for _, x := range unsafe.Slice(p, n) {
		total += x
	}
	return total
}

//export SumInts
func SumInts(p *int64, n int64) int64 {
	total := int64(0)
	for _, x := range unsafe.Slice(p, n) {
		total += x
	}
	return total
}

var data = make([]float64, 1_000_000)

func init() { fill(data) }

//export Range
func Range(p *float64, n int64) { fill(unsafe.Slice(p, n)) }

//export Data
func Data(p *float64, n int64) { copy(unsafe.Slice(p, n), data) }

//export Apply
func Apply(f C.callback, x float64) float64 { return float64(C.call(f, C.double(x))) }

//export SumOfCalls
func SumOfCalls(f C.callback, n int64) float64 {
	total := 0.0
	for i := range n {
		total += float64(C.call(f, C.double(i)))
	}
	return total
}

func main() {}
"""


def by_hand():
    """The same functions through ctypes, each as careful as the generated ones: a dict of callables."""
    import numpy

    library = gomagic.compile(BY_HAND + FILL, "calls")
    integer, real, text, address = ctypes.c_int64, ctypes.c_double, ctypes.c_char_p, ctypes.c_void_p
    callback = ctypes.CFUNCTYPE(real, real)
    for name, result, arguments in (
        ("Add", integer, [integer, integer]),
        ("Scale", real, [real]),
        ("Length", integer, [text]),
        ("Upper", address, [text]),
        ("Free", None, [address]),
        ("Sum", real, [address, integer]),
        ("SumInts", integer, [address, integer]),
        ("Range", None, [address, integer]),
        ("Data", None, [address, integer]),
        ("Apply", real, [callback, real]),
        ("SumOfCalls", real, [callback, integer]),
    ):
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    length, upper, free, total, total_of_ints = (
        getattr(library, name) for name in ("Length", "Upper", "Free", "Sum", "SumInts")
    )

    def upper_text(s):
        address = upper(s.encode())
        try:
            return ctypes.string_at(address).decode()
        finally:
            free(address)

    def into(function):
        """What Go fills is numpy's, so that nobody has to free it."""

        def filled(n):
            xs = numpy.empty(n)
            function(xs.ctypes.data, n)
            return xs

        return filled

    return {
        "Add": library.Add,
        "Scale": library.Scale,
        "Length": lambda s: length(s.encode()),
        "Upper": upper_text,
        "Sum": lambda xs: total(xs.ctypes.data, len(xs)),
        "SumInts": lambda xs: total_of_ints((integer * len(xs))(*xs), len(xs)),
        "Range": into(library.Range),
        "Data": into(library.Data),
        "Apply": lambda f, x: library.Apply(callback(f), x),
        "SumOfCalls": lambda f, n: library.SumOfCalls(callback(f), n),
    }


def reader(folder):
    """C that only reads a list of strings, as a function of Python."""
    chain = toolchain.find()
    path = Path(folder) / "reader.so"
    command = [*chain.cc, "-O2", "-shared", "-fPIC", FOLDER / "reader.c", "-o", path]
    subprocess.run(command, env=dict(chain.env), check=True)
    function = ctypes.PyDLL(str(path)).Letters
    function.restype, function.argtypes = ctypes.c_int64, [ctypes.py_object]
    return function


def count():
    return {f"key {n}": n for n in range(100_000)}


def total(counts):
    """The sum of a dict's values, of a copy made pair by pair."""
    return sum({key: value for key, value in counts.items()}.values())


@dataclasses.dataclass(slots=True)
class Trade:
    Name: str
    Count: int
    Price: float


def made(n):
    """What Python itself makes in place of so many structs."""
    return [Trade("a name", i, i / 2) for i in range(n)]


def structs(go):
    """The rows of `rows` about structs."""
    import numpy
    import pandas

    vector, n, frame = go.Vector(1.0, 2.0, 3.0), 100_000, pandas.DataFrame
    trades, lists = go.Trades(n), {"Name": ["a name"] * n, "Count": [*range(n)], "Price": [i / 2 for i in range(n)]}
    yield "a struct of 3 numbers in, or 3 numbers", 2, go.SumOf, (vector,), go.SumOfThree, (1.0, 2.0, 3.0)
    yield "the same out", 2, go.Thrice, (1.5,), go.Three, (1.5,)
    yield "100,000 structs out, or dataclasses made", 2, go.Trades, (n,), made, (n,)
    yield "the same in, or dataclasses made", 2, go.Worth, (trades,), lambda n: made(n) and go.Worth(trades), (n,)
    yield "a frame of them, or of three lists", 3.5, frame, (trades,), frame, (lists,)
    columns = go.Trade.columns
    yield (
        "a frame of their columns, or of three lists",
        1.5,
        lambda all: frame(columns(all)),
        (trades,),
        frame,
        (lists,),
    )
    yield "a frame's rows in, or these structs", 3, go.Worth, (frame(lists),), go.Worth, (trades,)
    small, large = (numpy.ones(10, go.Vector),), (numpy.ones(1_000_000, go.Vector),)
    yield "an array of a million structs against 10", 1.1, go.FirstOf, large, go.FirstOf, small


def mapped(go):
    """A function of numbers for all elements of an array."""
    return lambda xs: gomagic.map(go.Scale, xs)


def looped(go):
    """The same by a loop of Python's, which is quickest over a list."""
    import numpy

    return lambda xs: numpy.array([go.Scale(x) for x in xs.tolist()])


def alike(one, other):
    """Whether two results say the same."""
    if hasattr(one, "tolist"):
        return one.tolist() == (other.tolist() if hasattr(other, "tolist") else other)
    if hasattr(one, "equals"):
        return one.equals(other)
    return (
        len(one) == len(other) if isinstance(one, list) else tuple(one) == other if hasattr(one, "X") else one == other
    )


def rows(folder):
    """(title, bound, ours, its arguments, the reference, its arguments) of each line; add's bound depends on Python."""
    import numpy

    go, maps, hand = gomagic.compile(CELL + FILL, "plain"), gomagic.compile(MAPS, "maps"), by_hand()
    add = 0.16 if sys.version_info < (3, 12) else 0.10
    pairs = [
        ("add two ints", add, "Add", (1, 2)),
        ("scale a float", 0.25, "Scale", (1.5,)),
        ("length of a str", 0.18, "Length", ("hello, gopher 123",)),
        ("upper case of a str", 0.12, "Upper", ("hello, gopher xyz",)),
        ("sum of an array of 1,000", 0.31, "Sum", (numpy.arange(1000.0),)),
        ("sum of a list of 100,000 ints", 0.03, "SumInts", (list(range(100_000)),)),
        ("a million float64 that Go makes", 0.8, "Range", (1_000_000,)),
        ("a million float64 that Go has", 0.8, "Data", (1_000_000,)),
        ("a callback", 1, "Apply", (abs, 1.5)),
        ("100,000 callbacks", 0.5, "SumOfCalls", (lambda x: x, 100_000)),
    ]
    for title, bound, name, arguments in pairs:
        yield title, bound, getattr(go, name), arguments, hand[name], arguments
    small, large = (numpy.zeros(10),), (numpy.zeros(10_000_000),)
    many = (numpy.arange(1e6),)
    yield "a million elements, or a loop of calls", 0.02, mapped(go), many, looped(go), many
    yield "10 million elements against 10", 1.1, go.First, large, go.First, small
    texts = ([f"text {number}" for number in range(100_000)],)
    yield "a method against the function", 1.25, (go.Adder(), "Add"), (1, 2), go.Add, (1, 2)
    yield "a generic function against the function", 1.1, go.Plus, (1, 2), go.Add, (1, 2)
    yield "add two ints, with a context", 2.2, go.AddUnlessStopped, (1, 2), hand["Add"], (1, 2)
    yield "a map of 100,000 against making a dict", 2, maps.Counts, (), count, ()
    yield "a dict of 100,000 against copying it", 3, maps.Total, (count(),), total, (count(),)
    yield from structs(go)
    yield "100,000 strings against C reading them", 1.5, go.Letters, texts, reader(folder), texts


def ratio(ours, arguments, reference, theirs, rounds, seconds):
    """The median of ours / reference, after both have given the same result, and ours in seconds.

    ours: a function, or (handle, name) of a method, which is then looked up in each call.
    """
    object, name = ours if isinstance(ours, tuple) else (ours, "__call__")
    assert alike(getattr(object, name)(*arguments), reference(*theirs))
    called = f"f.{name}" if isinstance(ours, tuple) else "f"
    rows = (called, object, *arguments), ("f", reference, *theirs)
    timers = []
    for text, *values in rows:
        names = dict(zip("fabc", values, strict=False))
        timers.append(timeit.Timer(f"{text}({', '.join([*names][1:])})", globals=names))
    numbers = [max(int(seconds / max(timer.timeit(3) / 3, 1e-7)), 1) for timer in timers]
    ratios, times = [], []
    for _ in range(rounds):
        pair = [timer.timeit(number) / number for timer, number in zip(timers, numbers, strict=True)]
        ratios.append(pair[0] / pair[1])
        times.append(pair[0])
    return statistics.median(ratios), min(times)


def edits(rounds):
    """The seconds from an edited cell to its first call, each row measured once a round."""
    session = Session()
    session.load("gomagic", "plain_magic")
    pairs = [(PLAIN_TINY, TINY, Row("edited plain cell, tiny", 0.17), [])]
    pairs += [(PLAIN_MEDIUM, MEDIUM, Row("edited plain cell, medium", 0.20), [])]
    pairs += [(*kinds.FUNCTIONS, Row("the same, 40 functions", 0.35), [])]
    pairs += [(*kinds.STRUCTS, Row("the same, 5 structs, 20 methods", 0.35), [])]
    if rounds > 1:  # what takes long, and the network
        warmup.quicken()  # as while the reader reads
        pairs += [(*kinds.SERVER, Row("the same, net/http, json, regexp", 0.35), [])]
        session.seconds(f"%go get {kinds.MODULE}")
        pairs += [(*kinds.WITH_MODULE, Row("the same, a module of others", 0.35), [kinds.MODULE])]
    for number in range(-1 if rounds > 1 else 0, rounds):  # the first build of all compiles the standard library
        for sample, by_hand, row, modules in pairs:
            ways = [lambda p=sample: session.edited(*p.edited().cells("%%go"))]
            ways.append(lambda h=by_hand, m=modules: session.edited(*h.edited().cells("%%plain", *m)))
            order = [1, 0] if number % 2 else [0, 1]
            seconds = {which: ways[which]() for which in order}
            if number >= 0:
                row.add(seconds[0], seconds[1])
    return [row for _, _, row, _ in pairs]


def generated(rounds):
    """(title, seconds) of what of an edit makes the boundary and binds it: cellgen, and Python's side of both."""
    steps = [(generator, "generate"), (generator, "put_off"), (generator, "judge"), (plain, "bind")]
    for sample in PLAIN_TINY, PLAIN_MEDIUM:
        found = []
        for number in range(rounds + 1):  # the first time everything is imported
            spent = []
            cell = Cell("edited", sample.edited().go)
            with contextlib.ExitStack() as patched:
                for module, name in steps:
                    patched.enter_context(mock.patch.object(module, name, timed(getattr(module, name), spent)))
                plain.load_alone(compiler.build(cell, toolchain.find()).path, cell)
            found += [sum(spent)] * (number > 0)
        yield f"generated and bound, {sample.name}", statistics.median(found)


def timed(function, spent):
    """The function, which adds to a list how many seconds of a processor each call takes, with what it starts."""

    def now():
        both = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        return sum(one.ru_utime + one.ru_stime for one in both)

    def call(*args, **keywords):
        start = now()
        try:
            return function(*args, **keywords)
        finally:
            spent.append(now() - start)

    return call


def main(quick):
    rounds, seconds = (1, 0.0) if quick else (ROUNDS, SECONDS)
    go = toolchain.check(toolchain.find())["GOVERSION"]
    print(f"\nplain cells against ctypes: medians of {rounds}, {go}, Python {platform.python_version()}\n")
    print(f"{'':<41}{'gomagic':>13}{'ratio':>9}{'bound':>8}")
    with tempfile.TemporaryDirectory() as folder:
        for title, bound, *pair in rows(folder):
            found, fastest = ratio(*pair, rounds, seconds)
            said = verdict(title, found, bound)
            print(f"{title:<41}{fastest * 1e9:10.0f} ns{found:9.3f}{bound:8.3f}  {said}")
        tempfile.tempdir = folder  # the reference of an edit builds there
        print(f"\nplain cells, edit to first call: medians of {1 if quick else EDITS}\n")
        print(f"{'':<34}{'gomagic':>11}{'reference':>11}{'ratio':>9}{'bound':>7}")
        # Before the edits, of which each leaves a library here, as no reader has so many.
        for title, found in generated(1 if quick else EDITS):
            said = "ok" if found <= MOST_OURS else "over"
            print(f"{title:<34}{found * 1e3:8.1f} ms{'':20}{MOST_OURS * 1e3:6.0f}   {said}")
        print(*edits(1 if quick else EDITS), sep="\n")
        tempfile.tempdir = None


if __name__ == "__main__":
    main("--quick" in sys.argv)
