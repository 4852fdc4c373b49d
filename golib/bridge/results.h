#ifndef GOMAGIC_RESULTS_H
#define GOMAGIC_RESULTS_H
#include "loan.h"

#pragma GCC visibility push(hidden)

/* Make an object of a result: a new reference, or NULL with an exception set; in both cases nothing of it is left in C or
   Go. */
PyObject *gomagic_give_text(crossing *c, const kind *k);
PyObject *gomagic_give_texts(crossing *c, const kind *k);
PyObject *gomagic_give_array(crossing *c, const kind *k);
PyObject *gomagic_give_rows(crossing *c, const kind *k);
PyObject *gomagic_give_owner(crossing *c, const kind *k);

typedef struct { /* `Array` in block.go */
	char *p;
	Py_ssize_t n;
	uint64_t handle;
} go_array;

/* The same of numbers that Go lends. */
PyObject *gomagic_make_array(crossing *c, go_array a, char code);

#pragma GCC visibility pop
#endif
