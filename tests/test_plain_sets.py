"""Go's sets, map[K]struct{}, and struct{}, of which there is one value."""

import gc

import pytest

import gomagic
from gomagic import GoWriteError

SOURCE = """
type Names map[string]struct{}
func (n Names) Has(name string) bool      { _, ok := n[name]; return ok }
func (n Names) Add(name string)           { n[name] = struct{}{} }
type Point struct{ X, Y int }
type Graph struct {
	Seen map[int]struct{}
	Done chan struct{}
}
func Same(s map[string]struct{}) map[string]struct{}     { return s }
func Points(s map[Point]struct{}) int                    { return len(s) }
func Evens(n int) map[int]struct{} {
	all := map[int]struct{}{}
	for i := 0; i < n; i += 2 { all[i] = struct{}{} }
	return all
}
func Change(s map[string]struct{})                       { delete(s, "a"); s["new"] = struct{}{} }
func Look(s map[string]struct{}) int                     { return len(s) }
func All(rows []map[string]struct{}) []map[string]struct{} { return rows }
func New() Names                                         { return Names{"a": {}} }
func Visit(g Graph) Graph                                { g.Seen[3] = struct{}{}; return g }
func Sum[K int | float64](s map[K]struct{}) (sum K)      { for k := range s { sum += k }; return }
func Nothing(x struct{}) struct{}                        { return x }
func Many(n int) []struct{}                              { return make([]struct{}, n) }
func Work(done chan<- struct{})                          { done <- struct{}{}; close(done) }
func Started() <-chan struct{} {
	c := make(chan struct{}, 2)
	c <- struct{}{}
	close(c)
	return c
}
func Any() any                                           { return map[string]struct{}{"a": {}} }
"""


@pytest.fixture(scope="module")
def go(own_cache):
    return gomagic.compile(SOURCE, "sets")


def test_a_map_to_nothing_is_a_set(go):
    assert go.Evens(5) == {0, 2, 4}
    for one in {"a", "é"}, frozenset("ab"), {"a": 1}, {"a": 1}.keys(), set():
        assert go.Same(one) == set(one)
    assert go.Same(None or set()) == set()
    assert go.All([{"a"}, set()]) == [{"a"}, set()]
    assert go.Points({go.Point(1, 2), go.Point(1, 2), (3, 4)} - {(3, 4)}) == 1
    assert (go.Sum({1, 2}), go.Sum({1.5}), go.Sum(set())) == (3, 1.5, 0)


def test_what_go_changes_is_changed(go):
    words = {"a", "b"}
    go.Change(words)
    assert words == {"b", "new"}
    assert go.Look(frozenset("ab")) == 2
    for frozen in frozenset("ab"), {"a": 1}, {"a": 1}.keys():
        with pytest.raises(GoWriteError, match="`s`"):
            go.Change(frozen)


def test_what_is_no_set_is_refused(go):
    for value, kind in [("ab", "str"), (["a"], "list"), (None, "NoneType"), (3, "int")]:
        with pytest.raises(TypeError, match=rf"Same\(s\): `s` is {kind}, Go wants map\[string\]struct{{}}"):
            go.Same(value)
    with pytest.raises(TypeError, match=r"`s\[1\]` is int, Go wants string"):
        go.Same({1})
    with pytest.raises(TypeError, match=r"`x` is int, Go wants struct{}"):
        go.Nothing(1)


def test_sets_with_methods_and_in_structs(go):
    names = go.New()
    names.Add("b")
    assert (names, names.Has("b"), names.Has("c")) == ({"a", "b"}, True, False)
    held = go.Names({"x"})
    held.Add("y")
    assert (len(held), "y" in held, held.value) == (2, True, {"x", "y"})
    graph = go.Graph({1})
    assert (go.Visit(graph).Seen, go.Graph().Seen) == ({1, 3}, set())


def test_struct_without_fields_is_none(go):
    assert go.Nothing(None) is None
    assert (go.Many(2), list(go.Started()), go.Any()) == ([None, None], [None], {"a": None})
    done = gomagic.chan("struct{}", 1)
    go.Work(done)
    assert list(done) == [None]


def test_nothing_is_left_behind(go):
    def once():
        go.Same({"a", "b"})
        go.Change({"a"})
        go.New().Add("x")

    once()
    gc.collect()
    before = go.__go__.live()
    for _ in range(1000):
        once()
    gc.collect()
    assert go.__go__.live() == before
