#ifndef GOMAGIC_HANDLE_H
#define GOMAGIC_HANDLE_H
#include "loan.h"

/* What Python has of a Go type whose pointers cross as handles, or of an interface, whose handles stand for values of types
   that have no class of their own. */
typedef struct class {
	PyTypeObject *type;
	int number;
	const char *takes; /* of an interface: for each class by its number, 1 if its type implements that, else 0 */
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

/* The handle with a number that Go has given; the same object if there is one already. NULL with an exception set. */
PyObject *gomagic_object_of(const class *of, uint64_t number);

/* A pointer's number into the block, or out of it. A pointer that Python has a handle of already is the same object. */
int gomagic_lend_handle(crossing *c, const kind *k, PyObject *object);
PyObject *gomagic_give_handle(crossing *c, const kind *k);

#pragma GCC visibility pop
#endif
