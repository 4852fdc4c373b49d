package bridge

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"reflect"
	"slices"
	"strconv"
	"syscall"
)

// Error is a parameter or result that is an error's handle, and Truth one that is a bool: the cell may call something else
// uint64 or bool.
type (
	Error = Number[uint64]
	Truth = Number[bool]
)

// Is tells whether an error is one that the cell has a name for, as errors.Is does.
func Is(handle uint64, target error) (is bool) {
	defer ignorePanic()
	return target != nil && errors.Is(Held(handle), target)
}

// As tells whether an error is a *T, in the sense of errors.As, and gives that T; a zero T if it is not.
func As[T any, P interface {
	*T
	error
}](handle uint64) (value T, ok bool) {
	defer ignorePanic()
	var found P
	if errors.As(Held(handle), &found) && found != nil {
		return *found, true
	}
	var zero T
	return zero, false
}

// AsValue is As for a T that is an error itself; a *T is one as well then.
func AsValue[T error](handle uint64) (T, bool) { return asValue[T](Held(handle)) }

func asValue[T error](err error) (value T, ok bool) {
	defer ignorePanic()
	if found, ok := err.(T); ok {
		return found, true
	}
	if pointer, ok := any(err).(*T); ok && pointer != nil {
		return *pointer, true
	}
	var zero T
	if other, ok := err.(interface{ As(any) bool }); ok && other.As(&zero) {
		return zero, true
	}
	for _, inner := range unwrap(err) {
		if found, ok := asValue[T](inner); ok {
			return found, true
		}
	}
	return zero, false
}

// Find gives the *T in an error, to call its methods; nil if there is none.
func Find[T any, P interface {
	*T
	error
}](handle uint64) *T {
	var found P
	errors.As(Held(handle), &found)
	return found
}

// FindValue is Find for a T that is an error itself, of which it gives a copy.
func FindValue[T error](handle uint64) *T {
	if value, ok := AsValue[T](handle); ok {
		return &value
	}
	return nil
}

// HoldSome is Hold for an error that lies in a field of another type than error: a nil pointer there is no error.
func HoldSome(err error) uint64 {
	if value := reflect.ValueOf(err); value.Kind() == reflect.Pointer && value.IsNil() {
		return 0
	}
	return Hold(err)
}

func unwrap(err error) []error {
	defer ignorePanic()
	switch err := err.(type) {
	case interface{ Unwrap() error }:
		if inner := err.Unwrap(); inner != nil {
			return []error{inner}
		}
	case interface{ Unwrap() []error }:
		return slices.DeleteFunc(slices.Clone(err.Unwrap()), func(inner error) bool { return inner == nil })
	}
	return nil
}

// families names Go's well-known errors; bit i stands for the i-th Python class of `KIN` in gomagic/bind/goerror.py.
var families = [][]error{
	{fs.ErrNotExist},
	{fs.ErrExist},
	{fs.ErrPermission},
	{io.EOF, io.ErrUnexpectedEOF},
	{context.DeadlineExceeded, os.ErrDeadlineExceeded},
	{strconv.ErrSyntax, errClosed, errReentered},
	{strconv.ErrRange},
}

const timeouts = 4 // of families

func kin(err error, isOfSystem bool) (bits uint64) {
	for i, known := range families {
		if slices.ContainsFunc(known, func(one error) bool { return isKin(err, one) }) {
			bits |= 1 << i
		}
	}
	if !isOfSystem && isTimeout(err) {
		bits |= 1 << timeouts
	}
	return bits
}

// isKin is errors.Is, but for what a syscall.Errno says of itself: that ENOTEMPTY is fs.ErrExist, and that EAGAIN is a
// timeout. Of what class they are Python knows by their numbers.
func isKin(err, target error) bool {
	defer ignorePanic()
	if _, isNumber := err.(syscall.Errno); isNumber || err == nil {
		return false
	}
	if err == target {
		return true
	}
	if other, ok := err.(interface{ Is(error) bool }); ok && isSo(func() bool { return other.Is(target) }) {
		return true
	}
	return slices.ContainsFunc(unwrap(err), func(inner error) bool { return isKin(inner, target) })
}

// isTimeout tells whether an error calls itself so, as those of net do.
func isTimeout(err error) bool {
	var timeout interface{ Timeout() bool }
	found := find(err, func(one error) (found bool) {
		if timeout, found = one.(interface{ Timeout() bool }); !found {
			other, ok := one.(interface{ As(any) bool })
			found = ok && isSo(func() bool { return other.As(&timeout) })
		}
		return found
	})
	return found != nil && timeout != nil && isSo(timeout.Timeout)
}

// find is the first of an error and of all that it wraps which is what is looked for; nil if none is. It looks where errors.As
// does, which would have each library link what it needs of reflection.
func find(err error, is func(error) bool) error {
	if is(err) {
		return err
	}
	for _, inner := range unwrap(err) {
		if found := find(inner, is); found != nil {
			return found
		}
	}
	return nil
}

// isSo asks an error's own method.
func isSo(ask func() bool) (is bool) {
	defer ignorePanic()
	return ask()
}

// system is what an error says of the system's.
type system struct {
	numbers []syscall.Errno
	files   []string // that the first of them is about, as in Python's OSError: two of a rename
}

func systemOf(err error) (found system) {
	var files []string
	found.add(err, &files, nil)
	if found.numbers == nil {
		found.files = files // an error of a file all the same, such as embed.FS gives
	}
	return found
}

// add adds what err and all that it wraps say. around: the files that what wraps it is about. first: those of the first
// error that is about any.
func (s *system) add(err error, first *[]string, around []string) {
	defer ignorePanic()
	var number syscall.Errno
	switch err := err.(type) {
	case syscall.Errno:
		number = err
	case *fs.PathError:
		around = []string{err.Path}
	case *os.LinkError:
		around = []string{err.Old, err.New}
	case interface{ As(any) bool }:
		isSo(func() bool { return err.As(&number) })
	}
	if *first == nil {
		*first = around
	}
	if number != 0 {
		if s.numbers == nil {
			s.files = around
		}
		if !slices.Contains(s.numbers, number) {
			s.numbers = append(s.numbers, number)
		}
	}
	for _, inner := range unwrap(err) {
		s.add(inner, first, around)
	}
}

// ignorePanic ends the panic of an error's own Is, As or Unwrap: it must not hide the error that is to be raised. An
// embedded pointer that is nil is enough for one.
func ignorePanic() { _ = recover() }
