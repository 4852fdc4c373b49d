#ifndef GOMAGIC_METHODS_H
#define GOMAGIC_METHODS_H
#include "form.h"
#include "handle.h"

#pragma GCC visibility push(hidden)

/* A method that Go calls of an object of Python's which stands for an interface. The interface has an array of them. */
struct method {
	PyObject *name;
	const form *form; /* of a func like it */
	function of;      /* as which messages know it, */
	kind result;      /* and what it returns */
};

/* Read ((name, number of its form, number for messages), …), of an interface that Python can implement. 0 or -1. */
int gomagic_make_methods(class *made, PyObject *spec, const form *forms);

/* What stands for an object of Python's that is an interface's value, in the second slot of a Face: the address of the
   interface's methods; or of its class, with the bits of a file; 0 if it is none, -1 with an exception set. */
enum { OF_FILE = 1, OF_TEXT = 2 };
int64_t gomagic_is_pythons(const class *wanted, PyObject *object);

#pragma GCC visibility pop
#endif
