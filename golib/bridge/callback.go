package bridge

/*
#include "callback.h"
#include "memory.h"
*/
import "C"

import (
	"reflect"
	"runtime"
	"slices"
	"sync"
	"time"
	"unsafe"
)

// Callable is a callable of Python's that Go has as a func. The func keeps it, and with it what it is in Python.
type Callable struct {
	of                  *function
	object, form, param address // see callables.h
	method              address // that is called of it; 0: it is called itself
}

// Exception is what a callable of Python's has raised, on its way through Go: the panic of a call, or the error of a func
// that returns one. What the cell recovers from and panics with again, or returns, is the same exception in Python.
type Exception struct {
	object  address // 0: there is no Python any more
	text    string
	inner   error // of Go's own, if it is a GoError
	isFatal bool  // no error for Go, such as KeyboardInterrupt
}

func (e *Exception) Error() string { return e.text }

// Unwrap returns the error that Python had of this library.
func (e *Exception) Unwrap() error { return e.inner }

// Call calls with the arguments that lie in the struct at p, and puts the results there. An exception is a panic, which
// ends the call from Python that has led here; a goroutine of the cell's own ends alone, and another call raises it.
func (c *Callable) Call(p unsafe.Pointer) {
	if raised := c.call(p); raised != nil {
		raised.throw()
	}
}

// Try is Call of a func whose last result is an error: that is the exception.
func (c *Callable) Try(p unsafe.Pointer) error {
	switch raised := c.call(p); {
	case raised == nil:
		return nil
	case raised.isFatal:
		raised.throw()
		return nil
	case raised.inner != nil:
		return raised.inner
	default:
		return raised
	}
}

func (e *Exception) throw() {
	if isInCall() {
		panic(e)
	}
	addStray(e)
	runtime.Goexit()
}

// recovering are the functions that hand over to Python whatever they recover from.
var recovering = []uintptr{reflect.ValueOf(run).Pointer(), reflect.ValueOf(runSequence).Pointer(), reflect.ValueOf(runFeeder).Pointer()}

// isInCall tells whether this goroutine is in a call from Python, or in what recovers from all panics as that does: iter.Pull
// hands them over, and would hand over that a goroutine ends, too.
func isInCall() bool {
	all := make([]uintptr, 64)
	for n := runtime.Callers(0, all); ; n = runtime.Callers(0, all) {
		if n < len(all) {
			all = all[:n]
			break
		}
		all = make([]uintptr, 2*len(all))
	}
	for frames := runtime.CallersFrames(all); ; {
		frame, more := frames.Next()
		if slices.Contains(recovering, frame.Entry) || frame.Function == "runtime.corostart" {
			return true
		}
		if !more {
			return false
		}
	}
}

// frame is what one call of Python's needs.
type frame struct {
	block *C.callback
	out   writer
	in    reader
}

var frames = sync.Pool{New: func() any { return &frame{block: new(C.callback)} }}

// nobody is the head of no call: nothing is lent to it.
var nobody Head

func (c *Callable) call(p unsafe.Pointer) *Exception {
	f := frames.Get().(*frame)
	b, room := f.block, unsafe.Pointer(&f.block.room)
	f.out = writer{head: &nobody, p: room, room: C.CALLBACK_ROOM}
	c.of.packArguments(&f.out, p)
	b.object, b.form, b.param, b.p = C.int64_t(c.object), C.int64_t(c.form), C.int64_t(c.param), 0
	b.method = C.int64_t(c.method)
	if f.out.isOwn {
		b.p = C.int64_t(addressOf(f.out.p))
	}
	C.gomagic_call_back(b)
	runtime.KeepAlive(c)
	var raised *Exception
	if b.how == C.WENT_WELL {
		f.in.p = room
		if b.p != 0 {
			f.in.p = *(*unsafe.Pointer)(unsafe.Pointer(&b.p))
		}
		c.of.unpackResults(&f.in, p)
		if b.p != 0 {
			C.gomagic_free(*(*unsafe.Pointer)(unsafe.Pointer(&b.p)))
		}
	} else {
		raised = exceptionOf(b)
	}
	if b.held != 0 {
		C.gomagic_unwant(b.held)
	}
	frames.Put(f)
	return raised
}

func exceptionOf(b *C.callback) *Exception {
	if b.how == C.NOT_NOW {
		return &Exception{text: "a callback while Python ends", isFatal: true}
	}
	e := &Exception{object: address(b.raised), isFatal: b.how == C.RAISED_FATAL, inner: Held(uint64(b.error))}
	if b.text != 0 {
		p := *(*unsafe.Pointer)(unsafe.Pointer(&b.text))
		e.text = string(unsafe.Slice((*byte)(p), b.length))
		C.gomagic_free(p)
	}
	runtime.AddCleanup(e, unwant, e.object)
	return e
}

// unwant gives up a reference to an object of Python's.
func unwant(object address) { C.gomagic_unwant(C.int64_t(object)) }

// gomagic_travelled is the object of Python's that a call has panicked with or returned as an error, 0 if that is Go's own.
//
//export gomagic_travelled
func gomagic_travelled(handle uint64) address {
	switch value := held(handle).(type) {
	case *caught:
		if e, ok := value.value.(*Exception); ok {
			return e.object
		}
	case error:
		return pythonsOf(value)
	}
	return 0
}

// lastPatience is how long the interpreter waits for callbacks when it ends.
const lastPatience = 2 * time.Second

// liveReferences counts the objects of Python's that Go keeps.
func liveReferences() int { return int(C.gomagic_referred()) }

func endCallbacks() { C.gomagic_close(C.int64_t(lastPatience / time.Millisecond)) }
