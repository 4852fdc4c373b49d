#ifndef GOMAGIC_FUNCS_H
#define GOMAGIC_FUNCS_H
#include "form.h"

#pragma GCC visibility push(hidden)

/* Make the classes of Go's funcs as Python has them: one for each form of a func that comes out. 0 or -1. */
int gomagic_make_func_classes(form *forms, Py_ssize_t n, function *const *functions);

/* What such an object calls; NULL: it is none. */
const function *gomagic_function_of_func(PyObject *object);

#pragma GCC visibility pop
#endif
