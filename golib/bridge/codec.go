package bridge

import (
	"unsafe"
)

// Codec writes values of one type to parcels and reads them. What it is given points to memory of that type, or of one
// that has it as its underlying type: names make no difference. cellgen puts one together for each type that needs it,
//
//	bridge.SliceOf[map[string]Point](bridge.MapOf[string, Point](bridge.TextOf(), …))
//
// and a parcel is read in the order in which these stand.
type Codec interface {
	pack(w *writer, p unsafe.Pointer)
	unpack(r *reader, p unsafe.Pointer)
}

// NumberOf is the codec of numbers and bools of so many bytes.
func NumberOf(size int) Codec { return number(size) }

type number int

func (size number) pack(w *writer, p unsafe.Pointer) {
	to := w.take(padded(int(size)))
	switch size {
	case 1:
		*(*uint64)(to) = uint64(*(*uint8)(p))
	case 2:
		*(*uint64)(to) = uint64(*(*uint16)(p))
	case 4:
		*(*uint64)(to) = uint64(*(*uint32)(p))
	case 8:
		*(*uint64)(to) = *(*uint64)(p)
	default:
		*(*[2]uint64)(to) = *(*[2]uint64)(p)
	}
}

func (size number) unpack(r *reader, p unsafe.Pointer) {
	from := r.take(padded(int(size)))
	switch size {
	case 1:
		*(*uint8)(p) = *(*uint8)(from)
	case 2:
		*(*uint16)(p) = *(*uint16)(from)
	case 4:
		*(*uint32)(p) = *(*uint32)(from)
	case 8:
		*(*uint64)(p) = *(*uint64)(from)
	default:
		*(*[2]uint64)(p) = *(*[2]uint64)(from)
	}
}

// TextOf is the codec of strings: a length, and their bytes.
func TextOf() Codec { return text{} }

type text struct{}

func (text) pack(w *writer, p unsafe.Pointer) {
	s := *(*string)(p)
	w.int(len(s))
	w.bytes(unsafe.Pointer(unsafe.StringData(s)), len(s))
}

func (text) unpack(r *reader, p unsafe.Pointer) { *(*string)(p) = string(r.bytes(r.int())) }

// BytesOf is the codec of []byte, which is a bytes object on its way out: as a string's, -1 for the length of nil.
func BytesOf() Codec { return byteSlice{} }

type byteSlice struct{}

func (byteSlice) pack(w *writer, p unsafe.Pointer) { NumbersOf(1).(numbers).copy(w, p) }

func (byteSlice) unpack(r *reader, p unsafe.Pointer) { NumbersOf(1).unpack(r, p) }

// NumbersOf is the codec of slices of numbers that have so many bytes each. They come as a length and their bytes, and go
// as an [Array] that Python reads in place.
func NumbersOf(size int) Codec { return numbers(size) }

type numbers int

// numberSlice is a slice of numbers of whichever type.
type numberSlice struct {
	p      unsafe.Pointer
	n, cap int
}

func (size numbers) pack(w *writer, p unsafe.Pointer) {
	if w.isBack {
		size.copy(w, p)
		return
	}
	s := (*numberSlice)(p)
	lent := lend(w.head, s.p, s.n)
	if lent.handle != 0 {
		w.lent = append(w.lent, lent.handle)
	}
	*(*Array)(w.take(int(unsafe.Sizeof(lent)))) = lent
}

func (size numbers) copy(w *writer, p unsafe.Pointer) {
	s := (*numberSlice)(p)
	if s.p == nil {
		w.int(-1)
		return
	}
	w.int(s.n)
	w.bytes(s.p, s.n*int(size))
}

func (size numbers) unpack(r *reader, p unsafe.Pointer) {
	n := r.int()
	if n < 0 {
		*(*numberSlice)(p) = numberSlice{}
		return
	}
	from := r.bytes(n * int(size))
	to := make([]uint64, padded(len(from))/slotSize) // so they are aligned whatever they are
	copy(unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(to))), len(from)), from)
	*(*numberSlice)(p) = numberSlice{unsafe.Pointer(unsafe.SliceData(to)), n, n}
}

// FixedOf is the codec of an array of numbers that has so many bytes in all.
func FixedOf(size int) Codec { return fixed(size) }

type fixed int

func (size fixed) pack(w *writer, p unsafe.Pointer) { w.bytes(p, int(size)) }

func (size fixed) unpack(r *reader, p unsafe.Pointer) {
	copy(unsafe.Slice((*byte)(p), int(size)), r.bytes(int(size)))
}

// ArrayOf is the codec of an array of n items that have so many bytes each.
func ArrayOf(n, size int, item Codec) Codec { return &array{n, size, item} }

type array struct {
	n, size int
	item    Codec
}

func (a *array) pack(w *writer, p unsafe.Pointer) {
	for i := range a.n {
		a.item.pack(w, unsafe.Add(p, i*a.size))
	}
}

func (a *array) unpack(r *reader, p unsafe.Pointer) {
	for i := range a.n {
		a.item.unpack(r, unsafe.Add(p, i*a.size))
	}
}

// SliceOf is the codec of a []T: a length, -1 for nil, and the items.
func SliceOf[T any](item Codec) Codec {
	var one T
	return &slice{int(unsafe.Sizeof(one)), item, func(p unsafe.Pointer, n int) unsafe.Pointer {
		made := make([]T, n)
		*(*[]T)(p) = made
		return unsafe.Pointer(unsafe.SliceData(made))
	}}
}

type slice struct {
	size int
	item Codec
	make func(p unsafe.Pointer, n int) unsafe.Pointer // puts a new slice to p, and returns where its items lie
}

func (s *slice) pack(w *writer, p unsafe.Pointer) {
	all := (*numberSlice)(p)
	if all.p == nil {
		w.int(-1)
		return
	}
	w.int(all.n)
	for i := range all.n {
		s.item.pack(w, unsafe.Add(all.p, i*s.size))
	}
}

func (s *slice) unpack(r *reader, p unsafe.Pointer) {
	n := r.int()
	if n < 0 {
		*(*numberSlice)(p) = numberSlice{}
		return
	}
	items := s.make(p, n)
	for i := range n {
		s.item.unpack(r, unsafe.Add(items, i*s.size))
	}
}

// NothingOf is the codec of struct{}.
func NothingOf() Codec { return nothing{} }

type nothing struct{}

func (nothing) pack(*writer, unsafe.Pointer)   {}
func (nothing) unpack(*reader, unsafe.Pointer) {}

// MapOf is the codec of a map[K]V: how many there are, -1 for nil, and each key with its value.
func MapOf[K comparable, V any](key, value Codec) Codec {
	return &dict{
		func(w *writer, p unsafe.Pointer) {
			m := *(*map[K]V)(p)
			if m == nil {
				w.int(-1)
				return
			}
			w.int(len(m))
			var k K
			var v V
			for k, v = range m {
				key.pack(w, unsafe.Pointer(&k))
				value.pack(w, unsafe.Pointer(&v))
			}
		},
		func(r *reader, p unsafe.Pointer) {
			n := r.int()
			if n < 0 {
				*(*map[K]V)(p) = nil
				return
			}
			m := make(map[K]V, n)
			for range n {
				var k K
				var v V
				key.unpack(r, unsafe.Pointer(&k))
				value.unpack(r, unsafe.Pointer(&v))
				m[k] = v
			}
			*(*map[K]V)(p) = m
		},
	}
}

type dict struct {
	packAll   func(w *writer, p unsafe.Pointer)
	unpackAll func(r *reader, p unsafe.Pointer)
}

func (d *dict) pack(w *writer, p unsafe.Pointer)   { d.packAll(w, p) }
func (d *dict) unpack(r *reader, p unsafe.Pointer) { d.unpackAll(r, p) }

// HandleOf is the codec of a *T: its number, as in [Handle].
func HandleOf[T any]() Codec {
	return &pointer{
		func(w *writer, p unsafe.Pointer) {
			var h Handle[T]
			h.Set(*(**T)(p))
			if h.number != 0 {
				w.given = append(w.given, h.number)
			}
			w.int(int(h.number))
		},
		func(r *reader, p unsafe.Pointer) { *(**T)(p) = (*Handle[T])(r.take(slotSize)).Get() },
	}
}

type pointer struct {
	packOne   func(w *writer, p unsafe.Pointer)
	unpackOne func(r *reader, p unsafe.Pointer)
}

func (c *pointer) pack(w *writer, p unsafe.Pointer)   { c.packOne(w, p) }
func (c *pointer) unpack(r *reader, p unsafe.Pointer) { c.unpackOne(r, p) }

// Later is a codec that is made after those that are made of it: of a type that holds values of itself.
func Later(c *Codec) Codec { return later{c} }

type later struct{ c *Codec }

func (l later) pack(w *writer, p unsafe.Pointer) {
	w.enter()
	defer w.leave()
	(*l.c).pack(w, p)
}

func (l later) unpack(r *reader, p unsafe.Pointer) { (*l.c).unpack(r, p) }
