"""Callables of Python's as funcs of Go's: what Go calls, keeps, and hears of them."""

import functools
import gc
import math
import subprocess
import sys
import threading
import time
import traceback
import weakref

import numpy as np
import pytest
from load import at_once

import gomagic
from gomagic import GoError, GoPanic

SOURCE = """
import "errors"

type Point struct{ X, Y float64 }

func (p *Point) Double() { p.X *= 2; p.Y *= 2 }

type Less func(a, b Point) bool

type Hook struct {
	Name string
	Do   func(string) string
}

var ErrStop = errors.New("stop")

var kept func(int) int
var Said []string

func Apply(f func(float64) float64, x float64) float64 { return f(x) }
func Sum(f func(int) int, n int) (sum int) {
	for i := range n {
		sum += f(i)
	}
	return sum
}
type Many func(bool, int8, uint64, float32, complex128, string, []byte) (
	bool, int8, uint64, float32, complex128, string, []byte,
)

func All(f Many, a bool, b int8, c uint64, d float32, e complex128, s string, t []byte) (
	bool, int8, uint64, float32, complex128, string, []byte,
) {
	return f(a, b, c, d, e, s, t)
}
func Mapped(words []string, f func(string) string) []string {
	for i := range words {
		words[i] = f(words[i])
	}
	return words
}
type Made func([]float64, [][]int, map[string]Point, [2]int8) ([]float64, [][]int, map[string]Point, [2]int8)

func OfSlices(f Made) ([]float64, [][]int, map[string]Point, [2]int8) {
	return f([]float64{1, 2}, [][]int{{1}, {2, 3}}, map[string]Point{"a": {1, 2}}, [2]int8{3, 4})
}
func Fill(f func([]float64)) []float64 {
	xs := make([]float64, 3)
	f(xs)
	return xs
}
func Sort(points []Point, less Less) []Point {
	sort.Slice(points, func(i, j int) bool { return less(points[i], points[j]) })
	return points
}
func OfPointer(f func(*Point) *Point, p *Point) bool { return f(p) == p }
func Nothing(f func())                           { f() }
func IsNil(f func(int) int) bool                 { return f == nil }
func Variadic(f func(sep string, xs ...int) string) string { return f(",", 1, 2, 3) }
func Of(more ...func(int) int) (sum int) {
	for _, f := range more {
		sum += f(1)
	}
	return sum
}
func Try(f func(int) (int, error), x int) (int, error)    { return f(x) }
func Check(f func() error) error                          { return f() }
func Wrapped(f func() error) error                        { return fmt.Errorf("wrapped: %w", f()) }
func Caught(f func() error) string                        { return f().Error() }
func IsStop(f func() error) (same, is bool)               { err := f(); return err == ErrStop, errors.Is(err, ErrStop) }
func Recovered(f func() int) (said string) {
	defer func() {
		value := recover()
		err, ok := value.(error)
		said = fmt.Sprint(ok, " ", err)
	}()
	f()
	return "nothing"
}
func Again(f func() int) int {
	defer func() { panic(recover()) }()
	return f()
}
func Deferred(f func()) {
	defer func() { Said = append(Said, "deferred") }()
	f()
	Said = append(Said, "not said")
}
func Keep(f func(int) int)  { kept = f }
func Call(x int) int        { return kept(x) }
func Forget()               { kept = nil; runtime.GC() }
func Collect()              { runtime.GC() }
func Each(f func(int) int, n int) (sum int) {
	all := make(chan int)
	for i := range n {
		go func() { all <- f(i) }()
	}
	for range n {
		sum += <-all
	}
	return sum
}
func Alone(f func(int), n int) (ended int32) {
	var group sync.WaitGroup
	var count atomic.Int32
	for i := range n {
		group.Add(1)
		go func() {
			defer group.Done()
			defer count.Add(1)
			f(i)
		}()
	}
	group.Wait()
	return count.Load()
}
func Background(f func() bool, ms int) {
	go func() {
		for f() {
			time.Sleep(time.Duration(ms) * time.Millisecond)
		}
	}()
}
func Down(f func(int) int, n int) int { return f(n) }
func Run(h Hook, s string) string                 { return h.Do(s) }
func RunAll(hooks []Hook, s string) string {
	for _, h := range hooks {
		s = h.Do(s)
	}
	return s
}
func Table(m map[string]func(int) int, key string) int { return m[key](1) }
func Scale(xs []float64, f func(float64) float64) {
	for i, x := range xs {
		xs[i] = f(x)
	}
}
func Words(words []string, f func()) int {
	f()
	n := 0
	for _, w := range words {
		n += len(w)
	}
	return n
}
func Stop() error { return ErrStop }
func Wait(ms int) { time.Sleep(time.Duration(ms) * time.Millisecond) }
func Adder(n int) func(int) int { return func(x int) int { return x + n } }
func Compose(f, g func(int) int) func(int) int { return func(x int) int { return f(g(x)) } }
func Same(f func(int) int) func(int) int { return f }
func Twice(f func(func(int) int) int) int { return f(func(x int) int { return 2 * x }) }
func Divider() func(a, b int) (int, error) {
	return func(a, b int) (int, error) {
		if b == 0 {
			return 0, errors.New("by zero")
		}
		return a / b, nil
	}
}
func Joiner() func(sep string, parts ...string) string {
	return func(sep string, parts ...string) string { return strings.Join(parts, sep) }
}
func NilFunc() func() { return nil }
func Ours(f func(int) int) string { return fmt.Sprintf("%T %d", f, f(2)) }

var Handler func(int) int
"""


@pytest.fixture(scope="module")
def go():
    return gomagic.compile(SOURCE, "callbacks")


@pytest.fixture
def counted(own_cache):
    """A cell of which nothing lives yet, nor anything of another test's."""
    return gomagic.compile(SOURCE, f"counted{time.time_ns()}")


def refused(call, *args, error=TypeError):
    with pytest.raises(error) as caught:
        call(*args)
    return str(caught.value)


def test_a_func_parameter_takes_any_callable(go):
    class Doubler:
        def __call__(self, x):
            return 2 * x

        def method(self, x):
            return 3 * x

    given = [lambda x: x + 1, math.sqrt, Doubler(), Doubler().method, functools.partial(pow, 2.0), float, go.Point]
    found = [go.Apply(f, 4.0) for f in given[:-1]]
    assert found == [5.0, 2.0, 8.0, 12.0, 16.0, 4.0]
    assert go.Sum(lambda i: i * i, 4) == 14


def test_a_callback_has_any_signature_of_bound_types(go):
    values = (True, -3, 2**64 - 1, 0.5, 1 + 2j, "é\0\udcff", b"abc")
    assert go.All(lambda *args: args, *values) == values
    seen = []

    def of_slices(xs, rows, points, fixed):
        seen.append((xs.tolist(), [row.tolist() for row in rows], points, fixed.tolist()))
        return [4.0], [[5], []], {"b": (go.Point(1, 1))}, (7, 8)

    xs, rows, points, fixed = go.OfSlices(of_slices)
    assert seen == [([1.0, 2.0], [[1], [2, 3]], {"a": go.Point(1, 2)}, [3, 4])]
    assert (xs.tolist(), [row.tolist() for row in rows], points, fixed.tolist()) == (
        [4.0],
        [[5], []],
        {"b": go.Point(1, 1)},
        [7, 8],
    )
    assert go.Mapped(["a", "b"], str.upper) == ["A", "B"]
    assert go.Nothing(lambda: 3) is None


def test_a_slice_of_numbers_that_a_callback_gets_is_gos_own(go):
    held = []

    def fill(xs):
        xs[:] = 7
        held.append(xs)

    assert go.Fill(fill).tolist() == [7, 7, 7]
    go.Collect()
    assert held[0].tolist() == [7, 7, 7]


def test_a_cell_that_gives_nothing_but_a_func_is_bound():
    go = gomagic.compile("func Doubler() func(int) int { return func(x int) int { return 2 * x } }", name="doubler")
    assert go.Doubler()(4) == 8
    go = gomagic.compile(
        "func Limits() func(n int) (low, high int) { return func(n int) (int, int) { return 1, n } }", "limits"
    )
    found = go.Limits()(2)
    assert (found, found.low, found.high) == ((1, 2), 1, 2)


def test_pointers_are_handles_in_callbacks(go):
    p = go.Point(1, 2)

    def double(q):
        q.Double()
        return q

    assert go.OfPointer(double, p) is True
    assert (p.X, p.Y) == (2, 4)
    assert go.OfPointer(lambda q: None, p) is False
    assert go.OfPointer(lambda q: go.Point(1, 2), p) is False


def test_named_funcs_variadic_ones_and_nil(go):
    points = [go.Point(2, 0), go.Point(1, 0), go.Point(3, 0)]
    assert [p.X for p in go.Sort(points, lambda a, b: a.X < b.X)] == [1, 2, 3]
    assert go.Variadic(lambda sep, *xs: sep.join(map(str, xs))) == "1,2,3"
    assert go.Of(lambda x: x, lambda x: 2 * x) == 3
    assert go.Of() == 0
    assert go.IsNil(None) and not go.IsNil(abs)
    assert "nil pointer" in refused(go.Apply, None, 1.0, error=GoPanic)


def test_what_a_callback_returns_is_converted_or_refused_by_name(go):
    def name(x):
        return "text"

    assert refused(go.Apply, name, 1.0) == (
        "Apply(f, x): `f(…)` is str, Go wants float64\n  note: `f` is the function `name`"
    )
    assert refused(go.Sum, lambda i: 2**70, 1, error=OverflowError).startswith(
        "Sum(f, n): `f(…)` is 1180591620717411303424, which does not fit in int"
    )
    values = (True, 1, 1, 1.0, 1j, "", b"")
    assert "`f(…)[5]` is int, Go wants string" in refused(go.All, lambda *a: (*a[:5], 5, a[6]), *values)
    wanted = "`f(…)` is tuple of 2, Go wants a tuple of the results of Many"
    assert wanted in refused(go.All, lambda *a: (1, 2), *values)
    assert "`less` is str, Go wants Less\n  hint: pass a function" in refused(go.Sort, [], "less")
    assert "`f(…)[2]['a']` is int, Go wants Point" in refused(go.OfSlices, lambda *a: ([1.0], [], {"a": 3}, (1, 2)))
    assert (
        refused(go.Apply, 3, 1.0) == "Apply(f, x): `f` is int, Go wants func(float64) float64\n  hint: pass a function"
    )


def test_a_callback_of_another_arity_is_told_when_it_is_called(go):
    assert "takes 0 positional arguments but 1 was given" in refused(go.Apply, lambda: 1.0, 1.0)


def raising(error):
    def raise_it(*_args):
        raise error

    return raise_it


def test_an_exception_travels_through_go_as_the_original_object_with_its_traceback(go):
    error = KeyError("missing")
    with pytest.raises(KeyError) as caught:
        go.Apply(raising(error), 1.0)
    assert caught.value is error
    names = [frame.name for frame in traceback.extract_tb(error.__traceback__)]
    assert names == ["test_an_exception_travels_through_go_as_the_original_object_with_its_traceback", "raise_it"]
    with pytest.raises(KeyError) as caught:
        go.Apply(lambda x: go.Apply(raising(error), x), 1.0)
    assert caught.value is error


def test_gos_deferred_functions_run_when_a_callback_raises(go):
    go.Said = []
    with pytest.raises(ZeroDivisionError):
        go.Deferred(lambda: 1 / 0)
    assert go.Said == ["deferred"]


def test_what_go_recovers_from_is_an_error_with_the_exceptions_text(go):
    assert go.Recovered(lambda: 1 / 0) == "true ZeroDivisionError: division by zero"
    error = ValueError("again")
    with pytest.raises(ValueError, match="again") as caught:
        go.Again(raising(error))
    assert caught.value is error


def test_an_exception_is_the_error_of_a_func_that_returns_one(go):
    error = ValueError("no")
    assert go.Try(lambda x: x + 1, 2) == 3
    with pytest.raises(ValueError, match="no") as caught:
        go.Try(raising(error), 2)
    assert caught.value is error
    assert go.Caught(raising(error)) == "ValueError: no"
    assert go.Check(lambda: None) is None
    with pytest.raises(GoError, match="wrapped: ValueError: no") as wrapped:
        go.Wrapped(raising(error))
    assert wrapped.value.__cause__ is error


def test_a_go_error_that_a_callback_raises_is_the_error_itself_in_go(go):
    with pytest.raises(go.ErrStop) as stop:
        go.Check(lambda: None) or go.Try(lambda x: go.Check(raising(stopping(go))), 1)
    assert go.IsStop(raising(stop.value)) == (True, True)


def stopping(go):
    try:
        go.Stop()
    except GoError as error:
        return error


def test_keyboard_interrupt_is_no_error_for_go(go):
    with pytest.raises(KeyboardInterrupt):
        go.Caught(raising(KeyboardInterrupt()))
    with pytest.raises(SystemExit):
        go.Try(raising(SystemExit(3)), 1)


def test_go_keeps_a_callable_beyond_the_call(counted):
    class Callable:
        def __call__(self, x):
            return x + 1

    go, one = counted, Callable()
    weak = weakref.ref(one)
    go.Keep(one)
    del one
    gc.collect()
    assert go.Call(1) == 2 and weak() is not None
    assert go.__go__.live().handles == 1
    go.Forget()
    assert settled(go) == 0 and weak() is None


def settled(go):
    """The live handles once Go and Python have let go of what they can."""
    gc.collect()
    counts = [-1]
    while counts[-10:] != 10 * [counts[-1]]:
        go.Collect()
        time.sleep(0.002)
        counts.append(go.__go__.live().handles)
    return counts[-1]


KEEPING = """
type Box struct{ F func(int) int }
type Named func(int) int

func (f Named) Call(x int) int { return f(x) }

var kept func(int) int
var box Box
var face interface{ Call(int) int }
var anything any
var all []func(int) int
var table = map[string]func(int) int{}
var ch = make(chan func(int) int, 1)
var pool sync.Map

func InVariable(f func(int) int)  { kept = f }
func InStruct(f func(int) int)    { box.F = f }
func InPointer(f func(int) int)   { p := &box; p.F = f }
func InFace(f Named)              { face = f }
func InAny(f func(int) int)       { anything = f }
func InSlice(f func(int) int)     { all = append(all, f) }
func InMap(f func(int) int)       { table["a"] = f }
func InChannel(f func(int) int)   { ch <- f }
func InClosure(f func(int) int)   { kept = func(x int) int { return f(x) } }
func InMethod(f Named)            { kept = f.Call }
func ByHelper(f func(int) int)    { helper(&f) }
func helper(f *func(int) int)     { kept = *f }
func InGoroutine(f func(int) int) { go func() { time.Sleep(time.Hour); f(1) }() }
func ByDefer(f func(int) int)     { defer func() { kept = f }() }
func Given(f func(int) int) func(int) int { return f }
func ByResult(f func(int) int) (g func(int) int) { g = f; return }
func BySync(f func(int) int)      { pool.Store("f", f) }
func Calls(f func(int) int) int   { return f(1) }
func CallsDeep(f func(int) int, n int) int {
	if n == 0 {
		return f(1)
	}
	return CallsDeep(f, n-1)
}
func Sorts(f func(a, b int) int) []int { xs := []int{3, 1, 2}; slices.SortFunc(xs, f); return xs }
func Nothing(_ func(int) int) {}
"""


def test_go_takes_a_reference_exactly_where_it_may_keep_a_callable(own_cache):
    go = gomagic.compile(KEEPING, "keeping")
    kept = "InVariable InStruct InPointer InFace InAny InSlice InMap InChannel InClosure InMethod InGoroutine ByHelper"
    for name in [*kept.split(), "ByDefer", "Given", "ByResult", "BySync"]:
        assert takes_a_reference(getattr(go, name)), name
    assert not takes_a_reference(go.Calls)
    assert not takes_a_reference(lambda f: go.CallsDeep(f, 3))
    assert not takes_a_reference(go.Nothing)
    assert go.Sorts(lambda a, b: a - b).tolist() == [1, 2, 3]


def takes_a_reference(call):
    def callback(x):
        return x

    before = sys.getrefcount(callback)
    kept = call(callback)  # what has come back is one more
    return sys.getrefcount(callback) > before + (kept is callback)


def test_callbacks_come_from_any_goroutine(go):
    threads = set()

    def note(i):
        threads.add(threading.get_ident())
        return i

    assert go.Each(note, 1000) == sum(range(1000))
    assert threading.get_ident() not in threads


def test_an_exception_on_a_goroutine_ends_it_alone_and_the_call_in_progress_raises_it(go):
    error = ValueError("on a goroutine")

    def some(i):
        if i == 3:
            raise error

    with pytest.raises(ValueError, match="on a goroutine") as caught:
        go.Alone(some, 8)
    assert caught.value is error
    assert go.Alone(lambda i: None, 8) == 8


def test_calls_and_callbacks_lie_in_one_another(go):
    def down(n):
        return 0 if n == 0 else 1 + go.Down(down, n - 1)

    assert go.Down(down, 50) == 50
    with pytest.raises(RecursionError):
        go.Down(lambda n: go.Down(down, 100_000), 1)


def test_a_callback_may_clear_what_was_passed(go):
    xs = [1.0, 2.0, 3.0]

    def clear(x):
        xs.clear()
        gc.collect()
        return 2 * x

    with pytest.raises(IndexError):
        go.Scale(xs, clear)
    assert xs == []
    words = ["a" * 100, "b" * 100]
    assert go.Words(words, words.clear) == 200
    array = np.ones(3)
    go.Scale(array, lambda x: array.fill(5) or 2 * x)
    assert array.tolist() == [5, 5, 10]


def test_a_callback_may_start_threads_and_load_cells(go):
    found = []

    def more(x):
        thread = threading.Thread(target=lambda: found.append(go.Apply(math.sqrt, x)))
        thread.start()
        thread.join()
        found.append(gomagic.compile("func One() int { return 1 }", "inner").One())
        return found[0]

    assert go.Apply(more, 9.0) == 3.0
    assert found == [3.0, 1]


def test_python_threads_call_back_side_by_side(go):
    def work(k):
        for i in range(200):
            assert go.Sum(lambda j: j + k, 10) == 45 + 10 * k
            if i % 10 == 0:
                with pytest.raises(ValueError, match=str(k)):
                    go.Apply(raising(ValueError(str(k))), 1.0)

    assert at_once(8, work) == []


def test_a_callable_in_a_field_an_element_and_a_map(go):
    hook = go.Hook("up", str.upper)
    assert go.Run(hook, "a") == "A"
    assert hook.Do is str.upper
    assert go.RunAll([hook, go.Hook("twice", lambda s: 2 * s)], "b") == "BB"
    assert go.Table({"a": abs, "b": lambda x: x + 1}, "b") == 2
    go.Handler = lambda x: x * 7
    assert go.Handler(6) == 42
    go.Handler = None
    assert go.Handler is None


def test_a_func_of_gos_is_a_callable_and_goes_in_as_itself(go):
    add = go.Adder(3)
    assert callable(add) and add(4) == 7
    assert repr(add) == "<Go func(int) int>"
    assert go.Same(add) is add
    assert go.Compose(add, lambda x: 10 * x)(2) == 23
    assert go.Same(abs) is abs
    assert go.Twice(lambda double: double(21)) == 42
    assert go.NilFunc() is None
    divide = go.Divider()
    assert divide(7, 2) == 3
    with pytest.raises(GoError, match="by zero"):
        divide(1, 0)
    assert "missing 1 required positional argument" in refused(divide, 1)
    assert go.Joiner()("-", "a", "b") == "a-b"


def test_no_callback_leaks(counted):
    go = counted
    p = go.Point(1, 2)
    for i in range(10_000):
        go.Apply(lambda x: x, 1.0)
        go.OfPointer(lambda q: q, p)
        go.Keep(lambda x, i=i: i)
        with pytest.raises(ValueError):
            go.Try(raising(ValueError(i)), 1)
        if i % 100 == 0:
            go.OfSlices(lambda *args: args)
            go.Same(go.Adder(i))
            with pytest.raises(TypeError):
                go.Apply(lambda x: "", 1.0)
    go.Forget()
    del p
    assert settled(go) == 0
    assert go.__go__.live().bytes == 0


@pytest.mark.parametrize(
    "start",
    ["go.Background(lambda: True, 4)", "threading.Thread(target=go.Alone, args=(lambda: True,), daemon=True).start()"],
    ids=["goroutines", "gil"],
)
def test_a_callback_while_python_ends_neither_hangs_nor_crashes(tmp_path, start):
    script = tmp_path / "ends.py"
    script.write_text(
        "import gomagic, threading, time\n"
        f"go = gomagic.compile('''{ENDING if 'Background' in start else ALONE}''', 'ending')\n"
        f"{start}\n"
        "time.sleep(0.1)\n"
        "print('end')\n"
    )
    ended = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "end\n", "")


# In a call that keeps the GIL: this cell has no goroutines.
ALONE = """
func Alone(f func() bool) {
	for f() {
	}
}
"""

ENDING = """
func Background(f func() bool, n int) {
	for range n {
		go func() {
			for f() {
			}
		}()
	}
}
"""
