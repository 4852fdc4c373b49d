package python_test

import (
	"runtime"
	"sync"
	"testing"
	"time"

	"gomagic/golib/python"
)

// ending runs work in a goroutine that ends locked to its thread, which ends the thread, too.
func ending(work func()) {
	done := make(chan bool)
	go func() {
		defer close(done)
		runtime.LockOSThread()
		work()
	}()
	<-done
}

// threadStates is Python that counts the PyThreadStates of the interpreter.
const threadStates = `
import ctypes
api = ctypes.pythonapi
for name in "PyInterpreterState_Get", "PyInterpreterState_ThreadHead", "PyThreadState_Next":
    getattr(api, name).restype = ctypes.c_void_p
def states():
    state, n = api.PyInterpreterState_ThreadHead(ctypes.c_void_p(api.PyInterpreterState_Get())), 0
    while state:
        state, n = api.PyThreadState_Next(ctypes.c_void_p(state)), n + 1
    return n
`

func TestAThreadThatEndsLeavesNoStateInPython(t *testing.T) {
	states := function(t, "states", threadStates)
	count := func() int { return must(python.Call[int](background, states)) }
	before := count()
	for range 600 { // of which other tests have left some 260
		ending(func() { count() })
	}
	if after := count(); after > before+50 { // the last ones may be at their end still
		t.Errorf("600 threads that ended left %d states", after-before)
	}
}

func TestAThreadThatLivesKeepsItsStateWhileOthersEnd(t *testing.T) {
	source := "import threading\nmine = threading.local()\ndef f(n): mine.x = getattr(mine, 'x', n); return mine.x"
	f := function(t, "f", source)
	var living sync.WaitGroup
	ended := make(chan bool)
	begun := make(chan bool, 4)
	for i := range 4 {
		living.Go(func() {
			runtime.LockOSThread() // and ends so
			first := must(python.Call[int](background, f, i))
			begun <- true
			<-ended
			if got := must(python.Call[int](background, f, -1)); got != first {
				t.Errorf("thread %d finds %d in its threading.local, want %d", i, got, first)
			}
		})
	}
	for range 4 {
		<-begun
	}
	for i := range 100 {
		ending(func() {
			if got := must(python.Call[int](background, f, 1000+i)); got != 1000+i {
				t.Errorf("a new thread finds %d in its threading.local, want %d", got, 1000+i)
			}
			if got := must(python.Call[int](background, f, -1)); got != 1000+i {
				t.Errorf("at its second call a thread finds %d in its threading.local, want %d", got, 1000+i)
			}
		})
	}
	close(ended)
	living.Wait()
}

func TestWhatPythonKeepsForAThreadEndsWithIt(t *testing.T) {
	keep := function(t, "keep", "import threading\nmine = threading.local()\ndef keep(x): mine.x = x")
	for range 20 {
		ending(func() { must(keep.Call(background, []float64{1})) })
	}
	nothing := function(t, "nothing", "def nothing(): pass")
	for range 600 {
		if py.Views() <= 1 {
			return
		}
		ending(func() { must(nothing.Call(background)) })
	}
	t.Errorf("Python still sees %d slices of threads that ended", py.Views())
}

// enters is Python that takes the GIL as an extension module's thread-local object may at its end: by PyGILState_Ensure.
const enters = `
import ctypes, threading
called = []
back = ctypes.CFUNCTYPE(None)(lambda: called.append(1))
class Last:
    def __del__(self): back()
mine = threading.local()
def leave(): mine.x = Last()
def count(): return len(called)
`

func TestAThreadsLastObjectsMayCallBackIntoPython(t *testing.T) {
	leave, count := function(t, "leave", enters), (*python.Object)(nil)
	must(0, func() (err error) { count, err = must(py.Import("tested")).Attr("count"); return err }())
	for range 30 {
		ending(func() { must(leave.Call(background)) })
	}
	for range 600 {
		n := 0
		ending(func() { n = must(python.Call[int](background, count)) })
		if n == 30 {
			return
		}
	}
	t.Error("not every object of a thread that ended was destroyed")
}

func ends() {
	py := begin(python.Options{})
	f := must(must(py.Module("m", "def f(): return 1")).Attr("f"))
	growth(3000, func() { ending(func() { must(python.Call[int](background, f)) }) })
	must(0, py.Close())
}

func TestMemoryStaysFlatOverThreadsThatEnd(t *testing.T) {
	if bytes := grown(t, "ends", 3<<20); bytes > 3<<20 { // 3000 lost states are 13 MB
		t.Errorf("memory grew by %d bytes", bytes)
	}
}

// parting leaves a slice in what Python keeps for a thread that has ended.
func parting() {
	py := begin(python.Options{})
	keep := must(must(py.Module("m", "import threading\nmine = threading.local()\ndef keep(x): mine.x = x")).Attr("keep"))
	ending(func() { must(keep.Call(background, []float64{1})) })
	time.Sleep(time.Second) // the goroutine has ended, its thread soon has
	must(0, py.Close())
}

func TestASliceOfAThreadThatEndedIsNoneThatPythonHolds(t *testing.T) {
	expectChild(t, "parting", "")
}
