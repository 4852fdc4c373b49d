#include "funcs.h"

#include <stdlib.h>

#include "call.h"
#include "handle.h"
#include "memory.h"

static form *all;
static Py_ssize_t count;

/* The form of a func of Go's that Python has; NULL: it is none. */
static const form *form_of(PyObject *object) {
	for (Py_ssize_t i = 0; i < count; i++)
		if (all[i].shape == FUNC && all[i].class && all[i].class->type == object->type) return &all[i];
	return NULL;
}

const function *gomagic_function_of_func(PyObject *object) {
	const form *f = form_of(object);
	return f ? f->call : NULL;
}

static PyObject *call(PyObject *self, PyObject *args, PyObject *keywords) {
	PyObject *names, **given = gomagic_side_by_side(args, keywords, &names);
	if (!given) return NULL;
	PyObject *out = gomagic_enter_method(form_of(self)->call, self, given, PyTuple_Size(args), names);
	gomagic_free(given);
	if (names) Py_DecRef(names);
	return out;
}

static PyObject *repr(PyObject *self) { return PyUnicode_FromFormat("<Go %U>", form_of(self)->names[0]); }

/* 0 or -1. */
static int make_class(form *f, function *const *functions) {
	static PyType_Slot slots[] = {
		{Py_tp_dealloc, (void *)gomagic_dealloc_handle},
		{Py_tp_setattro, (void *)gomagic_set_attribute},
		{Py_tp_call, (void *)call},
		{Py_tp_repr, (void *)repr},
		{Py_tp_doc, (void *)"A func of Go's. Go keeps it as long as Python has this."},
		{0, NULL},
	};
	static PyType_Spec spec = {"gomagic.Func", 0, 0, FINAL_TYPE, slots};
	class *made = calloc(1, sizeof *made);
	f->class = made;
	f->call = functions[f->length];
	PyObject *bases = made ? PyTuple_New(1) : NULL;
	if (!bases) return -1;
	Py_IncRef((PyObject *)gomagic_handle_type);
	PyTuple_SetItem(bases, 0, (PyObject *)gomagic_handle_type);
	made->type = (PyTypeObject *)PyType_FromSpecWithBases(&spec, bases);
	Py_DecRef(bases);
	return made->type ? 0 : -1;
}

int gomagic_make_func_classes(form *forms, Py_ssize_t n, function *const *functions) {
	all = forms;
	count = n;
	for (Py_ssize_t i = 0; i < n; i++)
		if (forms[i].shape == FUNC && forms[i].length >= 0 && make_class(&forms[i], functions)) return -1;
	return 0;
}
