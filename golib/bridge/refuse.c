#include "refuse.h"

#include "_cgo_export.h"
#include "owner.h"

PyObject *gomagic_hooks[HOOKS];

/* Set the exception that Python makes of these. Always -1. */
static int set_exception(PyObject *made) {
	if (made) {
		PyErr_SetObject((PyObject *)made->type, made);
		Py_DecRef(made);
	}
	return -1;
}

int gomagic_refuse(const function *f, int i, const char *why, PyObject *object, Py_ssize_t at) {
	return set_exception(PyObject_CallFunction(gomagic_hooks[EXCEPTION], "siiOn", why, f->number, i, object, at));
}

int gomagic_refuse_call(const function *f, PyObject *args, PyObject *keywords) {
	PyObject *named = keywords ? (Py_IncRef(keywords), keywords) : PyDict_New();
	/* Python's own words: gomagic/bind/refusal.py calls a function of the same parameters. */
	if (named) {
		set_exception(PyObject_CallFunction(gomagic_hooks[EXCEPTION], "siiOO", "arguments", f->number, -1, args, named));
		Py_DecRef(named);
	}
	return -1;
}

int gomagic_refuse_value(const function *f, int i, const char *why, PyObject *object, int form, PyObject *way) {
	return set_exception(PyObject_CallFunction(gomagic_hooks[EXCEPTION], "siisOiO", "value", f->number, i, why, object, form, way));
}

int gomagic_refuse_result(const function *f, const char *why, PyObject *what) {
	return set_exception(PyObject_CallFunction(gomagic_hooks[EXCEPTION], "sisO", "result", f->number, why, what));
}

int gomagic_refuse_arguments(const function *f, PyObject *const *args, Py_ssize_t n, PyObject *names) {
	PyObject *given = PyTuple_New(n), *keywords = PyDict_New();
	Py_ssize_t named = names ? PyTuple_Size(names) : 0;
	for (Py_ssize_t i = 0; given && i < n; i++) {
		Py_IncRef(args[i]);
		PyTuple_SetItem(given, i, args[i]);
	}
	for (Py_ssize_t i = 0; keywords && i < named; i++) PyDict_SetItem(keywords, PyTuple_GetItem(names, i), args[n + i]);
	if (given && keywords) gomagic_refuse_call(f, given, keywords);
	if (given) Py_DecRef(given);
	if (keywords) Py_DecRef(keywords);
	return -1;
}

int gomagic_refuse_forked(const function *f) {
	return set_exception(PyObject_CallFunction(gomagic_hooks[EXCEPTION], "sii", "fork", f->number, -1));
}

int gomagic_refuse_attribute(PyObject *object, PyObject *name) {
	return set_exception(PyObject_CallFunction(gomagic_hooks[EXCEPTION], "siOO", "attribute", -1, object, name));
}

int gomagic_no_memory(void) {
	PyErr_NoMemory();
	return -1;
}

/* The exception of Python's that an error of Go's is, or panic; borrowed from that. NULL: it is none. */
static PyObject *travelled(uint64_t handle) {
	PyObject *object = (PyObject *)gomagic_travelled(handle);
	return object && IS(object, IS_EXCEPTION) ? object : NULL;
}

/* Raise the exception of a callback again, which has travelled through Go. */
static int raise_again(PyObject *exception) {
	Py_IncRef(exception);
	Py_IncRef((PyObject *)exception->type);
	PyErr_Restore((PyObject *)exception->type, exception, PyException_GetTraceback(exception));
	return -1;
}

int gomagic_fail(const function *f, const char *what, uint64_t handle, PyObject *more) {
	PyObject *python = travelled(handle);
	if (python) {
		raise_again(python);
		gomagic_release(handle);
		if (more) Py_DecRef(more);
		return -1;
	}
	PyObject *owner = gomagic_handle_owner(handle);
	if (owner && more)
		set_exception(PyObject_CallFunction(gomagic_hooks[EXCEPTION], "siKOO", what, f->number, (unsigned long long)handle, owner, more));
	if (owner) Py_DecRef(owner);
	if (more) Py_DecRef(more);
	return -1;
}

PyObject *gomagic_exception(const function *f, uint64_t handle) {
	PyObject *python = travelled(handle);
	if (python) {
		Py_IncRef(python);
		gomagic_release(handle);
		return python;
	}
	PyObject *owner = gomagic_handle_owner(handle), *nothing = PyTuple_New(0), *made = NULL;
	if (owner && nothing)
		made = PyObject_CallFunction(gomagic_hooks[EXCEPTION], "siKOO", "error", f->number, (unsigned long long)handle, owner, nothing);
	if (owner) Py_DecRef(owner);
	if (nothing) Py_DecRef(nothing);
	return made;
}

int64_t gomagic_number_of_error(PyObject *object) {
	PyObject *number = PyObject_CallFunctionObjArgs(gomagic_hooks[NUMBER_OF_ERROR], object, NULL);
	if (!number) return -1;
	int64_t handle = PyLong_AsLongLong(number);
	Py_DecRef(number);
	return handle;
}

void gomagic_chain(raised earlier) {
	raised now;
	if (!earlier.type) return;
	PyErr_Fetch(&now.type, &now.value, &now.traceback);
	if (!now.type) {
		PyErr_Restore(earlier.type, earlier.value, earlier.traceback);
		return;
	}
	PyErr_NormalizeException(&earlier.type, &earlier.value, &earlier.traceback);
	PyErr_NormalizeException(&now.type, &now.value, &now.traceback);
	PyException_SetContext(now.value, earlier.value);
	Py_DecRef(earlier.type);
	if (earlier.traceback) Py_DecRef(earlier.traceback);
	PyErr_Restore(now.type, now.value, now.traceback);
}

void gomagic_hide_context(void) {
	raised now;
	PyErr_Fetch(&now.type, &now.value, &now.traceback);
	PyErr_NormalizeException(&now.type, &now.value, &now.traceback);
	if (PyObject_SetAttrString(now.value, "__suppress_context__", (PyObject *)&_Py_TrueStruct)) PyErr_Clear();
	PyErr_Restore(now.type, now.value, now.traceback);
}
