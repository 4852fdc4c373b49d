#ifndef GOMAGIC_ITEMS_H
#define GOMAGIC_ITEMS_H
#include "loan.h"

#pragma GCC visibility push(hidden)

/* Convert a sequence's items into C's memory, one number each; at: which row of a [][]T it is, or -1. 0 or -1. */
int gomagic_lend_items(crossing *c, loan *l, PyObject *sequence, Py_ssize_t at);

#pragma GCC visibility pop
#endif
