"""Named types of plain Go cells cross as what they are made of."""

import gc
import re

import numpy as np
import pytest

import gomagic
from gomagic import GoWriteError

SOURCE = """
import ("os"; "time"; "sort")

type Celsius float64
type Level int8
type Flag bool
type Wave complex64
type Name string
type Octet byte
type Path []float64
type Track []Path
type Words []string
type Names []Name
type Blob []byte
type Octets []Octet
type Vector [3]Celsius
type Ages map[Name]Level
type Shelf map[string]Ages
type Ring []Ring
type Tree map[string]Tree
type Deep struct{ Ages Ages; Path Path; Name Name; Level Level; Rings []Ring }

func (c Celsius) Fahrenheit() Celsius { return c*9/5 + 32 }
func (p Path) Sum() (sum float64) {
	for _, x := range p { sum += x }
	return
}

func Warmer(c Celsius, by ...Celsius) Celsius {
	for _, d := range by { c += d }
	return c
}
func Up(l Level) Level                     { return l + 1 }
func Not(f Flag) Flag                      { return !f }
func Turn(w Wave) Wave                     { return w * 1i }
func Hello(n Name) Name                    { return "hello " + n }
func Double(p Path) Path {
	for i := range p { p[i] *= 2 }
	return p
}
func Temperatures(cs []Celsius) []Celsius  { return cs }
func Rows(t Track) Track                   { return t }
func Matrix(rows [][]Celsius) [][]Celsius  { return rows }
func Sorted(w Words) Words                 { sort.Strings(w); return w }
func Called(n Names) Names                 { n[0] += "!"; return n }
func Bytes(b Blob) Blob                    { return b }
func Blobs(b []Blob) []Blob                { return b }
func Eights(o Octets) Octets               { return o }
func Vectors(v Vector) Vector              { return v }
func Birthday(a Ages) {
	for name := range a { a[name]++ }
}
func Shelved(s Shelf) Shelf                { return s }
func Rings(r Ring) Ring                    { return r }
func Trees(t Tree) Tree                    { return t }
func Grow(t Tree)                          { t["new"] = Tree{}; t["a"]["b"] = Tree{} }
func Endless() Ring                        { r := Ring{nil}; r[0] = r; return r }
func Month(m time.Month) time.Month        { return m + 1 }
func Weekdays(days []time.Weekday) []time.Weekday { return days }
func Mode(m os.FileMode) os.FileMode       { return m | 1 }
func Of(d *Deep) (Ages, Path)              { return d.Ages, d.Path }
func Kept(d *Deep) *Deep                   { return d }

const Boiling Celsius = 100
const Top Level = 3
var Coldest Celsius = -273.15
var Greeting Name = "hi"
var Route Path
"""


@pytest.fixture(scope="module")
def go(own_cache):
    return gomagic.compile(SOURCE, "named")


def test_numbers_and_text(go):
    assert (go.Warmer(1), go.Warmer(20.5, 1, 2)) == (1.0, 23.5)
    assert (go.Up(1), go.Not(True), go.Turn(1), go.Hello("é\udcff")) == (2, False, 1j, "hello é\udcff")
    assert (go.Boiling, go.Top) == (100.0, 3)
    assert (go.Month(1), go.Mode(0o600)) == (2, 0o601)
    for call, message in [
        (lambda: go.Up(128), "`l` is 128, which does not fit in Level\n  note: Level holds -128 to 127"),
        (lambda: go.Warmer("1"), "`c` is str, Go wants Celsius"),
        (lambda: go.Warmer(1, "1"), "`by[0]` is str, Go wants Celsius"),
        (lambda: go.Hello(b"a"), "`n` is bytes, Go wants Name"),
        (lambda: go.Month("May"), "`m` is str, Go wants time.Month"),
    ]:
        with pytest.raises((TypeError, OverflowError), match=re.escape(message)):
            call()


def test_slices_of_numbers_are_arrays_in_place(go):
    xs = np.arange(3.0)
    assert go.Double(xs).tolist() == xs.tolist() == [0, 2, 4]
    assert go.Temperatures([1, 2.5]).tolist() == [1, 2.5]
    assert (go.Weekdays([1, 2]).dtype, go.Vectors([1, 2, 3]).tolist()) == (np.int64, [1, 2, 3])
    assert [row.tolist() for row in go.Matrix(np.ones((2, 2)))] == [[1, 1], [1, 1]]
    assert [row.tolist() for row in go.Rows([[1], xs])] == [[1], [0, 2, 4]]


def test_slices_of_text_and_bytes(go):
    words, names = ["b", "a"], ["x", "y"]
    assert go.Sorted(words) == words == ["a", "b"]
    assert go.Called(names) == names == ["x!", "y"]
    assert (go.Bytes(b"ab"), go.Blobs([b"a", bytearray(b"b")]), go.Eights(b"ab")) == (b"ab", [b"a", b"b"], b"ab")
    with pytest.raises(GoWriteError):
        go.Called(("x",))


def test_maps_and_their_keys(go):
    ages = {"ann": 1, "bob": 2}
    go.Birthday(ages)
    assert ages == {"ann": 2, "bob": 3}
    assert go.Shelved({"a": ages, "b": {}}) == {"a": ages, "b": {}}
    with pytest.raises(OverflowError, match=r"Shelved\(s\): `s\['a'\]\['b'\]` is 200, which does not fit in Level"):
        go.Shelved({"a": {"b": 200}})


def test_types_that_hold_values_of_themselves(go):
    assert go.Rings([[], [[]]]) == [[], [[]]]
    tree = {"a": {"x": {}}, "c": {}}
    go.Grow(tree)
    assert tree == {"a": {"x": {}, "b": {}}, "c": {}, "new": {}}
    assert go.Trees(tree) == tree
    with pytest.raises(gomagic.GoPanic, match="a value lies in itself"):
        go.Endless()
    itself = []
    itself.append(itself)
    with pytest.raises(RecursionError):
        go.Rings(itself)


def test_variables_and_fields(go):
    assert (go.Coldest, go.Greeting, go.Route.tolist()) == (-273.15, "hi", [])
    go.Coldest, go.Greeting, go.Route = 0, "hello", [1, 2]
    assert (go.Coldest, go.Greeting, go.Route.tolist()) == (0.0, "hello", [1, 2])
    deep = go.Deep()
    assert (deep.Ages, deep.Name, deep.Rings) == ({}, "", [])
    deep.Ages, deep.Path, deep.Name, deep.Level, deep.Rings = {"a": 1}, [1, 2], "n", 3, [[], [[]]]
    assert (deep.Ages, list(deep.Path), deep.Name, deep.Level, deep.Rings) == ({"a": 1}, [1, 2], "n", 3, [[], [[]]])
    ages, path = go.Of(deep)
    assert (ages, path.tolist()) == ({"a": 1}, [1, 2])
    with pytest.raises(TypeError, match=r"Deep.Ages\(value\): `value\['a'\]` is str, Go wants Level"):
        deep.Ages = {"a": "b"}


def test_nothing_is_left_in_go_or_c(go):
    before = go.__go__.live()
    for _ in range(1000):
        go.Trees({"a": {"b": {}}})
        go.Rows([[1.0], [2.0]])
        go.Called(["a" * 300])
    with pytest.raises(gomagic.GoPanic):
        go.Endless()
    gc.collect()
    assert go.__go__.live() == before
