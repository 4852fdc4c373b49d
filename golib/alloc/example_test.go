package alloc_test

import (
	"fmt"
	"unsafe"

	"gomagic/golib/alloc"
)

// Scale is what a cell would export: C and Python call it with an address and a number of elements.
func Scale(p unsafe.Pointer, n int, by float64) {
	xs := alloc.Slice[float64](p, n)
	for i := range xs {
		xs[i] *= by
	}
}

func Example() {
	memory := [3]float64{1, 2, 3} // stands for what Python allocated
	Scale(unsafe.Pointer(&memory), len(memory), 10)
	fmt.Println(memory)
	// Output: [10 20 30]
}

func ExampleSlice() {
	memory := [4]int32{1, 1, 2, 3}
	fmt.Println(alloc.Slice[int32](unsafe.Pointer(&memory), 3))
	fmt.Println(len(alloc.Slice[int32](nil, 0)))
	// Output:
	// [1 1 2]
	// 0
}
