"""Masked arrays: what is missing in them is never read or written as a number."""

import re

import numpy as np
import pytest

import gomagic

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

func Half(x float64) float64 { return x / 2 }

func Turn(x complex128) complex128 { return x * 1i }

func Rows(rows [][]float64) int { return len(rows) }

func Last(ns []int64) int64 { return ns[len(ns)-1] }

func Bytes(b []byte) int { return len(b) }

func Float(xs []float32) int { return len(xs) }

type Row struct{ N int64 }

func Table(rows []Row) int { return len(rows) }

func Sums(all map[string][]float64) int { return len(all) }

func Twice(n int64) int64 { return 2 * n }

func Some(n uint8) uint8 { return n }

func Yes(is bool) bool { return is }

func Kind(x any) string { return fmt.Sprintf("%T", x) }

type Place struct {
	X    float64
	N    int
	Here [2]float64
}

var Level float64

func Take(place Place) float64 { return place.X }

func Big(n *big.Int) string { return n.String() }

func Many(xs ...float64) int { return len(xs) }

func Call(f func() float64) float64 { return f() }

func First[T int | float64](xs []T) T { return xs[0] }
"""


@pytest.fixture(scope="module")
def go():
    return gomagic.compile(SOURCE, "masked")


@pytest.fixture
def masked():
    return np.ma.array([1.0, 2.0, 300.0], mask=[False, False, True])


class Lazy:
    """Something whose numpy array is a masked one."""

    def __init__(self, array):
        self.array = array

    def __array__(self, dtype=None, copy=None):
        return self.array


@pytest.mark.parametrize("name", ["Sum", "Fill", "First"])
def test_a_masked_array_is_refused_with_a_cure(go, masked, name):
    for _ in range(2):  # a generic function remembers the class of the array before
        with pytest.raises(TypeError) as refused:
            getattr(go, name)(masked)
    assert str(refused.value).endswith(
        "(xs): `xs` is numpy.MaskedArray: Go knows none that are missing\n"
        "  hint: pass `xs.filled(…)` with a value for what is missing, or `xs.compressed()`, which leaves it out"
    )
    assert masked.data.tolist() == [1, 2, 300]


def test_the_cure_works(go, masked):
    assert (go.Sum(masked.filled(0)), go.Sum(masked.compressed()), go.First(masked.compressed())) == (3, 3, 1)


def test_nothing_masked_is_refused_too_so_that_code_does_not_depend_on_the_data(go):
    with pytest.raises(TypeError, match="none that are missing"):
        go.Sum(np.ma.ones(3))


def test_rows_and_tables(go, masked):
    with pytest.raises(TypeError, match=r"`rows` is numpy.MaskedArray"):
        go.Rows(np.ma.ones((2, 2)))
    with pytest.raises(TypeError, match=r"`rows\[1\]` is numpy.MaskedArray"):
        go.Rows([np.ones(2), masked])


def test_what_leaves_the_missing_out_keeps_no_rows_and_is_no_cure_of_these(go):
    rows = np.ma.array([[1.0, 2.0], [3.0, 4.0]], mask=[[False, True], [False, False]])
    with pytest.raises(TypeError, match=r"hint: pass `rows.filled\(…\)` with a value for what is missing$"):
        go.Rows(rows)
    assert go.Rows(rows.filled(0)) == 2


@pytest.mark.filterwarnings("error")
def test_no_hint_makes_a_number_of_what_is_missing_or_does_not_fit(go):
    pd = pytest.importorskip("pandas")
    for missing in np.array([1, np.nan]), np.array(["2024-01-01", "NaT"], "M8[s]"), pd.Series(pd.to_timedelta([None])):
        with pytest.raises(TypeError, match=r"\n  hint: fill in or drop what is missing$"):
            go.Last(missing)
    with pytest.raises(TypeError, match=r"\n  hint: fill in or drop what is missing$"):
        go.Sum(np.array(["NaT"], "m8[s]"))
    for call, array, unfit in (
        (go.Bytes, np.array([1, 300]), "300 does not fit in uint8"),
        (go.Bytes, np.array([-1]), "-1 does not fit in uint8"),
        (go.Last, np.array([2**63], "u8"), "9223372036854775808 does not fit in int64"),
        (go.Last, np.array([1.0, 2.0**63]), "9.223372036854776e+18 does not fit in int64"),
        (go.Last, pd.Series([float("inf")]), "inf does not fit in int64"),
        (go.Float, np.array([1e300]), "1e+300 does not fit in float32"),
        (go.Table, pd.DataFrame({"N": [np.inf]}), "inf does not fit in int64"),
        (go.Table, np.array([(2**64 - 1,)], [("N", "u8")]), "18446744073709551615 does not fit in int64"),
    ):
        with pytest.raises(TypeError, match=rf"\n  note: {re.escape(unfit)}$"):
            call(array)
    with pytest.raises(TypeError, match=r"hint: fill in or drop what is missing$"):
        go.Table(np.array([(np.nan,)], [("N", "f8")]))
    with pytest.raises(TypeError, match=r"Row.dtype\)`, which cuts$"):
        go.Table(np.array([(1.5,)], [("N", "f8")]))
    for whole in np.array([1.0, -(2.0**63)]), np.array([1], "u8"), np.array(["2024-01-01"], "M8[s]"):
        with pytest.raises(TypeError, match=r"\n  hint: pass `ns.astype\(\"int64\"\)`$"):
            go.Last(whole)
        assert go.Last(whole.astype("int64")) == whole[-1].astype("int64")


def test_one_deep_within(go, masked):
    with pytest.raises(TypeError, match=r"`all\['a'\]` is numpy.MaskedArray.*\n.*`all\['a'\].filled"):
        go.Sums({"a": masked})


def test_an_object_whose_array_is_masked(go, masked):
    with pytest.raises(TypeError, match="none that are missing"):
        go.Sum(Lazy(masked))
    assert go.Sum(Lazy(np.ones(3))) == 3


@pytest.mark.filterwarnings("ignore:Warning. converting a masked element to nan")
def test_the_missing_value_itself(go):
    for function in go.Half, go.Turn, go.Twice, go.Yes, go.Kind:
        with pytest.raises(TypeError, match="fill in or drop what is missing"):
            function(np.ma.masked)
    with pytest.raises(TypeError, match=r"`xs\[1\]`"):
        go.Sum([1.0, np.ma.masked])
    assert np.isnan(go.Half(float("nan"))) and np.isnan(go.Half(np.float64("nan")))


def test_other_subclasses_of_arrays_are_what_they_were(go):
    class Column(np.ndarray):
        pass

    assert go.Sum(np.ones(3).view(Column)) == 3
    assert go.Rows(np.ones((2, 2)).view(Column)) == 2


@pytest.mark.parametrize("dtype", ["Int64", "Float64", "boolean"])
def test_a_nullable_column_with_missing_values_is_refused_with_a_cure(go, dtype):
    pd = pytest.importorskip("pandas")
    column = pd.Series([1, None], dtype=dtype)
    for name in "Sum", "First":
        with pytest.raises(TypeError, match=rf"`xs` has dtype {dtype} and missing values: .*\n  hint: pass `xs.fillna"):
            getattr(go, name)(column)


def test_the_cure_of_a_nullable_column_works(go):
    pd = pytest.importorskip("pandas")
    column = pd.Series([1, None], dtype="Float64")
    assert (go.Sum(column.fillna(2)), go.Sum(column.dropna())) == (3, 1)


def test_nan_in_a_column_of_numbers_is_a_number(go):
    pd = pytest.importorskip("pandas")
    assert np.isnan(go.Sum(pd.Series([1.0, None])))


def test_missing_values_in_a_list(go):
    pd = pytest.importorskip("pandas")
    for missing in None, pd.NA:
        with pytest.raises(TypeError, match=r"`xs\[1\]` .*\n  hint: fill in or drop what is missing"):
            go.Sum([1.0, missing])


def test_the_cures_of_other_arrays_work(go):
    pd = pytest.importorskip("pandas")
    frame, records = pd.DataFrame({"a": [1.0], "b": [2.0]}), np.array([(1.0, 2)], dtype="f8,i4")
    with pytest.raises(TypeError, match=r"hint: pass `xs.to_numpy\(\).ravel\(\)`"):
        go.Sum(frame)
    with pytest.raises(TypeError, match=r"hint: pass one of its fields: `xs\['f0'\]`"):
        go.Sum(records)
    assert (go.Sum(frame.to_numpy().ravel()), go.Sum(records["f0"])) == (3, 1)


def test_an_array_without_a_dimension_may_be_masked_too(go):
    for name, value in ("Half", 3.0), ("Turn", 3.0), ("Twice", 3), ("Some", np.uint8(3)), ("Yes", True):
        for mask in True, False:
            with pytest.raises(TypeError, match=r"numpy.MaskedArray.*\n  hint: pass `\w+.filled\(…\)` with a value"):
                getattr(go, name)(np.ma.array(value, mask=mask))
        assert getattr(go, name)(np.ma.array(value, mask=False).filled(value)) == getattr(go, name)(value)


def test_an_interface_takes_none_either(go, masked):
    pd = pytest.importorskip("pandas")
    for lacking in masked, [masked], np.ma.array(["a", "b"], mask=[0, 1]), *map(pd.Series, ([True, None], ["a", None])):
        column = lacking.convert_dtypes() if isinstance(lacking, pd.Series) else lacking
        with pytest.raises(TypeError, match="Go knows none that are missing"):
            go.Kind(column)
    assert (go.Kind(pd.Series([1], dtype="Int64")), go.Kind([1, None])) == ("[]int64", "[]interface {}")


def test_a_frame_with_a_nullable_column_lacks_values_as_the_column_does(go):
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame({"a": pd.array([1.0, None], dtype="Float64"), "b": pd.array([1.0, 2.0], dtype="Float64")})
    with pytest.raises(TypeError, match=r"`rows` is pandas.DataFrame with missing values.*\n  hint: pass `rows.fillna"):
        go.Rows(frame)
    assert (go.Rows(frame.fillna(0)), go.Rows(frame.dropna()), go.Rows(frame.fillna(0).assign(b=1.0))) == (2, 1, 2)
    assert go.Rows(pd.DataFrame({"a": [1.0, float("nan")]})) == 2  # there NaN is a number


def test_wherever_a_number_may_stand(go, masked):
    one, number = np.ma.array(3.0, mask=True), np.ma.array(3, mask=True)
    for call in (
        lambda: go.Place(X=one),
        lambda: setattr(go.Place(), "N", number) or go.Take(go.Place(N=number)),
        lambda: go.Take({"N": number}),
        lambda: go.Take({"Here": masked[1:]}),
        lambda: go.Sums({"a": [one]}),
        lambda: go.Big(number),
        lambda: go.Many(1.0, one),
        lambda: go.Call(lambda: one),
        lambda: setattr(go, "Level", one),
        lambda: go.First([number]),
        lambda: go.Kind({"a": [one]}),
    ):
        with pytest.raises(TypeError, match=r"numpy.MaskedArray"):
            call()
