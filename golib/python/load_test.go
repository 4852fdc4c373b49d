package python_test

import (
	"fmt"
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"testing"

	"gomagic/golib/python"
)

// soak tells whether the whole of the loads below is asked for, which takes minutes.
var soak = os.Getenv("GOMAGIC_SOAK") == "1"

func TestManyGoroutinesGetTheirOwnResults(t *testing.T) {
	calls := 200
	if soak {
		calls = 10_000
	}
	sums := function(t, "sums", "def sums(x, n): return [int(sum(x)), n * n, str(n)]")
	var all sync.WaitGroup
	for g := range 64 {
		all.Go(func() {
			xs := make([]int, 10)
			for i := range calls {
				n := g*calls + i
				for j := range xs {
					xs[j] = n + j
				}
				got, err := python.Call[[]any](background, sums, xs, n)
				if err != nil || got[0] != 10*n+45 || got[1] != n*n || got[2] != strconv.Itoa(n) {
					t.Errorf("goroutine %d, call %d: %v, %v", g, i, got, err)
					return
				}
			}
		})
	}
	all.Wait()
	viewsAre(t, 0)
}

// resident returns the memory of the process in bytes, after Go has given back what it does not need.
func resident() int {
	runtime.GC()
	debug.FreeOSMemory()
	pages := must(strconv.Atoi(strings.Fields(string(must(os.ReadFile("/proc/self/statm"))))[1]))
	return pages * os.Getpagesize()
}

// growth runs a round often enough to be warm, then as often as asked, and prints by how many bytes memory grew.
func growth(rounds int, round func()) {
	for range 3000 {
		round()
	}
	before := resident()
	for range rounds {
		round()
	}
	fmt.Println(resident() - before)
}

// grown returns what growth printed in a process of its own: here the memory that other tests have left would be
// used before more is taken. Of what grows by more it is the least of three: what is lost in each round is lost in each process,
// while what the allocators keep depends on who ran when.
func grown(t *testing.T, program string, most int) (least int) {
	t.Helper()
	if watched || runtime.GOOS != "linux" {
		t.Skip("memory is read from /proc, and shows what detectors take, too")
	}
	least = math.MaxInt
	for range 3 {
		out, err := child(t, program)
		bytes, wrong := strconv.Atoi(strings.TrimSpace(out))
		if err != nil || wrong != nil {
			t.Fatal(err, out)
		}
		if least = min(least, bytes); least <= most {
			break
		}
	}
	return least
}

func flat() {
	py := begin(python.Options{})
	f := must(must(py.Module("m", "def f(x, fail=False):\n    if fail: raise ValueError('no')\n    return x")).Attr("f"))
	rounds := 10_000
	if soak {
		rounds = 100_000 // of two calls each
	}
	xs := make([]float64, 1000)
	growth(rounds, func() {
		if got := must(python.Call[[]float64](background, f, xs)); len(got) != 1000 {
			panic(len(got))
		}
		if _, err := f.Call(background, xs, python.Keywords{"fail": true}); err == nil {
			panic("no error")
		}
	})
	must(0, py.Close())
}

func TestMemoryStaysFlatOverCallsWithArraysAndErrors(t *testing.T) {
	if bytes := grown(t, "flat", 1<<20); bytes > 1<<20 {
		t.Errorf("memory grew by %d bytes", bytes)
	}
}

func leaking() {
	py := begin(python.Options{})
	f := must(must(py.Module("m", "kept = []\ndef f(x): kept.append(bytes(x))")).Attr("f"))
	growth(3000, func() { must(f.Call(background, make([]byte, 1000))) })
}

func TestALeakIsSeen(t *testing.T) {
	if bytes := grown(t, "leaking", math.MaxInt); bytes < 3_000_000 {
		t.Errorf("3000 lost kilobytes show as %d bytes", bytes)
	}
}

// planted writes past a slice that Go has lent: what AddressSanitizer has to report.
func planted() {
	py := begin(python.Options{})
	overwrite := must(must(py.Module("m", `
import ctypes
def overwrite(x):
    first = ctypes.addressof(ctypes.c_char.from_buffer(memoryview(x)))
    ctypes.memmove(first, b"0" * (x.nbytes + 8), x.nbytes + 8)
`)).Attr("overwrite"))
	must(overwrite.Call(background, make([]float64, 1000)))
	fmt.Println("not noticed")
}

// TestNoFailureLosesAnObject counts the blocks of memory that Python has. A loss is one a failure at least, in each round;
// the interpreter's own stores fill up in the first.
func TestNoFailureLosesAnObject(t *testing.T) {
	same := function(t, "same", "def same(x, **y): return x")
	blocks := function(t, "blocks", "import gc, sys\ndef blocks(): return gc.collect() * 0 + sys.getallocatedblocks()")
	result := func(expression string) *python.Object {
		return function(t, "f", "def f(): return "+expression)
	}
	fail := func(f *python.Object, arguments ...any) func() error {
		return func() error { _, err := f.Call(background, arguments...); return err }
	}
	gone, released := result("1j"), result("None")
	released.Release()
	xs := []float64{1, 2}
	for name, failing := range map[string]func() error{
		"exception":       fail(result("1 / 0")),
		"argument":        fail(same, xs, []any{xs, "a", map[string]any{"b": xs, "c": make(chan int)}}),
		"key":             fail(same, map[[1]int][]float64{{1}: xs}),
		"text":            fail(same, []string{"a", "\xff"}),
		"keyword":         fail(same, xs, python.Keywords{"a": xs, "b": 1i}),
		"keyword missing": fail(same, python.Keywords{"a": xs}),
		"object":          fail(same, []any{xs, gone, released}),
		"scalar":          func() error { _, err := python.As[int](gone); return err },
		"attribute":       func() error { _, err := gone.Attr("squirt"); return err },
		"import":          func() error { _, err := py.Import("no_such_module"); return err },
		"module":          func() error { _, err := py.Module("failing", "def f(:"); return err },
		"bool":            into[bool](result("[]")),
		"float":           into[float32](result("1e300")),
		"int":             into[int8](result("1000")),
		"uint":            into[uint](result("-1")),
		"string":          into[string](result("'\\ud800'")),
		"slice":           into[[]int](result("[1, 2, object()]")),
		"bytes":           into[[]int8](result("b'a' + bytes([200])")),
		"generator":       into[[]string](result("(str(1 / n) for n in (1, 0))")),
		"map":             into[map[string]int](result("{'a': 1, 'b': 'c'}")),
		"map's key":       into[map[any]any](result("{(1, 2): 3}")),
		"nothing like it": into[chan int](result("1")),
	} {
		round := func() {
			for range 300 {
				if failing() == nil {
					t.Fatalf("%s: no error", name)
				}
			}
		}
		var have []int
		for range 4 {
			round()
			have = append(have, must(python.Call[int](background, blocks)))
		}
		if min(have[1]-have[0], have[2]-have[1], have[3]-have[2]) > 250 {
			t.Errorf("%s: the blocks of memory after each 300 failures: %d", name, have)
		}
	}
	viewsAre(t, 0)
}

// into returns a call of f whose result is converted to a T.
func into[T any](f *python.Object) func() error {
	return func() error { _, err := python.Call[T](background, f); return err }
}
