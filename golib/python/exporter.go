package python

import (
	"errors"
	"runtime"
	"unsafe"

	"github.com/ebitengine/purego"
)

// exported follows the head of an exporter: what it shows.
type exported struct {
	data   uintptr
	count  uintptr
	size   uintptr // of an element
	letter uintptr
}

// buffer is Py_buffer.
type buffer struct {
	data, object          uintptr
	bytes, itemsize       uintptr
	readonly, dimensions  int32
	format, shape, stride uintptr
	suboffsets, internal  uintptr
}

// typeName is the exporter's; Pythons before 3.11 do not copy it.
var typeName = cstring("gomagic.view")

// prepare makes the exporter's type, with two functions of Go: one tells what Python sees, one ends the loan.
func (l *lender) prepare() error {
	l.held = map[uintptr]*loan{}
	type slot struct {
		id    int32
		value uintptr
	}
	dealloc := func(exporter uintptr) {
		kind := typeOf(exporter)
		call(api.PyObject_Free, exporter)
		decref(kind)
		l.end(exporter)
	}
	const bufferSlot, deallocSlot = 1, 52 // Py_bf_getbuffer, Py_tp_dealloc
	const notByPython = 1 << 7            // Py_TPFLAGS_DISALLOW_INSTANTIATION: an exporter without a loan shows nothing
	slots := &[3]slot{{bufferSlot, purego.NewCallback(export)}, {deallocSlot, purego.NewCallback(dealloc)}}
	spec := &struct { // PyType_Spec
		name           *byte
		size, itemsize int32
		flags          uint32
		slots          *[3]slot
	}{name: typeName, size: int32(head + unsafe.Sizeof(exported{})), flags: notByPython, slots: slots}
	l.kind = call(api.PyType_FromSpec, uintptr(unsafe.Pointer(spec)))
	runtime.KeepAlive(spec)
	if l.kind == 0 {
		return errors.New("python: cannot make the type of views")
	}
	return nil
}

// export is bf_getbuffer: it tells Python where the memory is and what lies there.
func export(exporter uintptr, view *buffer, flags int32) int32 {
	const withFormat, withShape, withStrides = 0x4, 0x8, 0x18 // PyBUF_FORMAT, PyBUF_ND, PyBUF_STRIDES
	lent := at[exported](exporter + head)
	*view = buffer{data: lent.data, object: exporter, bytes: lent.count * lent.size, itemsize: lent.size, dimensions: 1}
	if flags&withFormat == withFormat {
		view.format = lent.letter
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
