package bridge

import (
	"errors"
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
var ofExceptions = &implemented{methods: []Method{MethodOf(0, At(0, TextOf()))}}

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

// pythonsOf is the object of Python's that an error is; 0 if it is none.
func pythonsOf(err error) address {
	switch err := err.(type) {
	case nil:
		return 0
	case *Exception:
		return err.object
	case *passedError:
		return err.object
	}
	if value := reflect.ValueOf(err); adapters[value.Type()] {
		return (*Implementation)(value.UnsafePointer()).object
	}
	return 0
}

// causeOf is the exception of Python's that lies in an error, nil if there is none.
func causeOf(err error) error {
	defer ignorePanic()
	if raised := new(Exception); errors.As(err, &raised) && raised.object != 0 {
		return raised
	}
	if given := new(passedError); errors.As(err, &given) {
		return given
	}
	return nil
}
