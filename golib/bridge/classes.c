#include "classes.h"

#include <stdlib.h>
#include <string.h>

#include "call.h"
#include "memory.h"

/* Python calls a method fastest by an entry of C in its class, which is not told what it was called as. So each method of
   the library has an entry of its own, out of a pool: cellgen knows how many there are. */
enum { MOST_METHODS = 1024 };
static const function *method[MOST_METHODS];
static int methods;

#define SIXTEEN(X, n) \
	X(n##0) X(n##1) X(n##2) X(n##3) X(n##4) X(n##5) X(n##6) X(n##7) \
	X(n##8) X(n##9) X(n##a) X(n##b) X(n##c) X(n##d) X(n##e) X(n##f)
#define SIXTEENS(X, n) \
	SIXTEEN(X, n##0) SIXTEEN(X, n##1) SIXTEEN(X, n##2) SIXTEEN(X, n##3) SIXTEEN(X, n##4) SIXTEEN(X, n##5) SIXTEEN(X, n##6) \
	SIXTEEN(X, n##7) SIXTEEN(X, n##8) SIXTEEN(X, n##9) SIXTEEN(X, n##a) SIXTEEN(X, n##b) SIXTEEN(X, n##c) SIXTEEN(X, n##d) \
	SIXTEEN(X, n##e) SIXTEEN(X, n##f)
#define ALL(X) SIXTEENS(X, 0x0) SIXTEENS(X, 0x1) SIXTEENS(X, 0x2) SIXTEENS(X, 0x3)

#define ENTRY(n) \
	static PyObject *entry_##n(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names) { \
		return gomagic_enter_method(method[n], self, args, count, names); \
	}
#define NAME(n) (void *)entry_##n,
ALL(ENTRY)
static void *const entries[] = {ALL(NAME)};
_Static_assert(sizeof entries / sizeof *entries == MOST_METHODS, "an entry for each method");

typedef struct { /* a field as Python's descriptor of it has it */
	const function *read, *write;
} accessors;

static PyObject *read_field(PyObject *self, void *field) {
	return gomagic_enter_method(((accessors *)field)->read, self, NULL, 0, NULL);
}

static int write_field(PyObject *self, PyObject *value, void *field) {
	const accessors *a = field;
	if (!value) {
		PyErr_Format(PyExc_AttributeError, "the field of a Go value cannot be deleted");
		return -1;
	}
	PyObject *none = gomagic_enter_method(a->write, self, &value, 1, NULL);
	if (none) Py_DecRef(none);
	return none ? 0 : -1;
}

/* The entries of a class, of functions with these numbers; the last one is empty. NULL with an exception set. */
static PyMethodDef *make_methods(PyObject *numbers, function *const *functions) {
	Py_ssize_t n = PyTuple_Size(numbers);
	PyMethodDef *defs = calloc(n + 1, sizeof *defs);
	for (Py_ssize_t i = 0; i < n; i++) {
		const function *f = functions[PyLong_AsLongLong(PyTuple_GetItem(numbers, i))];
		if (methods == MOST_METHODS) {
			PyErr_Format(PyExc_SystemError, "gomagic: more than %d methods", MOST_METHODS);
			return NULL;
		}
		defs[i] = (PyMethodDef){f->def->name, entries[methods], METH_FASTCALL_KEYWORDS, f->def->doc};
		method[methods++] = f;
	}
	return defs;
}

static PyGetSetDef *make_fields(PyObject *fields, function *const *functions) {
	Py_ssize_t n = PyTuple_Size(fields);
	PyGetSetDef *defs = calloc(n + 1, sizeof *defs);
	for (Py_ssize_t i = 0; i < n; i++) {
		const char *name, *doc;
		int read, write;
		if (!PyArg_ParseTuple(PyTuple_GetItem(fields, i), "ssii", &name, &doc, &read, &write)) return NULL;
		accessors *a = calloc(1, sizeof *a);
		*a = (accessors){functions[read], functions[write]};
		defs[i] = (PyGetSetDef){gomagic_copied(name), (void *)read_field, (void *)write_field, gomagic_copied(doc), a};
	}
	return defs;
}

static PyObject *bases_of(PyObject *numbers, const class *classes) {
	Py_ssize_t n = PyTuple_Size(numbers);
	PyObject *bases = PyTuple_New(n ? n : 1);
	for (Py_ssize_t i = 0; bases && i < (n ? n : 1); i++) {
		PyObject *base = (PyObject *)(n ? classes[PyLong_AsLongLong(PyTuple_GetItem(numbers, i))].type : gomagic_handle_type);
		Py_IncRef(base);
		PyTuple_SetItem(bases, i, base);
	}
	return bases;
}

int gomagic_make_class(class *made, PyObject *spec, class *classes, function *const *functions) {
	const char *name, *doc;
	PyObject *bases, *methods, *fields, *takes;
	char *bytes;
	Py_ssize_t n;
	if (!PyArg_ParseTuple(spec, "ssOOOO", &name, &doc, &bases, &methods, &fields, &takes)) return -1;
	if (takes != NONE) {
		if (PyBytes_AsStringAndSize(takes, &bytes, &n)) return -1;
		Py_IncRef(takes); /* for ever */
		made->takes = bytes;
	}
	PyMethodDef *method_defs = make_methods(methods, functions);
	PyGetSetDef *field_defs = make_fields(fields, functions);
	if (!method_defs || !field_defs || !(bases = bases_of(bases, classes))) return -1;
	PyType_Slot slots[] = {
		{Py_tp_dealloc, (void *)gomagic_dealloc_handle},
		{Py_tp_setattro, (void *)gomagic_set_attribute},
		{Py_tp_methods, method_defs},
		{Py_tp_getset, field_defs},
		{Py_tp_doc, (void *)doc},
		{0, NULL},
	};
	PyType_Spec type = {gomagic_copied(name), 0, 0, OPEN_TYPE, slots};
	made->type = (PyTypeObject *)PyType_FromSpecWithBases(&type, bases);
	Py_DecRef(bases);
	return made->type ? 0 : -1;
}
