package python

import "unsafe"

// An Error is an exception that Python raised; errors.As finds it. SystemExit, which sys.exit raises, is one too.
type Error struct {
	Type      string // such as ValueError, or json.decoder.JSONDecodeError
	Message   string // its str(), which may be empty
	Traceback string // in full, as Python prints it
}

func (e *Error) Error() string {
	if e.Message == "" {
		return e.Type
	}
	return e.Type + ": " + e.Message
}

// raised turns the exception that is set into an Error, and clears it.
func (r *Runtime) raised() error {
	e := new([3]uintptr) // type, value, traceback
	call(api.PyErr_Fetch, uintptr(unsafe.Pointer(&e[0])), uintptr(unsafe.Pointer(&e[1])), uintptr(unsafe.Pointer(&e[2])))
	call(api.PyErr_NormalizeException,
		uintptr(unsafe.Pointer(&e[0])), uintptr(unsafe.Pointer(&e[1])), uintptr(unsafe.Pointer(&e[2])))
	defer decref(e[0], e[1], e[2])
	described := &Error{Type: "exception", Message: "Python could not describe it"}
	function := call(api.PyObject_GetAttrString, r.helper, uintptr(unsafe.Pointer(cstring("describe"))))
	arguments := call(api.PyTuple_New, 3)
	for i, part := range e {
		if part == 0 {
			part = none
		}
		call(api.Py_IncRef, part)
		call(api.PyTuple_SetItem, arguments, uintptr(i), part)
	}
	answer := call(api.PyObject_Call, function, arguments, 0)
	defer decref(function, arguments, answer)
	if answer == 0 {
		call(api.PyErr_Clear)
		return described
	}
	described.Type, _ = text(call(api.PyTuple_GetItem, answer, 0))
	described.Message, _ = text(call(api.PyTuple_GetItem, answer, 1))
	described.Traceback, _ = text(call(api.PyTuple_GetItem, answer, 2))
	return described
}
