package bridge

import (
	"math"
	"slices"
	"sync"
	"unsafe"
	"weak"
)

// A function that makes a slice, fills it and returns it keeps nothing of it: golib/cellgen/rooms.go knows which do. When Python
// has let go of the array, nobody has that memory, and the next call may have it at once. Else Go would take memory anew, clear
// it, and at every other call look for what can be freed: 1,000 float64 take 1.4 us and not 3, a million 0.4 ms, as long as it
// takes to fill them, and not 1.5. Without this file, where Room and Unfilled are `make` and LendRoom is Lend, everything works.

// leastRoom is from how many bytes on memory is had again: fewer, Go has as soon.
const leastRoom = 1 << 10

// room is memory that nobody has. Go frees it at its next collection, as it would otherwise.
type room struct {
	start weak.Pointer[byte]
	bytes int
}

// mostRooms are remembered. A loop in Python needs two of a size: it lets go of an array when it has the next.
const mostRooms = 16

var rooms struct {
	sync.Mutex
	free []room // the one let go of last is the last
}

// keepRoom has the next call have memory again. Only its size must fit: it may be another type's, as numbers have no pointers.
func keepRoom(start unsafe.Pointer, bytes int) {
	one := room{weak.Make((*byte)(start)), bytes}
	rooms.Lock()
	defer rooms.Unlock()
	if len(rooms.free) == mostRooms {
		rooms.free = slices.Delete(rooms.free, 0, 1)
	}
	rooms.free = append(rooms.free, one)
}

// takeRoom returns memory of that size that nobody has, with whatever is in it; nil: there is none.
func takeRoom(bytes int) unsafe.Pointer {
	rooms.Lock()
	defer rooms.Unlock()
	for i := len(rooms.free) - 1; i >= 0; i-- {
		if rooms.free[i].bytes != bytes {
			continue
		}
		start := rooms.free[i].start.Value()
		rooms.free = slices.Delete(rooms.free, i, i+1)
		if start != nil {
			return unsafe.Pointer(start)
		}
	}
	return nil
}

// Room is make([]T, n), for a T without pointers.
func Room[T any](n int) []T {
	if s := again[T](n); s != nil {
		clear(s)
		return s
	}
	return make([]T, n)
}

// Unfilled is Room for who sets every element before looking at any.
func Unfilled[T any](n int) []T {
	if s := again[T](n); s != nil {
		return s
	}
	return make([]T, n)
}

// again is memory that nobody has; nil: there is none for so many, or there cannot be.
func again[T any](n int) []T {
	size := int(unsafe.Sizeof(*new(T)))
	if n < leastRoom/size || n > math.MaxInt/size {
		return nil
	}
	start := takeRoom(n * size)
	if start == nil {
		return nil
	}
	return unsafe.Slice((*T)(start), n)
}

// LendRoom is Lend for a slice that nothing of Go's has any more, at the start of memory that is made for it.
func LendRoom[T any](_ *Head, s []T) Array {
	return pin(unsafe.Pointer(unsafe.SliceData(s)), len(s), cap(s)*int(unsafe.Sizeof(*new(T))))
}
