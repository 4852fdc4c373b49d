#include "methods.h"

#include <stdlib.h>

#include "convert.h"

int gomagic_make_methods(class *made, PyObject *spec, const form *forms) {
	Py_ssize_t n = PyTuple_Size(spec);
	struct method *all = calloc(n + 1, sizeof *all); /* behind the last one stands no name */
	if (!all) return gomagic_no_memory();
	for (Py_ssize_t i = 0; i < n; i++) {
		struct method *one = &all[i];
		const char *name, *or_else;
		int form;
		if (!PyArg_ParseTuple(PyTuple_GetItem(spec, i), "ssii", &name, &or_else, &form, &one->of.number)) return -1;
		if (!(one->name = PyUnicode_InternFromString(name))) return -1;
		if (*or_else && !(one->or_else = PyUnicode_InternFromString(or_else))) return -1;
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

PyObject *gomagic_method_name(const struct method *of, PyObject *object) {
	if (has_method(object->type, of->name)) return of->name;
	return IS(object, IS_EXCEPTION) ? of->or_else : NULL;
}

int gomagic_implements(const class *wanted, PyObject *object) {
	if (!wanted->methods) return 0;
	for (const struct method *one = wanted->methods; one->name; one++)
		if (!gomagic_method_name(one, object)) return 0;
	if (PyInterpreterState_GetID(PyInterpreterState_Get())) return 0; /* Go's threads have states of the main one alone */
	return !gomagic_has((PyObject *)object->type, "_is_pointer"); /* a handle, perhaps of another library's Go */
}
