package bridge

import (
	"reflect"
	"unsafe"
)

// classes are the types that Python has classes of, by their numbers there: for a T the handles on *T, and interfaces.
var classes = map[reflect.Type]int{}

// Classes says which types Python has classes of, each by a nil pointer to it and in Python's order.
func Classes(all ...any) {
	for i, pointer := range all {
		classes[reflect.TypeOf(pointer).Elem()] = i
	}
}

// Face is an interface's value on its way from Python: the number of a handle, 0 for nil. Python has seen that its type
// implements I.
type Face[I any] struct{ number uint64 }

// Get returns it: the *T that a handle stands for, or what was in an interface when it came to Python.
func (f Face[I]) Get() (value I) {
	if f.number == 0 {
		return value
	}
	s := slotWith(f.number)
	if value, ok := s.held().(I); ok {
		return value
	}
	return s.value.(I) // a T of which only *T has these methods
}

// Dynamic is an interface's value on its way to Python: the number of a handle, 0 for nil, and its class.
type Dynamic[I any] struct {
	number uint64
	class  int
}

// Set gives it to Python, which has to drop the number as often as it gets it.
func (d *Dynamic[I]) Set(value I) { d.number, d.class = giveHeld(value, reflect.TypeFor[I]()) }

// opaque is what an interface holds whose type Python has no class of: it has one of the interface instead. A pointer is
// kept as an opaque, so that the same one is the same handle; else as an *opaque, since Go may not be able to compare it.
type opaque struct {
	class int
	value any
}

func giveHeld(value any, face reflect.Type) (number uint64, class int) {
	if value == nil {
		return 0, 0
	}
	of := reflect.TypeOf(value)
	isPointer := of.Kind() == reflect.Pointer
	switch {
	case !isPointer:
		if class, ok := classes[of]; ok {
			return objects.give(pointerToCopy(value), true), class
		}
	case !reflect.ValueOf(value).IsNil(): // one that is nil is not None, and Go may call its methods
		if class, ok := classes[of.Elem()]; ok {
			return objects.give(value, false), class
		}
	}
	class = classes[face]
	if isPointer {
		return objects.give(opaque{class, value}, false), class
	}
	return objects.give(&opaque{class, value}, false), class
}

// pointerToCopy is another one for each value, also where Go's own pointers to all values of a type are the same.
func pointerToCopy(value any) any {
	of := reflect.TypeOf(value)
	if of.Size() == 0 {
		return reflect.NewAt(of, unsafe.Pointer(new(byte))).Interface()
	}
	p := reflect.New(of)
	p.Elem().Set(reflect.ValueOf(value))
	return p.Interface()
}

// held is what an interface held, or holds from now on.
func (s *slot) held() any {
	switch value := s.value.(type) {
	case opaque:
		return value.value
	case *opaque:
		return value.value
	}
	if s.whole {
		return reflect.ValueOf(s.value).Elem().Interface()
	}
	return s.value
}

// Fault is an error on its way from Python: the number of a handle, or of an exception's error; 0 for nil.
type Fault struct {
	number      uint64
	isException uint64
}

// Get returns it.
func (f Fault) Get() error {
	if f.isException != 0 {
		return Held(f.number)
	}
	return Face[error]{f.number}.Get()
}

// Raisable is an error on its way to Python, which makes an exception of it and does not raise it.
type Raisable struct{ handle uint64 }

// Set gives it to Python; its number is Python's until gomagic_release.
func (r *Raisable) Set(err error) { r.handle = Hold(err) }
