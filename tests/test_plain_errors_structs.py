"""Error types of a cell as exception classes with fields."""

import copy
import gc
import inspect
import pickle

import numpy as np
import pytest

import gomagic
from gomagic import GoError, GoPanic
from gomagic.build import compiler, toolchain
from gomagic.build import notes as told
from gomagic.source import cell

MANY = ", ".join(f"F{i}" for i in range(30))
SOURCE = f"""
type Pos struct {{ Line, Col int }}
type Deep struct {{ Depth int }}
type Mid struct {{ *Deep; Name string }}

// ByPointer is an error by its pointers.
type ByPointer struct {{
	Limit, Length int
	Name          string
	hidden        bool
}}

func (e *ByPointer) Error() string {{ return e.Name }}

type ByValue struct {{ Key string }}

func (e ByValue) Error() string {{ return "no " + e.Key }}

type Embeds struct {{
	Pos
	*Mid
	Op string
}}

func (e *Embeds) Error() string {{ return "embeds" }}

type Special struct {{
	*ByPointer
	ByValue
	More float64
}}

func (e *Special) Error() string {{ return "special" }}

type Many struct {{
	{MANY} int
	Last string
}}

func (e Many) Error() string {{ return "many" }}

type Cause struct {{
	Err   error
	Net   net.Error
	Own   *ByPointer
	Value ByValue
	Plain ByPointer
	Errno syscall.Errno
	Again *Cause
}}

func (e *Cause) Error() string {{ return "cause" }}
func (e *Cause) Unwrap() error {{ return e.Err }}

type Values struct {{
	Xs     []float64
	Bytes  []byte
	Words  []string
	Rows   [][]int
	Three  [3]int
	Handle *Pos
	Yes    bool
	Z      complex128
}}

func (e *Values) Error() string {{ return "values" }}

type LeftOut struct {{
	N     int
	At    unsafe.Pointer
	Any   *unsafe.Pointer
	local Pos
}}

func (e *LeftOut) Error() string {{ return "left out" }}

type List []string

func (l List) Error() string {{ return strings.Join(l, ", ") }}

type Maybe interface {{ error; Maybe() bool }}
type Typed[T any] struct {{ Value T }}

func (Typed[T]) Error() string {{ return "typed" }}

// NotFound is an error of some key.
type NotFound[K comparable] struct {{
	Key   K
	Near  []K
	Inner error
}}

func (e *NotFound[K]) Error() string       {{ return fmt.Sprint("no ", e.Key) }}
func (e *NotFound[K]) Unwrap() error       {{ return e.Inner }}
func (e *NotFound[K]) Misses(other K) bool {{ return e.Key != other }}

type Outside[T cmp.Ordered] struct {{ Low, High T }}

func (Outside[T]) Error() string {{ return "outside" }}

type Shelf[K comparable] struct {{ n int }}

func (s *Shelf[K]) Get(key K) (int, error) {{ return 0, &NotFound[[2]K]{{Key: [2]K{{key, key}}}} }}

var _ Shelf[int8]

type Kept[T any] struct {{}}

func (Kept[T]) Error() string {{ return "kept" }}

var _ Kept[int]

func missing[K comparable](key K) error {{ return &NotFound[K]{{key, []K{{key, key}}, io.EOF}} }}

func Lookup(key string) error                 {{ return fmt.Errorf("w: %w", missing(key)) }}
func Check[T cmp.Ordered](x, low, high T) error {{
	if x < low || x > high {{
		return Outside[T]{{low, high}}
	}}
	return nil
}}

type inner struct {{ Field int }}
type Hides struct {{ inner; Key string }}

func (Hides) Error() string {{ return "hides" }}

type Clash struct {{ Pos; Other; Error_ string }}
type Other struct {{ Line int }}

func (Clash) Error() string {{ return "clash" }}

func Fail(what string) error {{
	circle := &Cause{{}}
	circle.Again = circle
	return map[string]error{{
		"pointer": &ByPointer{{3, 5, "Ada", true}},
		"value": ByValue{{"k"}},
		"pointer to value": &ByValue{{"p"}},
		"embeds": &Embeds{{Pos{{1, 2}}, &Mid{{&Deep{{3}}, "mid"}}, "op"}},
		"embeds nil": &Embeds{{Pos{{1, 2}}, nil, "op"}},
		"special": &Special{{&ByPointer{{3, 5, "Ada", true}}, ByValue{{"k"}}, 0.5}},
		"many": Many{{F0: 1, F10: 2, F11: 3, F29: 4, Last: "end"}},
		"cause": &Cause{{
			Err: io.EOF, Own: &ByPointer{{Limit: 4}}, Value: ByValue{{"v"}}, Plain: ByPointer{{Name: "x"}}, Errno: 2,
		}},
		"no cause": &Cause{{}},
		"circle": circle,
		"values": &Values{{
			[]float64{{1, 2}}, []byte("ab"), []string{{"é"}}, [][]int{{{{1}}, {{2, 3}}}}, [3]int{{1, 2, 3}},
			&Pos{{4, 5}}, true, 1i,
		}},
		"left out": &LeftOut{{N: 7}},
		"list": List{{"a", "b"}},
		"hides": Hides{{inner{{4}}, "k"}},
		"clash": Clash{{Error_: "e"}},
		"joined": errors.Join(
			&ByPointer{{1, 1, "first", false}}, &ByPointer{{2, 2, "second", false}}, ByValue{{"third"}},
		),
		"clashing": errors.Join(ByValue{{"value"}}, Hides{{inner{{4}}, "hides"}}),
	}}[what]
}}
func Wrap(what string) error {{ return fmt.Errorf("w: %w", fmt.Errorf("v: %w", Fail(what))) }}
func Settle()                {{ runtime.GC() }}

func Longest(limit int) *ByPointer {{
	if limit == 0 {{
		return nil
	}}
	return &ByPointer{{Limit: limit, Name: "too long"}}
}}
func Both(key string) (ByValue, *ByPointer, error) {{ return ByValue{{key}}, nil, nil }}
func Text(err error) string                        {{ return fmt.Sprintf("%T %v", err, err) }}
"""


@pytest.fixture(scope="module")
def go(own_cache):
    return gomagic.compile(SOURCE, "structs")


def test_pointer_and_value_receivers_are_matched_as_errors_as_does(go, fail):
    for way in ("Fail", "Wrap"):
        error = fail("pointer", way)
        assert (isinstance(error, go.ByPointer), isinstance(error, go.ByValue)) == (True, False)
        assert (error.Limit, error.Length, error.Name, hasattr(error, "hidden")) == (3, 5, "Ada", False)
        assert [fail(what, way).Key for what in ("value", "pointer to value")] == ["k", "p"]
    assert go.ByPointer.__doc__ == "ByPointer is an error by its pointers.\n"


def test_the_first_of_a_type_in_joined_errors_gives_the_fields(go, fail):
    error = fail("joined")
    assert (error.Limit, error.Name, error.Key) == (1, "first", "third")
    assert [type(one) for one in error.unwrap()] == [go.ByPointer, go.ByPointer, go.ByValue]
    assert error.unwrap()[1].Name == "second"


def test_of_two_types_with_a_field_of_one_name_the_first_gives_it(go, fail):
    error = fail("clashing")
    assert isinstance(error, go.ByValue) and isinstance(error, go.Hides)
    assert (type(error).__name__, error.Key) == ("ByValue", "value")


def test_fields_of_what_a_type_embeds_are_its_own(fail):
    error = fail("embeds", "Wrap")
    assert (error.Line, error.Col, error.Op, error.Name, error.Depth) == (1, 2, "op", "mid", 3)
    assert error.Mid.Name == "mid"
    assert fail("hides").Field == 4


def test_a_field_behind_a_nil_pointer_is_not_there_and_says_so(fail):
    error = fail("embeds nil")
    assert (error.Line, error.Op, error.Mid, hasattr(error, "Name")) == (1, "op", None, False)
    with pytest.raises(AttributeError, match=r"^Embeds.Depth cannot be read: a pointer on the way to it is nil$"):
        error.Depth  # noqa: B018


def test_an_embedded_error_is_a_field_and_not_a_base_as_errors_as_has_it(go, fail):
    error = fail("special")
    assert isinstance(error, go.Special)
    assert not isinstance(error, go.ByPointer | go.ByValue)
    assert (error.Limit, error.Name, error.Key, error.More) == (3, "Ada", "k", 0.5)
    assert (type(error.ByPointer), error.ByPointer.Length, type(error.ByValue)) == (go.ByPointer, 5, go.ByValue)


def test_a_name_that_two_embedded_types_have_is_nobodys(fail):
    error = fail("clash")
    assert (hasattr(error, "Line"), error.Col, error.Error_) == (False, 0, "e")


def test_a_type_may_have_many_fields(go, fail):
    error = fail("many", "Wrap")
    assert [getattr(error, f"F{i}") for i in (0, 9, 10, 11, 12, 29)] == [1, 0, 2, 3, 0, 4]
    assert error.Last == "end"
    assert isinstance(error, go.Many)


def test_a_field_that_is_an_error_is_one_in_python(go, fail):
    error = fail("cause")
    assert (type(error.Own), error.Own.Limit, type(error.Value), error.Value.Key) == (go.ByPointer, 4, go.ByValue, "v")
    assert (type(error.Plain), error.Plain.Name) == (go.ByPointer, "x")
    assert (isinstance(error.Err, EOFError), isinstance(error.Errno, FileNotFoundError)) == (True, True)
    assert (error.Net, error.Again) == (None, None)
    assert error.Err is error.Err
    assert fail("no cause").Err is None
    assert (go.Cause.Err.__doc__, go.Cause.Own.__doc__) == ("Err error", "Own *ByPointer")


def test_errors_may_lie_in_a_circle(go, fail):
    error = fail("circle")
    for _ in range(100):
        error = error.Again
    assert isinstance(error, go.Cause)


def test_fields_cross_as_results_do(go, fail):
    error = fail("values")
    assert (error.Xs.tolist(), error.Bytes, error.Words) == ([1, 2], b"ab", ["é"])
    assert ([row.tolist() for row in error.Rows], error.Three.tolist()) == ([[1], [2, 3]], [1, 2, 3])
    assert (error.Handle.Col, error.Yes, error.Z) == (5, True, 1j)
    assert isinstance(error.Xs, np.ndarray) and isinstance(error.Handle, go.Pos)


def test_a_field_that_cannot_cross_is_left_out_with_its_reason(go, fail):
    error = fail("left out")
    assert (error.N, hasattr(error, "At"), hasattr(error, "local")) == (7, False, False)
    with pytest.raises(AttributeError, match=r"^LeftOut.At is left out: Python has nothing like `unsafe.Pointer`$"):
        error.At  # noqa: B018
    with pytest.raises(
        AttributeError, match=r"^LeftOut.Any is left out: gomagic does not bind `\*unsafe.Pointer` yet$"
    ):
        go.LeftOut.Any  # noqa: B018
    assert {"N", "At", "Any"} & set(dir(error)) == {"N"}


def test_the_build_says_which_fields_are_left_out(own_cache):
    parsed = cell.parse("structs", SOURCE, number=7)
    built = compiler.build(parsed, toolchain.find())
    from gomagic.bind import plain

    notes = [note for note in told.of(plain.manifest(built.path), parsed) if "LeftOut" in note]
    at = SOURCE.split("\n").index("	At    unsafe.Pointer") + 2
    assert notes == [
        f"note: cell[7]:{at}: LeftOut.At is left out: Python has nothing like `unsafe.Pointer`",
        f"note: cell[7]:{at + 1}: LeftOut.Any is left out: gomagic does not bind `*unsafe.Pointer` yet",
    ]


def test_a_type_that_is_no_struct_is_a_class_without_fields(go, fail):
    error = fail("list")
    assert (type(error), str(error)) == (go.List, "a, b")


def test_an_error_that_is_a_result_of_its_own_type_is_the_exception(go):
    error = go.Longest(3)
    assert (type(error), error.Limit, str(error), go.Longest(0)) == (go.ByPointer, 3, "too long", None)
    assert go.Text(error) == "*main.ByPointer too long"
    value, nothing = go.Both("k")
    assert (type(value), value.Key, nothing) == (go.ByValue, "k", None)


def test_an_error_type_with_type_parameters_has_a_class_for_each_instance(go):
    with pytest.raises(go.NotFound[str], match=r"^w: no a$") as failed:
        go.Lookup("a")
    error = failed.value
    assert (error.Key, error.Near, isinstance(error.Inner, EOFError), error.Misses("b")) == ("a", ["a"] * 2, True, True)
    assert (type(error).__name__, isinstance(error, go.NotFound)) == ("NotFound[string]", True)
    assert [type(other) for other in (copy.copy(error), pickle.loads(pickle.dumps(error)))] == [type(error)] * 2
    assert go.NotFound.__doc__ == go.NotFound[str].__doc__ == "NotFound is an error of some key.\n"
    for args, low in [((4, 1, 3), 1), ((0.5, 1.5, 3.0), 1.5), (("z", "a", "b"), "a")]:
        with pytest.raises(go.Outside[type(low)]) as failed:
            go.Check(*args)
        assert failed.value.Low == low
    with pytest.raises(go.NotFound) as failed:
        go.Shelf["int8"]().Get(3)
    assert (type(failed.value).__name__, failed.value.Key.tolist()) == ("NotFound[[2]int8]", [3, 3])


def test_only_those_instances_of_an_error_type_are_there_that_the_cell_can_make(go):
    assert set(go.NotFound.__instances__) > {"string", "[2]int8"}
    assert "int" not in go.NotFound.__instances__
    with pytest.raises(TypeError, match=r"^NotFound\[int\]: the cell makes NotFound\[\[2\]int8\], "):
        go.NotFound[int]
    with pytest.raises(TypeError, match=r"^NotFound\[string\]\[int\]: NotFound\[string\] has all its types$"):
        go.NotFound[str][int]
    why = r"nothing in the cell makes one; name the types that you need, as in `var _ Typed\[…\]`$"
    with pytest.raises(AttributeError, match=why):
        go.Typed  # noqa: B018
    assert issubclass(go.Kept[int], go.Kept)


def test_an_exception_that_python_makes_has_no_fields_of_gos(go):
    with pytest.raises(go.Cause, match=r"^mine$") as failed:
        raise go.Cause("mine")
    with pytest.raises(AttributeError, match=r"^Cause.Err cannot be read: the exception has no value of Go's$"):
        failed.value.Err  # noqa: B018


WAYS = {
    "pointer": ["Limit", "Name"],
    "special": ["ByPointer", "ByValue", "Name"],
    "many": ["F0", "Last"],
    "cause": ["Err", "Net", "Own", "Value", "Plain", "Errno", "Again"],
    "circle": ["Again"],
    "values": ["Xs", "Rows", "Handle"],
    "embeds": ["Depth", "Mid"],
    "left out": ["N"],
    "joined": ["Limit", "Key"],
}


@pytest.mark.proof
@pytest.mark.parametrize("what", WAYS)
def test_nothing_is_left_behind_by_errors(go, what):
    def once():
        try:
            go.Wrap(what)
        except GoError as error:
            return [getattr(error, name) for name in WAYS[what]]

    def settled():
        gc.collect()
        go.Settle()
        return go.__go__.live()

    once()
    before = settled()
    for _ in range(10_000):
        once()
    assert settled() == before


def test_nothing_is_left_behind_by_what_is_asked_of_errors(go, fail):
    def once():
        error = fail("joined", "Wrap")
        [first, second, third] = error.unwrap().unwrap().unwrap()
        assert (error.is_(second), first.is_(error), error.is_(go.ByValue)) == (True, False, True)
        hasattr(fail("embeds nil"), "Name")
        return copy.copy(error), third

    once()
    gc.collect()
    go.Settle()
    before = go.__go__.live()
    for _ in range(1_000):
        once()
    gc.collect()
    go.Settle()
    assert go.__go__.live() == before


METHODS = """
type Failed struct {
	Code  int
	calls int
}

func (f *Failed) Error() string { return "failed" }

// Temporary tells whether to try again.
func (f *Failed) Temporary() bool                      { return f.Code > 500 }
func (f *Failed) Count() int                           { f.calls++; return f.calls }
func (f *Failed) Scaled(by int, xs []float64) []float64 {
	for i := range xs {
		xs[i] *= float64(by)
	}
	return xs
}
func (f *Failed) Again() error                 { return f }
func (f *Failed) At(i int) int                 { return []int{1}[i] }
func (f *Failed) Sum(xs ...int) (n int)        { for _, x := range xs { n += x }; return n }
func (f *Failed) Is(target error) bool         { return false }
func (f *Failed) Each(p *unsafe.Pointer)           {}
func (f *Failed) quiet() int                   { return 1 }

type Value struct{ Word string }

func (Value) Error() string    { return "value" }
func (v Value) Upper() string  { return strings.ToUpper(v.Word) }
func (v *Value) Grow()         { v.Word += "!" }

type Nested struct{ *Failed }

func Fail(what string) error {
	return fmt.Errorf("w: %w", map[string]error{
		"pointer": &Failed{Code: 503}, "value": Value{"word"}, "nested": Nested{&Failed{Code: 1}}, "nil": Nested{},
		"dns": &net.DNSError{IsTimeout: true},
	}[what])
}

type DNSError = net.DNSError
"""


@pytest.fixture(scope="module")
def methods(own_cache, failing):
    return failing(gomagic.compile(METHODS, "methods"))


def test_methods_of_an_error_are_called_on_its_value(methods):
    error = methods("pointer")
    assert (error.Temporary(), error.Count(), error.Count(), error.Sum(1, 2, 3)) == (True, 1, 2, 6)
    xs = np.array([1.0, 2.0])
    assert (error.Scaled(xs=xs, by=3).tolist(), xs.tolist()) == ([3, 6], [3, 6])
    with pytest.raises(type(error)) as failed:
        error.Again()
    assert (failed.value.Code, failed.value.is_(error)) == (503, False)  # which wraps it
    assert error.is_(failed.value)
    value = methods("value")
    assert (value.Upper(), value.Grow(), value.Upper()) == ("WORD", None, "WORD")
    assert (methods("nested").Temporary(), methods("dns").Timeout()) == (False, True)


def test_methods_of_errors_have_docs_and_signatures(methods):
    method = methods("pointer").Temporary
    assert method.__doc__ == "func (f *Failed) Temporary() bool\n\nTemporary tells whether to try again."
    assert (method.__qualname__, str(inspect.signature(method))) == ("Failed.Temporary", "()")
    assert str(inspect.signature(type(methods("pointer")).Scaled)) == "(self, by, xs)"


def test_methods_of_errors_that_cannot_be_called_say_why(methods):
    error = methods("pointer")
    with pytest.raises(
        AttributeError, match=r"^Failed.Each is left out: gomagic does not bind `\*unsafe.Pointer` yet$"
    ):
        error.Each  # noqa: B018
    assert [hasattr(error, name) for name in ("Is", "Error", "quiet")] == [False] * 3
    with pytest.raises(TypeError, match=r"^Failed.Count cannot be called: the exception has no value of Go's$"):
        pickle.loads(pickle.dumps(error)).Count()


def test_wrong_arguments_of_an_errors_method_are_refused(methods):
    error = methods("pointer")
    with pytest.raises(TypeError, match=r"^At\(self, i\): `i` is str, Go wants int$"):
        error.At("x")
    with pytest.raises(TypeError, match=r"missing 1 required positional argument: 'i'\n  func \(f \*Failed\) At"):
        error.At()
    with pytest.raises(GoPanic, match=r"called with \(i=5\)"):
        error.At(5)
    with pytest.raises(GoPanic, match="nil pointer"):
        methods("nil").Temporary()
