package malloc_test

import (
	"fmt"
	"unsafe"

	"gomagic/golib/malloc"
)

// NewBird and FreeBird are what a cell would export. Python owns the bird in between.
func NewBird(ring int64, mass float64) unsafe.Pointer {
	b := malloc.New[bird]()
	b.ring, b.mass = ring, mass
	return unsafe.Pointer(b)
}

func FreeBird(p unsafe.Pointer) bool { return malloc.Free(p) }

func Example() {
	p := NewBird(7, 3750)
	fmt.Println((*bird)(p).mass, malloc.Live())
	fmt.Println(FreeBird(p), FreeBird(p), malloc.Live())
	// Output:
	// 3750 1
	// true false 0
}

func ExampleSlice() {
	xs := malloc.Slice[float64](3)
	defer malloc.Free(unsafe.Pointer(unsafe.SliceData(xs)))
	copy(xs, []float64{1, 4, 9})
	fmt.Println(xs)
	// Output: [1 4 9]
}
