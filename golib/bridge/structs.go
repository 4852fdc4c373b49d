package bridge

import "unsafe"

// Field is one of a struct's, at a distance from its start.
type Field struct {
	at uintptr
	of Codec
}

// At is a field for [StructOf].
func At(at uintptr, of Codec) Field { return Field{at, of} }

// StructOf is the codec of a T that is a struct: 0 and its fields in order, or the number of a handle that Python has on
// one, of which T is then a copy.
func StructOf[T any](fields ...Field) Codec {
	return &structure{fields, func(number uint64, p unsafe.Pointer) { *(*T)(p) = *Handle[T]{number}.Get() }}
}

type structure struct {
	fields []Field
	copy   func(number uint64, p unsafe.Pointer)
}

func (s *structure) pack(w *writer, p unsafe.Pointer) {
	w.int(0)
	for _, f := range s.fields {
		f.of.pack(w, unsafe.Add(p, f.at))
	}
}

func (s *structure) unpack(r *reader, p unsafe.Pointer) {
	if number := uint64(r.int()); number != 0 {
		s.copy(number, p)
		return
	}
	for _, f := range s.fields {
		f.of.unpack(r, unsafe.Add(p, f.at))
	}
}

// HeldOf is the codec of a T of which Python does not see all: the number of a handle on a copy.
func HeldOf[T any]() Codec {
	return &pointer{
		func(w *writer, p unsafe.Pointer) {
			var h Handle[T]
			made := *(*T)(p)
			h.Set(&made)
			w.given = append(w.given, h.number)
			w.int(int(h.number))
		},
		func(r *reader, p unsafe.Pointer) { *(*T)(p) = *(*Handle[T])(r.take(slotSize)).Get() },
	}
}
