#ifndef GOMAGIC_DRESS_H
#define GOMAGIC_DRESS_H
#include "python.h"

/* What gives values the methods of one Go type: a Dresser of gomagic/bind/dressed.py. It has a way for each class, a class
   of its own mostly; the last one is known here, since values of a type are of one class. */
typedef struct dresser {
	PyObject *object;
	PyTypeObject *of;
	PyObject *way;
} dresser;

#pragma GCC visibility push(hidden)

/* NULL without memory. */
dresser *gomagic_new_dresser(PyObject *object);

/* A plain value, which is let go of, with those methods. A new reference; NULL with an exception set, or if there is no
   value. */
PyObject *gomagic_dressed(dresser *d, PyObject *plain);

#pragma GCC visibility pop
#endif
