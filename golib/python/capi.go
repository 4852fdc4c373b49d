package python

import (
	"fmt"
	"reflect"
	"unsafe"

	"github.com/ebitengine/purego"
)

// api holds the addresses of the C functions and objects that this package uses, under their names in C. All functions
// exist in every CPython from 3.10 on, and keep their form.
//
// Whoever calls one of them holds the GIL, unless the name says otherwise.
var api struct {
	Py_IncRef, Py_DecRef                                                                           uintptr
	PyGILState_Ensure, PyGILState_GetThisThreadState                                               uintptr
	PyEval_SaveThread, PyEval_RestoreThread                                                        uintptr
	PyCFunction_NewEx, PyCapsule_New, PyErr_SetObject, PyErr_SetString, PyObject_SetAttrString     uintptr
	PyException_SetTraceback, PyExc_RuntimeError                                                   uintptr
	PyThreadState_Get, PyThreadState_Clear, PyThreadState_Delete, PyThreadState_DeleteCurrent      uintptr
	PyErr_Occurred, PyErr_Clear, PyErr_Fetch, PyErr_NormalizeException                             uintptr
	PyImport_ImportModule, PyImport_AddModule                                                      uintptr
	PyObject_GetAttrString, PyObject_Call, PyObject_IsTrue, PyObject_Free, PyObject_VectorcallDict uintptr
	PyObject_GetBuffer, PyBuffer_Release                                                           uintptr
	PyType_FromSpec, PyType_GenericAlloc, PyType_IsSubtype                                         uintptr
	PyMemoryView_FromObject, PyCapsule_GetPointer                                                  uintptr
	PyBool_FromLong, PyLong_FromLongLong, PyLong_FromUnsignedLongLong                              uintptr
	PyLong_AsLongLong, PyLong_AsUnsignedLongLong, PyNumber_Index                                   uintptr
	PyUnicode_FromStringAndSize, PyUnicode_AsUTF8AndSize                                           uintptr
	PyBytes_FromStringAndSize                                                                      uintptr
	PyTuple_New, PyTuple_Size, PyTuple_SetItem, PyTuple_GetItem                                    uintptr
	PyList_New, PyList_SetItem, PyList_GetItem, PyList_Size                                        uintptr
	PySequence_List, PyMapping_Items, PyDict_New, PyDict_SetItem                                   uintptr
	Py_CompileString, PyEval_EvalCode, PyModule_GetDict                                            uintptr
	Py_FinalizeEx                                                                                  uintptr
	PyBool_Type, PyLong_Type, PyFloat_Type, PyUnicode_Type, PyBytes_Type                           uintptr
	PyList_Type, PyTuple_Type, PyDict_Type                                                         uintptr

	pthread_key_create, pthread_setspecific, time uintptr // of C's library, which need no GIL
}

// What passes floating-point registers cannot go through call.
var (
	floatFromDouble func(float64) uintptr
	floatAsDouble   func(uintptr) float64
)

// head is the size of the fields with which every Python object begins, the last of which is its type.
var head uintptr

// open loads libpython, with its symbols in sight of the extension modules that look for them in the process.
func open(path string) (handle uintptr, err error) {
	if handle, err = purego.Dlopen(path, purego.RTLD_NOW|purego.RTLD_GLOBAL); err != nil {
		return 0, fmt.Errorf("python: cannot load `%s`: %w", path, err)
	}
	fields := reflect.ValueOf(&api).Elem()
	for i := range fields.NumField() {
		name := fields.Type().Field(i).Name
		address, err := purego.Dlsym(handle, name)
		if err != nil {
			return 0, fmt.Errorf("python: `%s` lacks `%s`", path, name)
		}
		*(*uintptr)(fields.Field(i).Addr().UnsafePointer()) = address // reflect sets no field with a small initial
	}
	purego.RegisterLibFunc(&floatFromDouble, handle, "PyFloat_FromDouble")
	purego.RegisterLibFunc(&floatAsDouble, handle, "PyFloat_AsDouble")
	return handle, nil
}

// call calls a C function. Pointers to Go memory are converted in the arguments themselves, which keeps them valid.
//
//go:uintptrescapes
func call(function uintptr, arguments ...uintptr) uintptr {
	result, _, _ := purego.SyscallN(function, arguments...)
	return result
}

// at reads C's memory at an address as a T.
func at[T any](address uintptr) *T {
	return *(**T)(unsafe.Pointer(&address))
}

// cstring returns text with a zero byte at its end.
func cstring(text string) *byte {
	return unsafe.SliceData(append([]byte(text), 0))
}

// decref gives up references; those that are 0 are left out.
func decref(objects ...uintptr) {
	for _, object := range objects {
		if object != 0 {
			call(api.Py_DecRef, object)
		}
	}
}

func typeOf(object uintptr) uintptr {
	return *at[uintptr](object + head - unsafe.Sizeof(head))
}

// is tells whether object is of a type, or of one derived from it.
func is(object, kind uintptr) bool {
	found := typeOf(object)
	return found == kind || int32(call(api.PyType_IsSubtype, found, kind)) != 0
}

// text copies a Python str; false, with an exception set, if it is none or has no form in UTF-8.
func text(object uintptr) (string, bool) {
	size := new(int)
	data := call(api.PyUnicode_AsUTF8AndSize, object, uintptr(unsafe.Pointer(size)))
	if data == 0 {
		return "", false
	}
	return string(unsafe.Slice(at[byte](data), *size)), true
}
