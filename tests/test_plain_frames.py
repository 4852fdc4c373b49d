"""A DataFrame's rows as a slice of structs, and slices of structs as a DataFrame."""

import collections
import datetime

import numpy as np
import pytest
from load import live

import gomagic
from gomagic import GoWriteError

pd = pytest.importorskip("pandas", "2.0")

SOURCE = """
type Trade struct {
	Name  string `json:"name"`
	Count int
	Price float64
}

type Full struct {
	Ok    bool
	Small int8
	Half  float32
	Wave  complex128
	When  time.Time
	Wait  time.Duration
	Words []string
	Xs    []float64
	Any   any
	In    Inner
}

type Inner struct{ A, B int64 }

type Hidden struct {
	A int
	b int
}

type Maybe struct {
	N     *int
	Small *uint8
	Text  *string
	X     *float64
	Ok    *bool
	In    *Inner
}

func Maybes(all []Maybe) []Maybe { return all }
func Nils(all []Maybe) (found []int) {
	for i, one := range all {
		if one.N == nil || one.Text == nil || one.X == nil || one.Ok == nil || one.Small == nil {
			found = append(found, i)
		}
	}
	return
}
func Worth(all []Trade) (total float64) {
	for _, one := range all {
		total += float64(one.Count) * one.Price
	}
	return
}
func (t *Trade) Grow()               { t.Count++ }
func Same(all []Trade) []Trade       { return all }
func Rename(all []Trade)             { all[1].Name = "new" }
func Pair(both [2]Trade) string      { return both[0].Name + both[1].Name }
func Fulls(all []Full) []Full        { return all }
func Inners(all []Inner) (sum int64) { for _, one := range all { sum += one.A * one.B }; return }
func Hide(all []Hidden) int          { return len(all) }
"""


@pytest.fixture(scope="module")
def go(own_cache):
    return gomagic.compile(SOURCE, "frames")


@pytest.fixture
def frame():
    return pd.DataFrame({"Name": ["a", "é", "c"], "Count": [1, 2, 3], "Price": [0.5, 1.5, 2.5]})


def test_the_rows_of_a_frame_are_structs(go, frame):
    assert go.Worth(frame) == 0.5 + 3 + 7.5
    assert go.Same(frame) == [go.Trade("a", 1, 0.5), go.Trade("é", 2, 1.5), go.Trade("c", 3, 2.5)]
    assert go.Worth(frame.iloc[::-1]) == go.Worth(frame.set_index("Name", drop=False)) == 11
    assert go.Worth(frame[frame.Count > 1]) == 10.5
    assert (go.Same(frame[:0]), go.Pair(frame[:2])) == ([], "aé")


@pytest.mark.parametrize("nullable", [False, True])
def test_what_is_missing_is_nil_for_a_pointer(go, nullable):
    rows = {"N": [1, None], "Small": [2, None], "Text": ["a", None], "X": [0.5, None], "Ok": [True, None]}
    frame = pd.DataFrame(rows)
    if nullable:
        frame = frame.convert_dtypes()
    assert go.Nils(frame).tolist() == [1]
    assert go.Maybes(frame) == [go.Maybe(1, 2, "a", 0.5, True, None), go.Maybe()]
    assert go.Maybes(frame[:1])[0].N == 1
    again = pd.DataFrame(go.Maybes(frame))
    assert again.isna().sum().tolist() == [1, 1, 1, 1, 1, 2]
    assert go.Maybes(again) == go.Maybes(frame)
    assert go.Maybes(pd.DataFrame(go.Maybe.columns(go.Maybes(frame)))) == go.Maybes(frame)
    inner = go.Inner(3, 4)
    assert [one.In for one in go.Maybes(pd.DataFrame({"In": [inner, None, float("nan")]}))] == [inner, None, None]
    for lacking in None, float("nan"), pd.NA:
        assert go.Maybes(pd.DataFrame({"Text": ["a", lacking]}, dtype=object))[1].Text is None


def test_a_float_is_no_pointer_to_an_int_unless_it_is_whole(go):
    assert [one.N for one in go.Maybes(pd.DataFrame({"N": [1.0, np.nan, 2.0**53]}))] == [1, None, 2**53]
    with pytest.raises(TypeError, match=r"`all\[0\]\.N` is float, Go wants \*?int"):
        go.Maybes(pd.DataFrame({"N": [1.5, np.nan]}))
    with pytest.raises(OverflowError, match=r"`all\[0\]\.Small` is 256, which does not fit in uint8"):
        go.Maybes(pd.DataFrame({"Small": [256.0, np.nan]}))
    assert np.isnan(go.Maybes([go.Maybe(X=float("nan"))])[0].X)  # a number, where nobody calls it missing


def test_columns_are_found_by_their_names_as_keys_are(go, frame):
    renamed = frame.rename(columns={"Name": "name"})[["Price", "name", "Count"]]
    assert go.Same(renamed) == go.Same(frame) == go.Same(renamed.to_dict("records"))
    assert go.Same(frame[["Count"]]) == [go.Trade("", 1), go.Trade("", 2), go.Trade("", 3)]


def test_a_frame_of_numbers_alone_has_columns_too(go):
    assert go.Inners(pd.DataFrame({"A": [1, 2], "B": [3, 4]})) == 11
    assert go.Inners(pd.DataFrame(np.ones((3, 2), "int64"), columns=["A", "B"])) == 3


def test_columns_of_every_type_cross(go):
    when = pd.Timestamp("2024-01-01", tz="UTC")
    frame = pd.DataFrame(
        {
            "Ok": [True], "Small": np.array([-1], "int8"), "Half": np.array([0.5], "float32"), "Wave": [1j],
            "When": [when], "Wait": [pd.Timedelta("1s")], "Words": [["a"]], "Xs": [np.arange(2.0)], "Any": ["x"],
            "In": [{"A": 1}],
        }
    )  # fmt: skip
    [row] = go.Fulls(frame)
    assert (row.Ok, row.Small, row.Half, row.Wave, row.Words, row.Xs.tolist()) == (True, -1, 0.5, 1j, ["a"], [0, 1])
    assert (row.When, row.Wait, row.Any, row.In) == (when, datetime.timedelta(seconds=1), "x", go.Inner(1, 0))


@pytest.mark.parametrize("dtype", ["Int64", "int64", object])
def test_a_column_of_pandas_own_dtypes_is_taken_where_nothing_is_missing(go, frame, dtype):
    assert go.Worth(frame.astype({"Count": dtype})) == 11
    assert go.Worth(frame.astype({"Name": "string", "Price": "Float64"})) == 11
    assert go.Same(frame.astype({"Name": "category"}))[1].Name == "é"


@pytest.mark.parametrize(
    ("change", "message", "cure"),
    [
        (
            {"Count": [1, np.nan, 3]},
            "Worth(all): the column `Count` of `all` misses a value in row 1, Trade has int64 there\n"
            "  note: a value that is not there cannot cross, unless the field is a pointer, which is nil then\n"
            "  hint: pass `all.dropna(subset=['Count']).astype({'Count': \"int64\"})`",
            lambda all: all.dropna(subset=["Count"]).astype({"Count": "int64"}),
        ),
        (
            {"Count": pd.array([1, None, 3], "Int64")},
            "Worth(all): the column `Count` of `all` misses a value in row 1, Trade has int64 there\n"
            "  note: a value that is not there cannot cross, unless the field is a pointer, which is nil then\n"
            "  hint: pass `all.dropna(subset=['Count']).astype({'Count': \"int64\"})`",
            lambda all: all.dropna(subset=["Count"]).astype({"Count": "int64"}),
        ),
        (
            {"Price": [1, 2, 3]},
            "Worth(all): the column `Price` of `all` has dtype int64, Trade has float64 there\n"
            "  hint: pass `all.astype({'Price': \"float64\"})`",
            lambda all: all.astype({"Price": "float64"}),
        ),
        (
            {"Count": np.array([1, 2, 3], "int32")},
            "Worth(all): the column `Count` of `all` has dtype int32, Trade has int64 there\n"
            "  hint: pass `all.astype({'Count': \"int64\"})`",
            lambda all: all.astype({"Count": "int64"}),
        ),
        (
            {"Other": [1, 2, 3]},
            "Worth(all): `all` has the column `Other`, and Trade no such field\n"
            "  hint: pass `all[['Name', 'Count', 'Price']]`",
            lambda all: all[["Name", "Count", "Price"]],
        ),
        (
            {"Name": ["a", None, "c"]},
            "Go wants string\n  hint: fill in or drop what is missing",
            lambda all: all.fillna({"Name": ""}),
        ),
        (
            {"Count": pd.Series([1, "b", 3], dtype=object)},
            "Worth(all): `all[1].Count` is str, Go wants int",
            lambda all: all.replace({"Count": {"b": 2}}).astype({"Count": int}),
        ),
    ],
)
def test_what_does_not_fit_is_refused_with_a_cure_that_works(go, frame, change, message, cure):
    all = frame.assign(**change)
    with pytest.raises(TypeError) as refused:
        go.Worth(all)
    assert message in str(refused.value)
    assert go.Worth(cure(all)) > 0


def test_a_misspelled_column_is_named_with_the_field_that_is_near(go, frame):
    all = frame.rename(columns={"Price": "price"})
    with pytest.raises(TypeError) as refused:
        go.Worth(all)
    assert str(refused.value).endswith("hint: pass `all.rename(columns={'price': 'Price'})`")
    assert go.Worth(all.rename(columns={"price": "Price"})) == 11


def test_two_columns_for_one_field_are_refused(go, frame):
    with pytest.raises(TypeError, match="more than one column for a field of Trade: Name, Count, Price, name"):
        go.Worth(frame.assign(name="x"))
    with pytest.raises(TypeError, match="has more than one column"):
        go.Worth(frame[["Name", "Name"]])


def test_what_go_writes_to_a_frames_rows_is_refused(go, frame):
    with pytest.raises(GoWriteError) as refused:
        go.Rename(frame)
    hint = "pass `all.to_dict('records')`, a list of dicts, and go on with that"
    assert str(refused.value) == (
        "Rename(all): Go wrote to `all`, but the rows of this pandas.DataFrame were copied\n  hint: " + hint
    )
    rows = frame.to_dict("records")
    go.Rename(rows)
    assert (rows[1]["Name"], frame.Name[1]) == ("new", "é")


def test_rows_that_pandas_makes_of_a_frame_are_taken(go, frame):
    assert go.Same(list(frame.itertuples())) == go.Same(frame)
    assert go.Same(list(frame.itertuples(index=False))) == go.Same(frame)
    assert go.Same(frame.to_records(index=False)) == go.Same(frame)
    with pytest.raises(TypeError, match=r"is map, Go wants \[\]Trade\n  hint: make it a sequence first: `list\(…\)`"):
        go.Same(frame.itertuples())


def test_a_namedtuple_stands_for_a_struct_by_its_fields(go):
    Row = collections.namedtuple("Row", "Count Price name")
    assert go.Same([Row(1, 2.0, "a")]) == [go.Trade("a", 1, 2)]
    with pytest.raises(TypeError, match=r"`all\[0\]` is \S*Row, Go wants Trade"):
        go.Same([collections.namedtuple("Row", "Price name")(2.0, "a")])


def test_what_is_not_pandas_is_refused_with_a_cure(go):
    class DataFrame:  # as those of polars
        columns = ("Name",)

        def to_dicts(self):
            return [{"Name": "a"}]

    class Table:  # as those of pyarrow
        column_names = ("Name",)

        def to_pylist(self):
            return [{"Name": "a"}]

    for table, cure in (DataFrame(), "to_dicts"), (Table(), "to_pylist"):
        with pytest.raises(TypeError, match=rf"hint: pass `all\.{cure}\(\)`"):
            go.Worth(table)
        assert go.Same(getattr(table, cure)()) == [go.Trade("a")]


def test_a_struct_of_which_go_has_more_takes_no_frame(go):
    with pytest.raises(TypeError, match=r"`all` is pandas.DataFrame, Go wants \[\]Hidden"):
        go.Hide(pd.DataFrame({"A": [1]}))


def test_a_class_makes_columns_of_its_objects_for_a_frame(go, frame):
    trades = go.Same(frame)
    columns = go.Trade.columns(trades)
    assert list(columns) == ["Name", "Count", "Price"]
    assert (columns["Name"], columns["Count"].dtype, columns["Price"].dtype) == (["a", "é", "c"], "int64", "float64")
    assert pd.DataFrame(columns).equals(frame)
    assert pd.DataFrame(trades).equals(frame)
    trades[1].Count = 20
    trades.append(go.Trade("d"))
    assert pd.DataFrame(go.Trade.columns(trades)).equals(pd.DataFrame(trades))
    assert pd.DataFrame(trades).Count.tolist() == [1, 20, 3, 0]


def test_columns_are_of_what_is_in_go_too(go, frame):
    trades = go.Same(frame)
    trades[0].Grow()
    assert go.Trade.columns(iter(trades))["Count"].tolist() == [2, 2, 3]
    full = go.Full(Small=-1, Words=["a"])
    columns = go.Full.columns([full])
    assert (columns["Small"].tolist(), columns["Small"].dtype, columns["Words"]) == ([-1], "int8", [["a"]])
    assert columns["In"] == [go.Inner()]
    assert go.Trade.columns([])["Price"].dtype == "float64"


def test_columns_are_of_objects_of_that_class_alone(go):
    with pytest.raises(TypeError, match=r"Trade.columns: `rows\[1\]` is dict, and no Trade"):
        go.Trade.columns([go.Trade(), {}])
    assert not hasattr(go.Trade(), "columns")
    assert not hasattr(go.Hidden, "columns")


@pytest.mark.proof
def test_frames_leave_nothing_behind(go, frame):
    before = live(go)
    for _ in range(300):
        go.Trade.columns(go.Same(frame))
        with pytest.raises(GoWriteError):
            go.Rename(frame)
        with pytest.raises(TypeError):
            go.Worth(frame.astype({"Count": object, "Name": object}).assign(Name=1))
    assert live(go) == before
