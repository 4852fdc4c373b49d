#ifndef GOMAGIC_CALL_H
#define GOMAGIC_CALL_H
#include "function.h"

#pragma GCC visibility push(hidden)

/* What every function of a cell runs; self is the function's own module object (open.c). */
PyObject *gomagic_enter(PyObject *self, PyObject *const *args, Py_ssize_t n, PyObject *names);

/* The same of a method; self is the handle that it is called on (classes.c). */
PyObject *gomagic_enter_method(const function *f, PyObject *self, PyObject *const *args, Py_ssize_t n, PyObject *names);

extern void (*gomagic_run)(void *block); /* Go's run, in bridge.go */

#pragma GCC visibility pop
#endif
