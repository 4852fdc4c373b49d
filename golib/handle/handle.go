// Package handle gives out numbers for Go values, so that Python can hold a value whose memory only Go may touch.
//
// A whole program, both sides. The Go side, in a notebook cell:
//
//	%%go tally
//	package main
//
//	import "C"
//	import "gomagic/golib/handle"
//
//	var tallies handle.Table[map[string]int]
//
//	//export NewTally
//	func NewTally() uintptr { return tallies.Put(map[string]int{}) }
//
//	//export Count
//	func Count(h uintptr, word *C.char) int {
//		tally, ok := tallies.Get(h)
//		if !ok {
//			return -1
//		}
//		tally[C.GoString(word)]++
//		return tally[C.GoString(word)]
//	}
//
//	//export CloseTally
//	func CloseTally(h uintptr) bool {
//		_, ok := tallies.Delete(h)
//		return ok
//	}
//
//	//export Live
//	func Live() int { return tallies.Len() }
//
//	func main() {}
//
// The Python side, in the cells below it:
//
//	tally.NewTally.argtypes, tally.NewTally.restype = [], c_size_t
//	tally.Count.argtypes, tally.Count.restype = [c_size_t, c_char_p], c_int64
//	tally.CloseTally.argtypes, tally.CloseTally.restype = [c_size_t], c_bool
//	tally.Live.argtypes, tally.Live.restype = [], c_int64
//
//	h = tally.NewTally()
//	tally.Count(h, b"Gentoo")  # 1
//	tally.Count(h, b"Gentoo")  # 2
//	tally.CloseTally(h)        # True
//	tally.Count(h, b"Gentoo")  # -1: a number out of date is an answer, not the end of the process
//	tally.Live()               # 0
//
// Who frees what: the value belongs to Go's garbage collector, and the table keeps it alive until Delete. Whoever
// received the number, Python here, has it deleted once; the number itself is nothing to free.
//
// runtime/cgo.Handle does the same without types or counting, and panics for a number that is out of date.
package handle

import "sync"

// A Table holds values of one type and the numbers given out for them. The zero Table is empty and ready for use;
// several goroutines, and threads of Python, may use one Table at once. It must not be copied after its first use.
type Table[T any] struct {
	mutex  sync.RWMutex
	last   uintptr
	values map[uintptr]T
}

// Put keeps value and returns a number for it: never 0, and never one that this Table has given out before, so that
// a number kept too long can only fail, and not reach another value.
func (t *Table[T]) Put(value T) uintptr {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if t.values == nil {
		t.values = make(map[uintptr]T)
	}
	t.last++
	t.values[t.last] = value
	return t.last
}

// Get returns the value of h; false if h was deleted or never given out.
func (t *Table[T]) Get(h uintptr) (T, bool) {
	t.mutex.RLock()
	defer t.mutex.RUnlock()
	value, ok := t.values[h]
	return value, ok
}

// Delete forgets h and returns the value that it stood for, for the caller to close; false if h was deleted before or
// never given out. Of several that delete the same number at once, one gets the value.
func (t *Table[T]) Delete(h uintptr) (T, bool) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	value, ok := t.values[h]
	delete(t.values, h)
	return value, ok
}

// Len returns how many values the table keeps alive.
func (t *Table[T]) Len() int {
	t.mutex.RLock()
	defer t.mutex.RUnlock()
	return len(t.values)
}
