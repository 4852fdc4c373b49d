package python_test

import (
	"bytes"
	"reflect"
	"runtime"
	"testing"
	"time"
	"unsafe"

	"gomagic/golib/python"
)

// viewsAre waits for what runs beside the test, a thread of Python's or Go's collector.
func viewsAre(t *testing.T, want int) {
	t.Helper()
	for range 200 {
		if py.Views() == want {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Errorf("Python sees %d slices, want %d", py.Views(), want)
}

type pixel uint8

func TestASliceIsSeenAndNotCopied(t *testing.T) {
	double := function(t, "double", "def double(x):\n    for i in range(len(x)): x[i] += x[i]")
	xs := []float64{1, 2, 4.5}
	if _, err := double.Call(background, xs); err != nil || !reflect.DeepEqual(xs, []float64{2, 4, 9}) {
		t.Errorf("Python doubled Go's slice to %v, %v", xs, err)
	}
	viewsAre(t, 0)
}

func TestEveryKindOfNumberIsLent(t *testing.T) {
	show := function(t, "show", "def show(x):\n    m = memoryview(x)\n    return f'{m.format} {m.itemsize} {m.tolist()}'")
	for _, c := range []struct {
		slice any
		want  string
	}{
		{[]bool{true, false}, "? 1 [True, False]"},
		{[]int8{-1}, "b 1 [-1]"},
		{[]pixel{255}, "B 1 [255]"},
		{[]int16{-1}, "h 2 [-1]"},
		{[]uint16{1}, "H 2 [1]"},
		{[]int32{-1}, "i 4 [-1]"},
		{[]uint32{1}, "I 4 [1]"},
		{[]float32{0.5}, "f 4 [0.5]"},
		{[]float64{0.5, 1}, "d 8 [0.5, 1.0]"},
		{[]celsius{21.5}, "d 8 [21.5]"},
		{[]float64{}, "d 8 []"},
		{[]float64(nil), "d 8 []"},
	} {
		if got, err := python.Call[string](background, show, c.slice); err != nil || got != c.want {
			t.Errorf("%T is seen as %s, %v, want %s", c.slice, got, err, c.want)
		}
	}
	sum := function(t, "f", "def f(x): return sum(x)") // numpy calls 64 bits `l` here, memoryview `q`
	for _, slice := range []any{[]int{3, 4}, []int64{3, 4}, []uint{3, 4}, []uint64{3, 4}, []uintptr{3, 4}} {
		if got, err := python.Call[int](background, sum, slice); err != nil || got != 7 {
			t.Errorf("the sum of %T is %d, %v, want 7", slice, got, err)
		}
	}
	viewsAre(t, 0)
}

// bytesOf shows what lies in the memory of bools, of which Go's compiler takes for granted that it is 0 or 1.
func bytesOf(truths []bool) []byte {
	return bytes.Clone(unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(truths))), len(truths)))
}

func TestAByteThatPythonPutsIntoABoolIsTrueInGo(t *testing.T) {
	put := function(t, "put", "def put(x, fail):\n    m = memoryview(x).cast('B')\n    m[0], m[9], m[19] = 2, 1, 255\n    if fail: 1 / 0")
	for _, fail := range []bool{false, true} {
		xs := make([]bool, 20)
		if _, err := put.Call(background, xs, fail); (err != nil) != fail {
			t.Error(err)
		}
		if got := bytesOf(xs); !bytes.Equal(got, []byte{0: 1, 9: 1, 19: 1}) {
			t.Errorf("Go's bools are %d", got)
		}
	}
	viewsAre(t, 0)
}

func TestABoolThatPythonKeepsIsTrueInGoWhenItsLastViewIsGone(t *testing.T) {
	keep := function(t, "keep", "def keep(x): return memoryview(x).cast('B')")
	put := function(t, "put", "def put(m): m[0] = 2")
	type truth bool
	xs := []truth{false, false}
	view, err := keep.Call(background, xs)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := put.Call(background, view); err != nil {
		t.Fatal(err)
	}
	view.Release()
	if got := unsafe.Slice((*byte)(unsafe.Pointer(&xs[0])), 2); !bytes.Equal(got, []byte{1, 0}) {
		t.Errorf("Go's bools are %d", got)
	}
	viewsAre(t, 0)
}

func TestWithNumPyASliceIsAnArrayThatCanBeWrittenTo(t *testing.T) {
	needNumPy(t)
	show := function(t, "show", "def show(x): return f'{type(x).__name__} {x.dtype} {x.shape} {x.flags.writeable} {x.sum()}'")
	for _, c := range []struct {
		slice any
		want  string
	}{
		{[]float64{0.5, 1}, "ndarray float64 (2,) True 1.5"},
		{[]int{1, 2}, "ndarray int64 (2,) True 3"},
		{[]bool{true}, "ndarray bool (1,) True 1"},
		{[]float32{}, "ndarray float32 (0,) True 0.0"},
	} {
		if got, err := python.Call[string](background, show, c.slice); err != nil || got != c.want {
			t.Errorf("%T is %s, %v, want %s", c.slice, got, err, c.want)
		}
	}
}

func TestASliceStaysPinnedUntilItsLastViewIsGone(t *testing.T) {
	part := function(t, "part", "def part(x):\n    m = memoryview(x)\n    return m[1:][1:]")
	xs := make([]int64, 1000)
	xs[3] = 7
	view, err := part.Call(background, xs)
	if err != nil {
		t.Fatal(err)
	}
	viewsAre(t, 1)
	xs = nil
	for range 3 { // what is not pinned would be given to others
		runtime.GC()
		_ = make([]int64, 1000)
	}
	if got, err := python.As[[]int64](view); err != nil || len(got) != 998 || got[1] != 7 {
		t.Errorf("the view shows %d elements, %v", len(got), err)
	}
	view.Release()
	viewsAre(t, 0)
}

func TestNumPyReadsOnAfterAMemoryviewWasReleased(t *testing.T) {
	needNumPy(t)
	keep := function(t, "keep", `
import numpy
def keep(x):
    m = memoryview(x)
    array = numpy.frombuffer(m, 'q')
    try: m.release()
    except BufferError: pass
    return array[::2]
`)
	xs := []int{1, 2, 3}
	array, err := keep.Call(background, xs)
	if err != nil {
		t.Fatal(err)
	}
	viewsAre(t, 1)
	xs[2] = 30
	if got, err := python.As[[]int](array); err != nil || !reflect.DeepEqual(got, []int{1, 30}) {
		t.Errorf("the array shows %v, %v", got, err)
	}
	array.Release()
	viewsAre(t, 0)
}

func TestAViewThatAThreadOfPythonsDropsIsUnpinned(t *testing.T) {
	later := function(t, "later", `
import threading, time
def later(x):
    def hold(x):
        time.sleep(0.05)
    threading.Thread(target=hold, args=(x,)).start()
`)
	if _, err := later.Call(background, []float64{1}); err != nil {
		t.Fatal(err)
	}
	if n := py.Views(); n != 1 {
		t.Errorf("while the thread runs, Python sees %d slices, want 1", n)
	}
	viewsAre(t, 0)
}

func TestAnExceptionKeepsNoSlice(t *testing.T) {
	fail := function(t, "fail", "def fail(x):\n    y = memoryview(x)\n    raise ValueError('no')")
	if _, err := fail.Call(background, []float64{1}); err == nil {
		t.Error("no error")
	}
	if _, err := fail.Call(background, []float64{1}, make(chan int)); err == nil {
		t.Error("no error")
	}
	viewsAre(t, 0)
}

func TestAForgottenObjectIsReleasedAfterACollection(t *testing.T) {
	same := function(t, "same", "def same(x): return x")
	if _, err := same.Call(background, []float64{1}); err != nil {
		t.Fatal(err)
	}
	for range 200 {
		runtime.GC()
		if _, err := python.Call[any](background, same, nil); err != nil { // whoever comes next gives it up
			t.Fatal(err)
		}
		if py.Views() == 0 {
			return
		}
	}
	t.Errorf("Python still sees %d slices", py.Views())
}

func TestManyForgottenObjectsMakeGoCollect(t *testing.T) {
	same := function(t, "same", "def same(x): return x")
	most := 0
	for range 60_000 {
		if _, err := same.Call(background, []float64{1}); err != nil {
			t.Fatal(err)
		}
		most = max(most, py.Views())
	}
	if most > 30_000 {
		t.Errorf("%d of 60000 forgotten results were held at once", most)
	}
	TestAForgottenObjectIsReleasedAfterACollection(t)
}

func TestPythonMakesNoViewsOfItsOwn(t *testing.T) {
	needNumPy(t)
	f := function(t, "f", `
import copy
def f(x):
    kind = type(x.base)
    for make in kind, lambda: object.__new__(kind), lambda: copy.copy(x.base), lambda: type("More", (kind,), {}):
        try:
            make()
        except TypeError:
            continue
        raise AssertionError(make)
`)
	if _, err := f.Call(background, []float64{1}); err != nil {
		t.Error(err)
	}
	viewsAre(t, 0)
}
