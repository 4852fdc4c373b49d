package python_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"gomagic/golib/python"
)

const tasks = `
import asyncio
ended = []
async def double(x, *, wait=0):
    try:
        await asyncio.sleep(wait)
        return 2 * x
    finally:
        ended.append(x)
async def fail(): raise LookupError("no rain")
async def through(f, x): return await asyncio.to_thread(f, x)
async def straight(f): return f()
def made(): return [double(4)]
def late(): return double(5)
def plain(x): return x
`

func TestAnAsyncFunctionIsAwaited(t *testing.T) {
	double := function(t, "double", tasks)
	tested := must(py.Import("tested"))
	get := func(name string) *python.Object { return must(tested.Attr(name)) }
	for want, await := range map[int]func() (int, error){
		6:  func() (int, error) { return python.Await[int](background, double, 3) },
		14: func() (int, error) { return python.Await[int](background, double, 7, python.Keywords{"wait": 0.01}) },
		8: func() (int, error) {
			return python.Await[int](background, must(python.Call[[]*python.Object](background, get("made")))[0])
		},
		10: func() (int, error) { return python.Await[int](background, get("late")) },
		12: func() (int, error) { return python.Await[int](background, get("plain"), 12) },
		9: func() (int, error) {
			return python.Await[int](background, get("through"), func(x int) int { return x * x }, 3)
		},
	} {
		if got, err := await(); err != nil || got != want {
			t.Errorf("%d, %v, want %d", got, err, want)
		}
	}
	_, err := python.Await[int](background, get("fail"))
	var e *python.Error
	if !errors.As(err, &e) || e.Error() != "LookupError: no rain" || !strings.Contains(e.Traceback, "in fail") {
		t.Errorf("%#v", err)
	}
	if _, err := python.Await[int](background, double, make(chan int)); err == nil ||
		err.Error() != "python: argument 1: `chan int` has no counterpart in Python" {
		t.Errorf("%v", err)
	}
	if _, err := python.Await[string](background, double, 1); err == nil || err.Error() != "python: cannot convert `int` to `string`" {
		t.Errorf("%v", err)
	}
	_, err = python.Await[any](background, get("straight"), func() (int, error) { return python.Await[int](background, double, 1) })
	if want := "RuntimeError: a Go function that runs on the event loop cannot wait for it: call it by asyncio.to_thread"; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

func TestWhatIsAwaitedRunsSideBySideAndIsCancelledByItsContext(t *testing.T) {
	double := function(t, "double", tasks)
	must(python.Await[int](background, double, 0)) // the loop has begun
	begun := time.Now()
	var all sync.WaitGroup
	for n := range 64 {
		all.Go(func() {
			if n%2 == 0 {
				if got, err := python.Await[int](background, double, n, python.Keywords{"wait": 0.2}); err != nil || got != 2*n {
					t.Errorf("%d, %v, want %d", got, err, 2*n)
				}
				return
			}
			ctx, cancel := context.WithTimeout(background, 50*time.Millisecond)
			defer cancel()
			_, err := python.Await[int](ctx, double, n, python.Keywords{"wait": 60})
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%v, want the context's error", err)
			}
		})
	}
	all.Wait()
	if took := time.Since(begun); took > 5*time.Second {
		t.Errorf("64 tasks of at most 0.2 s took %v", took)
	}
	tested := must(py.Import("tested"))
	for range 100 { // the last tasks may be about to be cancelled
		if ended := must(python.As[[]int](must(tested.Attr("ended")))); len(ended) == 65 {
			funcsAre(t, 0)
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Error("not every task that was cancelled has ended")
	if _, err := python.Await[int](canceled(), double, 1); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want the context's error", err)
	}
}

func canceled() context.Context {
	ctx, cancel := context.WithCancel(background)
	cancel()
	return ctx
}

func awaited() {
	py := begin(python.Options{})
	wait := must(must(py.Module("m", `
import asyncio
async def wait(begun):
    begun()
    try: await asyncio.sleep(60)
    finally: print("cancelled")
`)).Attr("wait"))
	done, begun := make(chan error), make(chan bool)
	go func() {
		_, err := python.Await[any](background, wait, func() { close(begun) })
		done <- err
	}()
	<-begun
	fmt.Println(py.Close())
	fmt.Println(<-done)
}

func TestCloseCancelsWhatIsAwaited(t *testing.T) {
	expectChild(t, "awaited", "cancelled\n<nil>\npython: the interpreter is closed")
}
