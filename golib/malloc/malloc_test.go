package malloc_test

import (
	"math"
	"runtime"
	"sync"
	"testing"
	"unsafe"

	"gomagic/golib/malloc"
)

type bird struct {
	ring int64
	mass float64
	next *bird
}

func TestValueIsZeroedAndStaysThroughGarbageCollections(t *testing.T) {
	b := malloc.New[bird]()
	defer malloc.Free(unsafe.Pointer(b))
	if *b != (bird{}) {
		t.Fatalf("a new bird is %v, want all zeros", *b)
	}
	b.ring, b.mass = 7, 3750
	address := uintptr(unsafe.Pointer(b))
	runtime.GC()
	runtime.GC()
	if b.ring != 7 || b.mass != 3750 || uintptr(unsafe.Pointer(b)) != address {
		t.Errorf("the bird is %v after a collection, want {7 3750}", *b)
	}
}

func TestSliceHoldsTheElementsAndIsFreedByTheFirst(t *testing.T) {
	before := malloc.Live()
	xs := malloc.Slice[float64](1000)
	for i := range xs {
		xs[i] = float64(i)
	}
	if len(xs) != 1000 || cap(xs) != 1000 || xs[999] != 999 {
		t.Errorf("len %d, cap %d, last %v; want 1000, 1000, 999", len(xs), cap(xs), xs[999])
	}
	if !malloc.Free(unsafe.Pointer(unsafe.SliceData(xs))) || malloc.Live() != before {
		t.Errorf("%d blocks are left, want %d", malloc.Live(), before)
	}
}

func TestFreeTellsTheFirstTimeFromTheSecond(t *testing.T) {
	p := unsafe.Pointer(malloc.New[int64]())
	if first, second := malloc.Free(p), malloc.Free(p); !first || second {
		t.Errorf("Free twice = %v, %v, want true, false", first, second)
	}
}

func TestFreeLeavesForeignMemoryAlone(t *testing.T) {
	mine := 42
	if malloc.Free(unsafe.Pointer(&mine)) {
		t.Error("Free of Go's memory = true, want false")
	}
	if !malloc.Free(nil) {
		t.Error("Free(nil) = false, want true")
	}
}

func TestLiveCountsWhatIsNotFreed(t *testing.T) {
	before := malloc.Live()
	a, b := malloc.New[bird](), malloc.New[bird]()
	if got := malloc.Live() - before; got != 2 {
		t.Errorf("%d live, want 2", got)
	}
	malloc.Free(unsafe.Pointer(a))
	malloc.Free(unsafe.Pointer(b))
	if got := malloc.Live() - before; got != 0 {
		t.Errorf("%d live, want 0", got)
	}
}

func TestNoElementsAreNoBlock(t *testing.T) {
	before := malloc.Live()
	if xs := malloc.Slice[float64](0); xs != nil || malloc.Live() != before {
		t.Errorf("Slice(0) = %v with %d more blocks, want nil and none", xs, malloc.Live()-before)
	}
}

func TestValuesWithoutSizeHaveAddressesOfTheirOwn(t *testing.T) {
	a, b := unsafe.Pointer(malloc.New[struct{}]()), unsafe.Pointer(malloc.New[struct{}]())
	if a == b {
		t.Error("two blocks at one address")
	}
	if !malloc.Free(a) || !malloc.Free(b) {
		t.Error("Free = false, want true for both")
	}
}

func TestManyGoroutinesAllocateAndFree(t *testing.T) {
	before := malloc.Live()
	var group sync.WaitGroup
	for range 50 {
		group.Go(func() {
			for range 100 {
				if !malloc.Free(unsafe.Pointer(malloc.New[bird]())) {
					t.Error("a block of one goroutine was freed by another")
				}
			}
		})
	}
	group.Wait()
	if malloc.Live() != before {
		t.Errorf("%d live, want %d", malloc.Live(), before)
	}
}

func TestWhatCannotBeInCsMemoryIsRefused(t *testing.T) {
	for want, call := range map[string]func(){
		"malloc: string points to Go's memory, which C's memory may not": func() { malloc.New[string]() },
		"malloc: []int points to Go's memory, which C's memory may not":  func() { malloc.New[struct{ xs [2][]int }]() },
		"malloc: error points to Go's memory, which C's memory may not":  func() { malloc.Slice[error](3) },
		"malloc.Slice: negative length -1":                               func() { malloc.Slice[byte](-1) },
		"malloc.Slice: too many elements, 9223372036854775807":           func() { malloc.Slice[int16](math.MaxInt) },
	} {
		before := malloc.Live()
		if got := panicOf(call); got != want {
			t.Errorf("panics with %q, want %q", got, want)
		}
		if malloc.Live() != before {
			t.Errorf("%q left a block", want)
		}
	}
}

func panicOf(f func()) (text string) {
	defer func() {
		text, _ = recover().(string)
	}()
	f()
	return ""
}
