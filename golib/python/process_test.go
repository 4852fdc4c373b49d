package python_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"gomagic/golib/python"
)

// programs are run by child, each in a process of its own.
var programs = map[string]func(){
	"twice":      twice,
	"closed":     closed,
	"holding":    holding,
	"forgetting": forgetting,
	"busy":       busy,
	"version":    version,
	"path":       path,
	"prefix":     prefix,
	"lacking":    lacking,
	"unread":     unread,
	"racing":     racing,
	"left":       left,
	"lingering":  lingering,
	"printed":    printed,
	"goexit":     goexit,
	"refused":    refused,
	"planted":    planted,
	"flat":       flat,
	"leaking":    leaking,
	"ends":       ends,
	"parting":    parting,
	"calling":    calling,
	"awaited":    awaited,
	"flatFuncs":  flatFuncs,
}

func begin(options python.Options) *python.Runtime {
	py, err := python.New(options)
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	return py
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func expectChild(t *testing.T, program, want string, environment ...string) {
	t.Helper()
	got, err := child(t, program, environment...)
	if err != nil || strings.TrimSpace(got) != strings.TrimSpace(want) {
		t.Errorf("%s printed\n%s\nand ended with %v, want\n%s", program, got, err, want)
	}
}

// goexit ends a goroutine that Python's frames lie on.
func goexit() {
	py := begin(python.Options{})
	apply := python.Must(python.Must(py.Module("goexit", "apply = lambda f: f()")).Attr("apply"))
	_, err := apply.Call(background, func() { runtime.Goexit() })
	fmt.Println("gone on with", err)
}

func TestAFunctionThatEndsItsGoroutineEndsTheProgramAndSaysSo(t *testing.T) {
	got, err := child(t, "goexit")
	failed, _ := err.(*exec.ExitError)
	if failed == nil || failed.ExitCode() != 2 || !strings.Contains(got, "has ended its goroutine by runtime.Goexit") ||
		!strings.Contains(got, "process_test.go:") || strings.Contains(got, "Fatal Python error") {
		t.Errorf("it printed\n%s\nand ended with %v", got, err)
	}
}

func twice() {
	py := begin(python.Options{})
	_, err := python.New(python.Options{})
	fmt.Println(err)
	fmt.Println(py.Close())
	_, err = python.New(python.Options{})
	fmt.Println(err)
}

func TestThereIsOneInterpreterAProcessAndNoneAfterIt(t *testing.T) {
	expectChild(t, "twice", `
python: the interpreter runs already, and there is one a process
hint: call New once and share the Runtime, which any number of goroutines may use
<nil>
python: the interpreter of this process was closed, and cannot be started again
note: numpy and other modules cannot be loaded twice by a process`)
}

func closed() {
	py := begin(python.Options{})
	module := must(py.Module("m", "def f(): return 1"))
	f := must(module.Attr("f"))
	fmt.Println(py.Close())
	_, err := py.Import("os")
	fmt.Println(err)
	_, err = py.Module("n", "")
	fmt.Println(err)
	_, err = module.Attr("f")
	fmt.Println(err)
	_, err = f.Call(background)
	fmt.Println(err)
	_, err = python.Call[int](background, f)
	fmt.Println(err)
	_, err = python.As[int](f)
	fmt.Println(err, errors.Is(err, python.ErrClosed))
	f.Release()
	fmt.Println(py.Close(), py.Views())
}

func TestEverythingAfterCloseIsErrClosed(t *testing.T) {
	expectChild(t, "closed", "<nil>\n"+strings.Repeat("python: the interpreter is closed\n", 5)+
		"python: the interpreter is closed true\npython: the interpreter is closed 0")
}

func holding() {
	py := begin(python.Options{})
	keep := must(must(py.Module("m", "kept = []\ndef keep(x): kept.append(memoryview(x)[1:])")).Attr("keep"))
	for i := range 3 {
		must(keep.Call(background, []int{i, i}))
	}
	fmt.Println(py.Views())
	fmt.Println(py.Close())
	runtime.GC() // what is still pinned must not be lost sight of
	runtime.GC()
}

func TestCloseReportsTheSlicesThatPythonHolds(t *testing.T) {
	expectChild(t, "holding", `
3
python: closed while Python still held 3 of Go's slices
hint: release the objects that hold them, and keep none in Python's variables`)
}

func forgetting() {
	py := begin(python.Options{})
	m := must(py.Module("m", `
class Ring:
    def __init__(self, x): self.x, self.itself = x, self
async def wait(): pass
`))
	must(python.Await[any](background, must(m.Attr("wait"))))
	ring := must(m.Attr("Ring"))
	for i := range 100 {
		must(ring.Call(background, []int{i, i}))
	}
	fmt.Println(py.Views() > 0, py.Close())
}

func TestCloseCountsNoSliceThatTheProgramHasForgotten(t *testing.T) {
	expectChild(t, "forgetting", "true <nil>")
}

func busy() {
	py := begin(python.Options{})
	sleep := must(must(py.Import("time")).Attr("sleep"))
	begun, done := time.Now(), make(chan error, 8)
	for range 8 {
		go func() {
			_, err := sleep.Call(background, 0.5)
			done <- err
		}()
	}
	time.Sleep(100 * time.Millisecond)
	fmt.Println(py.Close())
	took := time.Since(begun)
	for range 8 {
		if err := <-done; err != nil {
			fmt.Println(err)
		}
	}
	fmt.Println(took > 500*time.Millisecond, took < 3*time.Second)
}

func TestCloseWaitsForCallsInProgressWhichRunSideBySide(t *testing.T) {
	expectChild(t, "busy", "<nil>\ntrue true")
}

func lingering() {
	py := begin(python.Options{})
	hold := must(must(py.Module("m", `
import threading, time
def hold(x):
    threading.Thread(target=lambda: (time.sleep(0.3), x[0]), daemon=False).start()
`)).Attr("hold"))
	must(hold.Call(background, []int{1}))
	fmt.Println(py.Views(), py.Close(), py.Views())
}

func TestCloseReportsNoSliceThatAThreadStillGivesBack(t *testing.T) {
	expectChild(t, "lingering", "1 <nil> 0")
}

// left is a call whose caller has stopped waiting.
func left() {
	py := begin(python.Options{})
	late := must(must(py.Module("m", "import time\ndef late(x):\n    time.sleep(0.3)\n    x[0] = 1")).Attr("late"))
	must(late.Call(background, []int{0})) // numpy is imported for the first slice
	ctx, cancel := context.WithTimeout(background, 50*time.Millisecond)
	defer cancel()
	xs := []int{0}
	_, err := late.Call(ctx, xs)
	fmt.Println(err, py.Views())
	fmt.Println(py.Close(), xs, py.Views())
}

func TestCloseWaitsForCallsThatNobodyWaitsFor(t *testing.T) {
	expectChild(t, "left", "context deadline exceeded 1\n<nil> [1] 0")
}

func racing() {
	py := begin(python.Options{})
	f := must(must(py.Module("m", "def f(x): return len(x)")).Attr("f"))
	var all sync.WaitGroup
	begun := make(chan bool, 64)
	for i := range 64 {
		all.Go(func() {
			ctx := background
			if i%2 == 0 {
				timed, cancel := context.WithTimeout(ctx, time.Minute)
				defer cancel()
				ctx = timed
			}
			for n := 0; ; n++ {
				got, err := python.Call[int](ctx, f, make([]float64, 10))
				if errors.Is(err, python.ErrClosed) {
					return
				}
				if err != nil || got != 10 {
					fmt.Println(got, err)
				}
				if n == 3 {
					begun <- true
				}
			}
		})
	}
	for range 64 {
		<-begun
	}
	closed := make(chan error, 2)
	for range 2 {
		go func() { closed <- py.Close() }()
	}
	fmt.Println(errors.Join(<-closed, <-closed))
	all.Wait()
	fmt.Println(py.Views())
}

func TestACallBesideCloseEndsWellOrIsErrClosed(t *testing.T) {
	expectChild(t, "racing", "python: the interpreter is closed\n0")
}

func version() {
	py := begin(python.Options{Python: os.Getenv("GOMAGIC_TEST_PYTHON")})
	module := must(py.Module("m", `
import sys
def version(): return "%d.%d.%d" % sys.version_info[:3]
def total(x): return sum(x)
def double(x):
    for i in range(len(x)): x[i] *= 2
def fail(): raise LookupError("none")
`))
	fmt.Println(must(python.Call[string](background, must(module.Attr("version")))))
	xs := []float64{1, 2, 4.5}
	must(must(module.Attr("double")).Call(background, xs))
	fmt.Println(must(python.Call[float64](background, must(module.Attr("total")), xs)), xs)
	_, err := must(module.Attr("fail")).Call(background)
	fmt.Println(err)
	fmt.Println(py.Close())
}

// interpreters are those that are installed here, at the usual places, with a shared libpython.
func interpreters(t *testing.T) map[string]string {
	home, _ := os.UserHomeDir()
	candidates, _ := filepath.Glob(filepath.Join(home, ".pyenv/versions/3.*/bin/python"))
	for minor := 10; minor <= 14; minor++ {
		for _, folder := range []string{"/usr/bin", "/usr/local/bin"} {
			candidates = append(candidates, fmt.Sprintf("%s/python3.%d", folder, minor))
		}
	}
	const ask = "import sys, sysconfig; sys.version_info < (3, 10) and sys.exit(1); " +
		"import os; v = sysconfig.get_config_vars(); " +
		"os.path.exists(os.path.join(v['LIBDIR'], v['INSTSONAME'])) or sys.exit(1); print(sys.version.split()[0])"
	found := map[string]string{}
	for _, path := range candidates {
		if out, err := exec.Command(path, "-c", ask).Output(); err == nil {
			found[path] = strings.TrimSpace(string(out))
		}
	}
	return found
}

func TestOneBinaryWorksWithEveryPythonThatIsInstalled(t *testing.T) {
	for path, release := range interpreters(t) {
		t.Run(release, func(t *testing.T) {
			expectChild(t, "version", release+"\n15 [2 4 9]\nLookupError: none\n<nil>", "GOMAGIC_TEST_PYTHON="+path)
		})
	}
}

func printed() {
	py := begin(python.Options{})
	say := must(must(py.Module("m", "def say(x): print(x)")).Attr("say"))
	for i := range 3 {
		fmt.Println("Go", i)
		must(say.Call(background, fmt.Sprintf("Python %d größer", i)))
	}
	os.Exit(0) // without Close
}

func TestWhatPythonPrintsStandsBetweenWhatGoPrints(t *testing.T) {
	want := "Go 0\nPython 0 größer\nGo 1\nPython 1 größer\nGo 2\nPython 2 größer"
	expectChild(t, "printed", want)
	expectChild(t, "printed", want, "LC_ALL=C", "LANG=C", "PYTHONIOENCODING=")
}
