"""Lists, tuples, pandas and other sequences as slices of numbers: what is converted, brought back and refused."""

import array
import collections

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import gomagic
from gomagic import GoWriteError

pd = pytest.importorskip("pandas", "3.0")  # which needs Python 3.11

SOURCE = """
func Sum(xs []float64) float64 {
	total := 0.0
	for _, x := range xs {
		total += x
	}
	return total
}

func Fill(xs []float64, x float64) {
	for i := range xs {
		xs[i] = x
	}
}

func Total(xs []int64) (total int64) {
	for _, x := range xs {
		total += x
	}
	return
}

func Double(xs []int64) {
	for i := range xs {
		xs[i] *= 2
	}
}
"""


@pytest.fixture(scope="module")
def go(own_cache):
    return gomagic.compile(SOURCE, "sequences")


def test_a_write_to_a_pandas_series_is_refused(go):
    series = pd.Series([1.0, 2.0])
    with pytest.raises(GoWriteError) as refused:
        go.Fill(series, 7)
    assert str(refused.value) == (
        "Fill(xs, x): Go wrote to `xs`, but this pandas.Series is read-only\n"
        "  note: pandas 3 hands out read-only views of its columns\n"
        "  hint: pass `.to_numpy(copy=True)`, then assign it back"
    )
    assert series.tolist() == [1, 2]


def test_a_write_to_a_tuple_is_refused(go):
    numbers = (1.0, 2.0)
    with pytest.raises(GoWriteError) as refused:
        go.Fill(numbers, 7)
    assert str(refused.value) == (
        "Fill(xs, x): Go wrote to `xs`, but a tuple cannot change\n  hint: pass a list: `list(…)`"
    )
    assert numbers == (1, 2)
    assert go.Sum(numbers) == 3


@pytest.mark.parametrize(
    "empty",
    [np.zeros(0), np.zeros(4)[4:], [], (), array.array("d"), memoryview(np.zeros(0)), pd.Series([], dtype=float)],
)
def test_empty_arrays_work(go, empty):
    assert go.Sum(empty) == 0
    assert go.Fill(empty, 1) is None


def test_pandas_series_and_index_lend_their_numpy_data(go):
    assert go.Sum(pd.Series([1.0, 2.0], index=["b", "a"])) == 3
    assert go.Sum(pd.Index([1.5, 2.0])) == 3.5
    frame = pd.DataFrame({"a": [1, 2], "b": [3.0, 4.0]})
    assert go.Sum(frame["b"]) == 7
    assert go.Total(frame["a"]) == 3


@pytest.mark.parametrize("places", [[0], [5, 131_071], [131_072, 131_073], [299_999], [1, 200_000, 299_999], []])
def test_a_long_list_gets_back_the_few_items_that_go_has_changed(go, places):
    numbers = [0] * 300_000
    for place in places:
        numbers[place] = 4
    go.Double(numbers)
    assert {place: number for place, number in enumerate(numbers) if number} == dict.fromkeys(places, 8)


def test_a_list_and_an_array_array_get_the_writes_back(go):
    numbers = [1, 2, 3]
    go.Double(numbers)
    assert numbers == [2, 4, 6]
    for code in "dfq":
        compact = array.array(code, [1, 2])
        (go.Double if code == "q" else go.Fill)(compact, *[] if code == "q" else [2.0])
        assert compact.tolist() == ([2, 4] if code == "q" else [2.0, 2.0])


def test_only_the_items_that_changed_are_replaced(go):
    numbers = [True, 2]
    go.Double(numbers[:0])
    first = numbers[0]
    go.Sum(numbers)
    assert numbers[0] is first


def test_an_array_array_that_cannot_hold_what_go_wrote_says_so(go):
    compact = array.array("b", [100])
    with pytest.raises(OverflowError):
        go.Double(compact)
    assert compact.tolist() == [100]


def test_any_sequence_is_converted(go):
    class Squares(collections.abc.Sequence):
        def __len__(self):
            return 4

        def __getitem__(self, i):
            return i * i

    assert go.Total(range(5)) == 10
    assert go.Total(Squares()) == 14
    assert go.Total(collections.deque([1, 2])) == 3
    changing = collections.deque([1, 2])
    go.Double(changing)
    assert list(changing) == [2, 4]
    with pytest.raises(GoWriteError) as refused:
        go.Double(range(3))
    assert str(refused.value) == (
        "Double(xs): Go wrote to `xs`, but range takes no items\n  hint: pass a list: `list(…)`"
    )


@pytest.mark.parametrize(
    ("value", "name"),
    [({1.0}, "set"), (frozenset(), "frozenset"), ((x for x in [1.0]), "generator"), (map(float, "1"), "map")],
)
def test_what_is_no_sequence_is_refused(go, value, name):
    with pytest.raises(TypeError) as refused:
        go.Sum(value)
    assert str(refused.value) == (
        f"Sum(xs): `xs` is {name}, Go wants []float64\n  hint: make it a sequence first: `list(…)`"
    )


@pytest.mark.parametrize(("value", "name"), [({"a": 1.0}, "dict"), ("12", "str"), (1.0, "float"), (object(), "object")])
def test_mappings_text_and_single_values_are_refused(go, value, name):
    with pytest.raises(TypeError) as refused:
        go.Sum(value)
    assert str(refused.value) == f"Sum(xs): `xs` is {name}, Go wants []float64"


def test_a_wrong_item_is_named_by_its_place(go):
    with pytest.raises(TypeError) as refused:
        go.Sum([1.0, "2"])
    assert str(refused.value) == "Sum(xs): `xs[1]` is str, Go wants float64"
    with pytest.raises(OverflowError) as refused:
        go.Total((1, 2**63))
    assert str(refused.value) == (
        "Total(xs): `xs[1]` is 9223372036854775808, which does not fit in int64\n"
        "  note: int64 holds -9223372036854775808 to 9223372036854775807"
    )
    with pytest.raises(TypeError, match=r"`xs\[0\]` is float, Go wants int64"):
        go.Total([1.0])


def test_a_list_that_shrinks_while_it_is_converted_is_an_index_error(go):
    numbers = []

    class Shrinks:
        def __float__(self):
            numbers.clear()
            return 1.0

    numbers += [Shrinks(), 2.0, 3.0]
    with pytest.raises(IndexError):
        go.Sum(numbers)


def test_more_than_memory_holds_is_a_memory_error(go):
    for endless in (range(2**45), np.broadcast_to(1.0, 2**45)):
        with pytest.raises(MemoryError):
            go.Sum(endless)

    class Lies(collections.abc.Sequence):
        def __len__(self):
            return 2**62

        def __getitem__(self, i):
            return 1.0

    with pytest.raises(MemoryError):
        go.Sum(Lies())


@given(st.data())
def test_arrays_and_lists_survive_a_round_trip(go, data):
    numbers = data.draw(st.lists(st.integers(-(2**62), 2**62 - 1)))
    assert go.Total(numbers) == (sum(numbers) + 2**63) % 2**64 - 2**63
    step = data.draw(st.sampled_from([1, 2, 3, -1, -2]))
    xs = np.array(numbers, dtype=data.draw(st.sampled_from(["<i8", ">i8"])))
    wanted = xs.astype("int64")
    wanted[::step] *= 2
    go.Double(xs[::step])
    assert xs.tolist() == wanted.tolist()
    go.Double(numbers)
    assert numbers == [2 * x for x in np.array(numbers, object) // 2]
