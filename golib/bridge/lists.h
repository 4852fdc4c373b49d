#ifndef GOMAGIC_LISTS_H
#define GOMAGIC_LISTS_H
#include "python.h"

#pragma GCC visibility push(hidden)

/* The items of a list, for as long as no Python runs; NULL if it is not known where a list of this Python has them. */
PyObject *const *gomagic_items_of(PyObject *list);

#pragma GCC visibility pop
#endif
