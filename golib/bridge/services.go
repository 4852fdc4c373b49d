package bridge

import (
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"unsafe"

	"gomagic/golib/profile"
)

// services is what bridge itself offers to Python; `_SERVICES` in gomagic/bind/plain.py lists the same in the same order,
// and behind them streaming.
// An owner is a handle as well: C makes of it the object that releases the handle when Python lets go.
var services = []func(unsafe.Pointer){
	// describe(handle uint64) (text, kind string, kin uint64, numbers string, files []string, cause error): see
	// families, system and causeOf
	func(p unsafe.Pointer) {
		a := (*struct {
			Head
			handle     uint64
			text, kind Text
			kin        uint64
			numbers    Text
			files      Texts
			cause      Raisable
		})(p)
		err := Held(a.handle)
		of := systemOf(err)
		a.text, a.kind = a.Text(shown(err)), a.Text(nameOfType(err))
		a.kin = kin(err, of.numbers != nil)
		numbers := ""
		for _, number := range of.numbers {
			numbers += strconv.Itoa(int(number)) + " "
		}
		a.numbers, a.files = a.Text(numbers), Pack(of.files)
		a.cause.Set(causeOf(err))
	},
	// unwrap(handle uint64, i int) (inner error): the i-th error that this one wraps, or nil
	func(p unsafe.Pointer) {
		a := (*struct {
			Head
			handle uint64
			i      int64
			inner  Raisable
		})(p)
		if inner := unwrap(Held(a.handle)); a.i < int64(len(inner)) {
			a.inner.Set(inner[a.i])
		}
	},
	// is(handle, target uint64) bool
	func(p unsafe.Pointer) {
		a := (*struct {
			Head
			handle, target uint64
			result         Number[bool]
		})(p)
		a.result.Set(false)
		defer ignorePanic()
		a.result.Set(errors.Is(Held(a.handle), Held(a.target)))
	},
	// panicked(handle uint64) (kind, text, stack string, err error, stray bool): see kindOf
	func(p unsafe.Pointer) {
		a := (*struct {
			Head
			handle            uint64
			kind, text, stack Text
			err               Raisable
			stray             Number[bool]
		})(p)
		what, _ := held(a.handle).(*caught)
		a.kind, a.text, a.stack = a.Text(kindOf(what.value)), a.Text(shown(what.value)), a.Text(string(what.stack))
		if err, ok := what.value.(error); ok {
			a.err.Set(err)
		}
		a.stray.Set(what.stray)
	},
	// live() (handles, arrays, bytes int)
	func(p unsafe.Pointer) {
		a := (*struct {
			Head
			handles, arrays, bytes int64
		})(p)
		handles.Lock()
		defer handles.Unlock()
		a.arrays = int64(handles.pins)
		a.handles = int64(len(handles.held)+liveObjects()+liveReferences()) - a.arrays
		a.bytes = allocated()
	},
	// empty(size int) []byte: memory of Go's for Python, size bytes of zeros, aligned for every type
	func(p unsafe.Pointer) {
		a := (*struct {
			Head
			size   int64
			result Array
		})(p)
		room := make([]complex128, (a.size+15)/16)
		a.result = Lend(&a.Head, room)
		a.result.n = int(a.size)
	},
	// profile(memory bool) (begun, isKnown bool): see beginProfile; whether there are such profiles at all
	func(p unsafe.Pointer) {
		a := (*struct {
			Head
			memory, begun, isKnown Number[bool]
		})(p)
		a.begun.Set(beginProfile(a.memory.Get()))
		a.isKnown.Set(a.memory.Get() || profile.KnowsTime)
	},
	// profiled(memory bool) (seen []byte)
	func(p unsafe.Pointer) {
		a := (*struct {
			Head
			memory Number[bool]
			seen   Text
		})(p)
		a.seen = a.Text(endProfile(a.memory.Get()))
	},
	// map(layout []int64) (at int, panicked, owner uint64, err error), as one that takes a context: see mapping
	func(p unsafe.Pointer) {
		a := (*struct {
			Head
			context Context
			layout  Slice[int64]
			out     mapped
		})(p)
		m := newMapping(unsafe.Slice(a.layout.p, a.layout.n))
		a.out = m.call(&a.context)
	},
	// close(): the interpreter ends, and only its own thread may call back from here on
	func(unsafe.Pointer) { endCallbacks() },
}

// kindOf says as what Python has a panic's value: as a "bool", "int" or "float" where it is of one of Go's own types, else
// as its text, "".
func kindOf(value any) string {
	switch value.(type) {
	case bool:
		return "bool"
	case int, int8, int16, int32, int64, uint, uint8, uint16, uint32, uint64, uintptr:
		return "int"
	case float32, float64:
		return "float"
	}
	return ""
}

// shown is what Go itself would print of an error or a panic's value; a method that panics in turn is left alone.
func shown(value any) (text string) {
	defer func() {
		if recover() != nil {
			text = "(" + nameOfType(value) + ") whose own text panics"
		}
	}()
	switch value := value.(type) {
	case error:
		return value.Error()
	case string:
		return value
	case int:
		return strconv.Itoa(value)
	case bool:
		return strconv.FormatBool(value)
	}
	return sprint(value)
}

// sprint is fmt.Sprint in cells that may panic with other values, see Words.
var sprint = func(value any) string { return "(" + nameOfType(value) + ")" }

// nameOfType is what fmt has for %T.
func nameOfType(value any) string {
	if value == nil {
		return "<nil>"
	}
	return reflect.TypeOf(value).String()
}

// resized is the panic of a function that replaces a row by one of another length.
type resized struct{ param, row, was, is int }

func (r resized) Error() string {
	return fmt.Sprintf("row %d of parameter %d has %d elements now and had %d: the caller's cannot grow or shrink",
		r.row, r.param+1, r.is, r.was)
}
