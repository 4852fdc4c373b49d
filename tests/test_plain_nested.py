"""Slices, arrays and maps of everything in plain Go cells: in, out, and what is refused."""

import array
import collections
import gc
import types

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import gomagic

pd = pytest.importorskip("pandas", "3.0")  # which needs Python 3.11

SOURCE = """
type Node struct{ Name string }

func NewNode(name string) *Node { return &Node{Name: name} }

func Words(x [][]string) [][]string                       { return x }
func Deep(x [][][]string) [][][]string                    { return x }
func Cube(x [][][]float64) [][][]float64                  { return x }
func Flags(x [][][]bool) [][][]bool                       { return x }
func Parts(x [][][]byte) [][][]byte                       { return x }
func Counts(x map[string]int) map[string]int              { return x }
func Groups(x map[string][]string) map[string][]string    { return x }
func Series(x map[string][]float64) map[string][]float64  { return x }
func Levels(x map[int]map[bool]string) map[int]map[bool]string { return x }
func Grid(x [2][3]int) [2][3]int                          { return x }
func Pair(x [2]string) [2]string                          { return x }
func Small(x map[int8]uint8) map[int8]uint8               { return x }
func Spots(x map[[2]int]string) map[[2]int]string         { return x }
func Waves(x []map[float64]complex128) []map[float64]complex128 { return x }
func Nodes(x []*Node) []*Node                             { return x }
func ByName(x map[string]*Node) map[*Node]string {
	names := map[*Node]string{}
	for name, node := range x { names[node] = name }
	return names
}
func Total(rows ...map[string]int) (total int) {
	for _, row := range rows {
		for _, n := range row { total += n }
	}
	return
}
func Nothing() (map[string]int, [][]string, []*Node) { return nil, nil, []*Node{nil} }
func IsNil(m map[string]int, x [][]string) (bool, bool) { return m == nil, x == nil }
func Fails(x [][]string) ([][]string, error)   { return x, errors.New("failed") }
func Shared(m map[string]int) ([][]float64, map[string][]float64) {
	xs := []float64{1, 2}
	return [][]float64{xs}, map[string][]float64{"xs": xs}
}
func Held(xs []float64) [1][]float64           { return [1][]float64{xs} }
func Tally[T comparable](xs []T) map[T]int     {
	counts := map[T]int{}
	for _, x := range xs { counts[x]++ }
	return counts
}
var Table = map[string][]int{"a": {1, 2}}
"""


@pytest.fixture(scope="module")
def go(own_cache):
    return gomagic.compile(SOURCE, "nested")


def lists(value):
    """The same with a list in place of each array."""
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, list):
        return [*map(lists, value)]
    return {key: lists(one) for key, one in value.items()} if isinstance(value, dict) else value


def test_slices_in_slices_are_lists_of_lists(go):
    assert go.Words([["a", "é"], [], ["\udcff\0"]]) == [["a", "é"], [], ["\udcff\0"]]
    assert go.Deep([[["a"], []], []]) == [[["a"], []], []]


def test_the_innermost_numbers_are_arrays_without_a_copy(go):
    cube = go.Cube([[[1, 2.5], []], []])
    assert lists(cube) == [[[1, 2.5], []], []]
    assert (cube[0][0].dtype, cube[0][1].dtype) == (np.float64, np.float64)
    rows, named = go.Shared({})
    rows[0][0] = 7
    assert named["xs"].tolist() == [7, 2]
    assert lists(go.Flags([[[True, False]]])) == [[[True, False]]]


def test_bytes_are_bytes_however_deep(go):
    assert go.Parts([[b"ab", bytearray(b"c")], [memoryview(b"")], [[100, 101]]]) == [[b"ab", b"c"], [b""], [b"de"]]


@pytest.mark.parametrize(
    "words",
    [
        (("a", "b"), ["c"]),
        collections.deque([["a", "b"], ("c",)]),
        pd.Series([["a", "b"], ["c"]]),
        [pd.Series(["a", "b"]), np.array(["c"])],
    ],
)
def test_every_sequence_is_a_slice(go, words):
    assert go.Words(words) == [["a", "b"], ["c"]]


def test_an_array_of_numpy_is_nested_as_deep_as_it_has_dimensions(go):
    cube = np.arange(24.0).reshape(2, 3, 4)
    assert lists(go.Cube(cube)) == cube.tolist()
    assert lists(go.Cube(cube[::-1, :, ::2])) == cube[::-1, :, ::2].tolist()
    assert lists(go.Cube([cube[0].astype(">f8")])) == [cube[0].tolist()]
    assert go.Grid(np.arange(6).reshape(2, 3))[1].tolist() == [3, 4, 5]
    assert lists(go.Cube([[array.array("d", [1]), array.array("i", [2]), pd.Series([3.0])]])) == [[[1], [2], [3]]]


def test_maps_are_dicts(go):
    assert go.Counts({"a": 1, "é": -(2**63)}) == {"a": 1, "é": -(2**63)}
    assert go.Groups({"a": ("x", "y"), "b": []}) == {"a": ["x", "y"], "b": []}
    assert lists(go.Series({"a": [1, 2], "b": np.arange(2.0)})) == {"a": [1, 2], "b": [0, 1]}
    assert go.Levels({1: {True: "x", False: ""}, -1: {}}) == {1: {True: "x", False: ""}, -1: {}}
    assert go.Waves([{0.5: 1j}, {}]) == [{0.5: 1j}, {}]


@pytest.mark.parametrize(
    "mapping",
    [
        collections.OrderedDict(a=1, b=2),
        collections.Counter("abb"),
        types.MappingProxyType({"a": 1, "b": 2}),
        collections.ChainMap({"a": 1}, {"b": 2}),
        pd.Series({"a": 1, "b": 2}),
    ],
)
def test_every_mapping_is_a_map(go, mapping):
    assert go.Counts(mapping) == {"a": 1, "b": 2}


def test_an_array_that_is_a_key_is_a_tuple(go):
    assert go.Spots({(1, 2): "a"}) == {(1, 2): "a"}


def test_handles_lie_in_slices_and_maps_and_are_keys(go):
    one, two = go.NewNode("1"), go.NewNode("2")
    assert go.Nodes([one, None, two, one]) == [one, None, two, one]
    assert go.ByName({"a": one, "b": two}) == {one: "a", two: "b"}
    with pytest.raises(TypeError, match=r"^Nodes\(x\): `x\[1\]` is int, Go wants \*Node$"):
        go.Nodes([one, 3])
    assert [node.Name for node in go.Nodes([go.NewNode(str(n)) for n in range(3)])] == ["0", "1", "2"]


def test_an_array_has_exactly_its_length(go):
    assert lists(go.Grid([[1, 2, 3], (4, 5, 6)])) == [[1, 2, 3], [4, 5, 6]]
    assert go.Pair(("a", "b")) == ["a", "b"]
    with pytest.raises(ValueError) as refused:
        go.Grid([[1, 2, 3], [4, 5]])
    assert str(refused.value) == "Grid(x): `x[1]` has 2 elements, Go's [3]int has 3"
    with pytest.raises(ValueError, match=r"`x` has 3 elements, Go's \[2\]string has 2$"):
        go.Pair(["a", "b", "c"])


def test_what_is_nil_in_go_is_empty_and_empty_is_not_nil(go):
    assert go.Nothing() == ({}, [], [None])
    assert go.IsNil({}, []) == (False, False)


def test_an_array_that_comes_back_in_another_is_the_same_memory(go):
    xs = np.arange(3.0)
    [same] = go.Held(xs)
    assert np.shares_memory(same, xs)
    assert go.Held([1.0, 2.0])[0].tolist() == [1, 2]


def test_a_generic_function_gives_maps(go):
    assert go.Tally([1, 2, 1]) == {1: 2, 2: 1}
    assert go.Tally(["a", "a"]) == {"a": 2}
    assert go.Tally(np.array([True, False, True])) == {True: 2, False: 1}


def test_a_variadic_function_takes_maps(go):
    assert (go.Total(), go.Total({"a": 1}, {"b": 2, "c": 3})) == (0, 6)


def test_variables_of_such_types_are_read_and_set(go):
    assert lists(go.Table) == {"a": [1, 2]}
    go.Table = {"b": np.array([3]), "c": []}
    assert lists(go.Table) == {"b": [3], "c": []}
    with pytest.raises(TypeError, match=r"^Table\(value\): `value\['b'\]` is int, Go wants \[\]int$"):
        go.Table = {"b": 3}
    go.Table = {"a": [1, 2]}


def test_results_of_a_call_that_fails_are_there(go):
    with pytest.raises(gomagic.GoError) as failed:
        go.Fails([["a"]])
    assert failed.value.results == ([["a"]],)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda go: go.Words([["a", 1]]), "TypeError: Words(x): `x[0][1]` is int, Go wants string"),
        (
            lambda go: go.Words([["a"], [b"b"]]),
            "TypeError: Words(x): `x[1][0]` is bytes, Go wants string\n  hint: make it text first: `.decode()`",
        ),
        (
            lambda go: go.Words([["a"], "b"]),
            "TypeError: Words(x): `x[1]` is str, Go wants []string\n  hint: put it into a list",
        ),
        (
            lambda go: go.Words([{"a"}]),
            "TypeError: Words(x): `x[0]` is set, Go wants []string\n  hint: make it a sequence first: `list(…)`",
        ),
        (lambda go: go.Words([{"a": 1}]), "TypeError: Words(x): `x[0]` is dict, Go wants []string"),
        (
            lambda go: go.Words(None),
            "TypeError: Words(x): `x` is NoneType, Go wants [][]string\n  hint: fill in or drop what is missing",
        ),
        (
            lambda go: go.Cube([[[1, 2], [3, 1j]]]),
            "TypeError: Cube(x): `x[0][1][1]` is complex, Go wants float64",
        ),
        (
            lambda go: go.Cube([np.arange(4).reshape(2, 2)]),
            "TypeError: Cube(x): `x[0][0]` has dtype int64, Go wants float64\n"
            "  note: an array is never converted silently; its dtype is int64, Go's `[]float64` is float64\n"
            '  hint: pass `x[0][0].astype("float64")`',
        ),
        (
            lambda go: go.Cube([np.zeros(3)]),
            "TypeError: Cube(x): `x[0][0]` has 0 dimensions, Go's []float64 has 1\n  hint: pass `[x[0][0]]`",
        ),
        (
            lambda go: go.Cube([[np.zeros((2, 2))]]),
            "TypeError: Cube(x): `x[0][0]` has 2 dimensions, Go's []float64 has 1\n  hint: pass `x[0][0].ravel()`",
        ),
        (lambda go: go.Counts({"a": "b"}), "TypeError: Counts(x): `x['a']` is str, Go wants int"),
        (lambda go: go.Counts({1: 2}), "TypeError: Counts(x): `x[1]` is int, Go wants string"),
        (lambda go: go.Counts([("a", 1)]), "TypeError: Counts(x): `x` is list, Go wants map[string]int"),
        (
            lambda go: go.Small({1: 256}),
            "OverflowError: Small(x): `x[1]` is 256, which does not fit in uint8\n  note: uint8 holds 0 to 255",
        ),
        (
            lambda go: go.Small({-129: 1}),
            "OverflowError: Small(x): `x[-129]` is -129, which does not fit in int8\n  note: int8 holds -128 to 127",
        ),
        (lambda go: go.Total({"a": 1}, {"a": []}), "TypeError: Total(rows): `rows[1]['a']` is list, Go wants int"),
        (
            lambda go: go.Levels({1: {2: "a"}}),
            "TypeError: Levels(x): `x[1][2]` is int, Go wants bool\n  hint: write `bool(…)`",
        ),
    ],
)
def test_what_is_refused_is_named_by_the_way_to_it(go, call, message):
    with pytest.raises((TypeError, OverflowError)) as refused:
        call(go)
    assert f"{type(refused.value).__name__}: {refused.value}" == message


def test_a_list_that_lies_in_itself_is_refused(go):
    itself = []
    itself.append(itself)
    with pytest.raises(TypeError, match="is list, Go wants string"):
        go.Words(itself)


def test_code_of_pythons_may_change_a_list_while_it_is_read(go):
    words = [["a"]]

    class Growing(collections.abc.Sequence):
        def __len__(self):
            words.append(["more"]) if len(words) < 5 else words.clear()
            return 1

        def __getitem__(self, index):
            return ["x"][index]

    words += [Growing()]
    assert go.Words(words)[0] == ["a"]


def test_an_exception_of_the_callers_own_code_arrives(go):
    class Failing:
        def __index__(self):
            raise ZeroDivisionError("mine")

    with pytest.raises(ZeroDivisionError, match="mine"):
        go.Counts({"a": 1, "b": Failing()})


TEXT = st.text(st.characters(exclude_categories=["Cs"]))
NUMBERS = st.integers(-(2**63), 2**63 - 1)


@settings(max_examples=60)
@given(
    st.lists(st.lists(st.lists(TEXT, max_size=4), max_size=4), max_size=4),
    st.dictionaries(TEXT, NUMBERS),
    st.dictionaries(NUMBERS, st.dictionaries(st.booleans(), TEXT)),
    st.lists(st.lists(st.lists(st.floats(allow_nan=False), max_size=3), max_size=3), max_size=3),
    st.dictionaries(TEXT, st.lists(TEXT)),
    st.lists(st.lists(st.binary())),
    st.dictionaries(st.tuples(NUMBERS, NUMBERS), TEXT),
)
def test_values_of_every_form_come_back_as_they_were(go, words, counts, levels, cube, groups, parts, spots):
    assert go.Deep(words) == words
    assert go.Counts(counts) == counts
    assert go.Levels(levels) == levels
    assert lists(go.Cube(cube)) == cube
    assert go.Groups(groups) == groups
    assert go.Parts(parts) == parts
    assert go.Spots(spots) == spots


def test_nothing_is_left_in_go_or_c_after_ten_thousand_rounds(go):
    node = go.NewNode("a")
    before = go.__go__.live()
    for n in range(10_000):
        go.Cube([[[1.0, 2.0]]])
        go.Groups({"a": ["x" * 300], "b": []})
        go.ByName({"a": node, str(n): node})
        if n % 20 == 0:
            with pytest.raises(TypeError):
                go.Nodes([node, 1])
            with pytest.raises(TypeError):
                go.Cube([[[1.0], ["x"]]])
    del node
    gc.collect()
    after = go.__go__.live()
    assert (after.arrays, after.bytes) == (before.arrays, before.bytes)
    assert after.handles == before.handles - 1
