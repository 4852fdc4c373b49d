package bridge

// What Go uses of the C half. cgo starts the C compiler several times for each Go file with `import "C"`, which on a new
// machine the first cell waits for: so there are two of them, this one and exports.go. What is C's has Go's names here.

/*
#cgo CFLAGS: -fno-plt -g0
#include "callback.h"
#include "context.h"
#include "drops.h"
#include "memory.h"
#include "methods.h"
#include "sequence.h"
#include "streams.h"
*/
import "C"

import (
	"sync/atomic"
	"unsafe"
)

// -fno-plt: Python's functions are called a few times a call, and once or twice for each item of a list; without a detour
// through the linker's table a list of ints takes a quarter less. With -O1 in place of -O2 a new machine would have its first
// cell half a second sooner, and each call with an array would take 3 % longer.

// What C writes to one field, Go must not read from another: this compiles as long as they lie in the same places.
var (
	_ [C.sizeof_head]byte    = [unsafe.Sizeof(Head{})]byte{}
	_ [C.sizeof_region]byte  = [unsafe.Sizeof(region{})]byte{}
	_ [C.sizeof_context]byte = [unsafe.Sizeof(Context{})]byte{}
	_ [C.sizeof_step]byte    = [unsafe.Sizeof(step{})]byte{}

	_ [unsafe.Offsetof(C.head{}.lent)]byte    = [unsafe.Offsetof(Head{}.lent)]byte{}
	_ [unsafe.Offsetof(C.head{}.scratch)]byte = [unsafe.Offsetof(Head{}.scratch)]byte{}
	_ [unsafe.Offsetof(C.head{}.error)]byte   = [unsafe.Offsetof(Head{}.err)]byte{}
	_ [unsafe.Offsetof(C.head{}.shim)]byte    = [unsafe.Offsetof(Head{}.shim)]byte{}
	_ [unsafe.Offsetof(C.head{}.thread)]byte  = [unsafe.Offsetof(Head{}.thread)]byte{}
)

// word is a slot of C's.
type word = C.int64_t

// Of block.h: how many slots there are.
const (
	headSlots    = C.HEAD_SLOTS
	contextSlots = C.CONTEXT_SLOTS
	mostSlots    = C.MOST_SLOTS
)

func (h *Head) aloneInC() { C.gomagic_alone((*C.head)(unsafe.Pointer(h))) }
func (h *Head) apartInC() { C.gomagic_apart((*C.head)(unsafe.Pointer(h))) }

// Of memory.h.

func alloc(n int) unsafe.Pointer                   { return C.gomagic_alloc(C.size_t(n)) }
func grown(p unsafe.Pointer, n int) unsafe.Pointer { return C.gomagic_grown(p, C.size_t(n)) }
func free(p unsafe.Pointer)                        { C.gomagic_free(p) }
func allocated() int64                             { return int64(C.gomagic_allocated()) }

// Of turns.h and callback.h.
type (
	callback = C.callback
	turns    = C.turns
)

const (
	callbackRoom = C.CALLBACK_ROOM

	toCall = C.CALL
	toStep = C.STEP
	toStop = C.STOP
	toUse  = C.USE

	wentWell    = C.WENT_WELL
	raisedFatal = C.RAISED_FATAL
	notNow      = C.NOT_NOW
	hasEnded    = C.ENDED
)

func callBack(b *callback)                  { C.gomagic_call_back(b) }
func takeTurn(t *turns)                     { C.gomagic_take_turn(word(uintptr(unsafe.Pointer(t)))) }
func useFile(b *callback, p unsafe.Pointer) { C.gomagic_use_file(b, p) }
func closeCallbacks(milliseconds int64)     { C.gomagic_close(word(milliseconds)) }

// refer takes a reference to an object of Python's, unwant gives one up.
func refer(object address)  { C.gomagic_refer(word(object)) }
func unwant(object address) { C.gomagic_unwant(word(object)) }
func referred() int         { return int(C.gomagic_referred()) }

func kinInC(exception address) (families uint64, number int64) {
	var has word
	families = uint64(C.gomagic_kin_of(word(exception), &has))
	return families, int64(has)
}

// sizeOfMethod is that of an entry of what an interface has in methods.h.
const sizeOfMethod = C.sizeof_struct_method

// Of streams.h.
type fileUse = C.file_use

const (
	toRead     = C.READ
	toWrite    = C.WRITE
	toSeek     = C.SEEK
	toTruncate = C.TRUNCATE
	toFlush    = C.FLUSH
	toClose    = C.CLOSE
	toFileno   = C.FILENO
	asText     = C.AS_TEXT
	nothingNow = C.NOTHING_NOW
)

func standardInput() address { return address(C.gomagic_standard_input()) }

// Of context.h: how many interrupts there have been, and what Go works on for the main thread.
var (
	interrupted  = (*atomic.Int64)(unsafe.Pointer(&C.gomagic_interrupts))
	absenceCount = (*atomic.Int64)(unsafe.Pointer(&C.gomagic_absent.count))
	isUnwatched  = (*atomic.Int64)(unsafe.Pointer(&C.gomagic_absent.asleep))
)

func sequenceOfAbsence() uint64 { return uint64(C.gomagic_absent.sequence) }

// isAway tells whether what is absent is what was the count-th, nameOfAbsence what that is called, if so.
func isAway(count int64) bool { return C.gomagic_name_of_absent(word(count)) != nil }

func nameOfAbsence(count int64) (name string, ok bool) {
	found := C.gomagic_name_of_absent(word(count))
	return C.GoString(found), found != nil
}

func overhear(isOn bool) {
	on := C.int(0)
	if isOn {
		on = 1
	}
	C.gomagic_overhear(on)
}

// Of drops.h: C counts up the first, with Python's GIL, Go the other, with the lock of what handles stand for.
var (
	filled  = (*atomic.Uint64)(unsafe.Pointer(&C.gomagic_drops.filled))
	emptied = (*atomic.Uint64)(unsafe.Pointer(&C.gomagic_drops.emptied))
)

// dropAt is the n-th that Python has dropped.
func dropAt(n uint64) (number, times uint64) {
	d := C.gomagic_drops.ring[n%C.MOST_DROPS]
	return uint64(d.number), uint64(d.times)
}
