package python

import (
	"errors"
	"fmt"
	"strings"
	"unsafe"
)

// panicked is what a Go function that Python has called has panicked with.
type panicked struct {
	value any
	stack string
}

func (p *panicked) Error() string { return fmt.Sprint(p.value) }

func (p *panicked) Unwrap() error {
	err, _ := p.value.(error)
	return err
}

// refusal is why a Go function was not called, or its result is none of Python's: a TypeError, or an OverflowError.
type refusal struct {
	kind string
	err  error
}

func (e *refusal) Error() string { return e.err.Error() }

// tooLarge is the error of a number that does not fit in its Go type.
type tooLarge string

func (e tooLarge) Error() string { return string(e) }

func (f *function) miscalled(format string, values ...any) error {
	return &refusal{"TypeError", fmt.Errorf(f.says+"() "+format, values...)}
}

// refused is an error of conversion at a place of a call; an exception of Python's, such as that of an iterator, stays one.
func (f *function) refused(where string, err error) error {
	if raised := (*Error)(nil); errors.As(err, &raised) {
		return raised
	}
	kind := "TypeError"
	if large := tooLarge(""); errors.As(err, &large) {
		kind = "OverflowError"
	}
	return &refusal{kind, fmt.Errorf("%s(): %s: %s", f.says, where, strings.TrimPrefix(err.Error(), "python: "))}
}

// raise sets the exception that stands for an error of Go's.
func (r *Runtime) raise(err error) {
	exception, failed := r.exception(err)
	if failed != nil { // as where Python has no room for another call
		said := err.Error() + " (" + failed.Error() + ")"
		call(api.PyErr_SetString, *at[uintptr](api.PyExc_RuntimeError), uintptr(unsafe.Pointer(cstring(valid(said)))))
		return
	}
	defer decref(exception)
	call(api.PyErr_SetObject, typeOf(exception), exception)
}

// exception makes it, or finds it again: an exception that has come through Go is still the same object.
func (r *Runtime) exception(err error) (uintptr, error) {
	if e, ok := err.(*Error); ok { // one that is wrapped says more than its exception
		if e.exception == nil {
			return r.help("exception", e.Type, e.Message)
		}
		return giver{Runtime: r}.give(e.exception)
	}
	if refused, ok := err.(*refusal); ok { // made by serve
		return r.help("refusal", refused.kind, valid(refused.Error()))
	}
	stack := ""
	if p, ok := err.(*panicked); ok { // made by run
		stack = p.stack
	}
	capsule := r.values.keep(err)
	if capsule == 0 {
		return 0, r.raised()
	}
	defer decref(capsule)
	var cause any
	if e := (*Error)(nil); errors.As(err, &e) && e.exception != nil {
		cause = e.exception
	}
	return r.help("failure", valid(err.Error()), borrowed(capsule), valid(stack), cause)
}

// valid is text as Python takes it.
func valid(text string) string { return strings.ToValidUTF8(text, "\uFFFD") }
