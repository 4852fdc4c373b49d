package python

import (
	"errors"
	"reflect"
	"runtime"
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/ebitengine/purego"
)

// form is how the elements of a slice look from Python. size is in bytes; format is a letter of Python's module struct,
// which numpy knows too, with a zero byte at its end.
type form struct {
	size   uintptr
	format [2]byte
}

// numbers holds the form of each kind of Go that is lent; the size of the others is 0.
var numbers = [reflect.UnsafePointer + 1]form{
	reflect.Bool:    {1, [2]byte{'?'}},
	reflect.Int8:    {1, [2]byte{'b'}},
	reflect.Uint8:   {1, [2]byte{'B'}},
	reflect.Int16:   {2, [2]byte{'h'}},
	reflect.Uint16:  {2, [2]byte{'H'}},
	reflect.Int32:   {4, [2]byte{'i'}},
	reflect.Uint32:  {4, [2]byte{'I'}},
	reflect.Int64:   {8, [2]byte{'q'}},
	reflect.Uint64:  {8, [2]byte{'Q'}},
	reflect.Int:     {8, [2]byte{'q'}},
	reflect.Uint:    {8, [2]byte{'Q'}},
	reflect.Uintptr: {8, [2]byte{'Q'}},
	reflect.Float32: {4, [2]byte{'f'}},
	reflect.Float64: {8, [2]byte{'d'}},
}

// loan follows the head of the Python object that exports a slice.
type loan struct {
	token  uintptr // of its pin
	data   uintptr
	count  uintptr
	size   uintptr // of an element
	format uintptr
}

// buffer is Py_buffer.
type buffer struct {
	data, object          uintptr
	bytes, itemsize       uintptr
	readonly, dimensions  int32
	format, shape, stride uintptr
	_, _                  uintptr
}

// lender makes Python objects that export the memory of Go's slices. Each pins its slice until it is freed, which is
// when the last view is gone: a memoryview can be released while numpy arrays go on reading through it, so nothing
// less than the end of the exporter will do.
type lender struct {
	kind  uintptr // the exporter's type
	numpy atomic.Pointer[numpy]
	pins
}

// numpy is what is needed of the module; the zero numpy stands for a Python that has none.
type numpy struct {
	module     uintptr
	frombuffer uintptr // a name in it
	dtypes     map[*form]uintptr
}

// pins holds what keeps the slices in place, by token.
type pins struct {
	mutex sync.Mutex
	last  uintptr
	held  map[uintptr]*runtime.Pinner
	spare []*runtime.Pinner
}

func (p *pins) pin(data unsafe.Pointer) (token uintptr) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	var pinner *runtime.Pinner
	if n := len(p.spare); n > 0 {
		pinner, p.spare = p.spare[n-1], p.spare[:n-1]
	} else {
		pinner = new(runtime.Pinner)
	}
	pinner.Pin(data)
	p.last++
	p.held[p.last] = pinner
	return p.last
}

func (p *pins) unpin(token uintptr) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	pinner := p.held[token]
	delete(p.held, token)
	pinner.Unpin()
	p.spare = append(p.spare, pinner)
}

func (p *pins) count() int {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	return len(p.held)
}

// empty stands for the memory of slices that have none.
var empty [8]byte

// prepare makes the exporter's type, with two functions of Go: one tells what Python sees, the other ends the loan.
func (l *lender) prepare() error {
	l.held = map[uintptr]*runtime.Pinner{}
	type slot struct {
		id    int32
		value uintptr
	}
	const getBuffer, dealloc = 1, 52 // Py_bf_getbuffer, Py_tp_dealloc
	slots := &[3]slot{{getBuffer, purego.NewCallback(export)}, {dealloc, purego.NewCallback(l.end)}}
	name := cstring("gomagic.view")
	spec := &struct {
		name           *byte
		size, itemsize int32
		flags          uint32
		slots          *[3]slot
	}{name: name, size: int32(head + unsafe.Sizeof(loan{})), slots: slots}
	l.kind = call(api.PyType_FromSpec, uintptr(unsafe.Pointer(spec)))
	runtime.KeepAlive(spec)
	typeName = name // Pythons before 3.11 do not copy it
	if l.kind == 0 {
		return errors.New("python: cannot make the type of views")
	}
	return nil
}

var typeName *byte

// lend makes an object that shows count elements at data.
func (r *Runtime) lend(data unsafe.Pointer, count int, f *form) (uintptr, error) {
	numpy := r.numpy.Load()
	if numpy == nil {
		var err error
		if numpy, err = r.findNumPy(); err != nil {
			return 0, err
		}
	}
	if count == 0 {
		data = unsafe.Pointer(&empty)
	}
	exporter := call(api.PyType_GenericAlloc, r.kind, 0)
	if exporter == 0 {
		return 0, r.raised()
	}
	defer decref(exporter)
	*at[loan](exporter + head) = loan{
		token:  r.pin(data),
		data:   uintptr(data),
		count:  uintptr(count),
		size:   f.size,
		format: uintptr(unsafe.Pointer(&f.format)),
	}
	if numpy.module == 0 {
		return r.made(call(api.PyMemoryView_FromObject, exporter))
	}
	arguments := &[3]uintptr{numpy.module, exporter, numpy.dtypes[f]}
	return r.made(call(api.PyObject_VectorcallMethod, numpy.frombuffer, uintptr(unsafe.Pointer(arguments)), 3, 0))
}

// findNumPy looks for numpy when the first slice is lent. Of goroutines that come at once each looks, since the import
// gives up the GIL; they find the same.
func (r *Runtime) findNumPy() (*numpy, error) {
	answer, err := r.help("arrays")
	if err != nil {
		return nil, err
	}
	defer decref(answer)
	found := new(numpy)
	if answer != none {
		found.module = call(api.PyTuple_GetItem, answer, 0)
		call(api.Py_IncRef, found.module)
		found.frombuffer = call(api.PyUnicode_InternFromString, uintptr(unsafe.Pointer(cstring("frombuffer"))))
		if found.dtypes, err = r.dtypes(call(api.PyTuple_GetItem, answer, 1)); err != nil {
			return nil, err
		}
	}
	r.numpy.Store(found)
	return found, nil
}

// dtypes takes the types of numpy from a dict with their letters.
func (r *Runtime) dtypes(letters uintptr) (map[*form]uintptr, error) {
	found := map[*form]uintptr{}
	for kind := range numbers {
		f := &numbers[kind]
		if f.size == 0 {
			continue
		}
		letter, err := r.give(string(f.format[:1]))
		if err != nil {
			return nil, err
		}
		found[f] = call(api.PyDict_GetItem, letters, letter)
		call(api.Py_IncRef, found[f])
		decref(letter)
	}
	return found, nil
}

// export is bf_getbuffer: it tells Python where the memory is and what lies there.
func export(exporter uintptr, view *buffer, flags int32) int32 {
	const withFormat, withShape, withStrides = 0x4, 0x8, 0x18 // PyBUF_FORMAT, PyBUF_ND, PyBUF_STRIDES
	lent := at[loan](exporter + head)
	*view = buffer{data: lent.data, object: exporter, bytes: lent.count * lent.size, itemsize: lent.size, dimensions: 1}
	if flags&withFormat == withFormat {
		view.format = lent.format
	}
	if flags&withShape == withShape {
		view.shape = uintptr(unsafe.Pointer(&lent.count))
	}
	if flags&withStrides == withStrides {
		view.stride = uintptr(unsafe.Pointer(&lent.size))
	}
	call(api.Py_IncRef, exporter)
	return 0
}

// end is tp_dealloc: nothing in Python sees the slice any more.
func (l *lender) end(exporter uintptr) {
	token := at[loan](exporter + head).token
	kind := typeOf(exporter)
	call(api.PyObject_Free, exporter)
	decref(kind)
	l.unpin(token)
}
