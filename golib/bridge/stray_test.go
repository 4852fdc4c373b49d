package bridge

import (
	"errors"
	"sync"
	"testing"
	"unsafe"
)

func call(t *testing.T, shim func(unsafe.Pointer)) any {
	t.Helper()
	Register(shim)
	defer func() { table = table[:len(table)-1] }()
	h := Head{shim: len(table) - 1}
	run(unsafe.Pointer(&h))
	if h.panicked == 0 {
		return nil
	}
	defer release(h.panicked)
	return held(h.panicked).(*caught).value
}

func TestAPanicOfAGoroutineIsThatOfTheCallInProgress(t *testing.T) {
	lost := errors.New("lost")
	got := call(t, func(unsafe.Pointer) {
		var group sync.WaitGroup
		for range 3 {
			group.Add(1)
			go func() {
				defer Guard()()
				defer group.Done()
				panic(lost)
			}()
		}
		group.Wait()
		for !strays.waiting.Load() { // a guard ends after what the cell itself has deferred, mostly before Wait does
		}
	})
	if got != lost {
		t.Errorf("the call panicked with %v", got)
	}
}

func TestAPanicOfAGoroutineIsThatOfTheNextCallElse(t *testing.T) {
	done := make(chan bool)
	if got := call(t, func(unsafe.Pointer) {
		go func() {
			defer close(done)
			Guarded(func() { panic("late") })()
		}()
	}); got != nil && got != "late" {
		t.Errorf("the first call panicked with %v", got)
	} else if got == nil {
		<-done
		if next := call(t, func(unsafe.Pointer) {}); next != "late" {
			t.Errorf("the next call panicked with %v", next)
		}
	}
	if last := call(t, func(unsafe.Pointer) {}); last != nil {
		t.Errorf("a panic is raised twice: %v", last)
	}
}

func TestWhatBridgeItselfOffersRaisesNoPanicOfAGoroutine(t *testing.T) {
	Guarded(func() { panic("waits") })()
	h := Head{shim: 4} // live
	block := struct {
		Head
		live [3]int64
	}{Head: h}
	run(unsafe.Pointer(&block))
	if block.panicked != 0 {
		t.Error("it did")
	}
	if got := call(t, func(unsafe.Pointer) {}); got != "waits" {
		t.Errorf("the next call panicked with %v", got)
	}
}

func TestAPanicOfTheCallItselfComesFirst(t *testing.T) {
	Guarded(func() { panic("waits") })()
	if got := call(t, func(unsafe.Pointer) { panic("mine") }); got != "mine" {
		t.Errorf("the call panicked with %v", got)
	}
	if got := call(t, func(unsafe.Pointer) {}); got != "waits" {
		t.Errorf("the next call panicked with %v", got)
	}
}

func TestOfTwoCallsAtOnceOneRaisesIt(t *testing.T) {
	Guarded(func() { panic("once") })()
	var group sync.WaitGroup
	var raised [8]*caught
	for i := range raised {
		group.Go(func() { raised[i] = takeStray() })
	}
	group.Wait()
	times := 0
	for _, one := range raised {
		if one != nil {
			times++
		}
	}
	if times != 1 {
		t.Errorf("it is raised %d times", times)
	}
}
