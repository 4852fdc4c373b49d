package python_test

import (
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
func resident(t *testing.T) int {
	t.Helper()
	runtime.GC()
	debug.FreeOSMemory()
	text, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		t.Skip(err)
	}
	pages, err := strconv.Atoi(strings.Fields(string(text))[1])
	if err != nil {
		t.Fatal(err)
	}
	return pages * os.Getpagesize()
}

// growth runs a round often enough to be warm, then as often as asked, and returns by how much memory grew.
func growth(t *testing.T, rounds int, round func()) int {
	t.Helper()
	for range 3000 {
		round()
	}
	before := resident(t)
	for range rounds {
		round()
	}
	return resident(t) - before
}

func TestMemoryStaysFlatOverCallsWithArraysAndErrors(t *testing.T) {
	rounds := 10_000
	if soak {
		rounds = 100_000 // of two calls each
	}
	f := function(t, "f", "def f(x, fail=False):\n    if fail: raise ValueError('no')\n    return x")
	xs := make([]float64, 1000)
	grown := growth(t, rounds, func() {
		if got, err := python.Call[[]float64](background, f, xs); err != nil || len(got) != 1000 {
			t.Fatal(len(got), err)
		}
		if _, err := f.Call(background, xs, python.Keywords{"fail": true}); err == nil {
			t.Fatal("no error")
		}
	})
	if grown > 1<<20 {
		t.Errorf("%d calls left %d bytes", 2*rounds, grown)
	}
	viewsAre(t, 0)
}

func TestALeakIsSeen(t *testing.T) {
	f := function(t, "f", "kept = []\ndef f(x): kept.append(bytes(x))")
	grown := growth(t, 3000, func() {
		if _, err := f.Call(background, make([]byte, 10_000)); err != nil {
			t.Fatal(err)
		}
	})
	if grown < 20_000_000 {
		t.Errorf("30 lost megabytes show as %d bytes", grown)
	}
	function(t, "f", "f = 1") // the module of that name is replaced
}
