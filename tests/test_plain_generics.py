"""Generic functions of plain Go cells: which variant arguments mean, `F[type]`, and what each variant answers."""

import array
import copy
import decimal
import enum
import inspect
import math
import pickle
import re
import subprocess
import sys
import textwrap

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import gomagic
from gomagic.bind import plain
from gomagic.build import compiler, toolchain
from gomagic.build import notes as told
from gomagic.source import cell

SOURCE = """
// Max of two.
//
// It compares.
func Max[T cmp.Ordered](a, b T) T { return max(a, b) }

type Number interface {
	~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~float32 | ~float64
}

func Min[T cmp.Ordered](xs []T) T               { return slices.Min(xs) }
func Sum[T Number](xs []T) (total T)            { for _, x := range xs { total += x }; return }
func Reverse[S ~[]E, E any](s S)                { slices.Reverse(s) }
func Contains[T comparable](xs []T, x T) bool   { return slices.Contains(xs, x) }
func Index[T comparable](xs []T, x T) int       { return slices.Index(xs, x) }
func Clamp[T cmp.Ordered](x, low, high T) T     { return min(max(x, low), high) }
func SortedCopy[S ~[]E, E cmp.Ordered](s S) S   { s = slices.Clone(s); slices.Sort(s); return s }
func Zero[T any]() (zero T)                     { return }
func Unique[T comparable](xs []T) (found []T) {
	seen := map[T]bool{}
	for _, x := range xs {
		if !seen[x] {
			seen[x] = true
			found = append(found, x)
		}
	}
	return
}

func Kind[T any](x T) string                    { return fmt.Sprintf("%T", x) }
func Kinds[T any](xs []T) string                { return fmt.Sprintf("%T", xs) }
func Table[T any](rows [][]T) string            { return fmt.Sprintf("%T", rows) }
func Triple[T any](xs [3]T) (string, int)       { return fmt.Sprintf("%T", xs), len(xs) }
func All[T any](xs ...T) string                 { return fmt.Sprintf("%T", xs) }
func Both[A, B any](a A, b B) string            { return fmt.Sprintf("%T %T", a, b) }
func Pair[A, B ~int | ~int8](a A, bs []B) string { return fmt.Sprintf("%T %T", a, bs) }
func To[Out, In Number](x In) Out               { return Out(x) }
func Size[S ~string | ~[]byte](s S) int         { return len(s) }
func Scale[T Number](xs []T, by T)              { for i := range xs { xs[i] *= by } }
func Small[T int8 | float64](x T) string        { return fmt.Sprintf("%T", x) }
func Wide[T uint16 | int32 | uint64](x T) string { return fmt.Sprintf("%T", x) }
func Only[T float32](x T, xs []T) T             { return x + xs[0] }
func Divide[T ~int | ~float64](a, b T) (quotient, rest T, err error) {
	if b == 0 {
		return 0, 0, errors.New("by zero")
	}
	return a / b, a - a/b*b, nil
}
func At[T any](xs []T, i int) T                 { return xs[i] }

type Node struct{ Name string }

func NewNode(name string) *Node                  { return &Node{name} }
func Tag[T any](n *Node, x T) *Node             { n.Name = fmt.Sprint(n.Name, x); return n }
func Put[T any](b *bytes.Buffer, xs []T) *bytes.Buffer { fmt.Fprint(b, xs); return b }
func NewBuffer() *bytes.Buffer                   { return new(bytes.Buffer) }
"""


@pytest.fixture(scope="module")
def go(own_cache):
    return gomagic.compile(SOURCE, "generics")


DTYPES = ["bool", *(f"{kind}{bits}" for kind in ("int", "uint") for bits in (8, 16, 32, 64))]
DTYPES += ["float32", "float64", "complex64", "complex128"]
GO = {"int64": "int", "uint64": "uint"}  # of two types with the same numbers, which an array means
NUMBERS = [dtype for dtype in DTYPES if dtype[0] in "iuf"]


class Three:
    def __index__(self):
        return 3


class Half:
    def __float__(self):
        return 0.5


Color = enum.IntEnum("Color", "RED")
KINDS = [
    (1, "int"), (True, "bool"), (1.0, "float64"), (1j, "complex128"), ("a", "string"), (np.str_("a"), "string"),
    (Three(), "int"), (Half(), "float64"), (decimal.Decimal("0.5"), "float64"), (Color.RED, "int"),
    (np.array(1.5, "float32"), "float32"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "kind"), KINDS, ids=range(len(KINDS)))
def test_a_value_of_pythons_means_the_type_that_it_is_in_go(go, value, kind):
    assert go.Kind(value) == kind


@pytest.mark.parametrize("dtype", DTYPES)
def test_numpys_scalars_and_arrays_mean_their_dtype(go, dtype):
    kind = GO.get(dtype, dtype)
    assert go.Kind(np.ones(1, dtype)[0]) == kind
    assert go.Kinds(np.ones(3, dtype)) == go.Kinds(np.ones(6, dtype)[::2]) == f"[]{kind}"
    assert go.Kinds(np.ones(3, dtype).astype(np.dtype(dtype).newbyteorder())) == f"[]{kind}"
    assert go.Kinds(np.ones(0, dtype)) == go.Kinds([np.ones(1, dtype)[0]]) == f"[]{kind}"
    assert go.Table(np.ones((2, 2), dtype)) == go.Table([np.ones(2, dtype)]) == f"[][]{kind}"
    assert go.Triple(np.ones(3, dtype)) == (f"[3]{kind}", 3)


LISTS = [
    ([1, 2], "int"), ([1, 2.5], "float64"), ([1.5, 2], "float64"), (["a"], "string"), ([True], "bool"),
    ([True, 2], "int"), ([1, 1j], "complex128"), ((1,), "int"), (range(3), "int"), ([], "int"), ((), "int"),
    (b"ab", "uint8"), (bytearray(b"a"), "uint8"), (memoryview(b"a"), "uint8"), (array.array("h", [1]), "int16"),
    (np.array(["a"]), "string"), (np.array(["a"], object), "string"), ([Three()], "int"), ([Half(), 1], "float64"),
    ([np.float32(1), 2.5], "float32"), ([1] * 1000 + [2.5], "float64"),
]  # fmt: skip


@pytest.mark.parametrize(("values", "kind"), LISTS, ids=range(len(LISTS)))
def test_a_sequence_means_what_all_of_its_values_are(go, values, kind):
    assert go.Kinds(values) == f"[]{kind}"


def test_a_sequence_of_pandas_means_what_it_holds(go):
    pd = pytest.importorskip("pandas")
    assert go.Kinds(pd.Series([1.5])) == "[]float64"
    assert go.Kinds(pd.Series([1], dtype="int8")) == "[]int8"
    assert go.Kinds(pd.Series(["a"])) == "[]string"


ROWS = [
    ([[1]], "int"), ([[1], [2.5]], "float64"), ([[], [True]], "bool"), ([[]], "int"), ([], "int"), ([b"a"], "uint8"),
    ([(1,), np.ones(1)], "float64"), ([[], []], "int"), ([[], ["a"]][:1], "int"), (np.ones((0, 2)), "float64"),
    ([np.ones(1, "int8"), [1]], "int8"),
]  # fmt: skip


@pytest.mark.parametrize(("rows", "kind"), ROWS, ids=range(len(ROWS)))
def test_rows_mean_what_all_of_them_hold(go, rows, kind):
    assert go.Table(rows) == f"[][]{kind}"


def test_a_variadic_means_what_all_of_it_is(go):
    assert [go.All(1, 2), go.All(1, 2.5), go.All("a"), go.All()] == ["[]int", "[]float64", "[]string", "[]int"]


def test_arguments_of_one_type_parameter_agree(go):
    assert [go.Max(1, 2.5), go.Max(2.5, 1)] == [2.5, 2.5]
    assert type(go.Max(3, 2.5)) is float
    assert go.Contains([1.5], 1) is False
    assert go.Contains([], "a") is False
    assert go.Contains([], 1) is False
    assert go.Clamp(5, low=1.0, high=3) == 3.0


def test_an_array_says_more_than_a_number_whichever_comes_first(go):
    xs = np.arange(3, dtype="float32")
    go.Scale(xs, 2.5)
    go.Scale(xs, 2)
    go.Scale(xs, np.float64(1))
    assert xs.tolist() == [0, 5, 10]
    assert go.Contains(np.arange(3, dtype="uint8"), 2) is True
    with pytest.raises(OverflowError, match=r"^Contains\[uint8\]\(xs, x\): `x` is 300, which does not fit in uint8"):
        go.Contains(np.arange(3, dtype="uint8"), 300)


def test_numpys_numbers_say_more_than_pythons_and_of_two_of_them_neither(go):
    assert go.Max(np.float32(0.1), 0) == np.float32(0.1)
    assert go.Max(0, np.float32(0.1)) == np.float32(0.1)
    assert go.Max(np.float32(0), np.float64(0.1)) == go.Max(np.float64(0.1), np.float32(0)) == 0.1
    assert go.Max(np.int64(1), 2.5) == go.Max(2.5, np.int64(1)) == 2.5
    assert go.Max(np.int8(-1), np.uint16(40000)) == 40000


def test_several_type_parameters_are_chosen_each_for_itself(go):
    assert [go.Both(1, 2.5), go.Both("a", True), go.Both(1, 1)] == ["int float64", "string bool", "int int"]
    assert go.Pair(np.int8(1), [1]) == "int8 []int"
    assert go.Pair(1, np.ones(2, "int8")) == "int []int8"


def test_an_int_is_a_float_only_where_no_integer_is_allowed(go):
    assert [go.Small(1), go.Wide(1)] == ["int8", "int32"]
    assert go.Only(1, [2]) == 3.0
    with pytest.raises(OverflowError, match=r"^Small\[int8\]\(x\): `x` is 300, which does not fit in int8"):
        go.Small(300)


def test_numpys_single_number_is_converted_where_its_own_type_is_not_allowed_and_an_array_never(go):
    assert [go.Small(np.int32(3)), go.Small(np.float32(3))] == ["int8", "float64"]
    with pytest.raises(TypeError) as refused:
        go.Only(1, np.ones(2))
    assert "Only[float32](x, xs): `xs` has dtype float64, Go wants float32" in str(refused.value)


def test_bytes_and_text_choose_between_a_slice_and_a_string(go):
    assert [go.Size(b"\xc3\xa9"), go.Size("é"), go.Size([1, 2, 3]), go.Size(np.zeros(4, "uint8"))] == [2, 2, 3, 4]


SUBSCRIPTS = [
    (int, "int"), (float, "float64"), (complex, "complex128"), (str, "string"), (bool, "bool"), ("uint8", "uint8"),
    ("byte", "uint8"), ("rune", "int32"), ("uintptr", "uintptr"), ("int64", "int64"), (np.int64, "int64"),
    (np.float32, "float32"), (np.dtype("int16"), "int16"), (np.bool_, "bool"), (np.str_, "string"),
    (np.uint64, "uint64"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "kind"), SUBSCRIPTS, ids=range(len(SUBSCRIPTS)))
def test_a_subscript_picks_a_variant(go, key, kind):
    assert go.Kind[key].__name__ == f"Kind[{kind}]"
    value = "a" if kind == "string" else True if kind == "bool" else 1
    assert go.Kind[key](value) == kind


def test_a_type_that_only_a_result_has_needs_the_subscript(go):
    assert [go.Zero[int](), go.Zero[float](), go.Zero[str](), go.Zero["bool"]()] == [0, 0.0, "", False]
    with pytest.raises(TypeError) as refused:
        go.Zero()
    assert str(refused.value).startswith("Zero(): no argument tells what T is; Zero is built for bool, int, int64, ")
    assert str(refused.value).endswith(" and string\n  hint: name it, as in `Zero[int](…)`")


def test_the_first_types_may_be_named_and_the_others_chosen(go):
    assert go.To[float](3) == 3.0
    assert type(go.To[float](3)) is float
    assert go.To[int](3.7) == 3
    assert go.To[int, float](3) == 3
    assert go.To[int][float] is go.To[int, float]
    with pytest.raises(TypeError) as refused:
        go.To(3)
    assert str(refused.value).startswith("To(x): no argument tells what Out is; To is built for [int, int], ")
    assert str(refused.value).endswith("\n  hint: name it, as in `To[int](…)`")


WRONG_KEYS = [
    ("Divide", complex, "Divide[complex]: Divide is built for int and float64"),
    ("Divide", "unt8", "Divide['unt8']: Divide is built for int and float64"),
    ("Divide", (int, int), "Divide[int, int]: Divide has 1 type parameter, T"),
    ("Pair", (int, int, int), "Pair[int, int, int]: Pair has 2 type parameters, A and B"),
    ("Divide", (), "Divide[]: Divide has 1 type parameter, T"),
    ("Pair", (int, float), "Pair[int, float]: Pair is built for [int, int], [int, int8], [int8, int] and [int8, int8]"),
    ("Divide", 3, "Divide[3]: 3 is no type that Go has\n  hint: write a type of Python, numpy or Go: `int`, "
     '`np.float32`, `"uint8"`'),
]  # fmt: skip


@pytest.mark.parametrize(("name", "key", "said"), WRONG_KEYS, ids=range(len(WRONG_KEYS)))
def test_a_subscript_for_which_there_is_nothing_says_what_there_is(go, name, key, said):
    with pytest.raises(TypeError) as refused:
        getattr(go, name)[key]
    assert str(refused.value) == said


WRONG = [
    (lambda go: go.Divide("a", 1), "Divide(a, b): `a` is str, Go wants T; Divide is built for int and float64"),
    (lambda go: go.Divide(None, 1), "Divide(a, b): `a` is NoneType, Go wants T; Divide is built for int and float64\n"
     "  hint: fill in or drop what is missing"),
    (lambda go: go.Divide(1, "a"), "Divide(a, b): `b` is str, Go wants T; Divide is built for int and float64"),
    (lambda go: go.Divide(1), "Divide() missing 1 required positional argument: 'b'\n"
     "  func Divide[T ~int | ~float64](a, b T) (quotient, rest T, err error)"),
    (lambda go: go.Divide(1, 2, c=3), "Divide() got an unexpected keyword argument 'c'\n"
     "  func Divide[T ~int | ~float64](a, b T) (quotient, rest T, err error)"),
    (lambda go: go.Sum(np.ones(2, "bool")), "Sum(xs): `xs` has dtype bool, Go wants []T; Sum is built for int, "
     "int64, int32, int16, int8, uint, uint64, uint32, uint16, uint8, float64 and float32\n"
     '  hint: pass `xs.astype("int64")`'),
    (lambda go: go.Max(1, "a"), "Max[int](a, b): `b` is str, Go wants int"),
    (lambda go: go.Sum(np.ones(2, "float16")), "Sum[float64](xs): `xs` has dtype float16, Go wants float64\n"
     "  note: an array is never converted silently; its dtype is float16, Go's `[]float64` is float64\n"
     '  hint: pass `xs.astype("float64")`'),
    (lambda go: go.Sum({1}), "Sum[int](xs): `xs` is set, Go wants []int\n  hint: make it a sequence first: `list(…)`"),
    (lambda go: go.Sum([1, None]), "Sum[int](xs): `xs[1]` is NoneType, Go wants int\n"
     "  hint: fill in or drop what is missing"),
    (lambda go: go.Sum([1, "a"]), "Sum[int](xs): `xs[1]` is str, Go wants int"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "said"), WRONG, ids=range(len(WRONG)))
def test_arguments_for_which_there_is_nothing_say_what_there_is(go, call, said):
    with pytest.raises(TypeError) as refused:
        call(go)
    assert str(refused.value) == said


def test_an_exception_of_a_values_own_code_is_its_own(go):
    class Broken:
        def __index__(self):
            raise ZeroDivisionError("mine")

        def __array__(self, dtype=None, copy=None):
            raise ZeroDivisionError("mine")

    for call in (go.Kind, go.Kinds):
        with pytest.raises(ZeroDivisionError, match=r"^mine$"):
            call(Broken())
        with pytest.raises(ZeroDivisionError, match=r"^mine$"):
            go.Kinds([1, Broken()])


def test_a_list_that_changes_while_it_is_looked_at_is_no_danger(go):
    values = []

    class Clearing:
        def __array__(self, dtype=None, copy=None):
            values.clear()
            return np.array(1.5)

    values += [1, Clearing(), 2, 3]
    assert go.Kinds(values) in ("[]int", "[]float64")


def test_several_results_errors_and_panics_are_those_of_a_function(go):
    assert tuple(go.Divide(7, 2)) == (3, 1)
    assert go.Divide(7.0, 2).quotient == 3.5
    with pytest.raises(gomagic.GoError, match=r"^by zero$"):
        go.Divide(1, 0)
    with pytest.raises(gomagic.GoPanic, match=r"index out of range \[5\] with length 2") as panicked:
        go.At([1, 2], 5)
    assert "in At[...], called with (xs=[1, 2], i=5)" in str(panicked.value)


def test_handles_cross_beside_what_tells_the_type(go):
    node, buffer = go.NewNode("a"), go.NewBuffer()
    assert go.Tag(node, 1.5) is node
    assert go.Tag(node, x="b").Name == "a1.5b"
    assert go.Put(buffer, np.arange(3, dtype="int8")) is buffer
    assert buffer.String() == "[0 1 2]"
    with pytest.raises(TypeError, match=r"^Tag\[int\]\(n, x\): `n` is int, Go wants \*Node"):
        go.Tag(1, 1)


def test_writes_are_seen_and_never_lost(go):
    xs, words = np.arange(3, dtype="uint16"), ["a", "b"]
    go.Reverse(xs)
    go.Reverse(words)
    assert (xs.tolist(), words) == ([2, 1, 0], ["b", "a"])
    strided = np.arange(6, dtype="float32")
    go.Reverse(strided[::2])
    assert strided.tolist() == [4, 1, 2, 3, 0, 5]
    with pytest.raises(gomagic.GoWriteError, match=r"^Reverse\[uint8\]\(s\): Go wrote to `s`, but bytes cannot change"):
        go.Reverse(b"ab")


def test_a_generic_function_says_what_it_is(go):
    assert str(inspect.signature(go.Max)) == "(a, b)"
    assert str(inspect.signature(go.All)) == "(*xs)"
    assert go.Max.__doc__ == "func Max[T cmp.Ordered](a, b T) T\n\nMax of two.\n\nIt compares."
    assert (go.Max.__name__, go.Max.__qualname__, go.Max.__module__) == ("Max", "Max", "generics")
    assert repr(go.Max) == "<generic Go function Max>"
    assert callable(go.Max)
    assert inspect.isroutine(go.Max)
    assert str(inspect.signature(go.Max[int])) == "(a, b)"
    assert go.Max[int].__doc__ == "func Max[int](a int, b int) int\n\nMax of two.\n\nIt compares."
    assert repr(go.Max[int]) == "<built-in function Max[int]>"
    assert list(go.Divide.__variants__) == ["int", "float64"]
    with pytest.raises(AttributeError):
        go.Max.__doc__ = "other"


def test_help_shows_signature_and_doc(go, capsys):
    help(go.Max)
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert lines[2:6] == ["Max(a, b)", "func Max[T cmp.Ordered](a, b T) T", "", "Max of two."]


def without_colours(text):
    return re.sub(r"\x1b\[[\d;]*m", "", text)


def test_ipython_shows_signature_doc_and_text(shell):
    shell("%%go asked_generic\n// Twice is x + x.\nfunc Twice[T ~int | ~float64](x T) T { return x + x }")
    out = without_colours(shell("asked_generic.Twice?").out)
    assert "*args" not in out
    assert "asked_generic.Twice(x)" in out
    assert "Twice is x + x." in out
    assert "func Twice[T ~int | ~float64](x T) T" in shell("asked_generic?").out
    assert "return x + x" in without_colours(shell("asked_generic.Twice??").out)


def test_a_generic_function_is_copied_and_pickled_as_a_function_is(go):
    assert copy.copy(go.Max) is copy.deepcopy(go.Max) is go.Max
    assert pickle.loads(pickle.dumps(go.Max)) is go.Max


def test_a_generic_function_in_a_class_does_not_bind(go):
    held = type("Held", (), {"largest": go.Max})()
    assert held.largest(1, 2) == 2


def test_what_is_no_generic_function_cannot_be_made_by_hand(go):
    with pytest.raises(TypeError, match="cannot create"):
        type(go.Max)()


def is_no_minus_zero(x):
    """Which in Go is smaller than 0, and to Python the same."""
    return x or math.copysign(1, x) > 0


VALUES = {
    **{f"{sign}{bits}": st.integers(-(2 ** (bits - 1)) if sign == "int" else 0, 2 ** (bits - (sign == "int")) - 1)
       for sign in ("int", "uint") for bits in (8, 16, 32, 64)},
    "float32": st.floats(width=32, allow_nan=False, allow_infinity=False).filter(is_no_minus_zero),
    "float64": st.floats(allow_nan=False, allow_infinity=False).filter(is_no_minus_zero),
    "string": st.text(st.characters(exclude_categories=["Cs"])),
    "bool": st.booleans(),
}  # fmt: skip
ORDERED = [kind for kind in VALUES if kind != "bool"]


def shaped(values, kind, data):
    """The values as a list or, of numbers, perhaps as an array."""
    if kind == "string" or not data.draw(st.booleans()):
        return list(values)
    return np.array(values, kind)


def variant(function, kind, arguments):
    """The function as it is where an array tells the type, else by subscript."""
    told = any(isinstance(value, np.ndarray) for value in arguments)
    return function if told or kind in ("string", "bool") else function[kind]


@given(st.data())
def test_variants_answer_as_python_does(go, data):
    kind = data.draw(st.sampled_from(ORDERED))
    values = data.draw(st.lists(VALUES[kind], min_size=1))
    xs, x = shaped(values, kind, data), data.draw(VALUES[kind])

    def call(name, *arguments):
        return variant(getattr(go, name), kind, arguments)(*arguments)

    assert call("Min", xs) == min(values)
    assert list(call("SortedCopy", xs)) == sorted(values)
    assert list(call("Unique", xs)) == list(dict.fromkeys(values))
    assert call("Contains", xs, x) == (x in values)
    assert call("Index", xs, x) == (values.index(x) if x in values else -1)
    assert go.Max[kind](x, values[0]) == max(x, values[0])
    assert go.Clamp[kind](x, *sorted([values[0], values[-1]])) == sorted([x, values[0], values[-1]])[1]
    assert list(xs) == values
    call("Reverse", xs)
    assert list(xs) == values[::-1]
    if kind != "string" and "int" in kind:
        assert (call("Sum", xs) - sum(values)) % 2 ** int(kind.lstrip("uint")) == 0


@given(st.lists(st.one_of(st.integers(-(2**53), 2**53), st.floats(allow_nan=False), st.booleans()), min_size=1))
def test_a_mixed_list_means_floats_if_there_is_one(go, values):
    kinds = set(map(type, values))
    kind = "float64" if float in kinds else "int" if int in kinds else "bool"
    assert go.Kinds(values) == f"[]{kind}"
    if kind != "bool":
        assert go.Min(values) == min(values)


@pytest.mark.parametrize("kind", ORDERED)
def test_every_type_has_its_zero(go, kind):
    assert go.Zero[kind]() == ("" if kind == "string" else 0)


def test_many_combinations_are_cut_and_said_aloud(shell):
    ran = shell("%%go\nfunc Combine[A, B any](a A, b B) string { return fmt.Sprintf(`%T %T`, a, b) }")
    assert (
        f"note: cell[{ran.number}]:2: Combine is built for 32 of the 289 combinations of types that it could take: "
        in ran.out
    )
    assert "; for others, name them, as in `var _ = Combine[int, int32]`" in ran.out
    assert shell.names["Combine"]("a", 1.5) == "string float64"
    assert shell.names["Combine"](np.float32(1), np.float32(1)) == "float32 float32"
    with pytest.raises(TypeError) as refused:
        shell.names["Combine"]["int8", "int16"]
    assert str(refused.value).startswith("Combine['int8', 'int16']: Combine is built for [bool, bool], [bool, int], ")


MANY = "\n".join(f"func F{i}[T cmp.Ordered](xs []T) T {{ return slices.Min(xs) }}" for i in range(130))


@pytest.fixture(scope="module")
def many(own_cache):
    return gomagic.compile(MANY + "\nvar _ = F7[int8]\nfunc Inner() int16 { return F8([]int16{3}) }", "many")


def test_a_cell_of_many_functions_has_the_common_types_of_each(many):
    for i in (0, 7, 129):
        function = getattr(many, f"F{i}")
        assert [function([2, 1]), function(np.array([0.5, 0.25])), function(["b", "a"])] == [1, 0.25, "a"]
    assert list(many.F0.__variants__) == ["int", "float64", "string"]


def test_a_type_that_a_cell_of_many_functions_names_is_built(many):
    assert many.F7(np.array([3, -1], "int8")) == -1
    assert many.F8(np.array([3, -1], "int16")) == -1


@pytest.mark.parametrize("dtype", ["int8", "uint8", "float32", "uint64"])
def test_what_a_cell_of_many_functions_is_not_built_for_is_refused_with_the_cure(many, dtype):
    with pytest.raises(TypeError) as refused:
        many.F0[dtype]
    assert str(refused.value) == (
        f"F0[{dtype!r}]: F0 is built for int, float64 and string\n"
        "  hint: name the type in the cell, as in `var _ = F0[int64]`"
    )
    with pytest.raises(TypeError, match=rf"`xs` has dtype {dtype}, Go wants \[\]T; F0 is built for int, float64 and"):
        many.F0(np.array([1], dtype))


def test_bytes_with_a_sign_are_not_read_as_bytes_without_one(many):
    go = gomagic.compile("func Least[T ~uint8 | ~int](xs []T) T { return slices.Min(xs) }", "unsigned")
    assert go.Least(b"ba") == ord("a")
    with pytest.raises(TypeError, match="`xs` has dtype int8, Go wants"):
        go.Least(np.array([1, -1], "int8"))


def test_what_is_not_built_of_many_functions_is_said_in_one_line(shell):
    ran = shell(f"%%go\n{MANY}")
    assert ran.out.splitlines() == [
        f"note: cell[{ran.number}]:2: F0, F1, F2 and 127 more are built for int, float64 and string; for another "
        "type, name it, as in `var _ = F0[int64]`"
    ]


def test_a_type_for_which_it_cannot_be_built_is_named_with_the_reason(shell):
    none = "func None[T fmt.Stringer](x T) {}\nfunc One[T any](x [][]T) T { return x[0][0] }"
    ran = shell(f"%%go\nfunc First[T any](x [][][][]T) {{}}\n{none}")
    assert ran.out.splitlines() == [
        f"note: cell[{ran.number}]:2: First is left out: gomagic does not tell variants by `[][][][]T` yet",
        f"note: cell[{ran.number}]:3: None is left out: no basic type of Go is in the constraints of its type "
        "parameters",
    ]
    assert shell.names["One"](np.ones((1, 1))) == 1.0


def test_names_of_the_previous_version_go(shell):
    shell("%%go\nfunc Former[T any](x T) T { return x }\nfunc Later[T any](x T) T { return x }")
    shell("%%go\nfunc Later[T any](x T) T { return x }")
    assert "Former" not in shell.names
    assert shell.names["Later"](3) == 3


def test_constraints_may_come_from_a_package_of_the_readers_module(own_cache, tmp_path, monkeypatch):
    (tmp_path / "limits").mkdir()
    (tmp_path / "go.mod").write_text("module cells.test\n\ngo 1.25\n")
    (tmp_path / "limits" / "limits.go").write_text(
        "package limits\n\ntype Signed interface{ ~int | ~int8 }\ntype Number interface{ Signed | ~float64 }\n"
    )
    monkeypatch.chdir(tmp_path)
    source = 'import "cells.test/limits"\nfunc Twice[T limits.Number](x T) T { return x + x }'
    twice = gomagic.compile(source, "limited").Twice
    assert [twice(2), twice(1.5), twice["int8"](3)] == [4, 3.0, 6]
    assert list(twice.__variants__) == ["int", "int8", "float64"]


KEPT = """
var kept any

func Reads[T any](xs []T) T                  { return xs[0] }
func Writes[T any](xs []T)                   { xs[0] = xs[1] }
func Returns[T any](xs []T) []T              { return xs[1:] }
func Stores[T any](xs []T)                   { kept = xs }
func StoresFloats[T any](xs []T)             { if floats, ok := any(xs).([]float64); ok { kept = floats } }
func Sorts[S ~[]E, E cmp.Ordered](s S)       { slices.Sort(s) }
func Calls[T any](xs []T)                    { Stores(xs) }
func Recurses[T any](xs []T, n int)          { if n > 0 { Recurses(xs[1:], n-1) } else { xs[0] = xs[1] } }
func Text[T ~string](s T) int                { return len(s) }
func StoresText[T ~string](s T)              { kept = s }
func Rows[T ~int](rows [][]T) []T            { return rows[0] }

//gomagic:borrow xs
func Promised[T any](xs []T)                 { kept = xs }
"""
KEEPS, WRITES, RETURNS = 1, 2, 4
JUDGED = {
    "Reads": 0, "Writes": WRITES, "Returns": RETURNS, "Stores": KEEPS | WRITES, "StoresFloats": KEEPS | WRITES,
    "Sorts": WRITES, "Calls": KEEPS | WRITES, "Recurses": WRITES, "Text": 0, "StoresText": KEEPS, "Rows": RETURNS,
    "Promised": WRITES,
}  # fmt: skip


def test_the_compiler_says_of_each_variant_what_it_keeps_and_writes(own_cache):
    built = compiler.build(cell.parse("judged", KEPT), toolchain.find())
    manifest = plain.manifest(built.path)
    found = {}
    for call in manifest["calls"]:
        if call["types"] == ["string"] and call["name"].startswith(("Reads", "Writes")):
            continue  # a string that is returned or moved is part of the list
        found.setdefault(call["name"].partition("[")[0], set()).add(call["params"][0]["flags"])
    assert found == {name: {flags} for name, flags in JUDGED.items()}
    notes = told.of(manifest, cell.parse("judged", KEPT))
    assert [note.partition(" is copied, ")[2].partition(" ")[0] for note in notes] == [
        "Stores",
        "StoresFloats",
        "Calls",
    ]


def test_what_a_variant_keeps_never_dangles(own_cache):
    go = gomagic.compile(
        """
        var kept any
        func Keep[T any](xs []T) { kept = xs }
        func Kept[T any](i int) T { return kept.([]T)[i] }
        """,
        "kept_generic",
    )
    for dtype in ("float64", "int8", "complex64"):
        go.Keep(np.full(1000, 7, dtype))
        assert [np.ones(1000, dtype) for _ in range(50)]
        assert go.Kept[np.dtype(dtype)](999) == 7
    go.Keep(["".join(["a"] * 1000)])
    assert go.Kept[str](0) == "a" * 1000


def test_results_stay_valid_and_nothing_is_held_after_them(go):
    before = go.__go__.live()
    for _ in range(1000):
        xs = go.SortedCopy(np.arange(5, dtype="int16")[::-1])
        assert xs.tolist() == [0, 1, 2, 3, 4]
        go.Kinds(np.ones(3)[::2])
        go.Max("a" * 300, "b" * 300)
        with pytest.raises(TypeError):
            go.Sum(np.ones(3, "float16"))
        with pytest.raises(OverflowError):
            go.Contains(np.ones(3, "uint8"), 1000)
    del xs
    assert go.__go__.live() == before


def test_a_refused_call_gives_the_array_back(go):
    xs = array.array("d", [1.0, 2.0])
    for wrong in ("a", None, 1j):
        with pytest.raises(TypeError):
            go.Scale(xs, wrong)
    go.Scale(xs, 2)
    xs.append(3.0)  # BufferError as long as anybody has its memory
    assert xs.tolist() == [2, 4, 3]


def test_a_generic_call_in_a_forked_child_is_refused(own_cache):
    script = f"""
        import os, gomagic
        go = gomagic.compile({"func Same[T any](x T) T { return x }"!r}, "forked_generic")
        child = os.fork()
        if not child:
            try:
                go.Same(1)
            except gomagic.GoForkError as refused:
                print(str(refused).splitlines()[0], flush=True)
            os._exit(0)
        os.waitpid(child, 0)
    """
    ended = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", textwrap.dedent(script)], capture_output=True, text=True, timeout=60
    )
    assert (
        ended.stdout == "Same[int]: this process was forked from one that had loaded Go, whose threads are not here\n"
    )
