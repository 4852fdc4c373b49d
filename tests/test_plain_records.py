"""Arrays of structs: numpy's structured arrays, which Go gets as they lie in memory where they lie as its own do."""

import ctypes
import gc

import numpy as np
import pytest
from load import live

import gomagic
from gomagic import GoPanic, GoWriteError

SOURCE = """
type Point struct {
	X float64 `json:"x"`
	N int8
	Y float64 `json:"y"`
}

type Pair struct {
	Ok   bool
	From Point
	Way  [2][3]int32
	Wave complex64
	Both [2]Point
	At   Celsius
}

type Celsius float32

type Named struct {
	Name string
	N    int64
}

var Kept []Point

func Sum(ps []Point) (total float64) {
	for _, p := range ps {
		total += p.X + p.Y + float64(p.N)
	}
	return
}
func Where(ps []Point) uintptr       { return uintptr(unsafe.Pointer(unsafe.SliceData(ps))) }
func Shift(ps []Point)               { for i := range ps { ps[i].X++; ps[i].N++ } }
func Keep(ps []Point)                { Kept = ps; ps[0].X = 7 }
func Lives() float64                 { return Sum(Kept) }
func Grown(ps []Point) int           { ps = append(ps, Point{}); ps[0].X = 1; return len(ps) }
func Head(ps []Point) []Point        { return ps[:1] }
func Way(all []Pair) []int32         { return all[0].Way[1][:] }
func First(ps []Point) *Point        { return &ps[0] }
func Both(a, b []Point)              { a[0].X = 1; b[1].X = 2 }
func KeepBoth(a, b []Point)          { Kept = a; Kept = b; a[0].X = 1; b[1].X = 2 }
func Panics(ps []Point)              { ps[0].X = 5; panic("after") }
func Swap(all []Pair) {
	for i := range all {
		p := &all[i]
		p.Ok, p.From.X, p.Both[1].Y, p.At = !p.Ok, p.Both[1].Y, p.From.X, -p.At
		p.Way[1][2]++
	}
}
func Bits(all []Pair) (bits int) {
	for _, p := range all {
		bits += int(*(*uint8)(unsafe.Pointer(&p.Ok)))
	}
	return
}
func Three(ps [3]Point) float64      { return ps[0].X + ps[1].X + ps[2].X }
func Nested(ps [][]Point) (x float64) { for _, p := range ps { x += Sum(p) }; return }
func Count(all []Named) (n int64)    { for i := range all { n += all[i].N }; all[0].N = 9; return }
"""


@pytest.fixture(scope="module")
def go(own_cache):
    return gomagic.compile(SOURCE, "records")


@pytest.fixture
def points(go):
    made = np.zeros(3, go.Point)
    made["X"], made["Y"], made["N"] = [1, 2, 3], 0.5, [1, 2, 3]
    return made


def test_a_class_of_numbers_alone_has_the_dtype_of_its_memory(go):
    assert go.Point.dtype == np.dtype({"names": ["X", "N", "Y"], "formats": ["f8", "i1", "f8"], "offsets": [0, 8, 16]})
    assert (go.Point.dtype.itemsize, np.dtype(go.Point)) == (24, go.Point.dtype)
    assert go.Pair.dtype["Way"] == np.dtype(("i4", (2, 3)))
    assert (go.Pair.dtype["Both"].subdtype, go.Pair.dtype["At"]) == ((go.Point.dtype, (2,)), "f4")
    assert not hasattr(go.Named, "dtype")
    assert not hasattr(go.Point(), "dtype")


def test_an_array_laid_out_as_in_go_is_lent_without_a_copy(go, points):
    assert go.Sum(points) == 13.5
    assert go.Where(points) == points.ctypes.data
    assert go.Where(points[1:]) == points.ctypes.data + 24
    assert go.Where(points.view(np.recarray)) == points.ctypes.data
    assert go.Where(memoryview(points)) == points.ctypes.data
    aliased = points.view({"names": ["x", "N", "y"], "formats": ["f8", "i1", "f8"], "offsets": [0, 8, 16]})
    assert go.Where(aliased) == points.ctypes.data
    many = np.zeros(1_000_000, go.Point)
    many["X"] = 1
    assert (go.Where(many), go.Sum(many)) == (many.ctypes.data, 1e6)
    assert go.Sum(np.zeros(0, go.Point)) == 0


def test_an_array_of_ctypes_structures_is_lent_too(go):
    class Point(ctypes.Structure):
        _fields_ = [("X", ctypes.c_double), ("N", ctypes.c_int8), ("Y", ctypes.c_double)]

    points = (Point * 2)(Point(1, 2, 3), Point(4, 5, 6))
    go.Shift(points)
    assert go.Where(points) == ctypes.addressof(points)
    assert [(p.X, p.N) for p in points] == [(2, 3), (5, 6)]


def test_what_go_writes_to_a_lent_array_is_seen(go, points):
    go.Shift(points)
    assert (points["X"].tolist(), points["N"].tolist(), points["Y"].tolist()) == ([2, 3, 4], [2, 3, 4], [0.5] * 3)
    assert go.Grown(points) == 4
    assert points["X"][0] in (1, 2)  # append has copied it, or not


def test_what_go_wrote_before_a_panic_stays(go, points):
    with pytest.raises(GoPanic, match="after"):
        go.Panics(points)
    assert points["X"][0] == 5


def test_a_read_only_array_is_lent_until_go_writes_to_it(go, points):
    points.flags.writeable = False
    assert go.Where(points) == points.ctypes.data
    with pytest.raises(GoWriteError, match=r"Go wrote to `ps\[0\]`, but the array is read-only\n  hint: pass a copy"):
        go.Shift(points)
    assert points["X"].tolist() == [1, 2, 3]


def test_fields_within_fields_cross_in_place(go):
    all = np.zeros(2, go.Pair)
    all["From"]["X"], all["Both"]["Y"], all["Way"], all["At"] = 1, [[2, 3], [4, 5]], 6, 1.5
    go.Swap(all)
    assert (all["Ok"].tolist(), all["From"]["X"].tolist(), all["Both"]["Y"].tolist()) == (
        [True] * 2,
        [3, 5],
        [[2, 1], [4, 1]],
    )
    assert (all["Way"][0].tolist(), all["At"].tolist()) == ([[6, 6, 6], [6, 6, 7]], [-1.5] * 2)
    assert go.Way(all).tolist() == [6, 6, 7]


def test_a_bool_in_an_array_is_0_or_1_in_go(go):
    all = np.zeros(3, go.Pair)
    all["Ok"].view("u1")[:] = [0, 2, 255]
    assert go.Bits(all) == 2
    go.Swap(all)
    assert all["Ok"].tolist() == [True, False, False]


@pytest.mark.parametrize(
    "other",
    [
        lambda a: np.repeat(a, 2)[::2],
        lambda a: a[::-1].copy()[::-1],
        lambda a: a.astype([("X", "f8"), ("N", "i1"), ("Y", "f8")]),
        lambda a: a.astype([("X", ">f8"), ("N", "i1"), ("Y", ">f8")]),
        lambda a: np.rec.fromarrays([a["N"], a["Y"], a["X"]], names="N,y,x"),
        lambda a: a[["Y", "N", "X"]],
        lambda a: [*a],
    ],
)  # fmt: skip
def test_an_array_laid_out_otherwise_is_read_by_its_fields_names(go, points, other):
    array = other(points)
    assert go.Sum(array) == 13.5
    go.Shift(array)
    x = "X" if isinstance(array, list) or "X" in array.dtype.names else "x"
    assert ([p[x] for p in array], [p["N"] for p in array]) == ([2, 3, 4], [2, 3, 4])
    assert go.Sum(array) == 19.5


def test_an_array_without_a_field_has_zeros_there(go):
    assert go.Sum(np.ones(2, [("X", "f8")])) == 2


def test_an_array_that_is_not_aligned_is_copied(go, points):
    odd = np.frombuffer(bytearray(b"\0" + points.tobytes()), points.dtype, offset=1)
    assert go.Where(odd) != odd.ctypes.data
    go.Shift(odd)
    assert (odd["X"].tolist(), odd["N"].tolist()) == ([2, 3, 4], [2, 3, 4])


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (
            np.zeros(2, [("X", "f4"), ("N", "i1"), ("Y", "f8")]),
            "Sum(ps): the column `X` of `ps` has dtype float32, Point has float64 there\n"
            "  hint: `from numpy.lib.recfunctions import require_fields`, then pass `require_fields(ps, Point.dtype)`",
        ),
        (
            np.zeros(2, [("X", "f8"), ("Z", "i1")]),
            "`ps` has the column `Z`, and Point no such field\n  hint: pass `ps[['X']]`",
        ),
        (np.zeros((2, 2), [("X", "f8")]), "`ps` has 2 dimensions, Go's []Point has 1"),
        (np.zeros(2, [("X", "f8"), ("x", "f8")]), "`ps` has more than one column for a field of Point: X, x"),
        (np.ma.zeros(2, [("X", "f8")]), "`ps` is numpy.MaskedArray: Go knows none that are missing"),
        (np.zeros(2), "`ps[0]` is numpy.float64, Go wants Point"),
    ],
)  # fmt: skip
def test_an_array_that_does_not_fit_is_refused(go, array, message):
    with pytest.raises(TypeError) as refused:
        go.Sum(array)
    assert message in str(refused.value)


def test_the_cures_of_a_refused_array_work(go):
    import numpy.lib.recfunctions

    array = np.ones(2, [("Y", "f4"), ("X", "f4"), ("N", "i1")])
    assert go.Sum(numpy.lib.recfunctions.require_fields(array, go.Point.dtype)) == 6
    array = np.ones(2, [("X", "f8"), ("Z", "i1")])
    assert go.Sum(array[["X"]]) == 2


def test_go_keeps_a_copy_of_an_array(go, points):
    go.Keep(points)
    assert points["X"][0] == 7
    points["X"] = 0
    gc.collect()
    assert go.Lives() == 7 + 2 + 3 + 1.5 + 6
    go.Kept = points
    points["X"] = 100
    assert go.Lives() == 0 + 1.5 + 6
    assert go.Kept == [go.Point(0, 1, 0.5), go.Point(0, 2, 0.5), go.Point(0, 3, 0.5)]


def test_what_lies_in_an_array_outlives_it(go, points):
    first, [head] = go.First(points), go.Head(points)
    del points
    gc.collect()
    assert (first.X, head) == (1, go.Point(1, 1, 0.5))


def test_the_same_array_passed_twice_loses_no_write(go, points):
    go.Both(points, points)
    assert points["X"].tolist() == [1, 2, 3]
    points["X"] = 0
    go.KeepBoth(points, points)
    assert points["X"].tolist() == [1, 2, 0]
    points["X"] = 0
    go.Both(points, points[::-1][::-1])
    go.Both(points[:2], np.flip(points)[1:])
    assert points["X"].tolist() == [2, 2, 0]


def test_arrays_cross_where_slices_lie_in_other_values(go, points):
    assert go.Three(points) == 6
    assert go.Nested([points, points[:1]]) == 13.5 + 2.5
    with pytest.raises(ValueError, match="has 2 elements"):
        go.Three(points[:2])


def test_an_array_of_structs_with_text_is_read_too(go):
    array = np.array([("a", 1), ("b", 2)], [("Name", "U5"), ("N", "i8")])
    assert (go.Count(array), array["N"].tolist()) == (3, [9, 2])
    array = array.astype([("Name", object), ("N", "i8")])
    assert (go.Count(array), array["N"].tolist()) == (11, [9, 2])


def test_arrays_of_structs_leave_nothing_behind(go, points):
    before = live(go)
    frozen = points.copy()
    frozen.flags.writeable = False
    for _ in range(2000):
        go.Shift(points)
        points["N"] = 0
        go.Shift(points[::2])
        go.KeepBoth(points, points)
        with pytest.raises(GoWriteError):
            go.Shift(frozen)
        with pytest.raises(TypeError):
            go.Sum(np.zeros(2, [("X", "f4")]))
    go.Kept = []
    assert live(go) == before
