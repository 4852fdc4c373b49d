"""The `.pyi` of plain cells: right by mypy, for those who use them rightly, and those who do not."""

import subprocess
import sys

import numpy as np
import pytest

import gomagic
from gomagic.bind import plain, stubs

SOURCE = """
// Package every has every kind of thing.
package every

type Point struct{ X, Y float64 }

// Norm is its length.
func (p Point) Norm() float64 { return 0 }

type Box struct {
	*Point
	Name   string
	Tags   []string
	In     map[string][]Point
	Next   *Box
	Err    error
	N      *int
	F      func(int, string) (bool, error)
	hidden int
}

func (b *Box) Close() error { return nil }
func NewBox() *Box          { return nil }

type Shape interface{ Area(scale float64) float64 }

func Use(s Shape) Shape                                { return s }
func Draw(p *Point, q Point, ps []Point) []Point       { return ps }
func Count(m map[string]int) map[string]float64        { return nil }
func Call(f func(int, string) bool, g func([]float64)) {}
func Maker() func(int) string                          { return nil }
func Copy(w io.Writer, r io.Reader) io.Reader          { return r }
func Inc(p *int)                                       { *p++ }
func Seq(n int) iter.Seq2[int, string]                 { return nil }
func Take(xs iter.Seq[int], ch <-chan float64) chan int { return nil }
func Times(d time.Duration, t time.Time) (time.Time, *big.Int) { return t, nil }

// Div says \\ how often, and "what is left".
func Div(a, b int) (q, r int, err error) { return 0, 0, nil }

type Series []float64

func (s Series) Mean() float64   { return 0 }
func (s *Series) Push(x float64) { *s = append(*s, x) }
func Load() Series               { return nil }

type Celsius float64

func (c Celsius) F() float64 { return 0 }
func Temp() Celsius          { return 0 }

const Boiling Celsius = 100

type Room struct{ Warmth Celsius }
type Full[T any] struct {
	// Value is what it holds, of any int.
	Value T
}

// Get gives an int,
//   or another.
func (f Full[T]) Get() T { return f.Value }

// Both are documented.
func (f *Full[T]) Both(n int) (T, []T) { return f.Value, nil }

type Named interface{ Name() string }
func Places(p *Named, q *fmt.Stringer) fmt.Stringer { return nil }
type Loads[K comparable, V any] interface{ Load(key K) V }
func Loaded(l Loads[string, int]) Loads[string, int] { return l }
type Missing[K any] struct{ Key K }
func (m *Missing[K]) Error() string { return "" }
func Miss() (error, error) { return &Missing[int]{}, &Missing[string]{} }
type Ring []Ring
type Tree map[string]Tree
func (t Tree) Depth() int { return 0 }
func Rings(r Ring) (Ring, Tree) { return nil, nil }
func Rooms() ([]Room, Full[Celsius], Full[int]) { return nil, Full[Celsius]{}, Full[int]{} }
func Degrees() (map[Celsius]Celsius, iter.Seq[Celsius]) { return nil, nil }
func Warm(all map[Celsius]Celsius, f func(Celsius) Celsius) {}

type Stack[T any] struct{ items []T }

func (s *Stack[T]) Push(x T)          {}
func (s *Stack[T]) Pop() (T, error)   { var z T; return z, nil }
func NewStack[T any]() *Stack[T]      { return &Stack[T]{} }
func Sum[T int | float64](xs []T) T   { var z T; return z }
func Map[T, U any](xs []T, f func(T) U) []U { return nil }

func Any(x any, args ...any) any            { return x }
func Var(sep string, xs ...float64) [3]int  { return [3]int{} }

var Total int

const Max = 3

var ErrX = errors.New("x")

type Broken struct {
	Name  string
	Cause error
}

func (b *Broken) Error() string               { return "" }
func Wait(ctx context.Context, n int) error   { return nil }
func Rows(m [][]float64, b []byte) ([][]float64, []byte) { return m, b }
func Buffer() *bytes.Buffer                   { return nil }
func None() int                               { return 0 }
func Lambda(self int, lambda string) int      { return 0 }
"""

USED = """
import collections.abc
import datetime
import io
import typing

import numpy as np
import numpy.typing as npt

import every
import gomagic

p = every.Point(1, Y=2)
typing.assert_type(p.X + p.Norm(), float)
match p:
    case every.Point(x, y):
        typing.assert_type(x, float)
box = every.NewBox()
assert box is not None
with box as inside:
    typing.assert_type(inside.Next, every.Box | None)
    typing.assert_type(inside.In, dict[str, list[every.Point]])
    typing.assert_type(inside.N, int | None)
    inside.Err = ValueError("no")
every.Box(Name="a", Tags=["b"])


class Disc:
    def Area(self, scale: float) -> float:
        return scale


every.Use(Disc())
every.Use(None)
typing.assert_type(every.Draw(p, {"X": 1}, [p, {"Y": 2}]), list[every.Point])
typing.assert_type(every.Count({"a": 1}), dict[str, float])
every.Call(lambda n, text: n > len(text), lambda xs: print(xs.mean()))
typing.assert_type(every.Maker()(3), str)
every.Copy(io.BytesIO(), open("x", "rb"))
place = gomagic.new(3)
every.Inc(place)
for number, text in every.Seq(np.int64(3)):
    typing.assert_type((number, text), tuple[int, str])
every.Take(range(3), [1.5]).send(1)
typing.assert_type(every.Times(datetime.timedelta(1), np.datetime64("2024"))[1], int)
typing.assert_type(every.Div(b=1, a=2).q, int)
quotient, rest = every.Div(1, 2)
typing.assert_type(every.Load().Mean(), float)
typing.assert_type(every.Load().sum(), typing.Any)
typing.assert_type(every.Temp().F(), float)
half: float = every.Temp() / 2
rooms, full, _ = every.Rooms()
rooms[0].Warmth = 3
typing.assert_type(rooms[0].Warmth.F() + every.Boiling.F(), float)
every.Room(20).Warmth.F()
degrees, steps = every.Degrees()
for one in [*degrees, *degrees.values(), *steps]:
    one.F()
every.Warm({20.0: 1}, lambda one: one.F())
stack = every.NewStack[str]()
assert stack is not None
typing.assert_type(stack, every.Stack[str])
stack.Push("a")
typing.assert_type(stack.Pop(), str)
every.Stack[int]().Push(1)
typing.assert_type(every.Sum([1, 2]), int)
typing.assert_type(every.Sum(np.ones(3)), float)
typing.assert_type(every.Map([1], str), list[str])
typing.assert_type(every.Map(["a"], len), npt.NDArray[np.int64])
every.Any(1, "a", [None])
typing.assert_type(every.Var(",", 1, np.float32(2)), npt.NDArray[np.int64])
every.Total += every.Max
try:
    every.Wait(3, timeout=1.5)
except every.ErrX:
    pass
except every.Broken as broken:
    typing.assert_type(broken.Name, str)
    typing.assert_type(broken.Cause, BaseException | None)
typing.assert_type(every.Rows([[1], np.ones(1)], b"a"), tuple[list[npt.NDArray[np.float64]], bytes])
buffer = every.Buffer()
assert buffer is not None
lines: collections.abc.Iterable[bytes] = buffer
typing.assert_type((buffer.WriteString("a"), len(buffer)), tuple[int, int])
every.Lambda(1, "a")
every.Lambda(self=1, lambda_="a")
every.__go__.live()
try:
    every.Miss()
except every.Missing as missing:
    print(missing.Key)
"""

# A line, and mypy's word for what is wrong with it.
WRONG = {
    "every.Point('a')": "arg-type",
    "every.Point(Z=1)": "call-arg",
    "every.NewBox().Name": "union-attr",
    "every.Draw(p, p, 3)": "arg-type",
    "every.Use(3)": "arg-type",
    "every.Count({1: 1})": "dict-item",
    "every.Count({'a': 'b'})": "dict-item",
    "every.Call(lambda n: True, print)": "arg-type",
    "every.Div(1)": "call-arg",
    "every.Div(1.5, 2)": "arg-type",
    "every.Var(1)": "arg-type",
    "every.Sum(['a'])": "list-item",
    "every.Sum(x)": "arg-type",
    "every.Rows([['a']], b'')": "list-item",
    "every.Stack[int]().Push('a')": "arg-type",
    "every.NewStack()": "operator",
    "every.Wait(1, 2)": "call-arg",
    "every.Max = 4": "misc",
    "every.Total = 'a'": "assignment",
    "every.Inc(3)": "arg-type",
    "every.Nothing()": "attr-defined",
    "every.hidden": "attr-defined",
}


def checked(folder, *files):
    """What mypy says of files, strictly; the types of cells stand beside them."""
    command = [sys.executable, "-m", "mypy", "--strict", "--no-incremental", "--config-file=", "--python-version=3.11"]
    return subprocess.run([*command, *files], cwd=folder, capture_output=True, text=True).stdout


def manifest_of(module):
    return next(bound.manifest for bound in plain._bound.values() if bound.module is module)


def test_what_is_right_passes_and_what_is_wrong_is_found(tmp_path):
    every = gomagic.compile(SOURCE, "every")
    text = stubs.of(manifest_of(every))
    assert "class _Series_value(_np.ndarray[" in text  # in numpy 2.5 no class can stand on NDArray
    (tmp_path / "every.pyi").write_text(text)
    (tmp_path / "used.py").write_text(USED)
    wrong = "import numpy as np\nimport every\n\np, x = every.Point(), np.ones(1, np.float32)\n"
    wrong += "".join(f"{line}\n" for line in WRONG)
    (tmp_path / "wrong.py").write_text(wrong)
    said = checked(tmp_path, "used.py", "wrong.py", "every.pyi").splitlines()
    assert [line for line in said if line.startswith(("used.py", "every.pyi"))] == []
    found = [line.rpartition("[")[2].rstrip("]") for line in said if ": error: " in line]
    numbers = [int(line.split(":")[1]) for line in said if ": error: " in line]
    assert dict(zip(numbers, found, strict=True)) == dict(enumerate(WRONG.values(), 5))
    for line in set(WRONG) - {"every.Call(lambda n: True, print)"}:  # Python refuses the others, too
        with pytest.raises((TypeError, AttributeError)):
            exec(line, {"every": every, "x": np.ones(1, np.float32), "p": every.Point()})


def test_docs_are_there(tmp_path):
    text = stubs.of(manifest_of(gomagic.compile(SOURCE, "every")))
    assert text.startswith('"""Package every has every kind of thing."""\n')
    assert '    """Div says \\\\ how often, and "what is left"."""\n' in text
    assert '    def Norm(self) -> float:\n        """Norm is its length."""\n' in text


@pytest.mark.proof
def test_the_types_of_every_chapters_cells_pass(tmp_path):
    from course import execution
    from course.chapter import ROOT, read_course
    from gomagic.build import compiler, toolchain
    from gomagic.source import cell as cells

    chain, files = toolchain.find(), []
    for chapter in read_course(ROOT):
        for position, node in enumerate(chapter.notebook.cells):
            kind, line = execution.magic(node)
            if kind != "go" or not execution.is_to_build(node) or execution.includes_python(execution.body(node)):
                continue
            cell = cells.parse(line, execution.body(node) + "\n", number=node.execution_count)
            if cell.source.uses_c:
                continue
            try:
                path = compiler.build(cell, chain, folder=chapter.path.parent).path
            except gomagic.GoBuildError:
                continue  # as the chapter shows
            files.append(f"c{chapter.name}_{position}.pyi".replace("-", "_"))
            (tmp_path / files[-1]).write_text(stubs.of(plain.manifest(path)))
    assert len(files) > 30
    assert checked(tmp_path, *files) == f"Success: no issues found in {len(files)} source files\n"
