"""What Go writes to slices and maps that cross in parcels is seen by the caller, or refused: never lost."""

import array
import collections
import gc
import types

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gomagic
from gomagic import GoError, GoPanic, GoWriteError

pd = pytest.importorskip("pandas", "3.0")  # which needs Python 3.11

SOURCE = """
type Node struct{ Name string }

func NewNode(name string) *Node { return &Node{Name: name} }

func Set(x [][]string, i, j int, text string) { x[i][j] = text }
func Grow(x [][]string, i int, text string)   { x[i] = append(x[i], text) }
func Cut(x [][]string, i, n int)              { x[i] = x[i][:n] }
func Replace(x [][]string, i int)             { x[i] = nil }
func Local(x [][]string) int                  { x = append(x, []string{"more"}); return len(x) }
func Count(m map[string]int, words []string) {
	for _, word := range words { m[word]++ }
}
func Forget(m map[string]int, keys ...string) {
	for _, key := range keys { delete(m, key) }
}
func Change(m map[string]int) error {
	clear(m)
	m["b"] = 1
	return errors.New("changed all the same")
}
func Spoil(m map[string]int) { m["b"] = 1; panic("spoilt") }
func Append(m map[string][]string, key, word string) { m[key] = append(m[key], word) }
func Scale(m map[string][]float64, by float64) {
	for _, xs := range m {
		for i := range xs { xs[i] *= by }
	}
}
func Shorten(m map[string][]float64) {
	for key, xs := range m { m[key] = xs[1:] }
}
func Shout(parts [][][]byte) { parts[0][0][0] = '!' }
func Resize(parts [][][]byte) { parts[0][0] = []byte("long") }
func Swap(x []*Node)   { x[0], x[1] = x[1], x[0] }
func Put(m map[string]*Node, key string, node *Node) { m[key] = node }
func Negate(m map[string]bool) {
	for key := range m { m[key] = !m[key] }
}
func Bump(x [3]map[string]int) { x[0]["a"]++ }
func Both(x, y map[string]int) { x["x"]++; y["y"]++ }
func Weigh(m map[float32]int, x float32) { m[x]++ }
func Touch(m map[float64]int)      { g(m) }
func g(map[float64]int)            {}
func First(rows ...map[string]int) { rows[0]["first"] = 1 }
func Fill(xs ...any)               { xs[0] = "filled" }
func Read(m map[string][]int) (total int) {
	for _, xs := range m {
		for _, x := range xs { total += x }
	}
	return
}
var kept map[string]int
func Keep(m map[string]int) { kept = m; m["kept"] = 1 }
func Kept() map[string]int  { kept["more"]++; return kept }
"""


@pytest.fixture(scope="module")
def go(own_cache):
    return gomagic.compile(SOURCE, "merged")


def test_items_lengths_and_whole_lists_are_brought_back(go):
    words = [["a"], ["b", "c"]]
    first, second = words
    go.Set(words, 1, 0, "é")
    go.Grow(words, 0, "x")
    assert words == [["a", "x"], ["é", "c"]]
    go.Cut(words, 1, 1)
    go.Replace(words, 0)
    assert words == [[], ["é"]]
    assert words[0] is first
    assert words[1] is second


def test_what_go_appends_to_its_own_slice_is_its_own(go):
    words = [["a"]]
    assert (go.Local(words), words) == (2, [["a"]])


def test_pairs_are_added_changed_and_deleted(go):
    counts = {"a": 1, "b": 2}
    go.Count(counts, ["a", "c", "c"])
    assert counts == {"a": 2, "b": 2, "c": 2}
    go.Forget(counts, "a", "z")
    assert counts == {"b": 2, "c": 2}
    assert list(counts) == ["b", "c"]


@pytest.mark.parametrize(
    "kind", [collections.OrderedDict, collections.Counter, collections.UserDict, collections.ChainMap]
)
def test_every_mapping_that_can_change_is_changed(go, kind):
    counts = kind({"a": 1, "b": 2})
    go.Count(counts, ["a"])
    go.Forget(counts, "b")
    assert dict(counts) == {"a": 2}


def test_writes_of_a_call_that_fails_or_panics_are_not_lost(go):
    counts = {"a": 1}
    with pytest.raises(GoError, match="changed all the same"):
        go.Change(counts)
    assert counts == {"b": 1}
    counts = {"a": 1}
    with pytest.raises(GoPanic, match="spoilt"):
        go.Spoil(counts)
    assert counts == {"a": 1, "b": 1}


def test_what_lies_in_a_map_is_changed_in_place(go):
    words = ["x"]
    groups = {"a": words}
    go.Append(groups, "a", "y")
    go.Append(groups, "b", "z")
    assert (groups, groups["a"] is words) == ({"a": ["x", "y"], "b": ["z"]}, True)
    xs, ys, zs = np.arange(3.0), [1.0, 2.0], array.array("d", [4])
    strided = np.arange(4.0)
    series = {"x": xs, "y": ys, "z": zs, "s": strided[::2], "b": np.ones(1, ">f8")}
    go.Scale(series, 2)
    assert (xs.tolist(), ys, zs.tolist(), strided.tolist()) == ([0, 2, 4], [2, 4], [8], [0, 1, 4, 3])
    assert series["b"].tolist() == [2]


def test_an_array_that_has_another_length_now_is_another_array(go):
    xs, ys = np.arange(3.0), [1.0, 2.0]
    series = {"x": xs, "y": ys}
    go.Shorten(series)
    assert (xs.tolist(), series["x"].tolist(), ys, series["y"] is ys) == ([0, 1, 2], [1, 2], [2], True)


def test_bytes_are_replaced_and_a_bytearray_is_changed(go):
    old = bytearray(b"ab")
    parts = [[old]]
    go.Shout(parts)
    assert (old, parts[0][0] is old) == (b"!b", True)
    parts = [[b"ab"]]
    go.Shout(parts)
    assert parts == [[b"!b"]]
    go.Resize(parts)
    assert parts == [[b"long"]]


def test_handles_change_places(go):
    one, two = go.NewNode("1"), go.NewNode("2")
    nodes, named = [one, two], {}
    go.Swap(nodes)
    go.Put(named, "a", one)
    go.Put(named, "b", None)
    assert (nodes, named) == ([two, one], {"a": one, "b": None})


def test_maps_in_arrays_and_variadic_ones_are_changed(go):
    rows = [{"a": 1}, {}, {}]
    go.Bump(rows)
    go.First(rows[0], rows[1])
    assert rows == [{"a": 2, "first": 1}, {}, {}]
    go.Fill(1, 2)
    flags = {"a": True, "b": False}
    go.Negate(flags)
    assert flags == {"a": False, "b": True}


def test_a_key_that_go_rounds_stays_the_callers_own(go):
    weights = {0.1: 1, 0.5: 1}
    go.Weigh(weights, 0.1)
    go.Weigh(weights, 0.25)
    assert weights == {0.1: 2, 0.5: 1, 0.25: 1}
    odd = {float("nan"): 1, 2: 2, True: 3}
    go.Touch(odd)
    assert (len(odd), odd[2], odd[1]) == (3, 2, 3)


def test_the_same_dict_as_two_arguments_gets_the_writes_to_both(go):
    counts = {}
    go.Both(counts, counts)
    assert counts == {"x": 1, "y": 1}


def test_what_go_keeps_is_its_own(go):
    counts = {"a": 1}
    go.Keep(counts)
    assert counts == {"a": 1, "kept": 1}
    assert go.Kept() == {"a": 1, "kept": 1, "more": 1}
    assert counts == {"a": 1, "kept": 1}


def test_what_is_not_written_may_be_frozen(go):
    assert go.Read(types.MappingProxyType({"a": (1, 2), "b": np.array([3])})) == 6
    frozen = np.arange(3)
    frozen.flags.writeable = False
    assert go.Read({"a": frozen}) == 3


def frozen_array():
    xs = np.ones(2)
    xs.flags.writeable = False
    return xs


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda go: go.Set([["a"], ("b", "c")], 1, 0, "x"),
            "Set(x, i, j, text): Go wrote to `x[1]`, but a tuple cannot change\n  hint: pass a list: `list(…)`",
        ),
        (
            lambda go: go.Grow(([],), 0, "x") or go.Grow([("a",)], 0, "x"),
            "Grow(x, i, text): Go wrote to `x[0]`, but a tuple cannot change\n  hint: pass a list: `list(…)`",
        ),
        (
            lambda go: go.Count(types.MappingProxyType({"a": 1}), ["a"]),
            "Count(m, words): Go wrote to `m`, but mappingproxy cannot change\n  hint: pass a dict: `dict(…)`",
        ),
        (
            lambda go: go.Scale({"a": frozen_array()}, 2),
            "Scale(m, by): Go wrote to `m['a']`, but the array is read-only\n"
            "  hint: pass a copy, as in `m['a'].copy()`, and go on with that",
        ),
        (
            lambda go: go.Scale({"a": (1.0, 2.0)}, 2),
            "Scale(m, by): Go wrote to `m['a']`, but a tuple cannot change\n  hint: pass a list: `list(…)`",
        ),
    ],
)
def test_a_write_to_what_cannot_change_is_refused(go, call, message):
    with pytest.raises(GoWriteError) as refused:
        call(go)
    assert str(refused.value) == message


def test_what_can_change_is_changed_beside_what_cannot(go):
    series = {"a": (1.0,), "b": [1.0], "c": np.ones(1)}
    with pytest.raises(GoWriteError, match=r"`m\['a'\]`, but a tuple"):
        go.Scale(series, 2)
    assert (series["a"], series["b"], series["c"].tolist()) == ((1.0,), [2.0], [2.0])


@settings(max_examples=60)
@given(st.dictionaries(st.text(), st.integers(-(2**40), 2**40)), st.lists(st.text()), st.lists(st.text()))
def test_maps_are_changed_as_pythons_own_counter(go, counts, words, gone):
    wanted = dict(counts)
    for word in words:
        wanted[word] = wanted.get(word, 0) + 1
    for key in gone:
        wanted.pop(key, None)
    go.Count(counts, words)
    go.Forget(counts, *gone)
    assert counts == wanted


def test_nothing_is_left_in_go_or_c_after_ten_thousand_rounds(go):
    one, two = go.NewNode("1"), go.NewNode("2")
    before = go.__go__.live()
    nodes, counts, series = [one, two], {}, {"a": np.ones(3), "b": (1.0,)}
    for n in range(10_000):
        go.Swap(nodes)
        go.Put({"a": one}, "b", two)
        go.Count(counts, [str(n)])
        go.Forget(counts, str(n - 5))
        if n % 20 == 0:
            with pytest.raises(GoWriteError):
                go.Scale(series, 1.5)
            series["a"] = np.ones(3)
    assert (nodes[0], len(counts)) == (one, 5)
    gc.collect()
    assert go.__go__.live() == before
