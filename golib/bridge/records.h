#ifndef GOMAGIC_RECORDS_H
#define GOMAGIC_RECORDS_H
#include "form.h"

/* How a struct of numbers lies in Go's memory: so it can lie in an array of numpy's, too. */
struct layout {
	Py_ssize_t size, align;
	int bools;        /* how many there are in it */
	Py_ssize_t *bool; /* and where */
	char *format;     /* of a buffer that was found to be laid out so, or NULL */
};

#pragma GCC visibility push(hidden)

/* Read (size, align, (where each bool lies, …)). NULL with an exception set. */
struct layout *gomagic_make_layout(PyObject *spec);

/* Lend a parameter []T an array of such structs as it lies in memory. LENT_RECORDS; COPY_RECORDS: its values are to be
   packed, as those of any other sequence; or -1. */
enum { LENT_RECORDS = 1, COPY_RECORDS = 0 };
int gomagic_lend_records(crossing *c, const kind *k, PyObject *object);

#pragma GCC visibility pop
#endif
