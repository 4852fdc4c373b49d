package python

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"unsafe"
)

// Keywords are the keyword arguments of a call: its last argument.
type Keywords map[string]any

// errReleased is what a released Object returns.
var errReleased = errors.New("python: the object is released")

// An Object is a reference to a Python object. Python frees the object when Go has given up all references to it and
// Python has none of its own. Several goroutines may use one Object at once.
type Object struct {
	runtime *Runtime
	cleanup runtime.Cleanup

	mutex    sync.Mutex
	address  uintptr
	users    int // calls that need the address
	released bool
}

// object makes an Object of a new reference, which it takes over; 0 stands for the exception that is set.
func (r *Runtime) object(reference uintptr) (*Object, error) {
	if reference == 0 {
		return nil, r.raised()
	}
	o := &Object{runtime: r, address: reference}
	o.cleanup = runtime.AddCleanup(o, r.forget, reference)
	r.add()
	return o, nil
}

// use returns the address, which stays valid until unuse.
func (o *Object) use() (uintptr, error) {
	o.mutex.Lock()
	defer o.mutex.Unlock()
	if o.released {
		return 0, errReleased
	}
	o.users++
	return o.address, nil
}

func (o *Object) unuse() {
	o.mutex.Lock()
	o.users--
	last := o.released && o.users == 0
	o.mutex.Unlock()
	if last {
		decref(o.address)
	}
}

// Release gives up the reference; whoever uses the Object afterwards gets an error, and calls in progress end well.
// Release is for large objects, and for views of slices that shall be unpinned at once: what is forgotten is released
// too, some time after Go has collected it.
func (o *Object) Release() {
	pass, err := o.runtime.enter(context.Background())
	if err != nil {
		return
	}
	defer o.runtime.leave(pass)
	o.mutex.Lock()
	first := !o.released
	o.released = true
	last := first && o.users == 0
	o.mutex.Unlock()
	if first {
		o.cleanup.Stop()
		o.runtime.live.Add(-1)
	}
	if last {
		decref(o.address)
	}
}

// Attr returns an attribute of the object: a function of a module, a method, a value.
func (o *Object) Attr(name string) (*Object, error) {
	return within(context.Background(), o.runtime, func() (*Object, error) {
		address, err := o.use()
		if err != nil {
			return nil, err
		}
		defer o.unuse()
		if strings.ContainsRune(name, 0) {
			return nil, fmt.Errorf("python: %q is no attribute's name", name)
		}
		return o.runtime.object(call(api.PyObject_GetAttrString, address, uintptr(unsafe.Pointer(cstring(name)))))
	})
}

// SetAttr sets an attribute of the object to a Go value, which becomes Python's as an argument of Call does: so a module
// gets functions of Go's. A slice of numbers that is lent so stays pinned until Python has dropped it.
func (o *Object) SetAttr(name string, value any) error {
	_, err := within(context.Background(), o.runtime, func() (_ struct{}, err error) {
		address, err := o.use()
		if err != nil {
			return struct{}{}, err
		}
		defer o.unuse()
		if strings.ContainsRune(name, 0) {
			return struct{}{}, fmt.Errorf("python: %q is no attribute's name", name)
		}
		var loans []*loan
		defer func() { o.runtime.settle(loans) }()
		given, err := giver{Runtime: o.runtime, loans: &loans}.give(value)
		if err != nil {
			return struct{}{}, fmt.Errorf("python: attribute `%s`: %w", name, err)
		}
		defer decref(given)
		if int32(call(api.PyObject_SetAttrString, address, uintptr(unsafe.Pointer(cstring(name))), given)) != 0 {
			return struct{}{}, o.runtime.raised()
		}
		return struct{}{}, nil
	})
	return err
}

// Call calls the object with Go values, which become Python's:
//
//	bool, integers, floats, string   the same in Python
//	[]byte                           bytes, a copy (a slice of a type of your own, such as pixel, is lent)
//	other slices of numbers, []bool  a numpy array on Go's own memory, or a memoryview where numpy is not installed
//	other slices and arrays, maps    a list, a dict of converted elements
//	functions, Func                  a Python function
//	*Object, nil                     the object, None
//
// Keywords as the last argument are the keyword arguments.
//
// A slice of numbers is lent, not copied: Python may write to it, and Go must not read or write it at the same time.
// It stays pinned until the last Python object that sees it is gone. A byte other than 0 and 1 that Python has written
// into a []bool becomes true at the end of the call, and once more when that last object is gone; in between Go must not
// read it if Python goes on writing to it in another way than as bools.
//
// When ctx ends, Call returns its error and the call goes on unattended, in a goroutine and a thread of its own, with
// the arguments in use: nothing can stop a Python function from outside. An exception is an *Error.
func (o *Object) Call(ctx context.Context, arguments ...any) (*Object, error) {
	return Call[*Object](ctx, o, arguments...)
}

// Call calls f as the method Call does and converts the result as As does.
func Call[T any](ctx context.Context, f *Object, arguments ...any) (T, error) {
	return within(ctx, f.runtime, func() (result T, err error) {
		address, err := f.use()
		if err != nil {
			return result, err
		}
		defer f.unuse()
		answer, err := f.runtime.apply(address, arguments)
		if err != nil {
			return result, err
		}
		defer decref(answer)
		return take[T](f.runtime, answer)
	})
}

// apply calls function and returns a new reference to its result.
func (r *Runtime) apply(function uintptr, arguments []any) (uintptr, error) {
	var loans []*loan
	defer func() { r.settle(loans) }() // after the arguments are given up
	g := giver{Runtime: r, loans: &loans}
	var named uintptr
	if n := len(arguments); n > 0 {
		if keywords, ok := arguments[n-1].(Keywords); ok {
			var err error
			if named, err = g.give(map[string]any(keywords)); err != nil {
				return 0, fmt.Errorf("python: keywords: %w", err)
			}
			defer decref(named)
			arguments = arguments[:n-1]
		}
	}
	values := make([]uintptr, len(arguments)+2) // the first is the callee's to use, the last makes room for none
	defer func() { decref(values...) }()
	for i, argument := range arguments {
		var err error
		if values[i+1], err = g.give(argument); err != nil {
			return 0, fmt.Errorf("python: argument %d: %w", i+1, err)
		}
	}
	const mayUseFirst = 1 << 63 // PY_VECTORCALL_ARGUMENTS_OFFSET
	answer := call(api.PyObject_VectorcallDict, function,
		uintptr(unsafe.Pointer(&values[1])), uintptr(len(arguments))|mayUseFirst, named)
	runtime.KeepAlive(arguments)
	if answer == 0 {
		return 0, r.raised()
	}
	return answer, nil
}
