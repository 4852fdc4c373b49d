"""Interfaces without methods in plain Go cells: what is in one goes by its own type."""

import collections
import datetime
import decimal
import gc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gomagic
from gomagic import GoError, GoPanic, GoWriteError

pd = pytest.importorskip("pandas", "3.0")  # which needs Python 3.11

SOURCE = """
type Celsius float64
type Level int8
type Node struct{ Name string }
type hidden struct{ x int }

func NewNode(name string) *Node   { return &Node{Name: name} }
func Type(x any) string           { return fmt.Sprintf("%T", x) }
func Same(x any) any              { return x }
func Sprint(xs ...any) string     { return fmt.Sprint(xs...) }
func All(xs []any) []any          { return xs }
func Config(m map[string]any) map[string]any { return m }
func Keyed(m map[any]int) map[any]int        { return m }
func Named() []any {
	return []any{Celsius(1.5), Level(3), []Celsius{1}, []string{"a"}, [2]int32{1, 2}, [1]string{"x"},
		uint8(7), map[string]int{"a": 1}, map[[2]int]bool{{1, 2}: true}, [][]byte{[]byte("b")},
		(*Node)(nil), []int(nil), time.Second}
}
func Hidden() any                 { return []any{1, hidden{1}} }
func Imported() any               { return bytes.NewBufferString("text") }
func Chan() (any, []float64)      { return make(chan int), []float64{1} }
func Itself() any                 { x := []any{nil, []float64{1}}; x[0] = x; return x }
func Put(x any) {
	m := x.(map[string]any)
	m["new"] = []any{1, "a"}
	m["list"].([]any)[0] = "changed"
	m["inner"].(map[string]any)["k"] = 5
	m["array"].([]float64)[0] = 9
	delete(m, "old")
}
func Set(xs []any)                { xs[0] = "set" }
var Anything any = 1
type Box struct{ Value any }
func NewBox() *Box { return &Box{} }

type Point struct{ X, Y float64 }
type Tagged struct {
	Name string `json:"name"`
	At   *Point `json:"at,omitempty"`
}
type Money struct {
	Currency string
	cents    int
}
type Listed struct{ Items []int }
type Shape interface{ Area() float64 }
type square struct{ side float64 }
type pair struct{ A, B int }

func (s square) Area() float64                    { return s.side * s.side }
func (c Celsius) Kelvin() Celsius                 { return c + 273 }
func NewMoney(currency string, cents int) Money   { return Money{currency, cents} }
func NewPoint(x, y float64) *Point                { return &Point{x, y} }
func NewCelsius(c Celsius) *Celsius               { return &c }
func Square(side float64) Shape                   { return struct{ square }{square{side}} }
func Double() func(int) int                       { return func(n int) int { return 2 * n } }
func Fail() error                                 { return errors.New("bad") }
func Kind(x any) string {
	switch x := x.(type) {
	case Point:
		x.X = -1
		return fmt.Sprint("Point ", x.Y)
	case *Point:
		x.X++
		return fmt.Sprint("*Point ", x.X)
	case Money:
		return fmt.Sprint("Money ", x.cents)
	case Celsius:
		return fmt.Sprint("Celsius ", float64(x))
	case *Celsius:
		return fmt.Sprint("*Celsius ", float64(*x))
	case error:
		return "error " + x.Error()
	case func(int) int:
		return fmt.Sprint("func ", x(4))
	case Shape:
		return fmt.Sprint("Shape ", x.Area())
	}
	return fmt.Sprintf("%T", x)
}
func Println(args ...any) string                  { return fmt.Sprintln(args...) }
func JSON(v any) (string, error)                  { text, err := json.Marshal(v); return string(text), err }
func Inside() []any {
	bad := errors.New("bad")
	return []any{Point{1, 2}, &Point{3, 4}, Money{"EUR", 5}, &Tagged{Name: "a"}, bad, pair{6, 7}, &pair{8, 9}}
}
func Around() map[string]any {
	return map[string]any{
		"slice": []Point{{1, 2}}, "map": map[string]Money{"a": {"EUR", 5}}, "array": [1]Point{{3, 4}},
		"func": func(n int) int { return n + 1 }, "pointers": []*Point{{5, 6}, nil},
	}
}
func Reverse(xs []any)                            { slices.Reverse(xs) }
func Replace(m map[string]any)                    { m["a"] = Point{7, 8}; m["b"] = Money{"USD", 1} }
"""


@pytest.fixture(scope="module")
def go(own_cache):
    return gomagic.compile(SOURCE, "anything")


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (None, "<nil>"),
        (True, "bool"),
        (-3, "int"),
        (1.5, "float64"),
        (1j, "complex128"),
        ("é\udcff", "string"),
        (b"ab\0", "[]uint8"),
        ([1, "a", None], "[]interface {}"),
        ({"a": 1, "b": [1.5]}, "map[string]interface {}"),
        ({1: "a", "b": 2, None: 3, 1.5: True}, "map[interface {}]interface {}"),
        ({}, "map[string]interface {}"),
        (datetime.timedelta(days=1, microseconds=5), "time.Duration"),
        (datetime.datetime(2024, 2, 29, 1, 2, 3, 4, datetime.timezone.utc), "time.Time"),
    ],
)
def test_pythons_own_values_are_what_they_mostly_are_in_go(go, value, kind):
    assert go.Type(value) == kind
    same = go.Same(value)
    assert (same, type(same)) == (value, type(value))


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (np.float32(1.5), "float32"),
        (np.int64(1), "int64"),
        (np.uint8(1), "uint8"),
        (np.bool_(True), "bool"),
        (np.complex64(1j), "complex64"),
        (np.float64(1.5), "float64"),
        (np.str_("a"), "string"),
        (np.arange(3), "[]int64"),
        (np.arange(3, dtype=">i2"), "[]int16"),
        (np.ones((2, 2)), "[]interface {}"),
        (np.array(["a", "b"]), "[]interface {}"),
        (np.array([1, "a", None], object), "[]interface {}"),
        (pd.Series([1.0, 2.0]), "[]float64"),
        (pd.Series(["a", "b"]), "[]interface {}"),
        (bytearray(b"a"), "[]uint8"),
        ((1, 2), "[]interface {}"),
        (range(3), "[]interface {}"),
        (collections.OrderedDict(a=1), "map[string]interface {}"),
        (collections.ChainMap({1: 2}), "map[interface {}]interface {}"),
        (np.timedelta64(1, "s"), "time.Duration"),
        (np.datetime64("2024-01-01"), "time.Time"),
    ],
)
def test_numpys_values_and_others_go_by_their_own_type(go, value, kind):
    assert go.Type(value) == kind


def test_arrays_come_back_as_arrays(go):
    same = go.Same(np.arange(3, dtype="int16"))
    assert (same.tolist(), same.dtype) == ([0, 1, 2], np.int16)
    assert [row.tolist() for row in go.Same(np.arange(4.0).reshape(2, 2))] == [[0, 1], [2, 3]]


def test_handles_are_the_same_object(go):
    node = go.NewNode("a")
    assert (go.Type(node), go.Same(node) is node, go.All([node, 1])[0] is node) == ("*main.Node", True, True)
    assert go.Config({"a": {"b": node}})["a"]["b"] is node
    assert go.Same(go.NewNode("b")).Name == "b"


def test_values_of_gos_types_come_as_what_they_are_made_of(go):
    found = go.Named()
    assert [found[0], found[1], found[2].tolist(), found[3], found[4].tolist(), found[5], found[6]] == [
        1.5, 3, [1], ["a"], [1, 2], ["x"], 7,
    ]  # fmt: skip
    assert (found[4].dtype, found[11].dtype) == (np.int32, np.int64)
    assert found[7:11] == [{"a": 1}, {(1, 2): True}, [b"b"], None]
    assert (found[11].tolist(), found[12]) == ([], datetime.timedelta(seconds=1))


def test_a_variadic_function_takes_anything(go):
    assert go.Sprint() == ""
    assert go.Sprint(1, "a", None, [1.5], {"k": True}) == "1a<nil> [1.5] map[k:true]"


def test_keys_are_what_go_can_compare(go):
    assert go.Keyed({1: 1, "a": 2, False: 3, 1.5: 4}) == {1: 1, "a": 2, False: 3, 1.5: 4}
    for key in ((1, 2), b"a", frozenset()):
        with pytest.raises(TypeError, match="Go wants any"):
            go.Keyed({key: 1})
        with pytest.raises(TypeError, match="Go wants any"):
            go.Same({key: 1})


def test_variables_and_fields_hold_anything(go):
    assert go.Anything == 1
    go.Anything = {"a": [1, 2.5]}
    assert go.Anything == {"a": [1, 2.5]}
    box = go.NewBox()
    assert box.Value is None
    box.Value = [1, "a"]
    assert box.Value == [1, "a"]
    box.Value = box
    assert box.Value is box
    box.Value = None


def test_what_go_writes_is_seen_however_deep(go):
    items, inner, array = [1, 2], {}, np.zeros(2)
    value = {"list": items, "inner": inner, "array": array, "old": 1}
    go.Put(value)
    assert (items, inner, array.tolist()) == (["changed", 2], {"k": 5}, [9, 0])
    assert value == {"list": items, "inner": inner, "array": array, "new": [1, "a"]}
    xs = [1]
    go.Set(xs)
    assert xs == ["set"]
    with pytest.raises(GoWriteError, match="Go wrote to `xs`, but a tuple cannot change"):
        go.Set((1,))


HINT = (
    "\n  hint: bool, int, float, complex, str, bytes, lists, dicts and arrays cross, "
    "datetime, timedelta, Go's objects and errors"
)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({1, 2}, "TypeError: Same(x): `x` is set, Go wants any" + HINT),
        ([object()], "TypeError: Same(x): `x[0]` is object, Go wants any" + HINT),
        ({"a": [1, len]}, "TypeError: Same(x): `x['a'][1]` is builtin_function_or_method, Go wants any" + HINT),
        (decimal.Decimal(1), "TypeError: Same(x): `x` is decimal.Decimal, Go wants any" + HINT),
        (
            [2**63],
            f"OverflowError: Same(x): `x[0]` is {2**63}, which does not fit in int\n"
            f"  note: int holds {-(2**63)} to {2**63 - 1}",
        ),
    ],
)
def test_what_go_has_nothing_for_is_refused_by_its_place(go, value, message):
    with pytest.raises((TypeError, OverflowError)) as refused:
        go.Same(value)
    assert f"{type(refused.value).__name__}: {refused.value}" == message


def test_a_handle_of_another_library_is_refused(go):
    other = gomagic.compile(SOURCE + "\n// another\n", "elsewhere")
    with pytest.raises(TypeError, match=r"`x` is elsewhere\.Node, Go wants any"):
        go.Same(other.NewNode(""))


def test_what_python_has_nothing_for_is_a_type_error(go):
    before = go.__go__.live()
    with pytest.raises(TypeError) as refused:
        go.Chan()
    assert str(refused.value) == "Chan: an interface holds a chan int of Go's, for which Python has nothing"
    gc.collect()
    assert go.__go__.live() == before


def of_go(go):
    """Each sort of thing that Go has made, with what a type switch of Go's says of it."""
    with pytest.raises(GoError) as failed:
        go.Fail()
    return {
        "Point 2": go.Point(1, 2), "*Point 6": go.NewPoint(5, 6), "Money 3": go.NewMoney("EUR", 3),
        "Celsius 20": go.Celsius(20), "*Celsius 30": go.NewCelsius(30), "Shape 4": go.Square(2), "func 8": go.Double(),
        "error bad": failed.value,
    }  # fmt: skip


def test_what_go_has_made_goes_in_by_its_own_type(go):
    for said, value in of_go(go).items():
        assert go.Kind(value) == said
    point, pointer = go.Point(1, 2), go.NewPoint(1, 2)
    go.Kind(point)
    go.Kind(pointer)
    assert (list(point), list(pointer)) == ([1, 2], [2, 2])
    go.Same([point, {"a": pointer}])
    assert (go.Type([point]), go.Type(go.Listed([1]))) == ("[]interface {}", "main.Listed")


def test_what_goes_in_comes_back_as_it_was(go):
    point, pointer, money = go.Point(1, 2), go.NewPoint(5, 6), go.NewMoney("EUR", 3)
    assert (go.Same(point), go.Same(pointer) is pointer, go.Same(money)) == (point, True, money)
    assert go.Config({"a": [point, {"b": money}]}) == {"a": [point, {"b": money}]}
    assert (go.Same(go.Square(2)), go.Same(go.Celsius(20)), go.Same(go.Double())(4)) == (go.Square(2), 20.0, 8)
    with pytest.raises(GoError, match=r"^bad$"):
        raise go.Same(of_go(go)["error bad"])


def test_what_an_interface_holds_is_of_its_type_in_go(go):
    found = go.Inside()
    assert [type(one).__name__ for one in found] == ["Point", "Point", "Money", "Tagged", "GoError", "pair", "pair"]
    assert (found[0], list(found[1]), found[2], found[3].Name, str(found[4])) == (
        go.Point(1, 2), [3, 4], go.NewMoney("EUR", 5), "a", "bad",
    )  # fmt: skip
    assert ((found[5].A, found[6].B), found[1] != go.NewPoint(3, 4)) == ((6, 9), True)
    around = go.Around()
    assert (around["slice"], around["map"], around["array"]) == (
        [go.Point(1, 2)], {"a": go.NewMoney("EUR", 5)}, [go.Point(3, 4)],
    )  # fmt: skip
    assert (around["func"](3), list(around["pointers"][0]), around["pointers"][1]) == (4, [5, 6], None)
    assert type(go.Hidden()[1]).__name__ == "hidden"
    assert (type(go.Imported()).__module__, go.Imported().String()) == ("bytes", "text")


def test_objects_are_printed_and_marshalled_as_go_does(go):
    point, money = go.Point(1, 2), go.NewMoney("EUR", 3)
    assert go.Println(point, money, "a", [point]) == "{1 2} {EUR 3} a [{1 2}]\n"
    assert go.JSON(go.Tagged("a", point)) == '{"name":"a","at":{"X":1,"Y":2}}'
    assert go.JSON({"all": [go.Tagged("a"), go.NewPoint(3, 4)]}) == '{"all":[{"name":"a"},{"X":3,"Y":4}]}'


def test_what_go_moves_in_a_list_of_anything_is_what_was_there(go):
    made = list(of_go(go).values())
    items = [*made, 1]
    go.Reverse(items)
    assert items[0] == 1
    for one, before in zip(items[:0:-1], made, strict=True):
        assert one is before or one == before or str(one) == str(before)
    found = {"a": go.Point(1, 2), "c": made[2]}
    kept = found["a"]
    go.Replace(found)
    assert found == {"a": go.Point(7, 8), "b": go.NewMoney("USD", 1), "c": made[2]}
    assert (found["a"] is kept, found["c"] is made[2]) == (True, True)


def test_objects_are_keys_where_go_compares_them(go):
    keyed = {go.Point(1, 2): 1, go.NewMoney("EUR", 3): 2, go.Celsius(20): 3}
    assert go.Keyed(keyed) == {go.Point(1, 2): 1, go.NewMoney("EUR", 3): 2, 20.0: 3}
    with pytest.raises(TypeError, match="Go wants any"):
        go.Keyed({Unhashed(): 1})


class Unhashed(ValueError):
    pass


def test_what_lies_in_itself_ends(go):
    gc.collect()  # what other tests have left
    before = go.__go__.live()
    with pytest.raises(GoPanic, match="a value lies in itself"):
        go.Itself()
    items = []
    items.append(items)
    with pytest.raises(RecursionError):
        go.Same(items)
    assert go.__go__.live() == before


ANY = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | st.text() | st.binary(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text() | st.integers(-(2**63), 2**63 - 1), inner, max_size=4)
    ),
    max_leaves=20,
)


@settings(max_examples=100)
@given(ANY)
def test_every_value_comes_back_as_it_was(go, value):
    assert go.Same(value) == value
    assert go.All([value, value]) == [value, value]


def test_nothing_is_left_in_go_or_c_after_ten_thousand_rounds(go):
    node = go.NewNode("a")
    made = of_go(go)
    money, shape, error, double = made["Money 3"], made["Shape 4"], made["error bad"], made["func 8"]
    before = go.__go__.live()
    for n in range(10_000):
        go.Same([node, {"a": np.zeros(2), "b": "x" * 300}, go.Point(1, 2), money, go.Celsius(3), shape, error, double])
        go.Reverse([money, shape, 1, error, double])
        go.Inside()
        go.Put({"list": [node], "inner": {"n": node}, "array": np.zeros(1)})
        if n % 20 == 0:
            with pytest.raises(TypeError):
                go.Same([node, {1}])
            with pytest.raises(TypeError):
                go.Chan()
    gc.collect()
    assert go.__go__.live() == before
