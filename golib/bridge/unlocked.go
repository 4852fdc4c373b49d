package bridge

import (
	"runtime/debug"
	"unsafe"
)

// What iter.Pull returns goes on with a coroutine, and Go ends the process where that is done in a goroutine which is locked
// to another thread than the one that has begun it. A call from Python is locked to Python's thread.

// Unlocked is a shim that runs in a goroutine of its own, which is locked to no thread, for cells that have coroutines. Such a
// call takes some ten microseconds more.
func Unlocked(shim func(block unsafe.Pointer)) func(block unsafe.Pointer) {
	return func(block unsafe.Pointer) {
		ended := make(chan *caught, 1)
		go runUnlocked(shim, block, ended)
		if failed := <-ended; failed != nil {
			panic(failed)
		}
	}
}

func runUnlocked(shim func(block unsafe.Pointer), block unsafe.Pointer, ended chan<- *caught) {
	failed := &caught{value: "runtime.Goexit has ended the call"}
	defer func() {
		if value := recover(); value != nil {
			failed = caughtOf(value)
		}
		ended <- failed
	}()
	debug.SetPanicOnFault(true) // as in run
	shim(block)
	failed = nil
}
