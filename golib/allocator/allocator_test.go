package allocator_test

import (
	"math"
	"slices"
	"testing"
	"unsafe"

	"gomagic/golib/allocator"
	"gomagic/golib/allocator/internal/caller"
)

func TestSliceLiesInTheCallersMemory(t *testing.T) {
	xs, err := allocator.New[float64](caller.Give(), 3)
	if err != nil {
		t.Fatal(err)
	}
	defer caller.Free(unsafe.Pointer(&xs[0]))
	if !slices.Equal(xs, []float64{0, 0, 0}) {
		t.Errorf("new elements are %v, want the caller's three zeros", xs)
	}
	xs[2] = 1.5
	memory := unsafe.Slice((*float64)(unsafe.Pointer(&xs[0])), 3)
	if cap(xs) != 3 || memory[2] != 1.5 {
		t.Errorf("capacity %d and %v in memory, want 3 and [0 0 1.5]", cap(xs), memory)
	}
}

func TestCallerIsAskedOnceForTheElementsOfTheType(t *testing.T) {
	caller.Reset()
	xs, err := allocator.New[int32](caller.Give(), 5)
	if err != nil {
		t.Fatal(err)
	}
	defer caller.Free(unsafe.Pointer(&xs[0]))
	if got := caller.Asked(); got != (caller.Request{Code: 'i', N: 5, Times: 1}) {
		t.Errorf("asked for %+v, want five of 'i' once", got)
	}
}

func TestCallerIsAskedForNoElementsToo(t *testing.T) {
	caller.Reset()
	xs, err := allocator.New[uint8](caller.Give(), 0)
	if len(xs) != 0 || err != nil {
		t.Errorf("New = %v, %v; want an empty slice", xs, err)
	}
	if got := caller.Asked(); got != (caller.Request{Code: 'B', N: 0, Times: 1}) {
		t.Errorf("asked for %+v, want none of 'B' once", got)
	}
}

func TestRefusalIsAnError(t *testing.T) {
	xs, err := allocator.New[int16](caller.Refuse(), 7)
	if want := "allocator: no memory for 7 elements of 2 bytes"; xs != nil || err == nil || err.Error() != want {
		t.Errorf("New = %v, %v; want nil and %s", xs, err, want)
	}
}

func TestMistakesPanicBeforeTheCallerIsAsked(t *testing.T) {
	caller.Reset()
	for want, call := range map[string]func(){
		"allocator.New: no array has -1 elements": func() { _, _ = allocator.New[int8](caller.Give(), -1) },
		"allocator.New: no array has 9223372036854775807 elements": func() {
			_, _ = allocator.New[int16](caller.Give(), math.MaxInt)
		},
		"allocator.New: nil callback": func() { _, _ = allocator.New[int8](nil, 1) },
	} {
		if got := panicOf(call); got != want {
			t.Errorf("panic %q, want %q", got, want)
		}
	}
	if got := caller.Asked(); got.Times != 0 {
		t.Errorf("the caller was asked for %+v", got)
	}
}

func TestCodesAreThoseOfPythonsArrayModule(t *testing.T) {
	type metres float64
	got := []byte{
		allocator.Code[int8](), allocator.Code[int16](), allocator.Code[int32](), allocator.Code[int64](),
		allocator.Code[uint8](), allocator.Code[uint16](), allocator.Code[uint32](), allocator.Code[uint64](),
		allocator.Code[float32](), allocator.Code[float64](), allocator.Code[metres](),
	}
	if string(got) != "bhiqBHIQfdd" {
		t.Errorf("codes %q, want bhiqBHIQfdd", got)
	}
}

func panicOf(f func()) (text string) {
	defer func() {
		text, _ = recover().(string)
	}()
	f()
	return ""
}
