package python

import "unsafe"

// An Error is an exception that Python raised; errors.As finds it. SystemExit, which sys.exit raises, is one too. What a Go
// function has returned to Python as an error, or panicked with as one, is wrapped in it, also if Python has raised
// another exception from it.
//
// A Go function that Python calls may return one: Python raises the exception again, or one of that type and message.
type Error struct {
	Type      string // such as ValueError, or json.decoder.JSONDecodeError
	Message   string // its str(), which may be empty
	Traceback string // in full, as Python prints it

	exception *Object // itself, if a Go function that Python has called may hand it on
	cause     error
}

func (e *Error) Unwrap() error { return e.cause }

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
	if e[0] != 0 {
		described.Type = r.nameOf(e[0])
	}
	if e[1] != 0 && r.visits.on(call(api.PyGILState_GetThisThreadState)) {
		call(api.PyException_SetTraceback, e[1], e[2])
		call(api.Py_IncRef, e[1])
		described.exception, _ = r.object(e[1])
	}
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
	if cause := call(api.PyTuple_GetItem, answer, 3); cause != none {
		described.cause, _ = keptIn(cause).(error)
	}
	return described
}
