package python

import (
	"fmt"
	"reflect"
	"unsafe"
)

// numpy is what is needed of numpy's table of functions for C; the zero numpy stands for a Python that has none.
type numpy struct {
	array   uintptr // the type
	make    uintptr // PyArray_New
	setBase uintptr // PyArray_SetBaseObject
}

// findNumPy looks for numpy when the first slice is lent. Of goroutines that come at once each looks, since the import
// gives up the GIL; they find the same.
func (r *Runtime) findNumPy() (*numpy, error) {
	capsule, err := r.help("arrays")
	if err != nil {
		return nil, err
	}
	defer decref(capsule)
	found := new(numpy)
	if capsule != none {
		// The table lies in the module numpy, which is never unloaded. Its order has been kept since numpy 1.7.
		table := at[[283]uintptr](call(api.PyCapsule_GetPointer, capsule, 0))
		if abi := uint32(call(table[0])) >> 24; abi != 1 && abi != 2 { // PyArray_GetNDArrayCVersion
			return nil, fmt.Errorf("this numpy is newer than golib/python knows: the version of its ABI is %d", abi)
		}
		found = &numpy{array: table[2], make: table[93], setBase: table[282]}
	}
	r.numpy.Store(found)
	return found, nil
}

// view returns a new array of one dimension on what an exporter shows, and 0 with an exception set if it cannot.
func (n *numpy) view(exporter uintptr, f *form) uintptr {
	const usual = 0x0501 // NPY_ARRAY_CARRAY: contiguous, aligned, writable
	shown := at[exported](exporter + head)
	array := call(n.make, n.array, 1, uintptr(unsafe.Pointer(&shown.count)), f.number, 0, shown.data, 0, usual, 0)
	if array == 0 {
		return 0
	}
	call(api.Py_IncRef, exporter)
	if int32(call(n.setBase, array, exporter)) != 0 { // takes the reference over, also when it fails
		decref(array)
		return 0
	}
	return array
}

// numbered holds the kinds of Go by the number of numpy's type, from NPY_BOOL to NPY_DOUBLE.
var numbered = [...]reflect.Kind{
	reflect.Bool, reflect.Int8, reflect.Uint8, reflect.Int16, reflect.Uint16, reflect.Int32, reflect.Uint32,
	reflect.Int64, reflect.Uint64, reflect.Int64, reflect.Uint64, reflect.Float32, reflect.Float64,
}

// array is what follows the head of an array: PyArrayObject_fields.
type array struct {
	data       uintptr
	dimensions int32
	shape      uintptr
	strides    uintptr
	_          uintptr // the base
	kind       uintptr // PyArray_Descr
}

// descriptor is what follows the head of PyArray_Descr.
type descriptor struct {
	_      uintptr
	_      [2]byte
	order  byte
	_      byte
	number int32
}

// read returns a view of an array; nil if object is none, or if its elements are not plain numbers. The elements are
// read where they lie: to ask numpy for a buffer takes longer than many a function.
func (n *numpy) read(object uintptr) *view {
	if n == nil || typeOf(object) != n.array {
		return nil
	}
	shown := at[array](object + head)
	of := at[descriptor](shown.kind + head)
	if of.number < 0 || int(of.number) >= len(numbered) || of.order == '>' {
		return nil
	}
	kind := numbered[of.number]
	return &view{kind: kind, buffer: buffer{
		data:       shown.data,
		itemsize:   numbers[kind].size,
		dimensions: shown.dimensions,
		shape:      shown.shape,
		stride:     shown.strides,
	}}
}
