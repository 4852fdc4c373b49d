package allocator_test

import (
	"fmt"
	"unsafe"

	"gomagic/golib/allocator"
	"gomagic/golib/allocator/internal/caller"
)

// Evens is what a cell would export: Python calls it with a limit and a callback that makes arrays.
func Evens(limit int32, allocate unsafe.Pointer) bool {
	evens, err := allocator.New[int32](allocate, int(max(0, limit+1)/2))
	for i := range evens {
		evens[i] = 2 * int32(i)
	}
	return err == nil
}

func ExampleNew() {
	evens, err := allocator.New[int32](caller.Give(), 3)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer caller.Free(unsafe.Pointer(&evens[0])) // what Python does with the last reference
	for i := range evens {
		evens[i] = 2 * int32(i)
	}
	fmt.Println(evens)
	// Output: [0 2 4]
}

// A caller that has no memory left returns nil, and the Go function tells it by its result.
func ExampleNew_refused() {
	fmt.Println(Evens(10, caller.Refuse()))
	// Output: false
}

func ExampleCode() {
	fmt.Printf("%c %c\n", allocator.Code[uint8](), allocator.Code[float64]())
	// Output: B d
}
