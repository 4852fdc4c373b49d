package bridge

import (
	"reflect"
	"unsafe"
)

// classes are the types that Python has classes of, by their numbers there: for a T the handles on *T, and interfaces.
var classes = map[reflect.Type]uint32{}

// Classes says which types Python has classes of, each by a nil pointer to it and in Python's order; nil of a type with
// type parameters, of which there are no values.
func Classes(all ...any) {
	for i, pointer := range all {
		if pointer != nil {
			classes[reflect.TypeOf(pointer).Elem()] = uint32(i)
		}
	}
}

// Face is an interface's value on its way from Python: the number of a handle, 0 for nil. Python has seen that its type
// implements I. Or it is the address of an object of Python's that does, and that of its methods.
type Face[I any] struct {
	number uint64
	of     uint64
}

// What a number in Python's hands stands for; C's side of it is in faces.c.
const (
	ofHandle    = iota // a *T, or an opaque
	ofValue            // a T, by the *T that a handle stands for
	ofException        // an error
	ofMethods          // from here on: the address of the methods of an object of Python's
)

// Get returns it: the *T that a handle stands for or its T, or what was in an interface when it came to Python.
func (f Face[I]) Get() (value I) {
	if f.number == 0 {
		return value
	}
	if f.of >= ofMethods {
		what, face := pythons{address(f.number), address(f.of)}, reflect.TypeFor[I]()
		if f.of&ofFile != 0 {
			return streams[face].(func(*File) I)(fileOf(what))
		}
		of := implementable[face]
		return of.as.(func(*Implementation) I)(implementationOf(what, func() *Implementation { return &Implementation{of, what} }))
	}
	if f.of == ofValue {
		if value, ok := reflect.ValueOf(slotWith(f.number).value).Elem().Interface().(I); ok {
			return value
		}
	}
	return Holder[I]{f.number}.Get() // perhaps of a T of which only *T has these methods
}

// Holder is Face for what a method is called on.
type Holder[I any] struct{ number uint64 }

// Get returns it.
func (h Holder[I]) Get() I {
	switch held := slotWith(h.number).value.(type) {
	case opaque:
		return held.value.(I)
	case *opaque:
		return held.value.(I)
	default:
		return held.(I)
	}
}

// Dynamic is an interface's value on its way to Python: the number of a handle, 0 for nil, its class, and whether it is a
// T that has been copied to where the handle points. Or it is the address of an object of Python's.
type Dynamic[I any] struct {
	number    uint64
	class, is uint32
}

// What that is; C's side of it is in faces.c.
const (
	isPointer = iota
	isValue
	isPythons
)

// Set gives it to Python, which has to drop the number as often as it gets it, and gets a reference to the object.
func (d *Dynamic[I]) Set(value I) {
	d.number, d.class, d.is = giveHeld(value, reflect.TypeFor[I]())
}

// opaque is what an interface holds whose type Python has no class of: it has one of the interface instead. A pointer is
// kept as an opaque, so that the same one is the same handle; else as an *opaque, since Go may not be able to compare it.
type opaque struct {
	class uint32
	value any
}

func giveHeld(value any, face reflect.Type) (number uint64, class, is uint32) {
	if value == nil {
		return 0, 0, isPointer
	}
	of := reflect.TypeOf(value)
	points := of.Kind() == reflect.Pointer
	switch {
	case !points:
		if class, ok := classes[of]; ok {
			return objects.give(pointerToCopy(value)), class, isValue
		}
	case !reflect.ValueOf(value).IsNil(): // one that is nil is not None, and Go may call its methods
		if object := implementedBy(reflect.ValueOf(value)); object != 0 {
			return uint64(object), 0, isPythons
		}
		if class, ok := classes[of.Elem()]; ok {
			return objects.give(value), class, isPointer
		}
	}
	class = classes[face]
	if points {
		return objects.give(opaque{class, value}), class, isPointer
	}
	return objects.give(&opaque{class, value}), class, isValue
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

// FaceOf is the codec of an interface: it comes as a [Face], and goes as a [Dynamic].
func FaceOf[I any]() Codec {
	return &pointer{
		func(w *writer, p unsafe.Pointer) {
			value := any(*(*I)(p))
			var d Dynamic[I]
			if d.number = w.came.next(value); d.number != 0 {
				objects.giveAgain(d.number)
			} else {
				d.Set(*(*I)(p))
			}
			switch {
			case d.is == isPythons:
				w.owned = append(w.owned, address(d.number))
			case d.number != 0:
				w.given = append(w.given, d.number)
			}
			*(*Dynamic[I])(w.take(2 * slotSize)) = d
		},
		func(r *reader, p unsafe.Pointer) {
			face := (*Face[I])(r.take(2 * slotSize))
			*(*I)(p) = face.Get()
			if face.of < ofMethods {
				r.came.add(*(*I)(p), face.number)
			}
		},
	}
}

// arrivals are the numbers by which values have come from Python that interfaces hold, by where these have them: there Go
// never changes them, so what is there after the call is what has come, wherever it has been put. Several values without
// bytes lie in one place. nil: nobody asks.
type arrivals map[[2]unsafe.Pointer][]uint64

func placeOf(value any) [2]unsafe.Pointer { return *(*[2]unsafe.Pointer)(unsafe.Pointer(&value)) }

func (a arrivals) add(value any, number uint64) {
	if a != nil && value != nil {
		a[placeOf(value)] = append(a[placeOf(value)], number)
	}
}

// next is the number of a value that has come, 0 if it has not.
func (a arrivals) next(value any) (number uint64) {
	place := placeOf(value)
	numbers := a[place]
	if len(numbers) > 0 {
		number = numbers[0]
	}
	if len(numbers) > 1 {
		a[place] = numbers[1:]
	}
	return number
}

// Fault is an error on its way from Python: a Face, the number of an exception's error, or an exception of Python's own.
type Fault Face[error]

// Get returns it.
func (f Fault) Get() error {
	switch {
	case f.of == ofException:
		return Held(f.number)
	case f.of >= ofMethods:
		what := pythons{address(f.number), address(f.of)}
		return (*passedError)(implementationOf(what, func() *Implementation { return &Implementation{ofExceptions, what} }))
	}
	return Face[error](f).Get()
}

// Raisable is an error on its way to Python, which makes an exception of it and does not raise it.
type Raisable struct{ handle uint64 }

// Set gives it to Python; its number is Python's until gomagic_release.
func (r *Raisable) Set(err error) { r.handle = Hold(err) }

// SetSome is Set for an error that is of another type than error: a nil pointer there is no error.
func (r *Raisable) SetSome(err error) { r.handle = HoldSome(err) }

// FaultOf is the codec of error: it comes as a [Fault], and goes as a [Raisable] and the number by which it has come.
func FaultOf() Codec {
	return &pointer{
		func(w *writer, p unsafe.Pointer) {
			err := *(*error)(p)
			handle := Hold(err)
			if handle != 0 {
				w.lent = append(w.lent, handle)
			}
			*(*[2]uint64)(w.take(2 * slotSize)) = [2]uint64{handle, w.came.next(err)}
		},
		func(r *reader, p unsafe.Pointer) {
			fault := (*Fault)(r.take(2 * slotSize))
			*(*error)(p) = fault.Get()
			r.came.add(*(*error)(p), fault.number)
		},
	}
}
