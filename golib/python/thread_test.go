package python_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"testing"

	"gomagic/golib/python"
)

func TestAThreadKeepsWhatPythonBindsToIt(t *testing.T) {
	connect := function(t, "connect", `
import sqlite3, decimal, threading
mine = threading.local()
def connect():
    mine.connection = sqlite3.connect(":memory:")
    mine.connection.execute("create table rain (day, mm)")
    decimal.getcontext().prec = 5
    return mine.connection
def digits(): return str(decimal.Decimal(1) / 3)
def add(connection, day, mm):
    assert connection is mine.connection
    connection.execute("insert into rain values (?, ?)", (day, mm))
def total(connection): return connection.execute("select sum(mm) from rain").fetchone()[0]
def fresh(): return not hasattr(mine, "connection") and decimal.getcontext().prec == 28
`)
	tested := must(py.Import("tested"))
	add, total, digits := must(tested.Attr("add")), must(tested.Attr("total")), must(tested.Attr("digits"))
	fresh := must(tested.Attr("fresh"))
	ctx, cancel := context.WithCancel(background)
	defer cancel()
	var all sync.WaitGroup
	for g := range 20 {
		all.Go(func() {
			err := py.Thread(func() error {
				if fresh := must(python.Call[bool](ctx, fresh)); !fresh {
					t.Error("a Thread finds what another has left")
				}
				connection := must(connect.Call(ctx))
				for day := range 10 {
					runtime.Gosched()
					must(add.Call([]context.Context{ctx, background}[day%2], connection, day, g))
				}
				if got := must(python.Call[int](ctx, total, connection)); got != 10*g {
					t.Errorf("the sum is %d, want %d", got, 10*g)
				}
				if got := must(python.Call[string](ctx, digits)); got != "0.33333" {
					t.Errorf("1/3 is %s", got)
				}
				return py.Thread(func() error { _, err := add.Call(ctx, connection, 11, 0); return err })
			})
			if err != nil {
				t.Error(err)
			}
			if fresh := must(python.Call[bool](background, fresh)); !fresh {
				t.Error("what Python has kept for a Thread is there after it")
			}
		})
	}
	all.Wait()
}

func TestAThreadReturnsTheErrorOfItsWorkAndPassesAPanicOn(t *testing.T) {
	need(t)
	want := errors.New("no rain")
	if err := py.Thread(func() error { return want }); err != want {
		t.Errorf("%v, want %v", err, want)
	}
	defer func() {
		if got := recover(); got != "too cold" {
			t.Errorf("the panic's value is %v", got)
		}
	}()
	_ = py.Thread(func() error { panic("too cold") })
}

func TestACallOnAThreadIsNotMadeWhenItsContextHasEnded(t *testing.T) {
	run := apply(t)
	ctx, cancel := context.WithCancel(background)
	cancel()
	err := py.Thread(func() error {
		_, err := run.Call(ctx, func() { t.Error("it is made") })
		return err
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want the context's error", err)
	}
}

func TestAThousandGoroutinesAndThreadsLeaveNoThreadStates(t *testing.T) {
	states := function(t, "states", threadStates)
	run := apply(t)
	count := func() int { return must(python.Call[int](background, states)) }
	before := count()
	var all sync.WaitGroup
	for n := range 1000 {
		all.Go(func() {
			err := py.Thread(func() error {
				got, err := python.Call[int](background, run, func(x int) int { return x + 1 }, n)
				if err == nil && got != n+1 {
					err = fmt.Errorf("%d, want %d", got, n+1)
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if after := count(); after > before+2 {
		t.Errorf("1,000 goroutines left %d states", after-before)
	}
	have := count()
	for range 1000 {
		if err := py.Thread(func() error { count(); return nil }); err != nil {
			t.Fatal(err)
		}
	}
	if after := count(); after > have+2 {
		t.Errorf("1,000 Threads, one after another, left %d states", after-have)
	}
}
