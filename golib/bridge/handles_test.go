package bridge

import (
	"io"
	"strings"
	"sync"
	"testing"
	"unsafe"
)

func TestHoldKeepsAnErrorUntilItIsReleased(t *testing.T) {
	h := Hold(io.EOF)
	if h == 0 || Held(h) != io.EOF {
		t.Fatal(h, Held(h))
	}
	release(h)
	if Held(h) != nil {
		t.Error("still held")
	}
	if Hold(nil) != 0 || Held(0) != nil {
		t.Error("0 is no error's handle")
	}
	release(h) // once more does no harm
}

func TestHandlesAreSafeForManyGoroutines(t *testing.T) {
	before := len(handles.held)
	var all sync.WaitGroup
	for n := range 8 {
		all.Go(func() {
			for i := range 1000 {
				h := Hold(valued{n*1000 + i})
				if got := Held(h); got != (valued{n*1000 + i}) {
					t.Error(got)
				}
				release(h)
			}
		})
	}
	all.Wait()
	if len(handles.held) != before {
		t.Errorf("%d handles are left", len(handles.held)-before)
	}
}

func TestShownSurvivesTextThatPanics(t *testing.T) {
	if got := shown((*pointed)(nil)); got != "(*bridge.pointed) whose own text panics" {
		t.Error(got)
	}
	if got := shown(true) + shown(-3) + shown("text"); got != "true-3text" {
		t.Error(got)
	}
	if got := shown(3.5); got != "(float64)" { // in a cell that panics with no such value
		t.Error(got)
	}
	Words()
	if got := shown(3.5) + shown(valued{1}); got != "3.5valued 1" {
		t.Error(got)
	}
}

func TestACallThatPanicsLeavesItsValueAndTrace(t *testing.T) {
	Register(func(unsafe.Pointer) { panic("no") })
	defer func() { table = table[:len(table)-1] }()
	h := Head{shim: len(table) - 1}
	run(unsafe.Pointer(&h))
	defer release(h.panicked)
	what, ok := held(h.panicked).(*caught)
	if !ok || what.value != "no" || !strings.Contains(string(what.stack), "TestACallThatPanics") {
		t.Errorf("%v %+v", ok, what)
	}
}

type intLike int

func TestOnlyGosOwnTypesAreMoreThanTextToPython(t *testing.T) {
	for value, want := range map[any]string{
		true: "bool", uint8(1): "int", -1: "int", 'a': "int", uintptr(1): "int", float32(1): "float", 2.0: "float",
		intLike(1): "", "int": "", 1i: "", [1]int{1}: "", nil: "",
	} {
		if got := kindOf(value); got != want {
			t.Errorf("%T: %q", value, got)
		}
	}
}
