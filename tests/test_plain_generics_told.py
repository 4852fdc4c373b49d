"""Generic functions of plain Go cells whose variants are told by callables, mappings, rows and structs."""

import collections
import types

import numpy as np
import pytest

import gomagic

SOURCE = """
type Trade struct { Name string; Price float64 }
type Node struct { Name string; inner int }

func Map[T, U any](xs []T, f func(T) U) []U {
	made := make([]U, len(xs))
	for i, x := range xs { made[i] = f(x) }
	return made
}
func Filter[T any](xs []T, keep func(T) bool) (kept []T) {
	for _, x := range xs { if keep(x) { kept = append(kept, x) } }
	return
}
func Reduce[T, R any](xs []T, f func(R, T) R, start R) R {
	for _, x := range xs { start = f(start, x) }
	return start
}
func GroupBy[T any, K comparable](xs []T, key func(T) K) map[K][]T {
	groups := map[K][]T{}
	for _, x := range xs { groups[key(x)] = append(groups[key(x)], x) }
	return groups
}
func SumBy[T any, R ~int | ~float64](xs []T, f func(T) R) (sum R) {
	for _, x := range xs { sum += f(x) }
	return
}
func Times[T any](n int, f func(int) T) []T {
	made := make([]T, n)
	for i := range n { made[i] = f(i) }
	return made
}
type Order[T any] func(a, b T) int
func SortedBy[T any](xs []T, by Order[T]) []T { xs = slices.Clone(xs); slices.SortFunc(xs, by); return xs }

func Through[T any](x int, fs ...func(T) T) (y T)         { for _, f := range fs { y = f(y) }; return }

func Kinds[M ~map[K]V, K comparable, V any](m M) string { return fmt.Sprintf("%T", m) }
func Deep[T any](m map[string][]T) string               { return fmt.Sprintf("%T", m) }
func Scale[T ~int | ~float64](m map[string]T)           { for key := range m { m[key] *= 2 } }
func Table[T any](rows [][]T, cube [][][]T) string      { return fmt.Sprintf("%T", cube) }

func First[T any](xs []T) T { return xs[0] }
var _, _ = First[Trade], First[*Node]
type Pair[K, V any] struct { Key K; Value V }
func Swap[K, V any](p Pair[K, V]) Pair[V, K] { return Pair[V, K]{p.Value, p.Key} }
var _ = Swap[string, int]
var _ Pair[int, string]

func Yielded[T any](all iter.Seq[T]) (what string) {
	var x T
	for y := range all { x = y }
	return fmt.Sprintf("%T %v", x, x)
}
func Switch[K, V int | string](all iter.Seq2[K, V]) iter.Seq2[V, K] {
	return func(yield func(V, K) bool) { for k, v := range all { if !yield(v, k) { return } } }
}
func Apply[T, U any](all iter.Seq[T], f func(T) U) iter.Seq[U] {
	return func(yield func(U) bool) { for x := range all { if !yield(f(x)) { return } } }
}
func Has[T comparable](all iter.Seq[T], x T) bool {
	for y := range all { if x == y { return true } }
	return false
}
func Zip[K, V int | string](keys iter.Seq[K], values iter.Seq[V]) (n int) {
	for range keys { n++ }
	for range values { n++ }
	return n
}
func Halves() iter.Seq[float64]                  { return slices.Values([]float64{0.5}) }
func Drain[T any](c <-chan T) (all []T)          { for x := range c { all = append(all, x) }; return all }
func Room[T any](c chan T) string                { return fmt.Sprintf("%T %d", c, cap(c)) }
func Words() chan string                         { return make(chan string, 7) }
"""


@pytest.fixture(scope="module")
def go(own_cache):
    return gomagic.compile(SOURCE, "told")


def halved(x) -> float:
    return x / 2


def length(x) -> "int":
    return len(x)


def test_all_of_it_is_bound(go):
    assert not go._left_out


@pytest.mark.parametrize(("f", "kind"), [(float, "float64"), (halved, "float64"), (int, "int"), (bool, "bool")])
def test_a_class_or_an_annotation_says_what_a_callable_returns(go, f, kind):
    found = go.Map(np.arange(3), f)
    assert (found.dtype, found.tolist()) == (np.dtype(kind), [f(x) for x in range(3)])
    assert go.Map(["a", "bc"], length).dtype == "int64"
    assert go.Map([1.5], str) == ["1.5"]
    assert go.Map([1], complex) == [1 + 0j]  # for which it is not built


def test_a_callable_that_says_nothing_returns_whatever_it_likes(go):
    assert go.Map([1, 2, 3], lambda x: [x, None, "a", {"k": x / 2}][x]) == [None, "a", {"k": 1.5}]
    assert go.Map[int](np.arange(2), lambda x: x) == [0, 1]
    assert go.Times(3, lambda i: (i, "a")[i % 2]) == [0, "a", 2]
    assert go.Through(1, lambda x: [x], lambda x: [x]) == [[None]]
    assert go.GroupBy(["a", "bb", "c"], len) == {1: ["a", "c"], 2: ["bb"]}
    annotated = types.FunctionType(halved.__code__, {}, "halved")
    annotated.__annotations__ = {"return": "Unknown"}
    assert go.Map([1], annotated) == [0.5]


def test_other_arguments_say_it_before_that(go):
    assert go.Reduce([1, 2], lambda a, b: a + b, 0.5) == 3.5
    assert go.Reduce(["a", "b"], lambda a, b: a + b, "") == "ab"
    assert go.Reduce(["a", "b"], lambda a, b: a | {b: len(a)}, {}) == {"a": 0, "b": 1}
    with pytest.raises(TypeError, match=r"Reduce\[int, int\]\(xs, f, start\): `f\(…\)` is str"):
        go.Reduce([1], lambda a, b: "a", 0)


def test_what_a_subscript_names_is_held_to(go):
    assert go.Map[int, str]([1], "é{}".format) == ["é1"]
    with pytest.raises(TypeError, match=r"Map\[int, string\]\(xs, f\): `f\(…\)` is int, Go wants string"):
        go.Map[int, str]([1], lambda x: x)
    with pytest.raises(TypeError, match=r"hint: name the type in the cell, as in `var _ = Map\["):
        go.Map["int64", "float64"]
    assert go.Map[str, object](["a"], len) == [1]


def test_a_result_that_nothing_tells_is_asked_for(go):
    with pytest.raises(TypeError, match="no argument tells what R is; SumBy is built for") as refused:
        go.SumBy([1, 2], lambda x: x / 2)
    assert "name it, as in `SumBy[int, int](…)`, or say what `f` returns, as in `def f(…) -> int`" in str(refused.value)
    assert go.SumBy[int, float]([1, 2], lambda x: x / 2) == go.SumBy([1, 2], halved) == 1.5
    assert go.SumBy["int"]([1, 2], int) == 3


def test_the_items_of_a_callables_argument_are_told_by_the_slice(go):
    kept = go.Filter(np.arange(5, dtype="int8"), lambda x: x > 2)
    assert (kept.dtype, kept.tolist()) == (np.dtype("int8"), [3, 4])
    assert go.Filter(["a", "b"], lambda x: x > "a") == ["b"]
    assert go.SortedBy([3.5, 1], lambda a, b: int(a - b)).tolist() == [1, 3.5]
    assert go.SortedBy(["b", "a"], lambda a, b: (a > b) - (a < b)) == ["a", "b"]


def test_what_is_of_no_type_of_gos_alone_is_still_taken_by_callables(go):
    trades = [go.Trade("a", 1.0), go.Trade("b", 2.0)]
    assert go.Filter(trades, lambda trade: trade.Price > 1) == trades[1:]
    assert go.Map(trades, lambda trade: trade.Name) == ["a", "b"]
    assert go.GroupBy(trades, lambda trade: trade.Name == "a") == {True: trades[:1], False: trades[1:]}
    assert go.Filter([1, "a", None], lambda x: x is not None) == [1, "a"]
    assert go.Filter([{"a": 1}, {"a": 2}], lambda x: x["a"] > 1) == [{"a": 2}]


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ({"a": 1}, "map[string]int"), ({1: 1.5, 2: 1}, "map[int]float64"), ({1.5: "a"}, "map[float64]string"),
        ({"a": True}, "map[string]bool"), (collections.UserDict(a="b"), "map[string]string"), ({}, "map[string]int"),
    ],
)  # fmt: skip
def test_a_mapping_means_what_its_keys_and_values_are(go, value, kind):
    assert go.Kinds(value) == kind


def test_slices_in_a_mapping_mean_what_they_hold(go):
    assert go.Deep({"a": np.zeros(2, "float32")}) == "map[string][]float32"
    assert go.Deep({"a": [1], "b": [2.5]}) == "map[string][]float64"
    assert go.Deep({"a": ["x"]}) == "map[string][]string"
    assert go.Deep({"a": []}) == go.Deep({}) == "map[string][]int"
    counts = {"a": 1, "b": 2}
    go.Scale(counts)
    assert counts == {"a": 2, "b": 4}


def test_rows_of_text_and_of_rows_mean_what_they_hold(go):
    assert go.Table([["a"]], [[["b"]]]) == "[][][]string"
    assert go.Table([], [[[1], [2.5]]]) == "[][][]float64"


def test_structs_and_handles_mean_their_class(go):
    trade, node = go.Trade("a", 1.0), go.Node(Name="n")
    assert go.First([trade]) == go.First["Trade"]([{"Name": "a", "Price": 1.0}]) == trade
    assert go.First([node]) is node
    assert go.Swap(go.Pair[str, int]("a", 1)) == go.Pair[int, str](1, "a")


class Twice:
    """An iterable that can be gone through again."""

    def __iter__(self):
        yield from ("a", "b")


@pytest.mark.parametrize(
    ("all", "what"),
    [
        ([1, 2], "int 2"), ([1, 2.5], "float64 2.5"), (("a",), "string a"), (range(3), "int 2"), ({"a": 1}, "string a"),
        ({2.5}, "float64 2.5"), (Twice(), "string b"), (np.arange(3, dtype="float32"), "float32 2"), ([], "int 0"),
        ({True: 1}, "bool true"), (np.arange(3, dtype="int8").tolist(), "int 2"),
    ],
)  # fmt: skip
def test_an_iterable_means_what_it_yields_first_and_a_list_all_that_it_holds(go, all, what):
    assert go.Yielded(all) == what


def test_iterators_of_gos_and_channels_mean_what_they_are_of(go):
    halves = go.Halves()
    assert go.Yielded(halves) == "float64 0.5"
    assert list(go.Switch({"a": 1}.items())) == [(1, "a")]
    assert list(go.Switch(go.Switch([(1, "a"), (2, "b")]))) == [(1, "a"), (2, "b")]
    assert go.Room(go.Words()) == "chan string 7"
    assert go.Room(gomagic.chan(int, 3)) == "chan int 3" and go.Room(gomagic.chan("uint8", 3)) == "chan uint8 3"
    channel = gomagic.chan(str, 2)
    channel.send("a")
    channel.close()
    assert go.Drain(channel) == ["a"] and list(go.Drain([1, 2])) == [1, 2]


def test_an_iterator_is_not_eaten_to_see_what_it_yields(go):
    for call in go.Yielded, go.Drain:
        some = iter([1, 2, 3])
        with pytest.raises(TypeError, match="no argument tells what T is") as refused:
            call(some)
        assert f"hint: name it, as in `{call.__name__}[int](…)`" in str(refused.value)
        assert next(some) == 1
    assert go.Yielded[int](some) == "int 3"
    with pytest.raises(TypeError, match="no argument tells what K and V is"):
        go.Switch(enumerate("ab"))
    assert list(go.Switch[int, str](enumerate("ab"))) == [("a", 0), ("b", 1)]


def test_other_arguments_tell_what_an_iterator_yields(go):
    assert go.Has(iter([1, 2]), 2) and not go.Has(iter(["a"]), "b")
    assert list(go.Apply((x for x in ["a", None]), str)) == ["a", "None"]
    with pytest.raises(TypeError, match="no argument tells"):
        go.Zip([1], iter("a"))
    assert go.Zip([1], ["a"]) == 2


def test_what_yields_what_there_is_no_variant_for_is_refused(go):
    for value in 3, [None], [object()], {None: 1}:
        with pytest.raises(TypeError, match=r"`all` is .*, Go wants iter.Seq"):
            go.Yielded(value)
    with pytest.raises(TypeError, match=r"Yielded\[int\].*`all\[1\]` is str, Go wants int"):
        go.Yielded([1, "a"])
    with pytest.raises(TypeError, match="yields pairs"):
        list(go.Switch([3]))
    with pytest.raises(ZeroDivisionError):
        go.Yielded(type("Failing", (), {"__iter__": lambda self: 1 / 0})())


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda go: go.Deep({"a": [object()]}), r"`m` is dict, Go wants map\[string\]\[\]T; Deep is built for bool,"),
        (lambda go: go.First([{"Name": "a"}]), r"`xs` is list, Go wants \[\]T; .* string, Trade and \*Node"),
        (lambda go: go.Scale({"a": "b"}), r"Scale\(m\): `m` is dict, .* built for int and float64"),
        (lambda go: go.Scale({"a": 1, "b": "c"}), r"Scale\[int\]\(m\): `m\['b'\]` is str, Go wants int"),
        (lambda go: go.Swap(go.Trade()), r"Swap\(p\): `p` is told.Trade, Go wants Pair\[K, V\]; .*\[string, int\]"),
    ],
)  # fmt: skip
def test_what_there_is_no_variant_for_says_what_there_is(go, call, said):
    with pytest.raises(TypeError, match=said):
        call(go)


def test_a_dict_that_changes_while_it_is_looked_at_is_no_danger(go):
    class Odd:
        def __index__(self):
            counts.clear()
            return 1

    counts = {"a": Odd(), "b": Odd()}
    assert go.Kinds(counts) in ("map[string]int", "map[string]bool")


def test_nothing_is_left_of_what_has_told(go):
    before = go.__go__.live()
    for _ in range(1000):
        go.Map([1], halved)
        go.Filter([go.Trade("a", 1.0)], lambda trade: True)
        go.Deep({"a": np.zeros(2)})
        go.Yielded({"a": 1})
        go.Room(gomagic.chan(int))
        with pytest.raises(TypeError):
            go.Yielded(iter("a"))
        with pytest.raises(TypeError):
            go.Deep({"a": [object()]})
    assert go.__go__.live() == before
