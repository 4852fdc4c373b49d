package bridge

import "unsafe"

// Parcel is a value that has no lane of its own, on its way from Python or to it: its parts lie one behind the other in
// slots of eight bytes, as its [Codec] writes and reads them. C's side of it is pack.c and unpack.c.
type Parcel struct {
	p address
	n int // bytes
}

// Take makes of a parameter's parcel the value at p. All of it is Go's own: nothing refers to the parcel.
func (a *Parcel) Take(c Codec, p unsafe.Pointer) {
	a.take(&reader{}, c, p)
}

func (a *Parcel) take(r *reader, c Codec, p unsafe.Pointer) {
	r.p = *(*unsafe.Pointer)(unsafe.Pointer(&a.p))
	c.unpack(r, p)
}

// Pass is Take of a parameter with interfaces or sequences in it, and returns its Back: what they hold of what has come to Go
// is then what Python has, and not a copy.
func (a *Parcel) Pass(h *Head, i int, c Codec, p unsafe.Pointer) (back func()) {
	if h.wrote>>i&1 == 0 {
		a.Take(c, p)
		return func() {}
	}
	came := arrivals{}
	a.take(&reader{came: came}, c, p)
	return func() { a.fill(&writer{head: h, isBack: true, came: came}, c, p) }
}

// Back packs parameter i anew after the call, if Go writes to it, for C to see what is not as it was before. It is
// deferred, so it also holds after a panic.
func (a *Parcel) Back(h *Head, i int, c Codec, p unsafe.Pointer) {
	if h.wrote>>i&1 != 0 {
		a.fill(&writer{head: h, isBack: true}, c, p)
	}
}

// Give packs the value at p for Python.
func (a *Parcel) Give(h *Head, c Codec, p unsafe.Pointer) {
	a.give(&writer{head: h, p: h.scratch, room: h.room}, c, p)
}

func (a *Parcel) give(w *writer, c Codec, p unsafe.Pointer) {
	a.fill(w, c, p)
	if w.p == w.head.scratch {
		w.head.take(w.n)
	}
}

// Lend is Give of what has sequences in it, which go on in the span of the call's context.
func (a *Parcel) Lend(h *Head, span *Span, c Codec, p unsafe.Pointer) {
	a.give(&writer{head: h, p: h.scratch, room: h.room, span: span}, c, p)
}

func (a *Parcel) fill(w *writer, c Codec, p unsafe.Pointer) {
	defer w.letGo()
	c.pack(w, p)
	a.p, a.n = addressOf(w.p), w.n
	w.isDone = true
}

// writer writes a parcel: to C's stack as long as there is room, else to memory that C frees.
type writer struct {
	head    *Head
	p       unsafe.Pointer
	n, room int
	isOwn   bool // p is not C's stack
	isDone  bool
	isBack  bool // to be compared: numbers are copied, not lent
	came    arrivals
	span    *Span // of the sequences in it, or nil
	depth   int   // of values that may hold themselves
	lent    []uint64
	given   []uint64  // handles, which are Python's once all is written
	owned   []address // objects of Python's, the same
}

// deepest is how deep values may lie in one another that may hold themselves: a slice can, and then there is no end.
const deepest = 1000

func (w *writer) enter() {
	w.depth++
	if w.depth > deepest {
		panic("gomagic: a value lies in itself, or deeper than Python could have it")
	}
}

func (w *writer) leave() { w.depth-- }

// take returns the next n bytes, a multiple of eight.
func (w *writer) take(n int) unsafe.Pointer {
	if n > w.room-w.n {
		w.grow(n)
	}
	p := unsafe.Add(w.p, w.n)
	w.n += n
	return p
}

func (w *writer) grow(n int) {
	const least = 1024
	w.room = max(least, 2*w.room, w.n+n)
	if w.isOwn {
		w.p = grown(w.p, w.room)
		return
	}
	p := alloc(w.room)
	copy(unsafe.Slice((*byte)(p), w.n), unsafe.Slice((*byte)(w.p), w.n))
	w.p, w.isOwn = p, true
}

// letGo is for a panic: nobody reads what there is.
func (w *writer) letGo() {
	if w.isDone {
		return
	}
	if w.isOwn {
		free(w.p)
	}
	for _, handle := range w.lent {
		release(handle)
	}
	for _, object := range w.owned {
		unwant(object)
	}
	objects.Lock()
	defer objects.Unlock()
	for _, handle := range w.given {
		objects.drop(handle, 1)
	}
}

// int writes one slot.
func (w *writer) int(n int) { *(*int)(w.take(slotSize)) = n }

// bytes writes n bytes, and fills up their last slot with zeros.
func (w *writer) bytes(p unsafe.Pointer, n int) {
	if n == 0 {
		return
	}
	size := padded(n)
	to := w.take(size)
	*(*uint64)(unsafe.Add(to, size-slotSize)) = 0
	copy(unsafe.Slice((*byte)(to), n), unsafe.Slice((*byte)(p), n))
}

const slotSize = 8

// padded is how many bytes the slots have that n bytes take.
func padded(n int) int { return (n + slotSize - 1) &^ (slotSize - 1) }

// reader reads a parcel of C's, which has as much as the codec reads.
type reader struct {
	p       unsafe.Pointer
	came    arrivals   // to be filled
	feeders *[]*feeder // those that end with the call, to be filled
}

// take returns the next n bytes, a multiple of eight.
func (r *reader) take(n int) unsafe.Pointer {
	p := r.p
	r.p = unsafe.Add(p, n)
	return p
}

func (r *reader) int() int { return *(*int)(r.take(slotSize)) }

// bytes returns n bytes, which lie in the parcel.
func (r *reader) bytes(n int) []byte { return unsafe.Slice((*byte)(r.take(padded(n))), n) }
