package bridge

import (
	"runtime"
	"slices"
	"sync"
	"time"
	"unsafe"
)

// Callable is a callable of Python's that Go has as a func. The func keeps it, and with it what it is in Python.
type Callable struct {
	of             *function
	object, method address // the method that is called of the object; 0: it is called itself
	form, param    address // see callables.h; a method knows its own
	turns          *turns
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
	if raised := c.call(p); raised != nil {
		return raised.asError()
	}
	return nil
}

// CallNumbers is Call with nothing but numbers: so many slots of arguments, and behind them so many of results. It leaves p
// on the stack of whoever calls.
func (c *Callable) CallNumbers(p unsafe.Pointer, arguments, results int) {
	if raised := c.callNumbers(p, arguments, results); raised != nil {
		raised.throw()
	}
}

// TryNumbers is CallNumbers for Try.
func (c *Callable) TryNumbers(p unsafe.Pointer, arguments, results int) error {
	if raised := c.callNumbers(p, arguments, results); raised != nil {
		return raised.asError()
	}
	return nil
}

func (e *Exception) asError() error {
	switch {
	case e.isFatal:
		e.throw()
		return nil
	case e.inner != nil:
		return e.inner
	default:
		return e
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
func recovering() []uintptr {
	return []uintptr{entryOf(run), entryOf(runUnlocked), entryOf(runSequence), entryOf(runFeeder)}
}

// entryOf is where the code of a func begins. Package reflect says it as well, and would be linked for it.
func entryOf[F any](f F) uintptr { return **(**uintptr)(unsafe.Pointer(&f)) }

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
	known := recovering()
	for frames := runtime.CallersFrames(all); ; {
		frame, more := frames.Next()
		if slices.Contains(known, frame.Entry) || frame.Function == "runtime.corostart" {
			return true
		}
		if !more {
			return false
		}
	}
}

// frame is what one call of Python's needs.
type frame struct {
	block *callback
	out   writer
	in    reader
}

var frames = sync.Pool{New: func() any { return &frame{block: new(callback)} }}

// nobody is the head of no call: nothing is lent to it.
var nobody Head

func (c *Callable) call(p unsafe.Pointer) *Exception {
	f := frames.Get().(*frame)
	b := f.block
	if c.takesTurns() {
		b = &c.turns.b
	}
	room := unsafe.Pointer(&b.room)
	f.out = writer{head: &nobody, p: room, room: callbackRoom}
	c.of.packArguments(&f.out, p)
	c.begin(b)
	if f.out.isOwn {
		b.p = word(addressOf(f.out.p))
	}
	if c.takesTurns() {
		takeTurn(c.turns)
	} else {
		callBack(b)
	}
	if b.how == wentWell {
		f.in.p = room
		if b.p != 0 {
			f.in.p = *(*unsafe.Pointer)(unsafe.Pointer(&b.p))
		}
		c.of.unpackResults(&f.in, p)
		if b.p != 0 {
			free(*(*unsafe.Pointer)(unsafe.Pointer(&b.p)))
		}
	}
	raised := c.end(b)
	frames.Put(f)
	return raised
}

func (c *Callable) callNumbers(p unsafe.Pointer, arguments, results int) *Exception {
	all := unsafe.Slice((*word)(p), arguments+results)
	if c.takesTurns() {
		b := &c.turns.b
		c.begin(b)
		putSlots(b.room[:], all[:arguments])
		takeTurn(c.turns)
		if b.how != wentWell {
			return c.end(b)
		}
		putSlots(all[arguments:], b.room[:])
		return nil
	}
	f := frames.Get().(*frame)
	b := f.block
	c.begin(b)
	putSlots(b.room[:], all[:arguments])
	callBack(b)
	if b.how == wentWell {
		putSlots(all[arguments:], b.room[:])
	}
	raised := c.end(b)
	frames.Put(f)
	return raised
}

// putSlots copies as many as there are on both sides, mostly one or two.
func putSlots(to, from []word) {
	for i := range min(len(to), len(from)) {
		to[i] = from[i]
	}
}

// takesTurns tells whether this is in a call that keeps Python's GIL, and lends the callable: then a block of C's serves all
// its callbacks, one after the other.
func (c *Callable) takesTurns() bool { return c.turns != nil && c.turns.keeps_gil != 0 }

func (c *Callable) begin(b *callback) {
	b.what = toCall
	b.object, b.method, b.form, b.param, b.p = word(c.object), word(c.method), word(c.form), word(c.param), 0
}

// end returns what has been raised.
func (c *Callable) end(b *callback) (raised *Exception) {
	if b.how != wentWell {
		raised = exceptionOf(b)
	}
	if b.held != 0 {
		unwant(address(b.held))
	}
	runtime.KeepAlive(c) // and with it the callable, until it has returned
	return raised
}

func exceptionOf(b *callback) *Exception {
	if b.how == notNow {
		return &Exception{text: "a callback while Python ends", isFatal: true}
	}
	e := &Exception{object: address(b.raised), isFatal: b.how == raisedFatal, inner: Held(uint64(b.error))}
	if b.text != 0 {
		p := *(*unsafe.Pointer)(unsafe.Pointer(&b.text))
		e.text = string(unsafe.Slice((*byte)(p), b.length))
		free(p)
	}
	runtime.AddCleanup(e, unwant, e.object)
	return e
}

// travelled is the object of Python's that a call has panicked with or returned as an error, 0 if that is Go's own.
func travelled(handle uint64) address {
	switch value := held(handle).(type) {
	case *caught:
		if one, ok := value.value.(fromPython); ok {
			if object, wasRaised := one.fromPython(); wasRaised {
				return object
			}
		}
	case error:
		return pythonsOf(value)
	}
	return 0
}

// lastPatience is how long the interpreter waits for callbacks when it ends.
const lastPatience = 2 * time.Second

// liveReferences counts the objects of Python's that Go keeps.
func liveReferences() int { return referred() }

func endCallbacks() { closeCallbacks(lastPatience.Milliseconds()) }
