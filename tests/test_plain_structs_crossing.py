"""Structs of a plain Go cell on their way: by value, in slices, arrays and maps, and what Go writes to them there."""

import concurrent.futures
import dataclasses
import gc
import multiprocessing
import pickle
import subprocess
import sys
import types

import numpy as np
import pytest
from load import live

import gomagic
from gomagic import GoError, GoPanic

SOURCE = """
type Trade struct {
	Name  string `json:"name"`
	Count int64  `json:"-"`
	Price float64
}

func Trades(n int) []Trade {
	all := make([]Trade, n)
	for i := range all {
		all[i] = Trade{"t" + strconv.Itoa(i), int64(i), float64(i) / 2}
	}
	return all
}
func Total(all []Trade) (total float64) {
	for _, one := range all {
		total += one.Price * float64(one.Count)
	}
	return
}
func Raise(all []Trade)                   { all[0].Price = 9; all[len(all)-1].Name += "!" }
func Reversed(all []Trade)                { slices.Reverse(all) }
func Longest(all ...Trade) string {
	return slices.MaxFunc(all, func(a, b Trade) int { return len(a.Name) - len(b.Name) }).Name
}
func Same(one Trade) Trade                { return one }
func Two(one, other Trade) (a, b Trade)   { return other, one }
func Pair(both [2]Trade) [2]Trade         { both[0], both[1] = both[1], both[0]; return both }
func Rows(rows [][]Trade) [][]Trade       { return rows }
func ByName(all []Trade) map[string]Trade {
	m := map[string]Trade{}
	for _, one := range all {
		m[one.Name] = one
	}
	return m
}
func Change(m map[string]Trade) {
	one := m["a"]
	one.Price = 7
	m["a"] = one
	m["new"] = Trade{Name: "new"}
	delete(m, "gone")
}
func Keyed(m map[Trade]int) map[Trade]int { return m }
func Fail(one Trade) (Trade, error)       { return one, errors.New("failed") }
func Panic(all []Trade)                   { all[0].Price = 5; panic("after") }
func Both(one Trade, p *Trade) (t Trade)  { p.Price++; one.Price++; return one }
func MakeAll(all []Trade, p *Trade)       { all[0].Name = "changed"; p.Price = 3 }
func Point(one Trade, name string) bool   { return one.Name == name }

type Tree struct {
	Value int
	Kids  []Tree
}

func Sum(t Tree) int {
	sum := t.Value
	for _, kid := range t.Kids {
		sum += Sum(kid)
	}
	return sum
}
func Grow(t Tree)         { t.Kids[0].Kids[0].Value = 50 }
func Perfect(n int) Tree {
	if n == 0 {
		return Tree{}
	}
	return Tree{n, []Tree{Perfect(n - 1), Perfect(n - 1)}}
}

type Inner struct{ A, B int }
type Outer struct {
	Inner Inner
	Pairs [2]Inner
	Many  []Inner
	ByKey map[string]Inner
	Any   any
	When  time.Time
	Links []*Inner
}

func MakeOuter() Outer {
	return Outer{
		Inner: Inner{1, 2}, Many: []Inner{{3, 4}}, ByKey: map[string]Inner{"a": {5, 6}}, Any: "x",
		When: time.Unix(0, 0).UTC(), Links: []*Inner{{7, 8}, nil},
	}
}
func (o *Outer) Total() (total int) {
	for _, one := range o.Many {
		total += one.A
	}
	return total + o.Inner.A + o.Pairs[0].A + o.ByKey["a"].A
}
func Poke(all []Outer) {
	one := &all[0]
	one.Inner.A, one.Many[0].B, one.Pairs[1].A = 70, 80, 90
	one.Many = append(one.Many, Inner{})
}

type Sealed struct {
	Name string
	n    int
}

func Seals(n int) []Sealed {
	all := make([]Sealed, n)
	for i := range all {
		all[i] = Sealed{strconv.Itoa(i), i}
	}
	return all
}
func Unseal(all []Sealed) (n int) {
	for _, one := range all {
		n += one.n
	}
	return
}

type Vector struct{ X, Y, Z float64 }

func Length(v Vector) float64 { return v.X + v.Y + v.Z }

type Small struct {
	A int8
	B bool
	C uint16
	D float32
	E complex64
	F complex128
	G uintptr
	H string
	I [3]int16
	J []byte
}

func There(s Small) Small { return s }

type Celsius float64
type Path []Vector
type Measured struct {
	At   Celsius
	Path Path
}

func Warm(m Measured) Measured { m.At++; m.Path = append(m.Path, Vector{Z: 1}); return m }

func Settle() { runtime.GC(); debug.FreeOSMemory() }
"""


@pytest.fixture(scope="module")
def go(own_cache):
    return gomagic.compile(SOURCE, "market")


def test_structs_come_and_go_by_value(go):
    one = go.Trade("a", 1, 2.5)
    assert go.Same(one) == one
    assert go.Same(one) is not one
    assert go.Two(one, {"name": "b"}) == (go.Trade("b"), one)
    assert go.Two(one, one)._fields == ("a", "b")
    assert go.Same(go.Same(one)).Name == "a"


def test_every_field_comes_back_as_it_went(go):
    small = go.Small(-128, True, 65535, 0.5, 1 + 2j, 3j, 2**63, "é\0\udcff", [1, -2, 3], b"xy")
    back = go.There(small)
    assert list(back)[:8] == [-128, True, 65535, 0.5, 1 + 2j, 3j, 2**63, "é\0\udcff"]
    assert (back.I.tolist(), back.I.dtype, back.J) == ([1, -2, 3], "int16", b"xy")
    assert back == small
    assert go.There(go.Small()) == go.Small()


def test_named_types_are_fields_too(go):
    back = go.Warm({"At": 1.5, "Path": [{"X": 1}]})
    assert (back.At, back.Path) == (2.5, [go.Vector(1), go.Vector(Z=1)])


def test_a_slice_of_structs_is_a_list_of_objects(go):
    all = go.Trades(3)
    assert all == [go.Trade("t0", 0, 0), go.Trade("t1", 1, 0.5), go.Trade("t2", 2, 1)]
    assert (type(all), type(all[0])) == (list, go.Trade)
    assert go.Total(all) == 2.5
    assert go.Total(tuple(all)) == 2.5
    assert (go.Total([]), go.Trades(0)) == (0, [])


def test_arrays_rows_maps_and_variadics_of_structs_cross(go):
    a, b = go.Trade("a"), go.Trade("b")
    assert go.Pair([a, b]) == [b, a]
    assert go.Rows([[a], [], [b, a]]) == [[a], [], [b, a]]
    assert go.ByName([a, b]) == {"a": a, "b": b}
    assert go.Longest(a, {"name": "long"}, b) == "long"
    assert go.Keyed({a: 1, b: 2}) == {a: 1, b: 2}
    with pytest.raises(ValueError, match="has 1 elements"):
        go.Pair([a])


@dataclasses.dataclass
class Row:
    Name: str
    Count: int
    Price: float


def test_what_stands_for_a_struct_is_taken_anywhere(go):
    rows = [
        Row("a", 2, 1.0), {"Name": "b", "Count": 3, "Price": 1}, {"name": "c", "Count": 1, "Price": 2.0},
        types.SimpleNamespace(name="d", Count=1, Price=1.0), go.Trade("e", 1, 1),
    ]  # fmt: skip
    assert go.Total(rows) == 9
    assert sorted(go.ByName(rows)) == ["a", "b", "c", "d", "e"]


def test_a_function_of_one_struct_takes_its_fields_by_keyword(go):
    assert go.Same(Name="a", Price=2) == go.Trade("a", 0, 2)
    assert go.Length(X=1, Z=2) == 3
    assert go.Same(one={"name": "a"}) == go.Trade("a")
    with pytest.raises(TypeError, match=r"Same\(\) got an unexpected keyword argument 'Pric'"):
        go.Same(Pric=1)
    with pytest.raises(TypeError, match=r"Same\(\) got an unexpected keyword argument 'Name'"):
        go.Same({}, Name="a")
    with pytest.raises(TypeError, match=r"Point\(\) "):
        go.Point(Name="a")


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda go: go.Same(3), TypeError, "Same(one): `one` is int, Go wants Trade"),
        (lambda go: go.Same(None), TypeError, "Same(one): `one` is NoneType, Go wants Trade"),
        (lambda go: go.Total(3), TypeError, "Total(all): `all` is int, Go wants []Trade"),
        (lambda go: go.Total(go.Trade()), TypeError, "Total(all): `all` is market.Trade, Go wants []Trade"),
        (lambda go: go.Total([go.Trade(), 3]), TypeError, "Total(all): `all[1]` is int, Go wants Trade"),
        (
            lambda go: go.Total([go.Trade()] * 3 + [{"Price": "x"}]),
            TypeError,
            "Total(all): `all[3].Price` is str, Go wants float64",
        ),
        (lambda go: go.Total([{"Pric": 1}]), TypeError, "Trade has no field `Pric`\n  hint: did you mean `Price`?"),
        (lambda go: go.Total([{"Count": 2**63}]), OverflowError, "`all[0].Count`"),
        (lambda go: go.Sum({"Kids": [{}, {"Kids": [{"Value": "a"}]}]}), TypeError, "`t.Kids[1].Kids[0].Value` is str"),
        (lambda go: go.Change({"a": 3}), TypeError, "`m['a']` is int, Go wants Trade"),
        (lambda go: go.Keyed({"a": 3}), TypeError, "is str, Go wants Trade"),
        (lambda go: go.Unseal([{"Name": "a"}]), TypeError, "Unseal(all): `all[0]` is dict, Go wants Sealed"),
        (lambda go: go.Poke([{"Links": [3]}]), TypeError, "`all[0].Links[0]` is int, Go wants *Inner"),
    ],
)
def test_what_does_not_fit_is_refused_by_its_way(go, call, kind, message):
    with pytest.raises(kind) as refused:
        call(go)
    assert message in str(refused.value)


def test_what_go_writes_to_structs_in_a_slice_is_seen(go):
    all = go.Trades(2)
    first = all[0]
    go.Raise(all)
    assert (first.Price, all[1].Name, all[0] is first) == (9, "t1!", True)
    both = [{"name": "a", "Price": 1}, Row("b", 0, 0)]
    go.Raise(both)
    assert both == [{"name": "a", "Price": 9}, Row("b!", 0, 0)]
    both = [{}, {}]
    go.Raise(both)
    assert both == [{"Price": 9}, {"Name": "!"}]
    frozen = (go.Trade(), go.Trade())
    go.Raise(frozen)
    assert (frozen[0].Price, frozen[1].Name) == (9, "!")


def test_what_cannot_take_gos_writes_says_so(go):
    class Frozen:
        name, Count, Price = "a", 1, 2.0

        def __setattr__(self, name, value):
            raise AttributeError("frozen")

    with pytest.raises(gomagic.GoWriteError, match="Go wrote to `all"):
        go.Raise([Frozen()])


def test_objects_in_go_see_what_is_written_to_them_in_a_slice(go):
    held = go.Trade("a", 1, 2)
    all = [go.Trade(), held]
    go.MakeAll([held], held)
    assert (held.Name, held.Price) == ("changed", 3)
    go.Raise(all)
    assert held.Name == "changed!"
    go.Reversed(all)
    assert [one.Name for one in all] == ["changed!", ""]


def test_what_go_wrote_before_a_panic_is_seen(go):
    all = [go.Trade()]
    with pytest.raises(GoPanic, match="after"):
        go.Panic(all)
    assert all[0].Price == 5


def test_what_go_writes_to_structs_in_a_map_is_seen(go):
    a = go.Trade("a")
    trades = {"a": a, "gone": go.Trade(), "b": {"name": "b"}}
    go.Change(trades)
    assert (trades, trades["a"] is a) == ({"a": go.Trade("a", 0, 7), "b": {"name": "b"}, "new": go.Trade("new")}, True)


def test_a_struct_by_value_is_gos_own_copy(go):
    one = go.Trade("a", 0, 1)
    assert go.Both(one, one) == go.Trade("a", 0, 2)
    assert one == go.Trade("a", 0, 2)
    assert go.Both(one, one).Price == 3
    assert one.Price == 3


def test_structs_of_themselves_cross(go):
    tree = go.Perfect(4)
    assert go.Sum(tree) == sum(2 ** (4 - n) * n for n in range(5))
    assert (len(tree.Kids), tree.Kids[0].Kids[1].Value) == (2, 2)
    tree = go.Tree(1, [go.Tree(2, [go.Tree(3)])])
    inner = tree.Kids[0].Kids[0]
    go.Grow(tree)
    assert (inner.Value, go.Sum(tree)) == (50, 53)


def test_structs_hold_whatever_crosses(go):
    outer = go.MakeOuter()
    assert (outer.Inner, outer.Many, outer.ByKey, outer.Any) == (
        go.Inner(1, 2), [go.Inner(3, 4)], {"a": go.Inner(5, 6)}, "x",
    )  # fmt: skip
    assert (outer.Pairs, outer.When.year, outer.Links[0].A, outer.Links[1]) == ([go.Inner(), go.Inner()], 1970, 7, None)
    outer.Inner.A, outer.Many[0].A, outer.ByKey["a"].A = 10, 20, 30
    assert outer.Total() == 60
    assert (outer.Many, outer.Links[0].B) == ([go.Inner(20, 4)], 8)
    zero = go.Outer()
    assert (zero.Many, zero.ByKey, zero.Any, zero.Pairs, zero.Links) == ([], {}, None, [go.Inner()] * 2, [])
    zero.Many.append({"A": 4})
    assert zero.Total() == 4
    assert go.Outer(When=outer.When).When == outer.When


def test_what_go_writes_deep_within_is_seen(go):
    for all in ([go.MakeOuter()], [go.MakeOuter()]):
        one = all[0]
        inner, many = one.Inner, one.Many
        go.Poke(all)
        assert (inner.A, many[0].B, one.Pairs[1].A, len(many), one.Many is many) == (70, 80, 90, 2, True)


def test_structs_that_python_does_not_see_whole_cross_by_handles(go):
    all = go.Seals(3)
    assert (go.Unseal(all), [one.Name for one in all]) == (3, ["0", "1", "2"])
    before = live(go)
    for _ in range(100):
        go.Unseal(go.Seals(10))
    assert live(go) == before


def test_errors_carry_structs(go):
    with pytest.raises(GoError) as failed:
        go.Fail(go.Trade("a"))
    assert failed.value.results == (go.Trade("a"),)


def test_a_data_frame_of_structs_has_their_columns(go):
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame(go.Trades(3))
    assert list(frame.columns) == ["Name", "Count", "Price"]
    assert [str(kind) for kind in frame.dtypes[1:]] == ["int64", "float64"]
    assert frame.Name.tolist() == ["t0", "t1", "t2"]
    assert go.Total(frame.to_dict("records")) == 2.5
    all = go.Trades(2)
    go.Raise(all)
    assert pd.DataFrame(all).Price.tolist() == [9, 0.5]


def test_structs_are_no_sequences_to_match(go):
    match go.Vector(1, 2, 3):
        case [_, _, _]:
            raise AssertionError
        case go.Vector(x, y, Z=z):
            assert (x, y, z) == (1, 2, 3)


def shown(one):
    return f"{one.Name} {one.Price} {type(one).__module__}"


@pytest.mark.parametrize("way", ["fork", "spawn"])
def test_structs_are_pickled_into_the_processes_of_a_pool(go, way):
    with concurrent.futures.ProcessPoolExecutor(1, multiprocessing.get_context(way)) as pool:
        assert list(pool.map(shown, go.Trades(2))) == ["t0 0.0 market", "t1 0.5 market"]
        [back] = pool.map(copied, [go.Trade("a", 1, 2)])
        assert (back, type(back)) == (go.Trade("a", 1, 2), go.Trade)


def copied(one):
    return type(one)(*one)


def test_structs_are_pickled_into_a_process_that_has_not_loaded_them(go):
    code = "import pickle, sys\n[one] = pickle.load(sys.stdin.buffer)\nprint(one, one == type(one)('a', 1, 2))"
    sent = pickle.dumps([go.Trade("a", 1, 2)])
    ended = subprocess.run([sys.executable, "-c", code], input=sent, capture_output=True, timeout=120)
    assert (ended.stdout.decode(), ended.stderr) == ("Trade(Name='a', Count=1, Price=2.0) True\n", b"")


def once(go, name):
    match name:
        case "values":
            assert go.Same(go.Trade("a" * 300)).Name == "a" * 300
            assert go.Length(X=1) == 1
        case "slices":
            all = go.Trades(10)
            go.Raise(all)
            assert all[0].Price == 9
        case "maps":
            trades = {"a": go.Trade("a"), "gone": {}}
            go.Change(trades)
            assert len(trades) == 2
        case "held":
            one = go.Trade("a")
            assert go.Both(one, one).Price == 1
            go.Raise([one, one])
        case "deep":
            outer = go.MakeOuter()
            go.Poke([outer])
            assert outer.Total() == 70 + 3 + 5
            assert go.Same(go.Trade()) == go.Trade()
        case "sealed":
            assert go.Unseal(go.Seals(3)) == 3
        case "refused":
            for wrong in ([go.Trade(), 3], [{"Pric": 1}], [{"Price": "x"}], 3):
                with pytest.raises(TypeError):
                    go.Total(wrong)
            with pytest.raises(TypeError):
                go.Poke([go.MakeOuter(), {"Links": [3]}])
        case "failed":
            with pytest.raises(GoError):
                go.Fail(go.Trade("a"))
            with pytest.raises(GoPanic):
                go.Panic([go.Trade()])


NAMES = ["values", "slices", "maps", "held", "deep", "sealed", "refused", "failed"]


@pytest.mark.parametrize("name", NAMES)
def test_ten_thousand_rounds_of_each_leave_nothing(go, name):
    for rounds in (100, 10_000 if name not in ("failed", "deep") else 2_000):
        gc.collect()
        before, blocks = live(go), sys.getallocatedblocks()
        for _ in range(rounds):
            once(go, name)
        assert live(go) == before
    assert sys.getallocatedblocks() - blocks < 2000


def test_a_million_rows_leave_nothing(go):
    before = live(go)
    for _ in range(10):
        all = go.Trades(100_000)
        assert go.Total(all) > 0
    del all
    assert live(go) == before


def test_numbers_in_structs_are_numpys(go):
    assert go.Length(go.Vector(np.float32(1), np.int64(2), 3)) == 6
