#ifndef GOMAGIC_METHODS_H
#define GOMAGIC_METHODS_H
#include "form.h"
#include "handle.h"

#pragma GCC visibility push(hidden)

/* A method that Go calls of an object of Python's which stands for an interface. The interface has an array of them. */
struct method {
	PyObject *name;
	PyObject *or_else; /* of an exception whose class has none of that name; or NULL */
	const form *form; /* of a func like it */
	function of;      /* as which messages know it, */
	kind result;      /* and what it returns */
};

/* Read ((name, another one for exceptions or "", number of its form, number for messages), …), of an interface that Python can implement. 0 or -1. */
int gomagic_make_methods(class *made, PyObject *spec, const form *forms);

/* What that method is called in an object's class; NULL: nothing. */
PyObject *gomagic_method_name(const struct method *of, PyObject *object);

/* Whether an object that is none of Go's has a class with all methods of an interface. */
int gomagic_implements(const class *wanted, PyObject *object);

#pragma GCC visibility pop
#endif
