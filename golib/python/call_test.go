package python_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gomagic/golib/python"
)

func TestKeywordsAreTheLastArgument(t *testing.T) {
	f := function(t, "f", "def f(*x, **y): return [list(x), sorted(y.items())]")
	for want, arguments := range map[string][]any{
		"[[], []]":                       {},
		"[[1], []]":                      {1, python.Keywords{}},
		"[[], [('a', 'b')]]":             {python.Keywords{"a": "b"}},
		"[[1, 2], [('a', 3), ('b', 4)]]": {1, 2, python.Keywords{"a": 3, "b": 4}},
	} {
		result, err := f.Call(background, arguments...)
		if err != nil {
			t.Fatal(err)
		}
		show := function(t, "show", "show = repr")
		if got, err := python.Call[string](background, show, result); err != nil || got != want {
			t.Errorf("called with %v, it got %s, %v, want %s", arguments, got, err, want)
		}
	}
}

func TestModulesCanImportOneAnother(t *testing.T) {
	function(t, "x", "x = 1")
	if _, err := py.Module("shapes", "def area(a, b): return a * b"); err != nil {
		t.Fatal(err)
	}
	f := function(t, "f", "from shapes import area\ndef f(): return area(6, 7)")
	if got, err := python.Call[int](background, f); err != nil || got != 42 {
		t.Errorf("f() = %d, %v, want 42", got, err)
	}
	path, err := py.Import("os.path")
	if err != nil {
		t.Fatal(err)
	}
	join, err := path.Attr("join")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := python.Call[string](background, join, "a", "b"); err != nil || got != "a/b" {
		t.Errorf("join = %s, %v, want a/b", got, err)
	}
}

func TestAMethodIsAnAttribute(t *testing.T) {
	text := function(t, "text", "text = 'gentoo'")
	upper, err := text.Attr("upper")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := python.Call[string](background, upper); err != nil || got != "GENTOO" {
		t.Errorf("upper() = %s, %v, want GENTOO", got, err)
	}
}

func TestACallerWhoseContextEndsStopsWaiting(t *testing.T) {
	wait := function(t, "wait", "import time\ndef wait(x): time.sleep(0.3 if len(x) else 0)")
	if _, err := wait.Call(background, []int{}); err != nil { // numpy is imported for the first slice
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(background, 30*time.Millisecond)
	defer cancel()
	begun := time.Now()
	_, err := wait.Call(ctx, []int{1, 2})
	if took := time.Since(begun); !errors.Is(err, context.DeadlineExceeded) || took > 250*time.Millisecond {
		t.Errorf("%v after %v, want the context's error after 30 ms", err, took)
	}
	if n := py.Views(); n != 1 {
		t.Errorf("the call that goes on sees %d slices, want 1", n)
	}
	viewsAre(t, 0)
}

func TestACallerDoesNotWaitForTheLockLongerThanItsContext(t *testing.T) {
	hold := function(t, "hold", "def hold(): return sum(range(30_000_000))") // in C, which never gives up the lock
	nothing := function(t, "nothing", "def nothing(): return 1")
	done := make(chan error, 1)
	go func() { _, err := hold.Call(background); done <- err }()
	time.Sleep(50 * time.Millisecond)
	ctx, cancel := context.WithTimeout(background, time.Millisecond)
	defer cancel()
	if _, err := nothing.Call(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v, want the context's error", err)
	}
	select {
	case <-done:
		t.Error("the caller has waited for the lock")
	default:
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestAContextThatHasEndedCallsNothing(t *testing.T) {
	called := function(t, "call", "def call(x): x[0] = 1")
	ctx, cancel := context.WithCancel(background)
	cancel()
	xs := []int{0}
	if _, err := called.Call(ctx, xs); !errors.Is(err, context.Canceled) || xs[0] != 0 {
		t.Errorf("%v, and the slice is %v", err, xs)
	}
}

func TestAContextThatDoesNotEndGivesTheResult(t *testing.T) {
	f := function(t, "f", "def f(x): return x + 1")
	ctx, cancel := context.WithTimeout(background, time.Minute)
	defer cancel()
	if got, err := python.Call[int](ctx, f, 41); err != nil || got != 42 {
		t.Errorf("f(41) = %d, %v, want 42", got, err)
	}
}

func TestAReleasedObjectIsAnErrorAndCallsInProgressEndWell(t *testing.T) {
	wait := function(t, "wait", "import time\nclass Wait:\n    def __call__(self):\n        time.sleep(0.2)\n        return self.x\n    x = 7\nwait = Wait()\ndel Wait")
	done := make(chan error, 1)
	go func() {
		got, err := python.Call[int](background, wait)
		if got != 7 && err == nil {
			err = errors.New("a wrong result")
		}
		done <- err
	}()
	time.Sleep(50 * time.Millisecond)
	wait.Release()
	wait.Release()
	const want = "python: the object is released"
	if _, err := wait.Call(background); err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
	if _, err := wait.Attr("x"); err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
	f := function(t, "f", "def f(x): pass")
	if _, err := f.Call(background, wait); err == nil || !strings.HasSuffix(err.Error(), want) {
		t.Errorf("%v, want %s", err, want)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestMoreGoroutinesThanThreadsWaitTheirTurn(t *testing.T) {
	wait := function(t, "wait", "import time\ndef wait(): time.sleep(0.01)")
	var failed atomic.Int64
	var all sync.WaitGroup
	for range 1000 {
		all.Go(func() {
			if _, err := wait.Call(background); err != nil {
				failed.Add(1)
			}
		})
	}
	all.Wait()
	if failed.Load() != 0 {
		t.Errorf("%d of 1000 calls failed", failed.Load())
	}
}
