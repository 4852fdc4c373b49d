#ifndef GOMAGIC_HANDLE_H
#define GOMAGIC_HANDLE_H
#include "loan.h"

/* What Python has of a Go type whose pointers cross as handles. */
typedef struct class {
	PyTypeObject *type;
} class;

#pragma GCC visibility push(hidden)

/* The type below all of a library's handles; 0 or -1. */
int gomagic_prepare_handles(void);
extern PyTypeObject *gomagic_handle_type;

/* Of every type that stands on it. */
void gomagic_dealloc_handle(PyObject *self);
int gomagic_set_attribute(PyObject *self, PyObject *name, PyObject *value);

/* The number of a handle, for Handle in objects.go. */
uint64_t gomagic_handle_number(PyObject *self);

/* A pointer's number into the block, or out of it. A pointer that Python has a handle of already is the same object. */
int gomagic_lend_handle(crossing *c, const kind *k, PyObject *object);
PyObject *gomagic_give_handle(crossing *c, const kind *k);

/* The same of a number that lies elsewhere. */
PyObject *gomagic_object_of(const class *of, uint64_t number);

/* The same of a number that has come from Python in this call, whose object it has kept. */
PyObject *gomagic_living_object(uint64_t number);

#pragma GCC visibility pop
#endif
