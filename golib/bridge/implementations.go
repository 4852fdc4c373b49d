package bridge

import (
	"reflect"
	"runtime"
	"sync"
	"unsafe"
	"weak"
)

// Implementation is an object of Python's that Go has as an interface. cellgen makes a type of it for each interface, whose
// methods call those of the object. There is one for each object that an interface has, as long as Go keeps it: so what
// interfaces hold is equal where it is the same object.
type Implementation struct {
	of *implemented
	pythons
}

// pythons is an object of Python's with the methods that C knows it by: see methods.h.
type pythons struct{ object, methods address }

// Call calls the object's method of that number, as [Callable.Call] does.
func (i *Implementation) Call(method int, p unsafe.Pointer) {
	i.callable(method).Call(p)
	runtime.KeepAlive(i)
}

// Try is Call of a method whose last result is an error, as [Callable.Try] is.
func (i *Implementation) Try(method int, p unsafe.Pointer) error {
	err := i.callable(method).Try(p)
	runtime.KeepAlive(i)
	return err
}

func (i *Implementation) callable(method int) *Callable {
	return &Callable{of: i.of.methods[method], object: i.object, method: i.methods + address(method)*sizeOfMethod}
}

// implemented is an interface that Python can implement.
type implemented struct {
	as      any // func(*Implementation) I
	methods []*function
}

// Both by their types: interfaces, and what cellgen has made for them.
var (
	implementable = map[reflect.Type]*implemented{}
	adapters      = map[reflect.Type]bool{}
)

// Implement has Python implement I by objects with these methods. as makes one an I.
func Implement[I any](as func(*Implementation) I, methods ...Method) {
	of := &implemented{as: as, methods: methods}
	implementable[reflect.TypeFor[I]()] = of
	adapters[reflect.TypeOf(as(nil))] = true
}

// Method is what a method takes and gives: as a func in [FuncOf].
type Method = *function

// MethodOf is one with so many arguments: the first fields of the struct in which these and its results lie.
func MethodOf(arguments int, fields ...Field) Method {
	return &function{arguments: fields[:arguments], results: fields[arguments:]}
}

// implementations are those that there are. An object is kept by Go as long as there is one of it, so that its address is no
// other's.
var implementations = struct {
	sync.Mutex
	by map[pythons]weak.Pointer[Implementation]
}{by: map[pythons]weak.Pointer[Implementation]{}}

// implementationOf is the one of an object. fresh makes it. Nobody waits for the GIL under the lock: who has that may be
// waiting for this.
func implementationOf(what pythons, fresh func() *Implementation) *Implementation {
	implementations.Lock()
	known := implementations.by[what].Value()
	implementations.Unlock()
	if known != nil {
		return known
	}
	refer(what.object)
	implementations.Lock()
	if known := implementations.by[what].Value(); known != nil {
		implementations.Unlock()
		unwant(what.object)
		return known
	}
	defer implementations.Unlock()
	made := fresh()
	implementations.by[what] = weak.Make(made)
	runtime.AddCleanup(made, forgetImplementation, what)
	return made
}

func forgetImplementation(what pythons) {
	implementations.Lock()
	if implementations.by[what].Value() == nil { // else there is a new one of the same object
		delete(implementations.by, what)
	}
	implementations.Unlock()
	unwant(what.object)
}

// implementedBy is the object by which Python implements what an interface holds, with a reference for Python; 0 if that
// is Go's own.
func implementedBy(value reflect.Value) address {
	if !adapters[value.Type()] {
		return 0
	}
	i := (*Implementation)(value.UnsafePointer())
	refer(i.object)
	runtime.KeepAlive(i)
	return i.object
}
