// Package errval carries a Go error, or a panic, to C and Python: one block of C's memory with a code, a text and a
// trace, that may be read any number of times and is freed once.
//
// A whole program, both sides. The Go side, in a notebook cell:
//
//	%%go division
//	package main
//
//	import "C"
//	import (
//		"errors"
//		"unsafe"
//
//		"gomagic/golib/errval"
//	)
//
//	var errZero = errval.Coded(1, errors.New("division by zero"))
//
//	//export Divide
//	func Divide(a, b int) (quotient int, failure unsafe.Pointer) {
//		defer errval.Catch(&failure) // for the panics that nobody thought of
//		if b == 0 {
//			return 0, errval.New(errZero)
//		}
//		return a / b, nil
//	}
//
//	//export FreeError
//	func FreeError(e unsafe.Pointer) bool { return errval.Free(e) }
//
//	func main() {}
//
// The Python side, in the cells below it:
//
//	class Error(Structure):
//		_fields_ = [("code", c_int32), ("text", c_char_p), ("trace", c_char_p)]
//
//	class Quotient(Structure):
//		_fields_ = [("value", c_int64), ("error", POINTER(Error))]
//
//	def checked(result, function, arguments):
//		if not result.error:
//			return result.value
//		error = result.error.contents
//		code, text = error.code, error.text.decode()  # copies of Python's own
//		division.FreeError(result.error)
//		raise {1: ZeroDivisionError}.get(code, RuntimeError)(text)
//
//	division.FreeError.argtypes, division.FreeError.restype = [POINTER(Error)], c_bool
//	division.Divide.argtypes, division.Divide.restype = [c_int64, c_int64], Quotient
//	division.Divide.errcheck = checked
//
//	division.Divide(7, 2)  # 3
//	division.Divide(7, 0)  # ZeroDivisionError: division by zero
//
// Who frees what: an error belongs to whoever receives its address, Python here, who calls Free once. Reading text
// and trace through c_char_p copies them, so what was read stays valid after Free.
package errval

import (
	"errors"
	"fmt"
	"path"
	"runtime"
	"strings"
	"unsafe"

	"gomagic/golib/cstr"
	"gomagic/golib/malloc"
)

// The codes that are not the library's own, which are best chosen from 1 upwards. 0 is no error's code.
const (
	Uncoded  int32 = -1 // an error that Coded has not seen
	Panicked int32 = -2 // a panic that Catch has caught
)

// block is what C sees; the bytes of both texts follow it.
type block struct {
	code  int32
	text  unsafe.Pointer // never nil
	trace unsafe.Pointer // nil but for panics
}

type coded struct {
	error
	code int32
}

func (c coded) Unwrap() error { return c.error }

// Coded returns err with the code by which Python chooses an exception; wrapping the result keeps the code. Of several
// codes the outermost counts. Coded(code, nil) is nil.
func Coded(code int32, err error) error {
	if err == nil {
		return nil
	}
	return coded{err, code}
}

// New copies err into a new block of C's memory and returns its address; nil for nil.
//
// The block belongs to whoever receives it, who calls Free once. What C's texts cannot hold is replaced: a NUL by
// `\x00`, and bytes that are not UTF-8 by U+FFFD.
func New(err error) unsafe.Pointer {
	if err == nil {
		return nil
	}
	code := Uncoded
	if c := (coded{}); errors.As(err, &c) {
		code = c.code
	}
	return pack(code, err.Error(), "")
}

// Catch stops a panic and leaves it in *failure as an error with the code Panicked and a trace. It works only where it
// is deferred itself, with the address of a named result:
//
//	defer errval.Catch(&failure)
//
// An error that stands in *failure already is freed and replaced. The trace has a line for each function of the
// goroutine, from the one that panicked outwards, as `main.Mean, line 12`. What Go cannot recover from, Catch cannot
// catch: see runtime.Goexit, os.Exit, fatal errors, and panics of other goroutines.
func Catch(failure *unsafe.Pointer) {
	if value := recover(); value != nil {
		Free(*failure)
		*failure = pack(Panicked, fmt.Sprint(value), trace())
	}
}

// Free frees an error and reports whether it was one that is not freed yet, as far as malloc.Free can tell. Free(nil)
// is true and does nothing.
func Free(e unsafe.Pointer) bool {
	return malloc.Free(e)
}

func pack(code int32, text, trace string) unsafe.Pointer {
	text, trace = clean(text), clean(trace)
	const head = int(unsafe.Sizeof(block{}))
	size := head + len(text) + 1
	if trace != "" {
		size += len(trace) + 1
	}
	p := unsafe.Pointer(unsafe.SliceData(malloc.Slice[byte](size))) // calloc aligns it for any type
	b := (*block)(p)
	b.code, b.text = code, unsafe.Add(p, head)
	used := head + cstr.Copy(b.text, size-head, text)
	if trace != "" {
		b.trace = unsafe.Add(p, used)
		cstr.Copy(b.trace, size-used, trace)
	}
	return p
}

func clean(text string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", `\x00`)
}

// trace tells where the panic that is being recovered from came from, without the frames of Go's runtime.
func trace() string {
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs)]) // not Callers, trace and Catch
	var lines []string
	for {
		frame, more := frames.Next()
		name := path.Base(frame.Function)
		switch {
		case strings.HasPrefix(name, "_cgoexp_"), frame.Function == "runtime.cgocallbackg":
			more = false // below is C
		case frame.Function != "" && !strings.HasPrefix(frame.Function, "runtime."):
			lines = append(lines, fmt.Sprintf("%s, line %d", name, frame.Line))
		}
		if !more {
			return strings.Join(lines, "\n")
		}
	}
}
