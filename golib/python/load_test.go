package python_test

import (
	"fmt"
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
// used before more is taken.
func grown(t *testing.T, program string) int {
	t.Helper()
	if watched || runtime.GOOS != "linux" {
		t.Skip("memory is read from /proc, and shows what detectors take, too")
	}
	out, err := child(t, program)
	bytes, wrong := strconv.Atoi(strings.TrimSpace(out))
	if err != nil || wrong != nil {
		t.Fatal(err, out)
	}
	return bytes
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
	if bytes := grown(t, "flat"); bytes > 1<<20 {
		t.Errorf("memory grew by %d bytes", bytes)
	}
}

func leaking() {
	py := begin(python.Options{})
	f := must(must(py.Module("m", "kept = []\ndef f(x): kept.append(bytes(x))")).Attr("f"))
	growth(3000, func() { must(f.Call(background, make([]byte, 1000))) })
}

func TestALeakIsSeen(t *testing.T) {
	if bytes := grown(t, "leaking"); bytes < 3_000_000 {
		t.Errorf("3000 lost kilobytes show as %d bytes", bytes)
	}
}
