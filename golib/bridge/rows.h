#ifndef GOMAGIC_ROWS_H
#define GOMAGIC_ROWS_H
#include "loan.h"

#pragma GCC visibility push(hidden)

/* Lend a parameter [][]T. 0 or -1. */
int gomagic_lend_rows(crossing *c, const kind *k, PyObject *object);

#pragma GCC visibility pop
#endif
