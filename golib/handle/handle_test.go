package handle_test

import (
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gomagic/golib/handle"
)

func TestGetReturnsTheValueThatWasPut(t *testing.T) {
	var table handle.Table[string]
	a, b := table.Put("Adelie"), table.Put("Gentoo")
	for h, want := range map[uintptr]string{a: "Adelie", b: "Gentoo"} {
		if got, ok := table.Get(h); got != want || !ok {
			t.Errorf("Get = %q, %v, want %q, true", got, ok, want)
		}
	}
}

func TestUnknownNumbersAreAnAnswer(t *testing.T) {
	var table handle.Table[string]
	h := table.Put("Adelie")
	for _, unknown := range []uintptr{0, h + 1, ^uintptr(0)} {
		if got, ok := table.Get(unknown); got != "" || ok {
			t.Errorf("Get(%d) = %q, %v, want nothing", unknown, got, ok)
		}
		if _, ok := table.Delete(unknown); ok {
			t.Errorf("Delete(%d) = true, want false", unknown)
		}
	}
	if table.Len() != 1 {
		t.Errorf("Len = %d, want 1", table.Len())
	}
}

func TestDeleteReturnsTheValueOnce(t *testing.T) {
	var table handle.Table[string]
	h := table.Put("Adelie")
	if got, ok := table.Delete(h); got != "Adelie" || !ok {
		t.Errorf("Delete = %q, %v, want Adelie, true", got, ok)
	}
	if got, ok := table.Delete(h); got != "" || ok {
		t.Errorf("a second Delete = %q, %v, want nothing", got, ok)
	}
	if table.Len() != 0 {
		t.Errorf("Len = %d, want 0", table.Len())
	}
}

func TestNumbersAreNotGivenOutAgain(t *testing.T) {
	var table handle.Table[int]
	given := map[uintptr]bool{0: true}
	for i := range 1000 {
		h := table.Put(i)
		if given[h] {
			t.Fatalf("%d was given out before", h)
		}
		given[h] = true
		table.Delete(h)
	}
}

func TestTheTableKeepsItsValuesAliveUntilDelete(t *testing.T) {
	var table handle.Table[*[1024]byte]
	var died atomic.Bool
	value := new([1024]byte)
	runtime.AddCleanup(value, func(int) { died.Store(true) }, 0)
	h := table.Put(value)
	value = nil
	runtime.GC()
	runtime.GC()
	if died.Load() {
		t.Fatal("the value died while the table held it")
	}
	table.Delete(h)
	for deadline := time.Now().Add(10 * time.Second); !died.Load() && time.Now().Before(deadline); {
		runtime.GC()
		time.Sleep(time.Millisecond)
	}
	if !died.Load() {
		t.Error("the value lives on after Delete")
	}
}

func TestManyGoroutinesDeleteEachNumberOnce(t *testing.T) {
	var table handle.Table[int]
	var deleted atomic.Int64
	var group sync.WaitGroup
	for i := range 100 {
		h := table.Put(i)
		for range 5 {
			group.Go(func() {
				if _, ok := table.Delete(h); ok {
					deleted.Add(1)
				}
			})
		}
	}
	group.Wait()
	if deleted.Load() != 100 || table.Len() != 0 {
		t.Errorf("%d deleted, %d left, want 100 and 0", deleted.Load(), table.Len())
	}
}
