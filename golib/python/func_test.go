package python_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"gomagic/golib/python"
)

// apply calls what it gets.
func apply(t testing.TB) *python.Object {
	t.Helper()
	return function(t, "apply", "def apply(f, *x, **y): return f(*x, **y)")
}

func TestAGoFunctionIsAnArgumentThatPythonCalls(t *testing.T) {
	run := apply(t)
	type celsius float64
	for want, arguments := range map[string][]any{
		"42":          {func(n int) int { return n + 1 }, 41},
		"1.5":         {func(x celsius) celsius { return x / 2 }, 3},
		"None":        {func() {}},
		"(1, 'a')":    {func() (int, string) { return 1, "a" }},
		"['b', 'a']":  {func(a, b string) []string { return []string{b, a} }, "a", "b"},
		"6":           {func(xs ...int) int { return xs[0] + xs[1] + xs[2] }, 1, 2, 3},
		"0":           {func(first int, xs ...int) int { return len(xs) }, 1},
		"{'a': True}": {func(m map[string]bool) map[string]bool { return m }, map[string]bool{"a": true}},
		"b'abc'":      {func(b []byte) []byte { return b }, []byte("abc")},
		"3.5":         {func(xs []float64) float64 { return xs[0] + xs[1] }, []any{1, 2.5}},
		"5":           {func(x any) any { return x }, 5},
		"7":           {strings.Count, "7777777", "7"},
		"[2]":         {func(o *python.Object) *python.Object { return o }, []any{2}},
		"'{1: 2}'":    {func(x int, y python.Keywords) string { return fmt.Sprintf("{%d: %v}", x, y["a"]) }, 1, python.Keywords{"a": 2}},
		"True":        {func(ctx context.Context) bool { return ctx.Err() == nil }},
	} {
		result, err := run.Call(background, arguments...)
		if err != nil {
			t.Errorf("%T: %v", arguments[0], err)
			continue
		}
		show := function(t, "show", "show = repr")
		if got, err := python.Call[string](background, show, result); err != nil || got != want {
			t.Errorf("%T returned %s, %v, want %s", arguments[0], got, err, want)
		}
	}
	funcsAre(t, 0)
}

func variadic(context.Context, int, ...string) {}

// funcsAre waits until Python has so many of Go's functions.
func funcsAre(t *testing.T, want int) {
	t.Helper()
	for range 100 {
		if py.Funcs() == want {
			return
		}
		runtime.GC()
		must(must(must(py.Import("gc")).Attr("collect")).Call(background)) // and gives up what Go has collected
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("Python has %d of Go's functions, want %d", py.Funcs(), want)
}

func TestAFuncHasANameADocAndParameters(t *testing.T) {
	need(t)
	module := must(py.Module("weather", ""))
	mean := python.Func{
		Go:         func(xs []float64, scale int) float64 { return (xs[0] + xs[1]) / 2 * float64(scale) },
		Name:       "mean",
		Doc:        "The mean of the first two.",
		Parameters: []string{"xs", "scale"},
	}
	if err := module.SetAttr("mean", mean); err != nil {
		t.Fatal(err)
	}
	tell := function(t, "tell", `
import inspect
from weather import mean
def tell():
    return [str(inspect.signature(mean)), mean.__name__, mean.__doc__, mean([1, 2], 2), mean([1, 2], scale=4), mean(scale=6, xs=(1, 2))]
`)
	got, err := python.Call[[]any](background, tell)
	if want := "[(xs, scale) mean The mean of the first two. 3 6 9]"; err != nil || fmt.Sprint(got) != want {
		t.Errorf("%v, %v, want %s", got, err, want)
	}
	if err := module.SetAttr("mean", nil); err != nil {
		t.Error(err)
	}
	plain := function(t, "show", "import inspect\ndef show(f): return f.__name__ + str(inspect.signature(f))")
	got2, err := python.Call[string](background, plain, variadic)
	if want := "variadic(x1, /, *x2)"; err != nil || got2 != want {
		t.Errorf("%v, %v, want %s", got2, err, want)
	}
}

func TestArgumentsThatDoNotFitAreATypeErrorAndNothingIsCalled(t *testing.T) {
	run := apply(t)
	called := func(n int8, s string) { t.Errorf("called with %d, %q", n, s) }
	f := python.Func{Go: called, Name: "f", Parameters: []string{"n", "s"}}
	for want, arguments := range map[string][]any{
		"TypeError: f() takes 2 arguments, and 1 given":                         {1},
		"TypeError: f() takes 2 arguments, and 3 given":                         {1, "a", 2},
		"TypeError: f(): argument 2: cannot convert `int` to `string`":          {1, 2},
		"OverflowError: f(): argument 1: the `int` does not fit in Go's `int8`": {1000, "a"},
		"TypeError: f() is missing `s`":                                         {python.Keywords{"n": 1}},
		"TypeError: f() has no parameter `m`":                                   {1, "a", python.Keywords{"m": 1}},
		"TypeError: f() got `n` twice":                                          {1, "a", python.Keywords{"n": 1}},
		"TypeError: f(): `s`: cannot convert `float` to `string`":               {1, python.Keywords{"s": 1.5}},
	} {
		_, err := run.Call(background, append([]any{f}, arguments...)...)
		if err == nil || err.Error() != want {
			t.Errorf("%v: %v, want %s", arguments, err, want)
		}
	}
	bad := function(t, "bad", "def bad(f): f(1 / n for n in (1, 0))")
	if _, err := bad.Call(background, func([]float64) {}); err == nil || err.Error() != "ZeroDivisionError: division by zero" {
		t.Errorf("%v, want the iterator's own exception", err)
	}
}

func TestAFunctionThatPythonCannotCallIsAnErrorThatSaysWhy(t *testing.T) {
	run := apply(t)
	for want, f := range map[string]any{
		"python: argument 1: `func(int, chan int)` cannot be Python's: no Python object becomes its parameter 2, a `chan int`": func(int, chan int) {},
		"python: argument 1: `func([]error)` cannot be Python's: no Python object becomes its parameter 1, a `[]error`":        func([]error) {},
		"python: argument 1: python.Func.Go is a `int`, and no function":                                                       python.Func{Go: 1},
		"python: argument 1: python.Func.Parameters names 1 parameters of `func(int, int)`, which has 2 for Python":            python.Func{Go: func(int, int) {}, Parameters: []string{"a"}},
		"python: argument 1: a name in python.Func with a zero byte":                                                           python.Func{Go: func() {}, Name: "a\x00"},
		"TypeError: give(): its result: `chan int` has no counterpart in Python":                                               python.Func{Name: "give", Go: func() any { return make(chan int) }},
		"TypeError: give(): its result 2: `chan int` has no counterpart in Python":                                             python.Func{Name: "give", Go: func() (int, chan int) { return 1, make(chan int) }},
	} {
		if _, err := run.Call(background, f); err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
	same := function(t, "same", "def same(f): return f is None")
	if none, err := python.Call[bool](background, same, (func())(nil)); err != nil || !none {
		t.Errorf("a nil function is not None: %v", err)
	}
}

func TestAnErrorOfAGoFunctionIsAnExceptionAndTheSameErrorAgain(t *testing.T) {
	run := apply(t)
	missing := &fs.PathError{Op: "open", Path: "rain.csv", Err: fs.ErrNotExist}
	_, err := run.Call(background, func() (int, error) { return 0, missing })
	var e *python.Error
	if !errors.As(err, &e) || e.Type != "golib.GoError" || e.Message != "open rain.csv: file does not exist" {
		t.Errorf("%#v", err)
	}
	if path := (*fs.PathError)(nil); !errors.Is(err, fs.ErrNotExist) || !errors.As(err, &path) || path != missing {
		t.Errorf("%v does not hold the error that the function returned", err)
	}
	from := function(t, "from_", `
from golib import GoError
def from_(f):
    try: f()
    except GoError as error: raise LookupError("no rain") from error
`)
	_, err = from.Call(background, func() error { return missing })
	if !errors.Is(err, fs.ErrNotExist) || err.Error() != "LookupError: no rain" {
		t.Errorf("%v, want what was raised from the error", err)
	}
	if _, err = run.Call(background, func() (int, error) { return 3, nil }); err != nil {
		t.Error(err)
	}
}

func TestAnErrorOfPythonsIsRaisedAsTheExceptionThatItIs(t *testing.T) {
	again := function(t, "again", `
class Lost(Exception): pass
raised = []
def fail():
    raised.append(Lost("here"))
    raise raised[-1]
def again(f):
    try: f(fail)
    except Lost as lost: return [lost is raised[-1], lost.__traceback__.tb_next is not None]
def cause(f):
    try: f(fail)
    except Exception as other: return [str(other), other.__cause__ is raised[-1]]
def kind(f):
    try: f()
    except Exception as other: return [type(other).__name__, str(other)]
`)
	tested := must(py.Import("tested"))
	got, err := python.Call[[]bool](background, again, func(f *python.Object) error { _, err := f.Call(background); return err })
	if err != nil || !got[0] || !got[1] {
		t.Errorf("%v, %v, want the same exception with its traceback", got, err)
	}
	wrapped, err := python.Call[[]any](background, must(tested.Attr("cause")), func(f *python.Object) error {
		_, err := f.Call(background)
		return fmt.Errorf("reading: %w", err)
	})
	if want := "[reading: tested.Lost: here true]"; err != nil || fmt.Sprint(wrapped) != want {
		t.Errorf("%v, %v, want %s", wrapped, err, want)
	}
	for want, raised := range map[string]*python.Error{
		"[ValueError too cold]":            {Type: "ValueError", Message: "too cold"},
		"[GoError nowhere.Odd: too cold]":  {Type: "nowhere.Odd", Message: "too cold"},
		"[GoError UnicodeDecodeError: no]": {Type: "UnicodeDecodeError", Message: "no"},
		"[GoError len: no]":                {Type: "len", Message: "no"},
	} {
		got, err := python.Call[[]string](background, must(tested.Attr("kind")), func() error { return raised })
		if err != nil || fmt.Sprint(got) != want {
			t.Errorf("%v, %v, want %s", got, err, want)
		}
	}
}

func TestAPanicIsAnExceptionWithItsValueAndStack(t *testing.T) {
	catch := function(t, "catch", `
from golib import GoPanic
def catch(f):
    try: f()
    except GoPanic as panic: return [isinstance(panic, RuntimeError), str(panic), panic.stack]
`)
	for want, f := range map[string]func(){
		"runtime error: index out of range [3] with length 0":              func() { _ = []int{}[len("abc")] },
		"runtime error: invalid memory address or nil pointer dereference": func() { var p *int; *p = 1 },
		"too cold":            func() { panic("too cold") },
		"a \uFFFD":            func() { panic("a \xff") },
		"file does not exist": func() { panic(fs.ErrNotExist) },
	} {
		got, err := python.Call[[]any](background, catch, f)
		if err != nil || got[0] != true || got[1] != want || !strings.Contains(got[2].(string), "func_test.go") {
			t.Errorf("%v, %v, want %s", got, err, want)
		}
	}
	_, err := apply(t).Call(background, func() { panic(fs.ErrNotExist) })
	var e *python.Error
	if !errors.As(err, &e) || e.Type != "golib.GoPanic" || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%#v, want a GoPanic that holds the error", err)
	}
	funcsAre(t, 0)
}

func TestAFunctionMayCallPythonThatCallsIt(t *testing.T) {
	call := function(t, "call", "def call(f, n): return f(call, n)")
	var sum func(*python.Object, int) (int, error)
	sum = func(call *python.Object, n int) (int, error) {
		if n == 0 {
			return 0, nil
		}
		rest, err := python.Call[int](background, call, sum, n-1)
		return rest + n, err
	}
	if got, err := python.Call[int](background, call, sum, 50); err != nil || got != 1275 {
		t.Errorf("%d, %v, want 1275", got, err)
	}
	var endless func(*python.Object, int) error
	endless = func(call *python.Object, n int) error {
		_, err := call.Call(background, endless, n)
		return err
	}
	var e *python.Error
	if _, err := call.Call(background, endless, 0); !errors.As(err, &e) || e.Type != "RecursionError" {
		t.Errorf("%v, want a RecursionError", err)
	}
	funcsAre(t, 0)
}

func TestAFunctionMayWaitForGoroutinesThatCallPython(t *testing.T) {
	double := function(t, "double", "def double(x): return 2 * x")
	run := apply(t)
	const many = 300 // more than may be inside Python at once
	var all, met sync.WaitGroup
	met.Add(many)
	for n := range many {
		all.Go(func() {
			got, err := python.Call[int](background, run, func() (int, error) {
				met.Done()
				if n < 200 { // the others wait their turn until these have left
					return python.Call[int](background, double, n)
				}
				done := make(chan int)
				go func() { done <- must(python.Call[int](background, double, n)) }()
				return <-done, nil
			})
			if err != nil || got != 2*n {
				t.Errorf("%d: %d, %v", n, got, err)
			}
		})
	}
	all.Wait()
	met.Wait()
}

func TestEveryThreadOfPythonsMayCallAFunctionSideBySide(t *testing.T) {
	spread := function(t, "spread", `
from concurrent.futures import ThreadPoolExecutor
def spread(f, n):
    with ThreadPoolExecutor(n) as pool: return sorted(pool.map(f, range(n)))
`)
	const threads = 8
	var met sync.WaitGroup
	met.Add(threads)
	double := function(t, "double", "def double(x): return 2 * x")
	got, err := python.Call[[]int](background, spread, func(n int) (int, error) {
		met.Done()
		met.Wait() // until all are in it
		return python.Call[int](background, double, n)
	}, threads)
	if want := "[0 2 4 6 8 10 12 14]"; err != nil || fmt.Sprint(got) != want {
		t.Errorf("%v, %v, want %s", got, err, want)
	}
	funcsAre(t, 0)
}

func TestAFunctionLivesAsLongAsPythonHasIt(t *testing.T) {
	keep := function(t, "keep", "kept = []\ndef keep(f): kept.append(f)\ndef use(): return kept[-1]()\ndef drop(): kept.clear()")
	tested := must(py.Import("tested"))
	collected := make(chan bool)
	func() {
		owned := new([1 << 20]byte)
		runtime.AddCleanup(owned, func(int) { close(collected) }, 0)
		owned[0] = 7
		must(keep.Call(background, func() int { return int(owned[0]) }))
	}()
	funcsAre(t, 1)
	runtime.GC()
	if got, err := python.Call[int](background, must(tested.Attr("use"))); err != nil || got != 7 {
		t.Errorf("%d, %v, want 7", got, err)
	}
	must(must(tested.Attr("drop")).Call(background))
	funcsAre(t, 0)
	for range 100 {
		runtime.GC()
		select {
		case <-collected:
			return
		case <-time.After(10 * time.Millisecond):
		}
	}
	t.Error("Go still holds what the function held")
}

func TestASliceThatAFunctionReturnsIsLent(t *testing.T) {
	numbers := []float64{1, 2, 3}
	change := function(t, "change", "def change(f):\n    x = f()\n    x[1] = 7\n    return len(x)")
	if got, err := python.Call[int](background, change, func() []float64 { return numbers }); err != nil || got != 3 {
		t.Errorf("%d, %v, want 3", got, err)
	}
	if numbers[1] != 7 {
		t.Errorf("the slice is %v", numbers)
	}
	viewsAre(t, 0)
}

func calling() {
	py := begin(python.Options{})
	module := must(py.Module("m", `
import atexit, threading, time
def linger(wait, twice):
    def run():
        wait()
        end()
    def end():
        try: twice()
        except Exception as error: print(type(error).__name__, error)
    threading.Thread(target=run, daemon=True).start()
    atexit.register(end)
`))
	begun := make(chan bool)
	slow := func(ctx context.Context) error {
		close(begun)
		<-ctx.Done() // Close has begun
		time.Sleep(100 * time.Millisecond)
		_, err := py.Import("os")
		fmt.Println(err, errors.Is(err, python.ErrClosed))
		return nil
	}
	must(must(module.Attr("linger")).Call(background, slow, func(n int) int { return 2 * n }))
	<-begun
	fmt.Println(py.Close())
}

func TestCloseWaitsForFunctionsAndLetsNoneBegin(t *testing.T) {
	out, err := child(t, "calling")
	if err != nil || !strings.HasPrefix(out, "python: the interpreter is closed true\n") || !strings.HasSuffix(out, "<nil>\n") {
		t.Errorf("%v:\n%s", err, out)
	}
}

func flatFuncs() {
	py := begin(python.Options{})
	run := must(must(py.Module("m", "def run(f, x):\n    try: return f(x)\n    except Exception: return None")).Attr("run"))
	xs := make([]float64, 1000)
	growth(6000, func() {
		must(run.Call(background, func([]float64) []float64 { return xs }, xs))
		must(run.Call(background, func([]float64) error { return fs.ErrNotExist }, xs))
		must(run.Call(background, func([]float64) { panic("no") }, xs))
		must(run.Call(background, func(int) {}, xs))
	})
	must(0, py.Close())
}

func TestMemoryStaysFlatOverFunctions(t *testing.T) {
	if bytes := grown(t, "flatFuncs", 1<<20); bytes > 1<<20 {
		t.Errorf("memory grew by %d bytes", bytes)
	}
}

func BenchmarkAGoFunctionFromPython(b *testing.B) {
	need(b)
	loop := function(b, "loop", "def loop(f, n):\n    for i in range(n): f(i)")
	b.ResetTimer()
	must(loop.Call(background, func(n int) int { return n + 1 }, b.N))
}
