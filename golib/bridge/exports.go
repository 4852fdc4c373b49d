package bridge

// What C calls of Go's; see imports.go.

/*
#include <stdint.h>
*/
import "C"

import (
	"unsafe"
)

// gomagic_runner is the address of run, which C calls as cgo calls an exported function.
//
//export gomagic_runner
func gomagic_runner() uintptr { return entryOf(run) }

// gomagic_release forgets a handle: Python's last reference to an array or an exception is gone.
//
//export gomagic_release
func gomagic_release(handle uint64) { release(handle) }

// gomagic_let_go is gomagic_release. is_free: of an array, that Go has not been given it again.
//
//export gomagic_let_go
func gomagic_let_go(handle uint64, isFree bool) { letGo(handle, isFree) }

// gomagic_travelled is the object of Python's that a call has panicked with or returned as an error, 0 if that is Go's own.
//
//export gomagic_travelled
func gomagic_travelled(handle uint64) uintptr { return uintptr(travelled(handle)) }

// gomagic_forget_dropped is for C when the ring is full.
//
//export gomagic_forget_dropped
func gomagic_forget_dropped() {
	objects.Lock()
	defer objects.Unlock()
	forgetDropped()
}

// gomagic_equal tells whether the values are equal that two handles stand for: 1 or 0; -1 if they lie in themselves.
//
//export gomagic_equal
func gomagic_equal(a, b uint64) (answer C.int) {
	defer func() {
		if recover() != nil {
			answer = -1
		}
	}()
	if ofHandles.equal(a, b) {
		return 1
	}
	return 0
}

// gomagic_hash_of puts a hash to *hash that is the same of equal values. 0: Go does not compare what the handle stands for.
//
//export gomagic_hash_of
func gomagic_hash_of(number uint64, hash *C.int64_t) C.int {
	found, ok := ofHandles.hash(number)
	if !ok {
		return 0
	}
	*hash = C.int64_t(found)
	return 1
}

// gomagic_open_interrupts returns where C's signal handler is to write a byte for each interrupt; -1: there are no files to
// be had.
//
//export gomagic_open_interrupts
func gomagic_open_interrupts() int32 { return openInterrupts() }

// gomagic_wake_watch has somebody look how long Python's main thread is away.
//
//export gomagic_wake_watch
func gomagic_wake_watch() { wakeWatch() }

// gomagic_fly runs a call in a goroutine, and tells the file when it is over.
//
//export gomagic_fly
func gomagic_fly(block unsafe.Pointer, number int64, file int32) { fly(block, number, file) }

// gomagic_is_in_the_air tells whether a call goes on.
//
//export gomagic_is_in_the_air
func gomagic_is_in_the_air(number int64) bool { return isInTheAir(number) }

// gomagic_next_landed returns the number of a call that is over, once; 0: there is no other.
//
//export gomagic_next_landed
func gomagic_next_landed(file int32) int64 { return nextLanded(file) }

// gomagic_cancel_flight cancels the context of a call, unless that is over.
//
//export gomagic_cancel_flight
func gomagic_cancel_flight(number int64) { cancelFlight(number) }

// gomagic_next_item packs what comes next in a sequence; at: a step.
//
//export gomagic_next_item
func gomagic_next_item(handle uint64, at unsafe.Pointer) { held(handle).(passable).step((*step)(at)) }

// gomagic_close_sequence has a sequence end, and waits until it has; at: a step.
//
//export gomagic_close_sequence
func gomagic_close_sequence(handle uint64, at unsafe.Pointer) {
	held(handle).(passable).close((*step)(at))
}

// gomagic_keep_sequence has its context go on when Python lets go of it.
//
//export gomagic_keep_sequence
func gomagic_keep_sequence(handle uint64) { held(handle).(passable).keep() }

// gomagic_interrupt_sequence cancels its context.
//
//export gomagic_interrupt_sequence
func gomagic_interrupt_sequence(handle uint64) { held(handle).(passable).interrupt() }

// gomagic_comes_soon has the next of a sequence come, and tells whether gomagic_next_item finds it now.
//
//export gomagic_comes_soon
func gomagic_comes_soon(handle uint64) bool { return held(handle).(passable).comesSoon() }

// gomagic_expect_item waits for it while Python does something else, and tells the file that it is there, as of a call that is
// over.
//
//export gomagic_expect_item
func gomagic_expect_item(handle uint64, number int64, file int32) {
	held(handle).(passable).expect(number, file)
}

// gomagic_forgo_item has the sequence end for which somebody waits: what that yields nobody wants any more.
//
//export gomagic_forgo_item
func gomagic_forgo_item(handle uint64) { held(handle).(passable).forgo() }
