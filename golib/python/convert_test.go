package python_test

import (
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"
	"time"

	"gomagic/golib/python"
)

type celsius float64

func TestArgumentsArriveAsPythonsOwnTypes(t *testing.T) {
	show := function(t, "show", "def show(x): return f'{type(x).__name__} {x!r}'")
	for want, value := range map[string]any{
		"NoneType None":             nil,
		"bool True":                 true,
		"int -7":                    int8(-7),
		"int 18446744073709551615":  uint64(math.MaxUint64),
		"int -9223372036854775808":  int64(math.MinInt64),
		"int 2000000000":            2 * time.Second,
		"float 0.5":                 float32(0.5),
		"float 21.5":                celsius(21.5),
		"float nan":                 math.NaN(),
		"float inf":                 math.Inf(1),
		"str 'größer\\x00'":         "größer\x00",
		"str ''":                    "",
		"bytes b'\\x00\\xff'":       []byte{0, 255},
		"bytes b''":                 []byte(nil),
		"bytes b'[]'":               json.RawMessage("[]"),
		"list ['a', 'b']":           []string{"a", "b"},
		"list []":                   []any{},
		"list [1, 2]":               [2]int{1, 2},
		"list [1, 'two', [None]]":   []any{1, "two", []any{nil}},
		"dict {'one': 1}":           map[string]int{"one": 1},
		"dict {3: {'deep': ['x']}}": map[int]map[string][]string{3: {"deep": {"x"}}},
	} {
		if got, err := python.Call[string](background, show, value); err != nil || got != want {
			t.Errorf("%#v arrives as %s, %v, want %s", value, got, err, want)
		}
	}
}

func TestWhatPythonCannotHoldIsAnErrorThatNamesTheArgument(t *testing.T) {
	same := function(t, "same", "def same(*x, **y): return x")
	endless := []any{nil}
	endless[0] = endless
	for _, c := range []struct {
		argument any
		want     string
	}{
		{struct{ X int }{1}, "python: argument 2: `struct { X int }` has no counterpart in Python"},
		{[]any{1, make(chan int)}, "python: argument 2: element 1: `chan int` has no counterpart in Python"},
		{map[string]any{"f": 1i}, "python: argument 2: key f: `complex128` has no counterpart in Python"},
		{(*python.Object)(nil), "python: argument 2: a nil *python.Object"},
		{python.Keywords{"a": complex(1, 2)}, "python: keywords: key a: `complex128` has no counterpart in Python"},
		{endless, "python: argument 2: a value is nested deeper than 1000, or holds itself"},
		{"cut \xc3", "UnicodeDecodeError: 'utf-8' codec can't decode byte 0xc3 in position 4: unexpected end of data"},
		{map[[1]int]int{{1}: 1}, "unhashable type: 'list'"}, // in parentheses since 3.14
	} {
		if _, err := same.Call(background, 0, c.argument); err == nil || !strings.HasSuffix(strings.TrimSuffix(err.Error(), ")"), c.want) {
			t.Errorf("%T: %v, want %s", c.argument, err, c.want)
		}
	}
	_, err := same.Call(background, python.Keywords{"a": 1}, 2)
	if want := "python: argument 1: python.Keywords can only be the last argument"; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

// expect evaluates an expression of Python and converts it.
func expect[T any](t *testing.T, expression string, want T) {
	t.Helper()
	f := function(t, "f", "import array, collections\ndef f(): return "+expression)
	if got, err := python.Call[T](background, f); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%s is %#v, %v, want %#v", expression, got, err, want)
	}
}

func TestResultsBecomeTheTypeThatIsAsked(t *testing.T) {
	expect(t, "True", true)
	expect(t, "-128", int8(-128))
	expect(t, "2**64 - 1", uint64(math.MaxUint64))
	expect(t, "True", 1) // an int, in Python
	expect(t, "3", 3.0)
	expect(t, "1.5", float32(1.5))
	expect(t, "float('-inf')", float32(math.Inf(-1)))
	expect(t, "21.5", celsius(21.5))
	expect(t, "'größer\\0'", "größer\x00")
	expect(t, "bytearray(b'ab')", []byte("ab"))
	expect(t, "memoryview(b'abcd')[::2]", []byte("ac"))
	expect(t, "[1, 2, 3]", []int{1, 2, 3})
	expect(t, "(1, 2)", []float64{1, 2})
	expect(t, "[]", []int32{})
	expect(t, "range(3)", []int{0, 1, 2})
	expect(t, "(n * n for n in range(3))", []uint8{0, 1, 4})
	expect(t, "array.array('f', [1, 2])", []float64{1, 2})
	expect(t, "array.array('q', [1, 2])", []int{1, 2})
	expect(t, "[True, False]", []bool{true, false})
	expect(t, "['a', '']", []string{"a", ""})
	expect(t, "[[1], [], [2, 3]]", [][]int{{1}, {}, {2, 3}})
	expect(t, "{'a': [1.5]}", map[string][]float64{"a": {1.5}})
	expect(t, "collections.Counter('aab')", map[string]int{"a": 2, "b": 1})
}

func TestAnyTakesWhatFitsBest(t *testing.T) {
	expect[any](t, "None", nil)
	expect[any](t, "False", false)
	expect[any](t, "7", 7)
	expect[any](t, "0.5", 0.5)
	expect[any](t, "'x'", "x")
	expect[any](t, "b'x'", []byte("x"))
	expect[any](t, "(1, 'a', [None])", []any{1, "a", []any{nil}})
	expect[any](t, "{'a': 1, 2: {}}", map[any]any{"a": 1, 2: map[any]any{}})
	expect[any](t, "array.array('h', [1])", []int16{1})
	for _, expression := range []string{"object", "2**63", "-2**63 - 1", "1j"} {
		f := function(t, "f", "def f(): return "+expression)
		value, err := python.Call[any](background, f)
		if err != nil || reflect.TypeOf(value) != reflect.TypeFor[*python.Object]() {
			t.Errorf("%s, which has no counterpart, is %T, %v, want *python.Object", expression, value, err)
		}
	}
}

func TestNumPysValuesAreNumbersAndSlices(t *testing.T) {
	needNumPy(t)
	f := func(expression string) string { return "__import__('numpy')." + expression }
	expect(t, f("float64(1.5)"), 1.5)
	expect(t, f("float32(1.5)"), 1.5)
	expect(t, f("int16(-3)"), -3)
	expect(t, f("uint64(2**63)"), uint64(1<<63))
	expect(t, f("bool_(True)"), true)
	expect(t, f("arange(4)"), []int{0, 1, 2, 3})
	expect(t, f("arange(4)[::-2]"), []int{3, 1})
	expect(t, f("arange(4, dtype='u1')"), []int64{0, 1, 2, 3})
	expect(t, f("arange(4, dtype='u1')"), []byte{0, 1, 2, 3})
	expect(t, f("arange(3, dtype='>i4')"), []int{0, 1, 2})
	expect(t, f("zeros(0)"), []float64{})
	expect(t, f("array(3)"), 3)
	expect(t, f("array(1.5)"), 1.5)
	expect(t, f("array([(1, 2.5), (3, 4.5)], 'u1,>f8')['f1']"), []float64{2.5, 4.5})
	expect(t, f("array([(1, 2.5), (3, 4.5)], 'u1,f8')['f1']"), []float64{2.5, 4.5}) // not aligned
	expect(t, f("broadcast_to(7, 3)"), []int{7, 7, 7})
	expect(t, f("arange(4).reshape((2, 2), order='F')"), [][]int{{0, 2}, {1, 3}})
	expect(t, "list("+f("arange(3, dtype='f'))"), []float64{0, 1, 2})
	expect(t, f("array([True, False])"), []bool{true, false})
	expect(t, f("array([2, 0], 'u1').view('?')"), []bool{true, false})
	expect(t, f("eye(2)"), [][]float64{{1, 0}, {0, 1}})
	expect(t, f("array(['a', 'bc'])"), []string{"a", "bc"})
	expect(t, f("array([1, 'a'], object)"), []any{1, "a"})
	expect[any](t, f("arange(2.0)"), []float64{0, 1})
	expect[any](t, f("eye(2, dtype='f')"), [][]float32{{1, 0}, {0, 1}})
	expect[any](t, f("int8(3)"), int8(3))
}

// refuse holds a conversion to an error.
func refuse[T any](t *testing.T, expression, want string) {
	t.Helper()
	f := function(t, "f", "def f(): return "+expression)
	if got, err := python.Call[T](background, f); err == nil || err.Error() != want {
		t.Errorf("%s is %#v, %v, want the error %s", expression, got, err, want)
	}
}

func TestWrongTypesAndOverflowAreErrors(t *testing.T) {
	refuse[float64](t, "'1.5'", "python: cannot convert `str` to `float64`")
	refuse[int](t, "1.5", "python: cannot convert `float` to `int`")
	refuse[uint8](t, "'1'", "python: cannot convert `str` to `uint8`")
	refuse[bool](t, "1", "python: cannot convert `int` to `bool`")
	refuse[string](t, "b'x'", "python: cannot convert `bytes` to `string`")
	refuse[int](t, "None", "python: cannot convert `NoneType` to `int`")
	refuse[[]string](t, "'abc'", "python: cannot convert `str` to `[]string`")
	refuse[[]int](t, "7", "python: cannot convert `int` to `[]int`")
	refuse[[]string](t, "{'a': 1}", "python: cannot convert `dict` to `[]string`")
	refuse[map[string]int](t, "[1]", "python: cannot convert `list` to `map[string]int`")
	refuse[[]int](t, "[1, 'a']", "python: cannot convert `str` to `int` (element 1)")
	refuse[[][]int](t, "[[1], [2, 3.5]]", "python: cannot convert `float` to `int` (element 1) (element 1)")
	refuse[map[string]int](t, "{'a': 'b'}", "python: cannot convert `str` to `int` (of key a)")
	refuse[int8](t, "128", "python: the `int` does not fit in Go's `int8`")
	refuse[int](t, "2**63", "python: the `int` does not fit in Go's `int`")
	refuse[uint](t, "-1", "python: the `int` does not fit in Go's `uint`")
	refuse[float32](t, "1e300", "python: the `float` does not fit in Go's `float32`")
	refuse[float64](t, "10**400", "python: the `int` does not fit in Go's `float64`")
	refuse[[]int8](t, "[1, 200]", "python: 200 does not fit in `int8` (element 1)")
	refuse[[]uint](t, "[1, -1]", "python: the `int` does not fit in Go's `uint` (element 1)")
	refuse[[]int](t, "memoryview(b'ab').cast('B')[:1].cast('c')", "python: cannot convert `bytes` to `int` (element 0)")
	refuse[any](t, "(lambda x: x.append(x) or x)([])", "python: a value is nested deeper than 1000, or holds itself")
	refuse[any](t, "{(1, 2): 3}", "python: `[]interface {}` is no key in Go")
	refuse[map[string]int](t, "type('Odd', (), {'items': lambda self: [1]})()", "python: cannot convert `Odd` to `map[string]int`")
	refuse[any](t, "(lambda x: x.update(x=x) or x)({})", "python: a value is nested deeper than 1000, or holds itself")
	refuse[[]float64](t, "[1.5, __import__('decimal').Decimal(2)]", "python: cannot convert `Decimal` to `float64` (element 1)")
	refuse[int](t, "type('Meta', (type,), {'__name__': property(lambda self: 1 / 0)})('Odd', (), {})()",
		"python: cannot convert `object` to `int`")
	refuse[int](t, "type('Odd', (), {'__index__': lambda self: {}['gone']})()", "KeyError: 'gone'")
	refuse[uint](t, "type('Odd', (), {'__index__': lambda self: {}['gone']})()", "KeyError: 'gone'")
	refuse[map[string]int](t, "type('Odd', (), {'items': lambda self: {}['gone']})()", "KeyError: 'gone'")
	refuse[struct{}](t, "1", "python: no Python object becomes a `struct {}`")
	refuse[string](t, "'\\ud800'",
		"UnicodeEncodeError: 'utf-8' codec can't encode character '\\ud800' in position 0: surrogates not allowed")
}

func TestFloatsKeepTheirSignAndNaN(t *testing.T) {
	f := function(t, "f", "def f(x): return [x, list(x), *x]")
	xs := []float64{math.Copysign(0, -1), math.NaN(), math.Inf(-1), math.SmallestNonzeroFloat64}
	all, err := python.Call[[]*python.Object](background, f, xs)
	if err != nil {
		t.Fatal(err)
	}
	shown, err1 := python.As[[]float64](all[0])
	listed, err2 := python.As[[]float64](all[1])
	single, err3 := python.Call[[]float64](background, function(t, "f", "def f(*x): return x"), xs[0], xs[1], xs[2], xs[3])
	for i, x := range xs {
		one, err := python.As[float64](all[2+i])
		for _, y := range []float64{shown[i], listed[i], single[i], one} {
			if err := errors.Join(err, err1, err2, err3); err != nil || math.Float64bits(x) != math.Float64bits(y) {
				t.Errorf("%v comes back as %v, %v", x, y, err)
			}
		}
	}
	all[0].Release()
	all[1].Release()
	viewsAre(t, 0)
}

func TestNumPysOverflowIsAnError(t *testing.T) {
	needNumPy(t)
	refuse[[]int8](t, "__import__('numpy').array([1, 300])", "python: 300 does not fit in `int8` (element 1)")
	refuse[[]uint](t, "__import__('numpy').array([-1])", "python: -1 does not fit in `uint` (element 0)")
	refuse[[]int](t, "__import__('numpy').array([1.5])", "python: cannot convert `float64` to `int` (element 0)")
	refuse[[]float64](t, "[__import__('numpy').complex128(1 + 2j)]", "python: cannot convert `complex128` to `float64` (element 0)")
	refuse[[]float64](t, "__import__('numpy').zeros(1, 'e')", "python: cannot convert `float16` to `float64` (element 0)")
	refuse[[]int](t, "__import__('numpy').array(7)", "python: cannot convert `ndarray` to `[]int`")
	refuse[[]float64](t, "__import__('numpy').eye(2)", "python: cannot convert `ndarray` to `float64` (element 0)")
}

func TestAnExceptionDuringConversionIsThatException(t *testing.T) {
	f := function(t, "f", "def f():\n    yield 1\n    raise KeyError('gone')")
	_, err := python.Call[[]int](background, f)
	if e := (*python.Error)(nil); !errors.As(err, &e) || e.Type != "KeyError" {
		t.Errorf("%v, want a KeyError", err)
	}
}

func TestObjectsGoInAndOutAsTheyAre(t *testing.T) {
	pair := function(t, "pair", "def pair(x): return x, x")
	value := function(t, "value", "value = object()")
	objects, err := python.Call[[]*python.Object](background, pair, value)
	if err != nil || len(objects) != 2 {
		t.Fatal(objects, err)
	}
	same := function(t, "same", "def same(x, y): return x is y")
	if is, err := python.Call[bool](background, same, objects[0], objects[1]); err != nil || !is {
		t.Errorf("the same object comes back as %v, %v", is, err)
	}
}
