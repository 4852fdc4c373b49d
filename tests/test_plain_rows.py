"""[N]T, []string and [][]T of plain Go cells, in and out."""

import array

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import gomagic
from gomagic import GoPanic, GoWriteError

pd = pytest.importorskip("pandas", "3.0")  # which needs Python 3.11

SOURCE = """
func Middle(xs [3]float64) float64 { return xs[1] }
func Grow(xs [3]float64) [3]float64 { xs[0]++; return xs }
func Flags() [2]bool                { return [2]bool{true, false} }
func Nothing(xs [0]int) [0]int      { return xs }
func Digest() [4]byte               { return [4]byte{1, 2, 3, 4} }

func Join(words []string) string      { return strings.Join(words, "-") }
func Words(text string) []string      { return strings.Fields(text) }
func Same(words []string) []string    { return words }
func Hush(words []string) []string    { return nil }
func Fold(words []string) {
	for i, word := range words {
		words[i] = strings.ToLower(word)
	}
}
func FoldAndFail(words, more []string) error {
	Fold(words)
	Fold(more)
	return errors.New("failed all the same")
}

func Trace(m [][]float64) (sum float64) {
	for i := range m { sum += m[i][i] }
	return
}
func Ones(m [][]float64) {
	for i := range m {
		for j := range m[i] {
			m[i][j] = 1
		}
	}
}
func First(m [][]float64) uintptr           { return uintptr(unsafe.Pointer(&m[0][0])) }
func Reverse(m [][]float64)                 { slices.Reverse(m) }
func Reversed(m [][]float64) [][]float64    { slices.Reverse(m); return m }
func Replace(m [][]float64, row []float64)  { m[0] = row }
func Shorten(m [][]float64)                 { m[0] = m[0][1:] }
func Table(n int) [][]int32 {
	rows := make([][]int32, n)
	for i := range rows { rows[i] = make([]int32, i) }
	return rows
}
func Row(m [][]float64, i int) []float64    { return m[i] }
func Lengths(parts [][]byte) []int {
	lengths := make([]int, len(parts))
	for i := range parts {
		lengths[i] = len(parts[i])
	}
	return lengths
}
func Parts(b []byte) [][]byte               { return bytes.Split(b, []byte(",")) }
"""


@pytest.fixture(scope="module")
def go(own_cache):
    return gomagic.compile(SOURCE, "rows")


def test_a_fixed_array_takes_exactly_its_length(go):
    for three in ([1, 2, 3], (1, 2, 3), np.arange(1.0, 4), np.arange(1.0, 6)[::2][:3], array.array("d", [1, 2, 3])):
        assert go.Middle(three) == three[1]
    with pytest.raises(ValueError) as refused:
        go.Middle([1, 2])
    assert str(refused.value) == "Middle(xs): `xs` has 2 elements, Go's [3]float64 has 3"
    with pytest.raises(TypeError) as refused:
        go.Middle(np.arange(3))
    assert str(refused.value).splitlines()[0] == "Middle(xs): `xs` has dtype int64, Go wants float64"


def test_a_fixed_array_goes_in_and_comes_out_as_a_copy(go):
    xs = np.zeros(3)
    ys = go.Grow(xs)
    assert (xs.tolist(), ys.tolist(), ys.dtype) == ([0, 0, 0], [1, 0, 0], np.float64)
    ys[1] = 5
    assert go.Grow(xs).tolist() == [1, 0, 0]
    assert go.Flags().tolist() == [True, False]
    assert go.Digest().tolist() == [1, 2, 3, 4]
    assert go.Nothing([]).tolist() == []


def test_strings_come_from_lists_tuples_sequences_series_and_numpy_text(go):
    for words in (["a", "é"], ("a", "é"), pd.Series(["a", "é"]), np.array(["a", "é"]), np.array(["a", "é"], object)):
        assert go.Join(words) == "a-é"
    assert go.Join(pd.Index(["a", "é"])) == "a-é"
    assert go.Join(pd.Series(["a", "é"], dtype=object, index=[1, 0])) == "a-é"
    assert go.Join([]) == go.Join(()) == ""


def test_strings_come_out_as_a_list(go):
    assert go.Words(" one  two\u00a0three ") == ["one", "two", "three"]
    assert go.Words("") == go.Hush(["x"]) == []
    assert go.Same(["a\0", "\udcff", ""]) == ["a\0", "\udcff", ""]


def test_a_string_is_no_list_of_strings(go):
    with pytest.raises(TypeError) as refused:
        go.Join("abc")
    assert str(refused.value) == "Join(words): `words` is str, Go wants []string\n  hint: put it into a list"
    for wrong, name in ((b"abc", "bytes"), ({"a": 1}, "dict"), (3, "int")):
        with pytest.raises(TypeError) as refused:
            go.Join(wrong)
        assert str(refused.value) == f"Join(words): `words` is {name}, Go wants []string"
    for wrong, name in (({"a"}, "set"), ((w for w in "a"), "generator")):
        with pytest.raises(TypeError) as refused:
            go.Join(wrong)
        assert str(refused.value) == (
            f"Join(words): `words` is {name}, Go wants []string\n  hint: make it a sequence first: `list(…)`"
        )


def test_an_item_that_is_no_string_is_named_by_its_place(go):
    with pytest.raises(TypeError) as refused:
        go.Join(["a", 1])
    assert str(refused.value) == "Join(words): `words[1]` is int, Go wants string"
    with pytest.raises(TypeError) as refused:
        go.Join(["a", None])
    assert str(refused.value) == (
        "Join(words): `words[1]` is NoneType, Go wants string\n  hint: fill in or drop what is missing"
    )
    with pytest.raises(TypeError, match=r"`words\[1\]` is float, Go wants string"):
        go.Join(pd.Series(["a", None]))


def test_strings_that_go_changes_come_back_into_the_list(go):
    words = ["A", "b", "É\0"]
    go.Fold(words)
    assert words == ["a", "b", "é\0"]


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("A",), "a tuple cannot change\n  hint: pass a list: `list(…)`"),
        (
            pd.Series(["A"], index=[7]),
            "text is not written back into a pandas.Series\n  hint: pass a list: `words.tolist()`",
        ),
        (np.array(["A"]), "text is not written back into a numpy.ndarray\n  hint: pass a list: `words.tolist()`"),
    ],
)
def test_strings_that_go_changes_elsewhere_are_refused(go, words, why):
    before = list(words)
    with pytest.raises(GoWriteError) as refused:
        go.Fold(words)
    assert str(refused.value) == f"Fold(words): Go wrote to `words`, but {why}"
    assert list(words) == before
    assert go.Fold(type(words)(["a"]) if isinstance(words, tuple) else words[:0]) is None


def test_writes_are_brought_back_though_the_function_fails(go):
    words, frozen = ["A"], ("B",)
    with pytest.raises(gomagic.GoError, match="failed all the same") as failed:
        go.FoldAndFail(frozen, words)
    assert words == ["a"]
    assert str(failed.value.__context__).startswith("FoldAndFail(words, more): Go wrote to `words`, but a tuple")


def test_the_rows_of_a_matrix_are_not_copied(go):
    matrix = np.arange(9.0).reshape(3, 3)
    assert go.First(matrix) == matrix.ctypes.data
    assert go.Trace(matrix) == 12
    go.Ones(matrix)
    assert matrix.tolist() == [[1, 1, 1]] * 3


@pytest.mark.parametrize(
    "matrix",
    [
        np.asfortranarray(np.zeros((2, 3))), np.zeros((2, 6))[:, ::2], np.zeros((4, 3))[::-2], np.zeros((2, 3), ">f8"),
        np.zeros((3, 2)).T, np.zeros((0, 3)), np.zeros((3, 0)),
    ],
)  # fmt: skip
def test_any_matrix_gets_the_writes_back(go, matrix):
    go.Ones(matrix)
    assert (matrix == 1).all()


def test_a_frame_is_a_matrix(go):
    frame = pd.DataFrame({"a": [1.0, 2.0], "b": [3.0, 4.0]})
    assert go.Trace(frame) == 5
    with pytest.raises(TypeError) as refused:
        go.Trace(frame.assign(c="text"))
    assert str(refused.value) == (
        "Trace(m): `m` is pandas.DataFrame, Go wants [][]float64\n"
        '  hint: pass its columns of numbers: `m.select_dtypes("float64")`'
    )
    assert go.Trace(frame.assign(c="text").select_dtypes("float64")) == 5
    with pytest.raises(GoWriteError, match=r"but this pandas.DataFrame is read-only"):
        go.Ones(frame)
    assert frame["a"].tolist() == [1, 2]


def test_rows_may_be_objects_of_their_own(go):
    rows = [[1.0, 2.0], np.array([3.0, 4.0]), array.array("d", [5.0, 6.0])]
    assert go.Trace(rows[:2]) == 5
    go.Ones(rows)
    assert [list(row) for row in rows] == [[1, 1]] * 3
    assert go.Trace(()) == 0
    with pytest.raises(GoWriteError, match="but a tuple cannot change"):
        go.Ones([(1.0, 2.0)])


def test_a_write_to_a_frozen_matrix_is_refused(go):
    matrix = np.zeros((2, 2))
    matrix.flags.writeable = False
    with pytest.raises(GoWriteError) as refused:
        go.Ones(matrix)
    assert str(refused.value).splitlines()[0] == "Ones(m): Go wrote to `m`, but the array is read-only"
    with pytest.raises(GoWriteError):
        go.Ones([matrix[0]])
    assert matrix.tolist() == [[0, 0], [0, 0]]


def test_rows_that_change_places_change_places(go):
    matrix, rows = np.arange(6.0).reshape(3, 2), [[1.0], [2.0], [3.0]]
    go.Reverse(matrix)
    go.Reverse(rows)
    assert matrix.tolist() == [[4, 5], [2, 3], [0, 1]]
    assert rows == [[3], [2], [1]]


def test_rows_that_change_places_and_come_back_are_the_same_twice(go):
    matrix = np.arange(6.0).reshape(3, 2)
    assert [row.tolist() for row in go.Reversed(matrix)] == [[4, 5], [2, 3], [0, 1]] == matrix.tolist()


def test_a_row_can_be_replaced_by_one_of_its_length_only(go):
    matrix = np.zeros((2, 2))
    go.Replace(matrix, [1.0, 2.0])
    assert matrix.tolist() == [[1, 2], [0, 0]]
    with pytest.raises(GoPanic, match="row 0 of parameter 1 has 1 elements now and had 2: the caller's cannot"):
        go.Shorten(matrix)
    assert matrix.tolist() == [[1, 2], [0, 0]]


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (np.zeros(2), "`m` has 1 dimensions, Go's [][]float64 has 2\n  hint: pass `[m]`"),
        (b"12", "`m` has 1 dimensions, Go's [][]float64 has 2"),
        ([1.0], "`m[0]` is float, Go wants []float64"),
        ([[1.0], "2"], "`m[1]` is str, Go wants []float64"),
        ([[1.0], [2.0, "3"]], "an item of `m[1]` is str, Go wants float64"),
        ([[1.0], (2.0, 1j)], "an item of `m[1]` is complex, Go wants float64"),
        ("12", "`m` is str, Go wants [][]float64"),
        ({}, "`m` is dict, Go wants [][]float64"),
        ([[1.0], None], "`m[1]` is NoneType, Go wants []float64\n  hint: fill in or drop what is missing"),
    ],
)
def test_what_has_no_rows_is_refused(go, wrong, words):
    with pytest.raises(TypeError) as refused:
        go.Trace(wrong)
    assert str(refused.value) == f"Trace(m): {words}"


def test_a_row_of_another_dtype_is_named_by_its_place(go):
    with pytest.raises(TypeError) as refused:
        go.Trace([np.zeros(1), np.zeros(1, int)])
    assert str(refused.value).splitlines()[0] == "Trace(m): `m[1]` has dtype int64, Go wants float64"


def test_rows_come_out_as_a_list_of_arrays(go):
    rows = go.Table(4)
    assert [(row.tolist(), row.dtype.name) for row in rows] == [([0] * i, "int32") for i in range(4)]
    assert go.Table(0) == []


def test_rows_of_bytes_come_out_as_bytes(go):
    assert go.Parts(b"a,,\xff") == [b"a", b"", b"\xff"]
    assert go.Lengths([b"ab", bytearray(3), np.zeros(1, "uint8")]).tolist() == [2, 3, 1]


@given(
    st.lists(st.text(st.characters(codec="utf-8")) | st.binary().map(lambda b: b.decode("utf-8", "surrogateescape")))
)
def test_lists_of_text_survive_a_round_trip(go, words):
    assert go.Same(words) == words
    assert go.Join(words) == "-".join(words)


@given(st.lists(st.binary().filter(lambda b: b"," not in b), min_size=1))
def test_lists_of_bytes_survive_a_round_trip(go, parts):
    assert go.Parts(b",".join(parts)) == parts
    assert go.Lengths(parts).tolist() == [len(part) for part in parts]
