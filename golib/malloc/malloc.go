// Package malloc keeps Go values in C's memory, where they may stay as long as Python wants them, and counts them.
//
// A whole program, both sides. The Go side, in a notebook cell:
//
//	%%go birds
//	package main
//
//	import "C"
//	import (
//		"unsafe"
//
//		"gomagic/golib/malloc"
//	)
//
//	type bird struct {
//		ring int64
//		mass float64
//	}
//
//	//export NewBird
//	func NewBird(ring int64, mass float64) unsafe.Pointer {
//		b := malloc.New[bird]()
//		b.ring, b.mass = ring, mass
//		return unsafe.Pointer(b)
//	}
//
//	//export FreeBird
//	func FreeBird(p unsafe.Pointer) bool { return malloc.Free(p) }
//
//	//export Live
//	func Live() int { return malloc.Live() }
//
//	func main() {}
//
// The Python side, in the cells below it:
//
//	class Bird(Structure):
//		_fields_ = [("ring", c_int64), ("mass", c_double)]
//
//	birds.NewBird.argtypes, birds.NewBird.restype = [c_int64, c_double], POINTER(Bird)
//	birds.FreeBird.argtypes, birds.FreeBird.restype = [POINTER(Bird)], c_bool
//	birds.Live.argtypes, birds.Live.restype = [], c_int64
//
//	bird = birds.NewBird(7, 3750.0)
//	birds.Live()          # 1
//	bird.contents.mass    # 3750.0
//	birds.FreeBird(bird)  # True
//	birds.FreeBird(bird)  # False: it was freed before
//	birds.Live()          # 0
//
// Who frees what: a block belongs to whoever receives its address, Python here, who calls Free once. The garbage
// collector knows nothing of it and frees nothing.
package malloc

// #include <stdlib.h>
import "C"

import (
	"math"
	"reflect"
	"strconv"
	"sync"
	"unsafe"
)

// live holds the addresses of the blocks that are not freed. As numbers: the books keep nothing alive.
var (
	mutex sync.Mutex
	live  = map[uintptr]struct{}{}
)

// New returns a zeroed T in C's memory.
//
// It belongs to the caller, who ends it by Free(unsafe.Pointer(p)). New panics if T holds what only Go's own memory
// may hold: a string, slice, map, interface, channel or function. Pointers are allowed, and must point to C's memory:
// the garbage collector does not follow them.
func New[T any]() *T {
	refuse(reflect.TypeFor[T]())
	return (*T)(block(unsafe.Sizeof(*new(T))))
}

// Slice returns a slice of n zeroed elements in C's memory; nil, and no block, if n is 0.
//
// It belongs to the caller, who ends it by Free(unsafe.Pointer(unsafe.SliceData(s))), once; append may move a slice to
// Go's memory, so keep the one that Slice returned. T is limited as for New. Slice panics if n is negative, or if
// n elements are more than memory can ever hold.
func Slice[T any](n int) []T {
	refuse(reflect.TypeFor[T]())
	size := unsafe.Sizeof(*new(T))
	switch {
	case n < 0:
		panic("malloc.Slice: negative length " + strconv.Itoa(n))
	case n == 0:
		return nil
	case size > 0 && uintptr(n) > math.MaxInt/size:
		panic("malloc.Slice: too many elements, " + strconv.Itoa(n))
	}
	return unsafe.Slice((*T)(block(uintptr(n)*size)), n)
}

// Free frees the block at p and reports whether it was one: false says that p was freed before, or never came from
// this library's New or Slice, and nothing was done. Free(nil) is true and does nothing, as C's free.
//
// It cannot tell a block from a later one at the same address. C gives addresses out again, so a second Free may end
// a block of somebody else's: false is an alarm, true is no proof.
func Free(p unsafe.Pointer) bool {
	if p == nil {
		return true
	}
	mutex.Lock()
	_, ours := live[uintptr(p)]
	delete(live, uintptr(p))
	mutex.Unlock()
	if ours {
		C.free(p)
	}
	return ours
}

// Live returns how many blocks are not freed yet. When all owners are gone and it is not 0, something leaks.
func Live() int {
	mutex.Lock()
	defer mutex.Unlock()
	return len(live)
}

func block(size uintptr) unsafe.Pointer {
	p := C.calloc(1, C.size_t(max(size, 1)))
	if p == nil {
		panic("malloc: no memory for " + strconv.FormatUint(uint64(size), 10) + " bytes")
	}
	mutex.Lock()
	live[uintptr(p)] = struct{}{}
	mutex.Unlock()
	return p
}

// refuse panics if a value of type t holds Go's own pointers somewhere. Cheap enough for every call: types are small.
func refuse(t reflect.Type) {
	switch t.Kind() {
	case reflect.String, reflect.Slice, reflect.Map, reflect.Interface, reflect.Chan, reflect.Func:
		panic("malloc: " + t.String() + " points to Go's memory, which C's memory may not")
	case reflect.Array:
		refuse(t.Elem())
	case reflect.Struct:
		for field := range t.NumField() {
			refuse(t.Field(field).Type)
		}
	}
}
