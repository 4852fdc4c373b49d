#include "methods.h"

#include <stdlib.h>

#include "convert.h"
#include "refuse.h"

int gomagic_make_methods(class *made, PyObject *spec, const form *forms) {
	Py_ssize_t n = PyTuple_Size(spec);
	struct method *all = calloc(n + 1, sizeof *all); /* behind the last one stands no name */
	if (!all) return gomagic_no_memory();
	for (Py_ssize_t i = 0; i < n; i++) {
		struct method *one = &all[i];
		const char *name;
		int form;
		if (!PyArg_ParseTuple(PyTuple_GetItem(spec, i), "sii", &name, &form, &one->of.number)) return -1;
		if (!(one->name = PyUnicode_InternFromString(name))) return -1;
		one->form = &forms[form];
		one->result.of = &one->of;
	}
	made->methods = all;
	return 0;
}

static int has_method(PyTypeObject *type, PyObject *name) {
	PyObject *found = PyObject_GetAttr((PyObject *)type, name);
	if (!found) PyErr_Clear();
	int is_callable = found && PyCallable_Check(found);
	if (found) Py_DecRef(found);
	return is_callable;
}

/* Whether an object has a class with all methods of an interface. */
static int implements(const class *wanted, PyObject *object) {
	if (!wanted->methods) return 0;
	for (const struct method *one = wanted->methods; one->name; one++)
		if (!has_method(object->type, one->name)) return 0;
	return !gomagic_has((PyObject *)object->type, "_is_pointer"); /* a handle, perhaps of another library's Go */
}

int64_t gomagic_is_pythons(const class *wanted, PyObject *object) {
	int64_t is = 0;
	if (implements(wanted, object)) {
		is = (int64_t)wanted->methods;
	} else if (wanted->stream && !PyType_IsSubtype(object->type, gomagic_handle_type)) {
		PyObject *kind = PyObject_CallFunctionObjArgs(gomagic_hooks[IS_FILE], object, wanted->stream, NULL);
		if (!kind) return -1;
		is = PyLong_AsLongLong(kind);
		if (is) is |= (int64_t)wanted;
		Py_DecRef(kind);
	}
	return is && PyInterpreterState_GetID(PyInterpreterState_Get()) ? 0 : is; /* Go's threads have states of the main one alone */
}
