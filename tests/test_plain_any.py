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
from gomagic import GoPanic, GoWriteError

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
    "\n  hint: bool, int, float, complex, str, bytes, lists, dicts, arrays and handles cross, "
    "and datetime and timedelta"
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
    with pytest.raises(TypeError) as refused:
        go.Hidden()
    assert str(refused.value) == "Hidden: an interface holds a main.hidden of Go's, for which Python has nothing"
    before = go.__go__.live()
    with pytest.raises(TypeError, match="holds a chan int of Go's"):
        go.Chan()
    gc.collect()
    assert go.__go__.live() == before


def test_what_lies_in_itself_ends(go):
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
    before = go.__go__.live()
    for n in range(10_000):
        go.Same([node, {"a": np.zeros(2), "b": "x" * 300}])
        go.Put({"list": [node], "inner": {"n": node}, "array": np.zeros(1)})
        if n % 20 == 0:
            with pytest.raises(TypeError):
                go.Same([node, {1}])
            with pytest.raises(TypeError):
                go.Chan()
    gc.collect()
    assert go.__go__.live() == before
