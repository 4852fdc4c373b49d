package python

import (
	"reflect"
	"runtime"
	"sync"
	"sync/atomic"
	"unsafe"
)

// form is how the elements of a slice look from Python. size is in bytes; letter is the format of Python's module
// struct, with a zero byte at its end; number is that of numpy's type, such as NPY_DOUBLE.
type form struct {
	size   uintptr
	letter [2]byte
	number uintptr
}

// boolean is the letter of bools.
var boolean = [2]byte{'?'}

// numbers holds the form of each kind of Go that is lent; the size of the others is 0. 64 bits are NPY_LONG, which
// they are on every system that Go and Python share but Windows.
var numbers = [reflect.UnsafePointer + 1]form{
	reflect.Bool:    {1, boolean, 0},
	reflect.Int8:    {1, [2]byte{'b'}, 1},
	reflect.Uint8:   {1, [2]byte{'B'}, 2},
	reflect.Int16:   {2, [2]byte{'h'}, 3},
	reflect.Uint16:  {2, [2]byte{'H'}, 4},
	reflect.Int32:   {4, [2]byte{'i'}, 5},
	reflect.Uint32:  {4, [2]byte{'I'}, 6},
	reflect.Int64:   {8, [2]byte{'q'}, 7},
	reflect.Uint64:  {8, [2]byte{'Q'}, 8},
	reflect.Int:     {8, [2]byte{'q'}, 7},
	reflect.Uint:    {8, [2]byte{'Q'}, 8},
	reflect.Uintptr: {8, [2]byte{'Q'}, 8},
	reflect.Float32: {4, [2]byte{'f'}, 11},
	reflect.Float64: {8, [2]byte{'d'}, 12},
}

// lender lends the memory of Go's slices to Python. For each it has an exporter, a Python object that the views hold:
// when only Go holds it the last view is gone, and nothing less is safe, since numpy's arrays go on reading through a
// memoryview that was released.
type lender struct {
	kind  uintptr // the exporter's type
	numpy atomic.Pointer[numpy]

	mutex sync.Mutex
	count int               // slices that Python sees
	held  map[uintptr]*loan // those that outlive their call, by exporter
	spare []*loan           // for the next ones
}

// spares is how many exporters are kept for the next slices.
const spares = 64

// loan is a slice in the hands of Python, until unpinned.
type loan struct {
	exporter uintptr // with a reference of ours until it is held
	pinner   runtime.Pinner
	truths   truths
}

// empty stands for the memory of slices that have none.
var empty [8]byte

// lend makes an object that shows count elements at data, for the time of a call.
func (g giver) lend(data unsafe.Pointer, count int, f *form) (uintptr, error) {
	numpy := g.numpy.Load()
	if numpy == nil {
		var err error
		if numpy, err = g.findNumPy(); err != nil {
			return 0, err
		}
	}
	l := g.newLoan()
	if l == nil {
		return 0, g.raised()
	}
	*g.loans = append(*g.loans, l)
	if count == 0 {
		data = unsafe.Pointer(&empty)
	}
	l.pinner.Pin(data)
	l.truths = truthsAt(data, count, f)
	*at[exported](l.exporter + head) = exported{
		data:   uintptr(data),
		count:  uintptr(count),
		size:   f.size,
		letter: uintptr(unsafe.Pointer(&f.letter)),
	}
	if numpy.array != 0 {
		return g.made(numpy.view(l.exporter, f))
	}
	return g.made(call(api.PyMemoryView_FromObject, l.exporter))
}

// newLoan returns a loan with an exporter; nil if Python has no memory.
func (l *lender) newLoan() *loan {
	l.mutex.Lock()
	if n := len(l.spare); n > 0 {
		defer l.mutex.Unlock()
		loan := l.spare[n-1]
		l.spare = l.spare[:n-1]
		l.count++
		return loan
	}
	l.mutex.Unlock()
	exporter := call(api.PyType_GenericAlloc, l.kind, 0)
	if exporter == 0 {
		return nil
	}
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.count++
	return &loan{exporter: exporter}
}

// settle ends the loans of a call, and leaves those that Python still sees to the end of their exporter.
func (l *lender) settle(loans []*loan) {
	for _, loan := range loans {
		loan.truths.mend()
		if !l.keep(loan) {
			decref(loan.exporter)
		}
	}
}

// keep takes back a loan that Python no longer sees; false if it does, or if enough are kept.
func (l *lender) keep(loan *loan) bool {
	// The count of references is an object's first field; not so in a Python without the GIL, whose head is larger.
	const withGIL = 16
	alone := head == withGIL && *at[uint32](loan.exporter) == 1
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if !alone || len(l.spare) == spares {
		l.held[loan.exporter] = loan
		return false
	}
	loan.pinner.Unpin()
	l.count--
	l.spare = append(l.spare, loan)
	return true
}

// end unpins the slice of an exporter that is no more.
func (l *lender) end(exporter uintptr) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.held[exporter].truths.mend()
	l.held[exporter].pinner.Unpin()
	delete(l.held, exporter)
	l.count--
}

func (l *lender) views() int {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.count
}
