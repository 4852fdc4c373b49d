#include "ofclass.h"

#include <stddef.h>

/* Without a dealloc: it lives as long as its class, to the end. */
typedef struct {
	PyObject object;
	PyObject *make;
} attribute;

static PyObject *new(PyTypeObject *type, PyObject *args, PyObject *keywords) {
	PyObject *make;
	(void)keywords;
	if (!PyArg_ParseTuple(args, "O", &make)) return NULL;
	attribute *made = (attribute *)PyType_GenericAlloc(type, 0);
	if (made) Py_IncRef(made->make = make);
	return (PyObject *)made;
}

static PyObject *get(PyObject *self, PyObject *item, PyObject *class) {
	if (!item || item == NONE) return PyObject_CallFunctionObjArgs(((attribute *)self)->make, class, NULL);
	PyErr_SetObject(PyExc_AttributeError, NONE);
	return NULL;
}

PyObject *gomagic_of_class(void) {
	static PyType_Slot slots[] = {
		{Py_tp_new, (void *)new},
		{Py_tp_descr_get, (void *)get},
		{Py_tp_doc, (void *)"An attribute of a class that its instances have not."},
		{0, NULL},
	};
	static PyType_Spec spec = {"gomagic.OfClass", sizeof(attribute), 0, PLAIN_TYPE, slots};
	static PyObject *type;
	if (!type) type = PyType_FromSpec(&spec);
	return type;
}
