// Package alloc lends memory that C or Python has allocated to Go, as a slice.
//
// A whole program, both sides. The Go side, in a notebook cell:
//
//	%%go scaling
//	package main
//
//	import "C"
//	import (
//		"unsafe"
//
//		"gomagic/golib/alloc"
//	)
//
//	//export Scale
//	func Scale(p unsafe.Pointer, n int, by float64) {
//		xs := alloc.Slice[float64](p, n)
//		for i := range xs {
//			xs[i] *= by
//		}
//	}
//
//	func main() {}
//
// The Python side, in the cells below it:
//
//	import ctypes
//
//	scaling.Scale.argtypes = [ctypes.c_void_p, ctypes.c_int64, ctypes.c_double]
//	scaling.Scale.restype = None
//
//	xs = (ctypes.c_double * 3)(1, 2, 3)
//	scaling.Scale(xs, len(xs), 10)
//	xs[:]  # [10.0, 20.0, 30.0]
//
// Python allocates xs, owns it, and frees it with the last reference to it. Go borrows it for the length of the call:
// it allocates nothing, frees nothing, and must not keep the slice, which would still point to the memory after
// Python has given it to somebody else.
package alloc

import (
	"strconv"
	"unsafe"
)

// Slice lends the n elements at p to Go as a slice, without copying them.
//
// The memory stays the caller's: Slice neither frees nor pins it, and the slice must not outlive the call that
// received p. n counts elements, not bytes; the memory must hold that many values of T, laid out as Go lays them out
// and aligned as Go aligns them, and T must hold no Go pointer (no string, slice, map or interface).
// An empty slice remembers no address, so that p may be anything when n is 0.
//
// Slice panics if n is negative, or if p is nil and n is not 0: the access would otherwise end the process without a
// word about the caller's mistake.
func Slice[T any](p unsafe.Pointer, n int) []T {
	switch {
	case n < 0:
		panic("alloc.Slice: negative length " + strconv.Itoa(n))
	case n == 0:
		return nil
	case p == nil:
		panic("alloc.Slice: nil pointer to " + strconv.Itoa(n) + " elements")
	}
	return unsafe.Slice((*T)(p), n)
}
