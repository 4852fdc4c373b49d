#ifndef GOMAGIC_GENERIC_H
#define GOMAGIC_GENERIC_H
#include "choose.h"

/* A function with type parameters for Python, of (attributes, names of its parameters, whether it is variadic, number for
   messages, the functions that are its variants, whether arguments do not tell which, a bit for each parameter whose callable
   has to say what it returns, pick, the keyword that limits its context or None). pick(self, key): what `self[key]` is. gomagic/bind/generic.py looks it up by its name. It lives as long as the library. */
PyObject *gomagic_generic(PyObject *spec);

#pragma GCC visibility push(hidden)

/* What is known of such an object; NULL: it is none of this library. */
family *gomagic_family_of(PyObject *object);

#pragma GCC visibility pop
#endif
