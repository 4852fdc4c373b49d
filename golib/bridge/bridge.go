// Package bridge carries calls from Python into a plain Go cell. It is the one cgo package that such a cell needs; its
// text never changes from cell to cell, so that Go's build cache keeps it.
//
// A call goes: Python -> gomagic_enter (call.c) -> run (here) -> a shim (written by cellgen) -> the cell's function, and
// back the same way. Between C and Go lies one block of memory on C's stack: a [Head], then the parameters, then the
// results, each in slots of eight bytes. C converts Python's objects; a shim only reads and writes its block:
//
//	func(p unsafe.Pointer) {
//		a := (*struct {
//			Head bridge.Head
//			p0 bridge.Slice[float64]
//			r0 float64
//		})(p)
//		p0 := bridge.In(&a.Head, 0, a.p0)
//		defer bridge.Back(&a.Head, 0, a.p0, p0)
//		r0 := Mean(p0)
//		a.r0 = r0
//	}
//
// Who owns what:
//   - Text and slices that go in are Python's, lent for the call. What Go may keep is copied first (Head.own).
//   - Text that comes out is copied into C's memory, and C frees it once it has become a str.
//   - A slice that comes out is not copied: it stays pinned here until the last Python array over it is gone. What Go has
//     made for Python alone is free then for the next such call, see rooms.go.
//   - Errors and panics stay here under a number (a handle) until Python's exception is gone.
package bridge

import (
	"runtime/debug"
	"unsafe"
)

// table holds what Python can call, by number: first what bridge itself offers, then the cell's shims.
var table []func(block unsafe.Pointer)

func init() { table = append(services, make([]func(unsafe.Pointer), len(streaming))...) } // services may call what stands in it

// ours is how many of them are bridge's own.
var ours = len(services) + len(streaming)

// Register adds a cell's shims, in the order in which its manifest lists them.
func Register(shims ...func(block unsafe.Pointer)) {
	table = append(table, shims...)
	registered = table[ours:]
}

// run calls the shim that a block names, and leaves there what it has panicked with.
func run(block unsafe.Pointer) {
	h := (*Head)(block)
	hasReturned := false // to call recover then, too, takes 1 of the 82 ns of a call
	defer func() {
		if hasReturned {
			return
		}
		if value := recover(); value != nil {
			h.panicked = hold(caughtOf(value))
		}
	}()
	// Memory that is gone, such as a view of a file that was cut off, is a panic as well then, not the process's end.
	debug.SetPanicOnFault(true)
	table[h.shim](block)
	if strays.waiting.Load() && h.shim >= ours {
		if stray := takeStray(); stray != nil {
			h.panicked = hold(stray)
		}
	}
	hasReturned = true
}

// caught is what a call has panicked with, and Go's trace of it. stray: it was a goroutine that the cell had started.
type caught struct {
	value any
	stack []byte
	stray bool
}

// caughtOf is for what is recovered; what a call in another goroutine has panicked with is as it was there.
func caughtOf(value any) *caught {
	if there, ok := value.(*caught); ok {
		return there
	}
	return &caught{value: value, stack: debug.Stack()}
}
