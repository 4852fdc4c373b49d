#include "arrays.h"

PyTypeObject *gomagic_ndarray;
PyObject *gomagic_dtypes[128];

/* Whether that is the class of numpy's arrays, and lends memory that need not be given back. */
static int is_numpys(PyTypeObject *type) {
	static const PyTypeObject *other; /* the last class that is not; of one that can end nothing is kept */
	static PyObject *name;
	if (type == other || PyType_GetFlags(type) & HEAP_TYPE) return 0;
	if (!name) name = PyUnicode_InternFromString("numpy");
	PyObject *modules = PyImport_GetModuleDict();
	PyObject *numpy = modules && name ? PyDict_GetItemWithError(modules, name) : NULL;
	PyObject *wanted = numpy ? PyObject_GetAttrString(numpy, "ndarray") : NULL;
	int is = wanted == (PyObject *)type && !PyType_GetSlot(type, Py_bf_releasebuffer);
	if (wanted) Py_DecRef(wanted);
	if (!is) other = type;
	return is;
}

/* Whether an attribute is that very object, or that number. */
static int is_object(PyObject *object, const char *attribute, PyObject *wanted) {
	PyObject *found = PyObject_GetAttrString(object, attribute);
	if (found) Py_DecRef(found);
	return found && found == wanted;
}

static int is_number(PyObject *object, const char *attribute, long long wanted) {
	PyObject *found = PyObject_GetAttrString(object, attribute);
	int is = found && IS(found, IS_LONG) && PyLong_AsLongLong(found) == wanted;
	if (found) Py_DecRef(found);
	return is;
}

/* Whether the class's objects are as large as those here. */
static int is_large(PyTypeObject *type) {
	PyObject *size = PyObject_GetAttrString((PyObject *)type, "__basicsize__");
	int is = size && IS(size, IS_LONG) && PyLong_AsLongLong(size) >= (long long)sizeof(ndarray);
	if (size) Py_DecRef(size);
	return is;
}

/* Whether everything is where it is expected, as numpy itself says. */
static int lies_as_expected(PyObject *object, const Py_buffer *view) {
	const ndarray *a = (const ndarray *)object;
	if (!is_large(object->type) || a->data != view->buf || a->dimensions != 1 || !is_object(object, "dtype", a->dtype)) return 0;
	PyObject *flags = PyObject_GetAttrString(object, "flags");
	int is = flags && is_number(flags, "num", a->flags);
	if (flags) Py_DecRef(flags);
	if (!(a->flags & WARNS_ON_WRITE) && (a->flags & IS_WRITEABLE ? 0 : 1) != view->readonly) return 0;
	return is && a->shape[0] == view->shape[0] && a->strides[0] == view->strides[0];
}

void gomagic_learn_array(PyObject *object, const Py_buffer *view, char code) {
	static int is_strange;
	if (is_strange || code == '?') return; /* a bool may be any byte: see are_bools in views.c */
	if (view->ndim != 1 || !view->strides || view->shape[0] < 2 || view->strides[0] != view->itemsize) return;
	if (!gomagic_ndarray && is_numpys(object->type)) {
		is_strange = !lies_as_expected(object, view);
		if (!is_strange) gomagic_ndarray = object->type;
	}
	PyErr_Clear();
	if (object->type != gomagic_ndarray) return;
	PyObject *dtype = ((ndarray *)object)->dtype, *before = gomagic_dtypes[code & 127];
	Py_IncRef(dtype);
	gomagic_dtypes[code & 127] = dtype; /* the last: there are several with the same numbers */
	if (before) Py_DecRef(before);
}
