#ifndef GOMAGIC_ITEMS_H
#define GOMAGIC_ITEMS_H
#include "loan.h"

#pragma GCC visibility push(hidden)

/* Item i of a sequence: a new reference, since converting it may run Python code that drops it from there. */
static inline PyObject *gomagic_item(PyObject *sequence, Py_ssize_t i, int is_list, int is_tuple) {
	if (!is_list && !is_tuple) return PySequence_GetItem(sequence, i);
	PyObject *item = is_list ? PyList_GetItem(sequence, i) : PyTuple_GetItem(sequence, i);
	if (item) Py_IncRef(item);
	return item;
}

/* Convert a sequence's items into C's memory, one number each; at: which row of a [][]T it is, or -1. 0 or -1. */
int gomagic_lend_items(crossing *c, loan *l, PyObject *sequence, Py_ssize_t at);

#pragma GCC visibility pop
#endif
