package bridge

import (
	"io"
	"reflect"
	"slices"
	"syscall"
	"unsafe"
)

// passedError is an exception of Python's that Go has as an error, without its having been raised: see [Exception] of those that
// have. One exception is one error, as [Implementation] says.
type passedError Implementation

// ofExceptions is what Go calls of one; C's side of it is in faces.c.
var ofExceptions = &implemented{methods: []Method{{results: []Field{{of: text{}}}}}}

// Error is what str says.
func (e *passedError) Error() string {
	a := struct{ r0 string }{}
	if err := (*Implementation)(e).Try(0, unsafe.Pointer(&a)); err != nil {
		return err.Error()
	}
	return a.r0
}

// Is tells whether another error is the same exception, which may have been raised meanwhile, or what Go calls such a one:
// FileNotFoundError is fs.ErrNotExist.
func (e *passedError) Is(target error) bool { return isOfPython(e.object, target) }

// As gives the number of the system's error.
func (e *passedError) As(target any) bool { return asOfPython(e.object, target) }

// Is tells the same of one that has been raised.
func (e *Exception) Is(target error) bool { return isOfPython(e.object, target) }

// As gives the same of one that has been raised.
func (e *Exception) As(target any) bool { return asOfPython(e.object, target) }

func isOfPython(object address, target error) bool {
	if object == 0 || object == pythonsOf(target) {
		return object != 0
	}
	number, isNumber := target.(syscall.Errno)
	if family := slices.IndexFunc(families, func(known []error) bool { return slices.Contains(known, target) }); isNumber || family >= 0 {
		kin, has := kinOf(object)
		return isNumber && has == number || family >= 0 && kin>>family&1 != 0 && target != io.ErrUnexpectedEOF
	}
	return false
}

func asOfPython(object address, target any) bool {
	number, ok := target.(*syscall.Errno)
	if !ok || object == 0 {
		return false
	}
	if _, has := kinOf(object); has != 0 {
		*number = has
		return true
	}
	return false
}

// kinOf are the families of an exception, and the number of the system's error that it is.
func kinOf(object address) (families uint64, number syscall.Errno) {
	families, has := kinInC(object)
	return families, syscall.Errno(has)
}

// fromPython are the errors that exceptions of Python's are in Go. wasRaised: on its way through Go; else it was an argument.
// By this name those are found where a cell has callables or errors of Python's, and not linked elsewhere, see parts.go.
type fromPython interface {
	fromPython() (object address, wasRaised bool)
}

func (e *Exception) fromPython() (object address, wasRaised bool) { return e.object, true }

func (e *passedError) fromPython() (object address, wasRaised bool) { return e.object, false }

// pythonsOf is the object of Python's that an error is; 0 if it is none.
func pythonsOf(err error) address {
	if err == nil {
		return 0
	}
	if one, ok := err.(fromPython); ok {
		object, _ := one.fromPython()
		return object
	}
	if adapters[reflect.TypeOf(err)] {
		return (*Implementation)(placeOf(err)[1]).object
	}
	return 0
}

// causeOf is the exception of Python's that lies in an error, nil if there is none: one that was raised, if there is such.
func causeOf(err error) error {
	defer ignorePanic()
	if err == nil {
		return nil
	}
	if raised := find(err, func(one error) bool { return isException(one, true) }); raised != nil {
		return raised
	}
	return find(err, func(one error) bool { return isException(one, false) })
}

func isException(err error, raised bool) bool {
	one, ok := err.(fromPython)
	if !ok {
		return false
	}
	object, wasRaised := one.fromPython()
	return wasRaised == raised && (object != 0 || !raised)
}
