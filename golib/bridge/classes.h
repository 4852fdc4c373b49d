#ifndef GOMAGIC_CLASSES_H
#define GOMAGIC_CLASSES_H
#include "handle.h"

#pragma GCC visibility push(hidden)

/* Make the Python class of a Go type from (name with module, doc, bases, methods, fields, takes). bases: numbers of classes
   that are made already. methods: numbers of functions. fields: (name, doc, number of the function that reads it, of the
   one that writes it). takes: bytes, see handle.h; None of what is no interface. 0 or -1. */
int gomagic_make_class(class *made, PyObject *spec, class *classes, function *const *functions);

#pragma GCC visibility pop
#endif
