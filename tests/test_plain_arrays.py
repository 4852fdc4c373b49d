"""Slices of numbers: which memory a plain Go function gets, and where its writes go."""

import array

import numpy as np
import pytest

import gomagic
from gomagic import GoWriteError

pd = pytest.importorskip("pandas", "3.0")  # which needs Python 3.11

TYPES = [
    "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64", "float32", "float64",
    "complex64", "complex128",
]  # fmt: skip
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

// Touch writes what stood there already.
func Touch(xs []float64) {
	for i, x := range xs {
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

func Bits(xs []bool) (all uint64) {
	for i, x := range unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(xs))), len(xs)) {
		all |= uint64(x) << (8 * (i % 8))
	}
	return
}

func RowBits(rows [][]bool) (all uint64) {
	for _, row := range rows {
		all |= Bits(row)
	}
	return
}

func FixedBits(xs [3]bool) uint64 { return Bits(xs[:]) }

// Flip turns the first.
func Flip(xs []bool) { xs[0] = !xs[0] }

func Rest(xs []bool) []bool { return xs[1:] }

var Flags []bool

func FlagBits() uint64 { return Bits(Flags) }

func Address(xs []float64) uintptr { return uintptr(unsafe.Pointer(unsafe.SliceData(xs))) }

func Size(b []byte) int { return len(b) }

func Zero(b []byte) {
	for i := range b {
		b[i] = 0
	}
}

func Both(xs, ys []float64) { xs[0], ys[0] = ys[0], xs[0] }
""" + "".join(
    f"""
func Last_{name}(xs []{name}) {name}    {{ return xs[len(xs)-1] }}
func Set_{name}(xs []{name}, x {name})  {{ xs[0] = x }}
"""
    for name in TYPES
)


@pytest.fixture(scope="module")
def go(own_cache):
    return gomagic.compile(SOURCE, "arrays")


def frozen(xs):
    xs = np.array(xs)
    xs.flags.writeable = False
    return xs


@pytest.mark.parametrize("name", TYPES)
def test_an_array_of_exactly_its_type_is_read_and_written_in_place(go, name):
    xs = np.array([0, 1, 1], dtype=name)
    assert getattr(go, f"Last_{name}")(xs) == 1
    assert type(getattr(go, f"Last_{name}")(xs)) is type(xs.dtype.type(1).item())
    getattr(go, f"Set_{name}")(xs, xs[1].item())
    assert xs.tolist() == [1, 1, 1]


def test_an_array_is_not_copied(go):
    xs = np.zeros(5)
    assert go.Address(xs) == xs.ctypes.data
    assert go.Address(xs[2:]) == xs.ctypes.data + 16
    assert go.Address(memoryview(xs)) == xs.ctypes.data
    assert go.Address(pd.Series(xs, copy=False)) == xs.ctypes.data
    numbers = array.array("d", [1.0])
    assert go.Address(numbers) == numbers.buffer_info()[0]


def test_what_go_only_reads_is_read_where_it_is_though_it_is_frozen(go):
    xs = frozen([1.0, 2.0])
    assert go.Address(xs) == xs.ctypes.data
    assert go.Sum(xs) == 3
    assert go.Size(b"abc") == 3


def test_a_write_to_a_frozen_array_is_refused_and_nothing_is_written(go):
    xs = frozen([1.0, 2.0])
    with pytest.raises(GoWriteError) as refused:
        go.Fill(xs, 7)
    assert str(refused.value) == (
        "Fill(xs, x): Go wrote to `xs`, but the array is read-only\n"
        "  hint: pass a copy, as in `xs.copy()`, and go on with that"
    )
    assert xs.tolist() == [1, 2]


def test_a_frozen_array_in_which_nothing_changed_is_not_refused(go):
    assert go.Touch(frozen([1.0, 2.0])) is None


def test_a_write_to_bytes_is_refused(go):
    data = b"\1\2"
    with pytest.raises(GoWriteError) as refused:
        go.Zero(data)
    assert str(refused.value) == ("Zero(b): Go wrote to `b`, but bytes cannot change\n  hint: pass a `bytearray(…)`")
    assert data == b"\1\2"
    room = bytearray(data)
    go.Zero(room)
    assert room == b"\0\0"


@pytest.mark.parametrize("step", [slice(None, None, 2), slice(None, None, -1), slice(4, 0, -2)])
def test_a_strided_array_gets_its_writes_back_and_what_lies_between_stays(go, step):
    xs = np.arange(6.0)
    assert go.Sum(xs[step]) == xs[step].sum()
    go.Fill(xs[step], 9)
    wanted = np.arange(6.0)
    wanted[step] = 9
    assert xs.tolist() == wanted.tolist()


@pytest.mark.parametrize("name", ["int16", "int32", "uint64", "float32", "float64", "complex64", "complex128"])
def test_an_array_of_the_other_byte_order_gets_its_writes_back(go, name):
    xs = np.array([1, 2, 3], dtype=np.dtype(name).newbyteorder())
    assert getattr(go, f"Last_{name}")(xs) == 3
    getattr(go, f"Set_{name}")(xs, 7)
    assert xs.tolist() == [7, 2, 3]


def test_a_misaligned_array_gets_its_writes_back(go):
    room = bytearray(8 * 3 + 1)
    xs = np.frombuffer(room, "float64", count=3, offset=1)
    go.Fill(xs, 2.5)
    assert xs.tolist() == [2.5] * 3
    assert go.Sum(xs) == 7.5
    assert room[0] == 0


def test_a_broadcast_array_is_read(go):
    assert go.Sum(np.broadcast_to(2.0, 10)) == 20


@pytest.mark.parametrize(
    "xs",
    [
        np.zeros(2, "float32"), np.zeros(2, "int64"), np.zeros(2, "bool"), np.zeros(2, "float16"),
        np.zeros(2, "datetime64[s]"), np.zeros(2, "timedelta64[s]"), np.zeros(0, "int64"),
        np.zeros(2, "longdouble"), np.zeros(2, object), np.array([b"1", b"2"]), np.array(["1", "2"]),
    ],
    ids=lambda xs: str(xs.dtype),
)  # fmt: skip
def test_an_array_of_another_dtype_is_never_converted(go, xs):
    with pytest.raises(TypeError) as refused:
        go.Sum(xs)
    assert str(refused.value) == (
        f"Sum(xs): `xs` has dtype {xs.dtype}, Go wants float64\n"
        f"  note: an array is never converted silently; its dtype is {xs.dtype}, Go's `[]float64` is float64\n"
        '  hint: pass `xs.astype("float64")`'
    )


def test_a_series_of_objects_is_told_how_to_name_its_type(go):
    with pytest.raises(TypeError) as refused:
        go.Sum(pd.Series([1.5, 2], dtype=object))
    assert str(refused.value) == (
        "Sum(xs): `xs` has dtype object, Go wants float64\n"
        "  note: an array is never converted silently; its dtype is object, Go's `[]float64` is float64\n"
        '  hint: name the type of its values: `.to_numpy("float64")`'
    )


def test_a_buffer_of_other_numbers_is_named_by_its_format(go):
    with pytest.raises(TypeError) as refused:
        go.Sum(memoryview(b"12345678"))
    assert str(refused.value) == "Sum(xs): `xs` is memoryview of format `B`, Go wants []float64"


@pytest.mark.parametrize(
    ("xs", "dimensions", "hint"),
    [
        (np.float64(1), 0, "\n  hint: pass `[xs]`"),
        (np.array(1.0), 0, "\n  hint: pass `[xs]`"),
        (np.ndarray, 0, ""),
        (np.zeros((2, 2)), 2, "\n  hint: pass `xs.ravel()`"),
        (np.zeros((0, 2)), 2, "\n  hint: pass `xs.ravel()`"),
        (pd.DataFrame({"a": [1.0], "b": [2.0]}), 2, "\n  hint: pass `xs.to_numpy().ravel()`"),
    ],
)
def test_an_array_of_other_dimensions_is_refused(go, xs, dimensions, hint):
    with pytest.raises(TypeError) as refused:
        go.Sum(xs)
    assert str(refused.value) == f"Sum(xs): `xs` has {dimensions} dimensions, Go's []float64 has 1{hint}"


def test_one_array_for_two_parameters_is_shared(go):
    xs = np.array([1.0, 2.0])
    go.Both(xs, xs[1:])
    assert xs.tolist() == [2, 1]


def odd_bools(n=3):
    """Bools of numpy's that are true by another byte than 1."""
    return np.array([2, 0, 255] * (n // 3), "uint8").view("bool")


@pytest.mark.parametrize(
    "bools",
    [odd_bools(), odd_bools(3000), odd_bools(6)[::2], memoryview(bytearray([2, 0, 255])).cast("?"), odd_bools()[::-1]],
    ids=["few", "many", "strided", "memoryview", "reversed"],
)
def test_go_sees_bools_of_0_and_1_alone(go, bools):
    go.Flags = bools
    ones = sum(1 << 8 * (i % 8) for i, x in enumerate(bools) if x) if len(bools) < 8 else 0x0101010101010101
    assert go.Bits(bools) == go.FlagBits() == ones
    if len(bools) == 3:
        assert go.FixedBits(bools) == go.RowBits([bools]) == ones


def test_rows_of_a_matrix_of_bools_are_0_and_1_alone(go):
    assert go.RowBits(odd_bools(6).reshape(2, 3)) == 0x010001


def test_a_write_to_one_of_those_bools_changes_that_one(go):
    bools = odd_bools()
    go.Flip(bools)
    assert bools.view("uint8").tolist() == [0, 0, 255]
    go.Flip(bools)
    assert bools.view("uint8").tolist() == [1, 0, 255]
    frozen = odd_bools()
    frozen.flags.writeable = False
    with pytest.raises(GoWriteError):
        go.Flip(frozen)
    assert go.Rest(frozen).tolist() == [False, True]


def test_bools_as_they_mostly_are_lie_where_python_has_them(go):
    bools = np.array([True, False])
    assert np.shares_memory(go.Rest(bools), bools)
