package bridge

import (
	"runtime"
	"slices"
	"strings"
	"sync"
	"unsafe"
)

// Head is the first part of a block; `head` in block.h is the same in C.
type Head struct {
	own   uint64 // bit i: parameter i may be kept by Go, which gets a copy of its own
	wrote uint64 // bit i: what Go writes to parameter i is to be seen by the caller
	lent  *region
	lents int
	// Room on C's stack for short text, which then needs no malloc.
	scratch unsafe.Pointer
	room    int
	err     uint64

	shim     int // which function of the table to run
	loans    int // how many slices the block lends
	panicked uint64
	thread   unsafe.Pointer // Python's, of a call that runs without the GIL
}

// region is memory that the caller lends for this call and in which a result may lie.
type region struct {
	start unsafe.Pointer
	size  uintptr // bytes; of one element if there are rows
	rows  int     // 0, or start points to that many slice headers
}

// Fail hands the function's error result to Python.
func (h *Head) Fail(err error) { h.err = Hold(err) }

// Alone keeps Python's other threads from running until the call returns: what follows happens at once for them.
func (h *Head) Alone() {
	if h.thread != nil {
		h.aloneInC()
	}
}

// large is from how many bytes on Python's other threads run while a variable's value is copied.
const large = 1 << 20

// Apart returns the value of a variable for Python. It has been read at once for Python's other threads; if it is large
// they run from here on. Set never changes what has been read: it puts another value in its place.
func Apart[T ~string | ~[]byte](h *Head, value T) T {
	if len(value) >= large {
		h.apart()
	}
	return value
}

// ApartAll is Apart for a []string or [][]byte.
func ApartAll[T ~string | ~[]byte](h *Head, values []T) []T {
	bytes := 0
	for i := 0; i < len(values) && bytes < large; i++ {
		bytes += int(unsafe.Sizeof(values[i])) + len(values[i])
	}
	if bytes >= large {
		h.apart()
	}
	return values
}

// ApartRows is Apart for a [][]T. To pin a row takes as long as to copy some thousand bytes.
func ApartRows[T any](h *Head, rows [][]T) [][]T {
	if len(rows) >= large>>10 {
		h.apart()
	}
	return rows
}

var copying sync.Mutex

// Exclusive is for a variable that is a large array, of which Get and Set copy every word: Python's other threads run from
// here on, and one that wants to do the same waits without the GIL, so that nobody sees half of a value. What it returns
// ends that.
func (h *Head) Exclusive() (end func()) {
	h.apart()
	copying.Lock()
	return copying.Unlock
}

func (h *Head) apart() {
	if h.thread == nil {
		h.apartInC()
	}
}

// String returns parameter i, a string in Python's memory, which is valid for the call; a copy if Go may keep it.
func (h *Head) String(i int, s string) string {
	if h.own>>i&1 != 0 {
		return strings.Clone(s)
	}
	return s
}

// lends tells whether p lies in memory of the caller.
func (h *Head) lends(p unsafe.Pointer) bool {
	for _, r := range unsafe.Slice(h.lent, h.lents) {
		if r.rows == 0 {
			if uintptr(p)-uintptr(r.start) < r.size {
				return true
			}
			continue // start is no slice header, and may be Go's own memory
		}
		for _, row := range unsafe.Slice((*[]byte)(r.start), r.rows) {
			if uintptr(p)-uintptr(unsafe.Pointer(unsafe.SliceData(row))) < r.size*uintptr(len(row)) {
				return true
			}
		}
	}
	return false
}

// Number is a bool, integer or float: a T at the start of its slot.
type Number[T any] struct{ slot int64 }

// Get reads it.
func (n *Number[T]) Get() T { return *(*T)(unsafe.Pointer(&n.slot)) }

// Set writes it.
func (n *Number[T]) Set(v T) { *(*T)(unsafe.Pointer(&n.slot)) = v }

// Complex is Number for a complex T, in two slots.
type Complex[T any] struct{ slots [2]int64 }

// Get reads it.
func (n *Complex[T]) Get() T { return *(*T)(unsafe.Pointer(&n.slots)) }

// Set writes it.
func (n *Complex[T]) Set(v T) { *(*T)(unsafe.Pointer(&n.slots)) = v }

// Slice is a parameter []T in the caller's memory. It has no methods: Go compiles all of these for each T that a cell has,
// used or not, and with 14 of them that takes 0.4 s.
type Slice[T any] struct {
	p *T
	n int
}

// In returns parameter i for the call: the caller's memory itself, or a copy if Go may keep it.
func In[T any](h *Head, i int, s Slice[T]) []T {
	if h.own>>i&1 != 0 {
		return slices.Clip(slices.Clone(unsafe.Slice(s.p, s.n))) // behind which there is nothing, as in the caller's memory
	}
	return unsafe.Slice(s.p, s.n)
}

// Back writes what Go has written to its copy into the caller's memory. It is deferred, so it also holds after a panic.
func Back[T any](h *Head, i int, s Slice[T], in []T) {
	if h.own&h.wrote>>i&1 != 0 {
		copy(unsafe.Slice(s.p, s.n), in)
	}
}

// Before returns what stands in parameter i before the call, for Merge; nil unless Go works on a copy that it writes to.
func Before[T any](h *Head, i int, s Slice[T]) []T {
	if h.own&h.wrote>>i&1 == 0 {
		return nil
	}
	return slices.Clone(unsafe.Slice(s.p, s.n))
}

// Merge is Back in a call of several slices. They may lie in one piece of the caller's memory, so only what has changed
// in this one is written: the rest would undo what Go has written to another.
func Merge[T any](h *Head, i int, s Slice[T], in, before []T) {
	if h.own&h.wrote>>i&1 != 0 {
		merge(unsafe.Slice(s.p, s.n), in, before)
	}
}

// Strings is a parameter []string: its headers in C's memory, its text in Python's.
type Strings struct {
	p *string
	n int
}

// In returns parameter i for the call: the caller's memory itself, or a deep copy if Go may keep or change it. A Go
// string must not be stored in C's memory, where the garbage collector would not see it.
func (s Strings) In(h *Head, i int) []string {
	view := unsafe.Slice(s.p, s.n)
	if h.own>>i&1 == 0 {
		return view
	}
	in := make([]string, len(view))
	for j, text := range view {
		in[j] = strings.Clone(text)
	}
	return in
}

// Back puts a C copy of each string that Go has changed where C finds it.
func (s Strings) Back(h *Head, i int, in []string) {
	if h.own&h.wrote>>i&1 == 0 {
		return
	}
	for j, text := range unsafe.Slice(s.p, s.n) {
		if in[j] != text {
			p := alloc(len(in[j]))
			copy(unsafe.Slice((*byte)(p), len(in[j])), in[j])
			*(*Text)(unsafe.Add(unsafe.Pointer(s.p), j*int(unsafe.Sizeof("")))) = Text{addressOf(p), len(in[j])}
		}
	}
}

// address is where something lies that goes out. It is a number, since where Go stores a pointer, the garbage collector
// looks at what stood there before; and in C's memory that can be anything, even what was a pointer of Go's once. What
// lies there is kept by C, by the caller, or by a Pinner.
type address uintptr

func addressOf(p unsafe.Pointer) address { return address(uintptr(p)) }

// Text is a string or []byte on its way to Python, in C's memory.
type Text struct {
	p address
	n int
}

// Text copies s for C: to its stack if it is short, else to memory that C frees.
func (h *Head) Text(s string) Text {
	p := h.take(len(s))
	copy(unsafe.Slice((*byte)(p), len(s)), s)
	return Text{addressOf(p), len(s)}
}

// Bytes is Text for a []byte.
func (h *Head) Bytes(b []byte) Text { return h.Text(unsafe.String(unsafe.SliceData(b), len(b))) }

func (h *Head) take(n int) unsafe.Pointer {
	if n > h.room {
		return alloc(n)
	}
	p := h.scratch
	h.scratch, h.room = unsafe.Add(p, n), h.room-n
	return p
}

// Texts is a []string or [][]byte on its way to Python: n lengths of eight bytes, then the text, in one piece of C's
// memory, which C frees.
type Texts struct {
	p address
	n int
}

// Pack copies strings or byte slices for C.
func Pack[T ~string | ~[]byte](all []T) Texts {
	size := 8 * len(all)
	for _, text := range all {
		size += len(text)
	}
	p := alloc(size)
	lengths := unsafe.Slice((*int)(p), len(all))
	to := unsafe.Slice((*byte)(p), size)[8*len(all):]
	for i, text := range all {
		lengths[i] = len(text)
		to = to[copy(to, text):]
	}
	return Texts{addressOf(p), len(all)}
}

// Array is a []T on its way to Python, which reads and writes it in place.
type Array struct {
	p      address
	n      int
	handle uint64 // 0: the memory is one that the caller has lent, or there is none
}

// Lend hands a slice to Python without a copy: it is pinned until Python's last array over it is gone. A slice over memory
// that is not Go's, such as a file that is mapped, is the cell's own matter: nobody here knows for how long it stays.
func Lend[T any](h *Head, s []T) Array { return lend(h, unsafe.Pointer(unsafe.SliceData(s)), len(s)) }

func lend(h *Head, p unsafe.Pointer, n int) Array {
	if n == 0 || h.lends(p) {
		return Array{addressOf(p), n, 0}
	}
	return pin(p, n, 0)
}

// pinned is what keeps an array that Python has. bytes: of its memory, if nobody has it when Python has it no longer, see
// rooms.go.
type pinned struct {
	runtime.Pinner
	start unsafe.Pointer
	bytes int
}

func (one *pinned) dropped(isFree bool) {
	one.Unpin()
	if isFree && one.bytes >= leastRoom {
		keepRoom(one.start, one.bytes)
	}
}

func pin(p unsafe.Pointer, n, bytes int) Array {
	if n == 0 {
		return Array{addressOf(p), 0, 0}
	}
	one := &pinned{start: p, bytes: bytes}
	one.Pin(p) // leaves alone what is not in Go's heap
	return Array{addressOf(p), n, hold(one)}
}

// Arrays is a [][]T on its way to Python: n Arrays in C's memory, which C frees.
type Arrays struct {
	p address
	n int
}

// LendAll hands each row to Python without a copy.
func LendAll[T any](h *Head, rows [][]T) Arrays {
	p := alloc(len(rows) * int(unsafe.Sizeof(Array{})))
	to := unsafe.Slice((*Array)(p), len(rows))
	for i, row := range rows {
		to[i] = Lend(h, row)
	}
	return Arrays{addressOf(p), len(rows)}
}
