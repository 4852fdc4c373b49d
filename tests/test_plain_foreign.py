"""Arrays of other libraries at a plain cell's parameters: taken where exact, else refused with a hint that works."""

import array
import ctypes
import re

import numpy as np
import pytest

import gomagic
from gomagic import GoWriteError
from tests.test_foreign import Array, Frame, Series, Tensor

SOURCE = """
func Sum(xs []float64) float64 {
	total := 0.0
	for _, x := range xs {
		total += x
	}
	return total
}

func Fill(xs []float64) {
	for i := range xs {
		xs[i] = 9
	}
}

func FillAll(all map[string][]float64) {
	for _, xs := range all {
		Fill(xs)
	}
}

func Count(is []bool) (n int) {
	for _, one := range is {
		if one {
			n++
		}
	}
	return n
}

func Join(words []string) string { return strings.Join(words, "|") }

func Upper(words []string) {
	for i, word := range words {
		words[i] = strings.ToUpper(word)
	}
}

func Bytes(b []byte) int { return len(b) }

func Trace(rows [][]float64) float64 { return rows[0][0] + rows[1][1] }

func Half(x float64) float64 { return x / 2 }

func Say(text string) string { return text }

func Show(x any) string { return fmt.Sprintf("%T %v", x, x) }

func First[T int | float64](xs []T) T { return xs[0] }

type Trade struct {
	Name  string
	Price float64
}

func Worth(trades []Trade) (total float64) {
	for _, trade := range trades {
		total += trade.Price
	}
	return total
}
"""


class Described:
    """As images of PIL: numpy reads in an attribute where the numbers are."""

    def __init__(self, array):
        self.array = array

    @property
    def __array_interface__(self):
        return self.array.__array_interface__


class Dataset:
    """As those of h5py: an array is read of it, with each access anew."""

    def __init__(self, array):
        self.array, self.dtype, self.ndim = array, array.dtype, array.ndim

    def __array__(self, dtype=None, copy=None):
        return self.array.copy()

    def __len__(self):
        return len(self.array)

    def __getitem__(self, i):
        return self.array[i]


@pytest.fixture(scope="module")
def go():
    return gomagic.compile(SOURCE, "foreign")


def hint_of(function, *args, error=TypeError):
    with pytest.raises(error) as refused:
        function(*args)
    return re.search("  hint: .*?`(.+?)`", str(refused.value))[1]


def follow(function, x, error=TypeError, **names):
    """Call with what the hint says in place of x; what that returns, and what was passed."""
    name = function.__text_signature__.strip("()/, ").removeprefix("$self, ").split(",")[0]
    code = hint_of(function, x, error=error).replace("…", name)
    passed = eval(code if not code.startswith(".") else f"{name}{code}", {name: x, "numpy": np, **names})
    return function(passed), passed


@pytest.mark.parametrize("kind", [Described, Tensor])
def test_memory_that_is_lent_is_gos_to_write_to(go, kind):
    xs = np.array([1.0, 2.0])
    assert (go.Sum(kind(xs)), go.First(kind(xs)), go.Show(kind(xs))) == (3, 1, "[]float64 [1 2]")
    assert (go.Trace(kind(np.eye(2))), go.Show(kind(np.eye(2)))) == (2, "[]interface {} [[1 0] [0 1]]")
    go.Fill(kind(xs))
    assert xs.tolist() == [9, 9]
    xs[:] = 1
    go.FillAll({"a": kind(xs)})
    assert xs.tolist() == [9, 9]
    assert follow(go.Sum, kind(np.array([1, 2])))[0] == 3


@pytest.mark.parametrize("x", [Series([1.0, 2.0]), Array([1.0, 2.0]), Dataset(np.array([1.0, 2.0]))])
def test_what_is_read_anew_each_time_is_not_written_to(go, x):
    assert (go.Sum(x), go.First(x), go.Show(x)) == (3, 1, "[]float64 [1 2]")
    for function, argument in (go.Fill, x), (go.FillAll, {"a": x}):
        with pytest.raises(GoWriteError, match=r"but what this .* holds is not Go's to write to"):
            function(argument)
    assert follow(go.Fill, x, GoWriteError)[1].tolist() == [9, 9]


def test_missing_values_are_refused_wherever_they_are(go):
    column, kept_apart = Series([1.0, None], 1), Array([1.0, None])
    for call in (
        lambda: go.Sum(column),
        lambda: go.Sum(kept_apart),
        lambda: go.First(column),
        lambda: go.Show(column),
        lambda: go.Show([column]),
        lambda: go.Fill(column),
        lambda: go.FillAll({"a": column}),
        lambda: go.Trace(Frame(Series([1.0, 2.0]), column)),
    ):
        with pytest.raises(TypeError, match="missing values: Go knows none that are missing"):
            call()
    assert hint_of(go.Sum, column) == "xs.fill_null(…)"
    assert (go.Sum(column.fill_null(2.0)), go.Sum(column.drop_nulls())) == (3, 1)
    assert hint_of(go.Sum, kept_apart) == "pyarrow.array(xs.to_pylist())"


@pytest.mark.parametrize(
    ("name", "x", "result"),
    [
        ("Sum", memoryview(array.array("i", [1, 2])), 3),
        ("Sum", memoryview(np.ones(3, "f2")), 3),
        ("Sum", memoryview(bytearray(32)).cast("d", [2, 2]), 0),
        ("Sum", (ctypes.c_int * 2)(1, 2), 3),
        ("Sum", ctypes.c_double(1), 1),
        ("Sum", np.matrix([1.0, 2.0]), 3),
        ("Sum", np.array([1 + 2j, 3]), 4),
        ("Sum", np.float64(3), 3),
        ("Half", ctypes.c_double(1), 0.5),
        ("Bytes", Described(np.zeros((2, 3, 3), "uint8")), 18),
        ("Trace", np.array([[1.0, 2.0], [3.0, 4.0], [5.0]], dtype=object), 5),
    ],
)
def test_the_hint_of_what_lies_otherwise_works(go, name, x, result):
    assert follow(getattr(go, name), x)[0] == result


def test_a_pointer_of_c_is_an_array_once_it_is_said_how_long(go):
    x = ctypes.pointer(ctypes.c_double(2))
    assert follow(go.Sum, x, n=1)[0] == 2


def test_where_advice_would_make_numbers_of_nothing_there_is_none(go):
    for x, cure in (np.array([1, None]), "fill in or drop"), (np.zeros(1, "V4"), None), (np.array(["a"]), None):
        with pytest.raises(TypeError) as refused:
            go.Sum(x)
        assert cure in str(refused.value) if cure else "hint" not in str(refused.value)


@pytest.mark.parametrize("words", [np.array(["a", "b"]), Series(["a", "b"]), array.array("u", "ab")])
def test_text_of_others_is_read_and_written_to_a_list_of_it(go, words):
    assert go.Join(words) == "a|b"
    if not isinstance(words, array.array):
        assert follow(go.Upper, words, GoWriteError)[1] == ["A", "B"]


def test_what_cannot_hold_what_go_writes_says_what_can(go):
    assert follow(go.Fill, array.array("i", [1, 2]), GoWriteError)[1] == [9, 9]
    assert follow(go.Fill, memoryview(bytes(16)).cast("d"), GoWriteError)[1].tolist() == [9, 9]


def test_times_of_numpy_are_times_in_an_interface_and_no_numbers(go):
    assert go.Show(np.array([1], "M8[ns]")) == "[]interface {} [1970-01-01 00:00:00.000000001 +0000 UTC]"
    assert go.Show(np.array([1500], "m8[ns]")) == "[]interface {} [1.5µs]"


def test_columns_and_tables_of_polars(go):
    pl = pytest.importorskip("polars")
    xs = pl.Series([1.0, 2.0])
    assert (go.Sum(xs), go.First(pl.Series([1])), go.Count(pl.Series([True, False])), go.Join(pl.Series(["a"]))) == (
        3,
        1,
        1,
        "a",
    )
    assert go.Sum(pl.concat([xs, xs], rechunk=False)) == 6
    assert follow(go.Fill, xs, GoWriteError)[1].tolist() == [9, 9] and xs.to_list() == [1, 2]
    assert follow(go.Upper, pl.Series(["a"]), GoWriteError)[1] == ["A"]
    assert follow(go.Sum, pl.Series([1, 2]))[0] == 3
    for lacking in pl.Series([1.0, None]), pl.Series([True, None]), pl.DataFrame({"a": [1.0, None]}):
        with pytest.raises(TypeError, match=r"missing values.*\n  hint: pass `x\.fill_null.*`x\.drop_nulls"):
            go.Show(lacking)
    assert go.Sum(pl.Series([1.0, None]).fill_null(2.0)) == 3 and go.Sum(pl.Series([1.0, None]).drop_nulls()) == 1
    assert go.Trace(pl.DataFrame({"a": [1.0, 2.0], "b": [3.0, 4.0]})) == 5
    assert follow(go.Worth, pl.DataFrame({"Name": ["a"], "Price": [2.0]}))[0] == 2


def test_arrays_and_tables_of_pyarrow(go):
    pa = pytest.importorskip("pyarrow")
    xs = pa.array([1.0, 2.0, 3.0])
    for like in xs, pa.chunked_array([xs]), xs.dictionary_encode():
        assert (go.Sum(like), go.Sum(like[1:]), go.First(like)) == (6, 5, 1)
        assert follow(go.Fill, like, GoWriteError)[1].tolist() == [9, 9, 9] and like.to_pylist() == [1, 2, 3]
    assert go.Count(pa.array([False, True, True])[1:]) == 2
    for words in pa.array(["a", "b"]), pa.chunked_array([["a", "b"]]), pa.array(["a", "b"]).dictionary_encode():
        assert go.Join(words) == "a|b"
        assert follow(go.Upper, words, GoWriteError)[1] == ["A", "B"]
    lacking = pa.array([1.0, None])
    for like in lacking, pa.chunked_array([lacking]), pa.array([True, None]), pa.table({"a": lacking}):
        with pytest.raises(TypeError, match=r"missing values.*\n  hint: pass .*`x\.drop_null"):
            go.Show(like)
    apart = pa.DictionaryArray.from_arrays([0, 1], lacking)
    assert hint_of(go.Sum, apart) == "pyarrow.array(xs.to_pylist())"
    assert go.Sum(lacking.drop_null()) == go.Sum(pa.array(apart.to_pylist()).drop_null()) == 1
    assert follow(go.Sum, pa.array([1, 2]))[0] == 3
    assert follow(go.Say, pa.scalar("a"))[0] == "a"
    assert follow(go.Trace, pa.array([[1.0], [2.0, 3.0]]))[0] == 4
    assert follow(go.Worth, pa.table({"Name": ["a"], "Price": [2.0]}))[0] == 2
