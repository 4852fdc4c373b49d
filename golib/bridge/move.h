#ifndef GOMAGIC_MOVE_H
#define GOMAGIC_MOVE_H
#include "loose.h"

#pragma GCC visibility push(hidden)

/* A field as Python's descriptor of it has it. */
typedef struct {
	const function *read, *write;
	const class *of; /* whose it is */
	int at, through; /* its place in a loose object of that class; or that of the embedded struct whose field it is, else -1 */
} member;

/* Read or set it, in a loose object or in Go: what CPython calls. */
PyObject *gomagic_get_member(PyObject *self, void *member);
int gomagic_set_member(PyObject *self, PyObject *value, void *member);

/* Fill in what lower floors call. */
void gomagic_prepare_move(void);

#pragma GCC visibility pop
#endif
