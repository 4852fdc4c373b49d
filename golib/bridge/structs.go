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
	return &structure{joined(fields), func(number uint64, p unsafe.Pointer) { *(*T)(p) = *Handle[T]{number}.Get() }}
}

// OptionalOf is the codec of a field that is a *T, of which Python has a value or None: 1 and that value, or 0.
func OptionalOf[T any](value Codec) Codec {
	return &pointer{
		func(w *writer, p unsafe.Pointer) {
			at := *(**T)(p)
			if at == nil {
				w.int(0)
				return
			}
			w.int(1)
			value.pack(w, unsafe.Pointer(at))
		},
		func(r *reader, p unsafe.Pointer) {
			*(**T)(p) = nil
			if r.int() != 0 {
				made := new(T)
				value.unpack(r, unsafe.Pointer(made))
				*(**T)(p) = made
			}
		},
	}
}

// words is the codec of numbers of eight bytes that lie one behind the other, as they do in a parcel.
type words int

func (n words) pack(w *writer, p unsafe.Pointer) {
	copy(unsafe.Slice((*uint64)(w.take(int(n)*slotSize)), n), unsafe.Slice((*uint64)(p), n))
}

func (n words) unpack(r *reader, p unsafe.Pointer) {
	copy(unsafe.Slice((*uint64)(p), n), unsafe.Slice((*uint64)(r.take(int(n)*slotSize)), n))
}

// joined are the same fields, those of them together that cross at once.
func joined(fields []Field) (all []Field) {
	for _, f := range fields {
		if f.of == Codec(number(slotSize)) {
			f.of = words(1)
			if last := len(all) - 1; last >= 0 {
				if n, ok := all[last].of.(words); ok && all[last].at+uintptr(n)*slotSize == f.at {
					all[last].of = n + 1
					continue
				}
			}
		}
		all = append(all, f)
	}
	return all
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
