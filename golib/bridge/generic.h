#ifndef GOMAGIC_GENERIC_H
#define GOMAGIC_GENERIC_H
#include "python.h"

/* A function with type parameters for Python, of (attributes, names of its parameters, whether it is variadic, number for
   messages, the functions that are its variants, whether arguments do not tell which, pick, the keyword that limits
   its context or None). pick(self, key): what `self[key]` is. gomagic/bind/generic.py looks it up by its name. It lives as long as the library. */
PyObject *gomagic_generic(PyObject *spec);
#endif
