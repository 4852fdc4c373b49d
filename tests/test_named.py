"""Values of named types of plain Go cells that are no structs: made in Python, with their methods."""

import copy
import gc
import inspect
import pickle

import numpy as np
import pytest
from load import live

import gomagic
from gomagic import GoPanic, GoWriteError

SOURCE = """
type Day int

const (
	Monday Day = iota
	Tuesday
)

func (d Day) String() string { return [...]string{"Monday", "Tuesday"}[d] }
func (d *Day) Next()         { *d++ }
func After(d Day) Day        { return d + 1 }
func Tomorrow(d *Day)        { *d++ }

type Celsius float64

func (c Celsius) Fahrenheit() float64 { return float64(c)*9/5 + 32 }
func Half(x float64) float64          { return x / 2 }

type Phase complex128

func (p Phase) Turn() Phase { return p * 1i }

type Switch bool

func (s Switch) IsOn() bool { return bool(s) }

type Word string

func (w Word) Twice() string { return string(w + w) }
func Letters(w Word) int     { return len(w) }

type Series []float64

func (s Series) Mean() float64 {
	sum := 0.0
	for _, x := range s {
		sum += x
	}
	return sum / float64(len(s))
}
func (s *Series) Add(x float64) { *s = append(*s, x) }
func NewSeries(n int) *Series   { s := make(Series, n); return &s }
func Clear(s Series)            { clear(s) }
func Length(xs []float64) int   { return len(xs) }

type Vector [3]float64

func (v Vector) Dot(w Vector) float64 { return v[0]*w[0] + v[1]*w[1] + v[2]*w[2] }
func (v *Vector) Reset()              { *v = Vector{} }
func Zero(xs []float64)               { clear(xs) }

type Bytes []byte

func (b Bytes) Sum() (sum int) {
	for _, x := range b {
		sum += int(x)
	}
	return sum
}

type Names []string

func (n Names) Last() string       { return n[len(n)-1] }
func (n Names) Len() int           { return len(n) }
func (n Names) Less(i, j int) bool { return n[i] < n[j] }
func (n Names) Swap(i, j int)      { n[i], n[j] = n[j], n[i] }
func Sort(s sort.Interface)        { sort.Sort(s) }

type Set map[string]bool

func (s Set) Put(name string)     { s[name] = true }
func (s Set) Has(name string) bool { return s[name] }
func Size(m map[string]bool) int  { return len(m) }

type Point struct{ X, Y int }
type Path []Point

func (p Path) Turns() int { return max(len(p)-2, 0) }

type Tree map[string]Tree

func (t Tree) Depth() int {
	deepest := 0
	for _, below := range t {
		deepest = max(deepest, below.Depth())
	}
	return deepest + 1
}

type Visit func(int) int

func (v Visit) Of(x int) int { return v(x) }

type Queue map[string]*unsafe.Pointer

func (q Queue) Room() int { return len(q) }

type List[T any] []T

func (l List[T]) First() T { return l[0] }

var _ List[int]
"""


@pytest.fixture(scope="module")
def go():
    return gomagic.compile(SOURCE, name="named")


def test_a_number_is_made_and_taken_for_one(go):
    day = go.Day(1)
    assert (repr(day), str(day), int(day), float(day), bool(day), [5, 6][day]) == ("Day(1)", "Tuesday", 1, 1.0, True, 6)
    assert (go.After(go.Day(3)), go.Day().value, go.Day(value=2).value, str(go.Day(go.Monday))) == (4, 0, 2, "Monday")
    warm = go.Celsius(20)
    assert (repr(warm), float(warm), int(warm), warm.Fahrenheit(), go.Half(warm)) == (
        "Celsius(20.0)",
        20.0,
        20,
        68.0,
        10,
    )
    assert (complex(go.Phase(2)), go.Phase(2).Turn(), bool(go.Phase(0))) == (2 + 0j, 2j, False)
    assert (bool(go.Switch(True)), go.Switch(False).IsOn(), repr(go.Switch(True))) == (True, False, "Switch(True)")


def test_value_is_what_the_pointer_points_to(go):
    day = go.Day(1)
    day.Next()
    go.Tomorrow(day)
    day.value += 4
    assert day.value == 7
    series = go.NewSeries(2)
    series.Add(3)
    assert series.value.tolist() == [0, 0, 3]
    series.value[0] = 6
    assert series.Mean() == 3
    series.value = [1, 2]
    assert series.Mean() == 1.5


def test_text_is_made_and_taken_for_it(go):
    word = go.Word("Straße")
    assert (repr(word), str(word), len(word), word.Twice()) == ("Word('Straße')", "Straße", 6, "StraßeStraße")
    with pytest.raises(TypeError) as refused:
        go.Letters(word)
    assert str(refused.value) == "Letters(w): `w` is named.Word, Go wants Word\n  hint: pass `w.value`"
    assert go.Letters(word.value) == 7


def test_an_array_is_made_and_is_one_for_numpy(go):
    numbers = np.array([1.0, 2.0])
    series = go.Series(numbers)
    numbers[:] = 9
    assert (series.Mean(), len(series), list(series), series[-1], 2 in series) == (1.5, 2, [1, 2], 2, True)
    assert repr(series) == "Series(array([1., 2.]))"
    assert (np.asarray(series).tolist(), np.array(series, "int64").tolist(), go.Length(series)) == ([1, 2], [1, 2], 2)
    go.Clear(series)
    assert list(series) == [0, 0]
    vector = go.Vector([1, 2, 3])
    assert (vector.Dot(go.Vector([2, 0, 1])), vector.Dot((1, 1, 1)), len(vector)) == (5, 6, 3)
    with pytest.raises(GoWriteError, match=r"Zero\(xs\): Go wrote to `xs`"):
        go.Zero(vector)
    vector.Reset()
    assert list(vector) == [0, 0, 0]
    data = go.Bytes(b"ab")
    assert (data.Sum(), data.value, len(data), list(data)) == (195, b"ab", 2, [97, 98])


def test_a_list_or_dict_is_made_and_looped_over(go):
    names = go.Names(["b", "ca", "a"])
    assert (names.Last(), len(names), names[0], list(names), "a" in names) == ("a", 3, "b", ["b", "ca", "a"], True)
    go.Sort(names)
    assert repr(names) == "Names(['a', 'b', 'ca'])"
    known = go.Set({"a": True})
    known.Put("b")
    assert (known.Has("b"), len(known), sorted(known), dict(known), "c" in known, go.Size(known)) == (
        True, 2, ["a", "b"], {"a": True, "b": True}, False, 2
    )  # fmt: skip
    path = go.Path([go.Point(1, 2), {"X": 3}, go.Point()])
    assert (path.Turns(), path[1], len(path)) == (1, go.Point(3, 0), 3)
    assert go.Tree({"a": {"b": {}}}).Depth() == 3
    assert (go.List[int]([4, 5]).First(), repr(go.List[int]([4]))) == (4, "List[int](array([4]))")


def test_a_function_is_made_and_called(go):
    visit = go.Visit(lambda x: x + 1)
    assert (visit.Of(3), visit.value(4)) == (4, 5)


def test_a_map_that_is_not_made_is_nil_as_in_go(go):
    with pytest.raises(GoPanic, match="assignment to entry in nil map"):
        go.Set().Put("a")


def test_wrong_values_are_refused(go):
    with pytest.raises(TypeError, match=r"Day.value\(value\): `value` is str, Go wants Day"):
        go.Day("Monday")
    with pytest.raises(OverflowError, match="does not fit in Day"):
        go.Day(1 << 64)
    with pytest.raises(ValueError, match="`value` has 2 elements, Go's Vector has 3"):
        go.Vector([1, 2])
    with pytest.raises(TypeError, match=r"named.Day\(\) takes one argument: it is Go's new\(Day\)"):
        go.Day(1, 2)
    with pytest.raises(TypeError, match=r"named.Day\(\) takes one argument"):
        go.Day(day=2)
    with pytest.raises(TypeError, match=r"named.Queue\(\) takes no arguments"):
        go.Queue([1])
    with pytest.raises(AttributeError, match=r"Queue.value is left out: gomagic does not bind `\*unsafe.Pointer` yet"):
        _ = go.Queue().value
    assert str(inspect.signature(go.Day)) == "(value=Ellipsis)"


@pytest.mark.parametrize("way", [copy.copy, copy.deepcopy, pickle.dumps])
def test_the_pointer_is_neither_copied_nor_pickled(go, way):
    with pytest.raises(TypeError, match=r"cannot pickle 'named.Day' object: it is a pointer"):
        way(go.Day(1))


def test_values_leave_nothing_behind(go):
    before = live(go)
    for _ in range(2000):
        series = go.Series([1, 2, 3])
        series.value = series.value * 2
        assert list(series) == [2, 4, 6]
        go.Set({"a": True}).Put("b")
        go.Word("ab").Twice()
    del series
    gc.collect()
    assert live(go) == before
