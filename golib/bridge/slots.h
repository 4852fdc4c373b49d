#ifndef GOMAGIC_SLOTS_H
#define GOMAGIC_SLOTS_H
#include "loose.h"

/* What CPython calls of the classes of structs: see Py_tp_… in classes.c. */

#pragma GCC visibility push(hidden)

/* For Python's garbage collector. */
int gomagic_traverse_fields(PyObject *self, int (*visit)(PyObject *, void *), void *with);
int gomagic_clear_fields(PyObject *self);

/* The slots new of a class with a plan, and those of all of structs. */
PyObject *gomagic_construct(PyTypeObject *type, PyObject *args, PyObject *keywords);
PyObject *gomagic_compare(PyObject *self, PyObject *other, int how);
Py_ssize_t gomagic_hash(PyObject *self);
PyObject *gomagic_iterate(PyObject *self);

/* A method of a class with a plan: of a list of its objects, and the name of a field, a list of that field's values. */
PyObject *gomagic_column(PyObject *type, PyObject *const *args, Py_ssize_t n);

#pragma GCC visibility pop
#endif
