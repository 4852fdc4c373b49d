// Package allocator asks the caller for memory, so that the results of a Go function lie in objects that Python made.
//
// A Go library that returns the roots of those numbers that have one:
//
//	package main
//
//	import "C"
//
//	import (
//		"math"
//		"unsafe"
//
//		"gomagic/golib/alloc"
//		"gomagic/golib/allocator"
//	)
//
//	//export Roots
//	func Roots(p unsafe.Pointer, n int, allocate unsafe.Pointer) bool {
//		var found []float64
//		for _, x := range alloc.Slice[float64](p, n) {
//			if x >= 0 {
//				found = append(found, math.Sqrt(x))
//			}
//		}
//		roots, err := allocator.New[float64](allocate, len(found))
//		copy(roots, found)
//		return err == nil
//	}
//
//	func main() {}
//
// And Python, which makes the array, keeps it, and keeps what went wrong:
//
//	Allocate = CFUNCTYPE(c_void_p, c_char, c_int64)
//	lib.Roots.argtypes, lib.Roots.restype = [POINTER(c_double), c_int64, Allocate], c_bool
//
//	def roots(numbers):
//	    made, caught = [], []
//
//	    @Allocate
//	    def allocate(code, n):
//	        try:
//	            made.append(array(code.decode(), [0]) * n)
//	            return made[-1].buffer_info()[0]
//	        except BaseException as error:  # C could not pass it on
//	            caught.append(error)
//	            return None
//
//	    if not lib.Roots(numbers, len(numbers), allocate):
//	        raise caught[0]
//	    return made[0]
//
// Who frees what: the memory belongs to the Python object, which frees it with its last reference. Go borrows it for
// the length of the exported call, and the callback is called during that call only; neither may be kept.
package allocator

// #include <stdint.h>
//
// typedef void *(*allocate)(char code, int64_t n);
//
// // Go cannot call an address; C can.
// static inline void *call(void *f, char code, int64_t n) { return ((allocate)f)(code, n); }
import "C"

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
	"unsafe"

	"gomagic/golib/alloc"
)

// Number is what an element can be: the types that Python's array module and NumPy have codes for. An int is none of
// them, because its size depends on the machine.
type Number interface {
	~int8 | ~int16 | ~int32 | ~int64 | ~uint8 | ~uint16 | ~uint32 | ~uint64 | ~float32 | ~float64
}

// New asks allocate for n values of T, and lends them to Go as a slice.
//
// allocate is the address of a C function, void *allocate(char code, int64_t n), and is called once, even when n is 0.
// code is the letter that Code returns. It returns memory for n elements, aligned for them, or nil when it has none;
// for no elements nil is as good as any address.
//
// The memory stays the caller's: Go neither frees nor pins it, and the slice must not outlive the exported call that
// received allocate. Its elements hold what the caller left in them.
//
// New returns an error when the caller gave no memory, and panics if n is negative, if n elements are more than can
// be addressed, or if allocate is nil.
func New[T Number](allocate unsafe.Pointer, n int) ([]T, error) {
	size := int(unsafe.Sizeof(*new(T)))
	switch {
	case n < 0 || n > math.MaxInt/size:
		panic("allocator.New: no array has " + strconv.Itoa(n) + " elements")
	case allocate == nil:
		panic("allocator.New: nil callback")
	}
	memory := C.call(allocate, C.char(Code[T]()), C.int64_t(n))
	if memory == nil && n > 0 {
		return nil, fmt.Errorf("allocator: no memory for %d elements of %d bytes", n, size)
	}
	return alloc.Slice[T](memory, n), nil
}

// Code returns the letter by which Python's array module and NumPy know a T: 'd' for a float64, 'i' for an int32.
func Code[T Number]() byte {
	switch reflect.TypeFor[T]().Kind() {
	case reflect.Int8:
		return 'b'
	case reflect.Int16:
		return 'h'
	case reflect.Int32:
		return 'i'
	case reflect.Int64:
		return 'q'
	case reflect.Uint8:
		return 'B'
	case reflect.Uint16:
		return 'H'
	case reflect.Uint32:
		return 'I'
	case reflect.Uint64:
		return 'Q'
	case reflect.Float32:
		return 'f'
	default: // float64 is all that Number leaves
		return 'd'
	}
}
