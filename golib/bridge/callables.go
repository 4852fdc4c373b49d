package bridge

import (
	"runtime"
	"sync"
	"unsafe"
)

// FuncOf is the codec of an F, a func. wrap makes one of a callable of Python's. The fields are those of the struct in which
// it puts its arguments, so many of them, and finds its results.
func FuncOf[F any](wrap func(*Callable) F, arguments int, fields ...Field) Codec {
	return &function{arguments: fields[:arguments], results: fields[arguments:], put: func(p unsafe.Pointer, c *Callable) { *(*F)(p) = wrap(c) }}
}

type function struct {
	arguments, results []Field
	put                func(p unsafe.Pointer, c *Callable)
}

// inParcel is a func in a parcel: callables.h says what these are, and what follows. A sequence is the same, see iterables.h.
type inParcel struct {
	object      address
	number      uint64
	form, param address
}

type funcInParcel struct {
	inParcel
	turns address // or 0
}

// lentCallable is the number of a callable that Go does not keep beyond the call: the compiler says so.
const lentCallable = 1<<64 - 1

// A func is a pointer to its code and to what it has captured, by which it is known again: the same one is the same object
// in Python, and a callable of Python's comes out as itself.
type goFunc struct {
	p  unsafe.Pointer
	of *function
}

// Func is a func of Go's that Python calls: the number of its handle.
type Func[F any] struct{ number uint64 }

// Get returns it.
func (f Func[F]) Get() F {
	p := slotWith(f.number).value.(goFunc).p
	return *(*F)(unsafe.Pointer(&p))
}

// wrapped are the funcs that stand for callables, by their places. These are numbers, which keep nothing, and any func may
// lie there later: an entry is right of one with the same code, since another one of that code has been entered for it.
var wrapped = struct {
	sync.Mutex
	last uint64
	by   map[address]wrapping
}{by: map[address]wrapping{}}

type wrapping struct {
	inParcel
	at, code address
	id       uint64
}

func (f *function) unpack(r *reader, p unsafe.Pointer) {
	in := *(*funcInParcel)(r.take(int(unsafe.Sizeof(funcInParcel{}))))
	switch {
	case in.number == lentCallable:
		f.put(p, &Callable{f, in.object, 0, in.form, in.param, *(**turns)(unsafe.Pointer(&in.turns))})
	case in.number != 0:
		*(*unsafe.Pointer)(p) = slotWith(in.number).value.(goFunc).p
	case in.object == 0:
		*(*unsafe.Pointer)(p) = nil
	default:
		f.wrap(in.inParcel, p)
	}
}

func (f *function) wrap(in inParcel, p unsafe.Pointer) {
	c := &Callable{f, in.object, 0, in.form, in.param, nil}
	refer(in.object)
	f.put(p, c)
	wrapped.Lock()
	defer wrapped.Unlock()
	wrapped.last++
	at := *(*unsafe.Pointer)(p)
	entry := wrapping{in, addressOf(at), *(*address)(at), wrapped.last}
	wrapped.by[entry.at] = entry
	runtime.AddCleanup(c, forgetCallable, entry)
}

func forgetCallable(entry wrapping) {
	wrapped.Lock()
	if wrapped.by[entry.at].id == entry.id {
		delete(wrapped.by, entry.at)
	}
	wrapped.Unlock()
	unwant(entry.object)
}

func (f *function) pack(w *writer, p unsafe.Pointer) {
	var out funcInParcel
	if at := *(*unsafe.Pointer)(p); at != nil {
		wrapped.Lock()
		entry, ok := wrapped.by[addressOf(at)]
		wrapped.Unlock()
		if ok && entry.code == *(*address)(at) {
			out.inParcel = entry.inParcel
			refer(out.object)
			w.owned = append(w.owned, out.object)
			runtime.KeepAlive(at)
		} else {
			out.number = objects.give(goFunc{at, f})
			w.given = append(w.given, out.number)
		}
	}
	*(*funcInParcel)(w.take(int(unsafe.Sizeof(out)))) = out
}

// packArguments writes those of a call of Python's, which lie in the struct at p.
func (f *function) packArguments(w *writer, p unsafe.Pointer) {
	defer w.letGo()
	for _, one := range f.arguments {
		one.of.pack(w, unsafe.Add(p, one.at))
	}
	w.isDone = true
}

func (f *function) unpackResults(r *reader, p unsafe.Pointer) {
	for _, one := range f.results {
		one.of.unpack(r, unsafe.Add(p, one.at))
	}
}
