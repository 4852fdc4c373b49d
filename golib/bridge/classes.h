#ifndef GOMAGIC_CLASSES_H
#define GOMAGIC_CLASSES_H
#include "form.h"
#include "loose.h"

#pragma GCC visibility push(hidden)

/* Make the Python classes of Go types, each from (name with module, doc, bases, methods, fields, plan, takes,
   equality, wants, stream). bases: numbers of classes that stand above it. methods: numbers of functions. fields: (name, doc,
   number of the function that reads it, of the one that writes it, its place in the plan or -1, that of the embedded
   struct whose field it is or -1). plan: None, or see loose.h. takes: bytes, see handle.h; None of what is no interface.
   equality: see handle.h. wants: of an interface that Python can implement, see methods.h; else None. stream: see
   handle.h; or None. Returns them in a tuple. */
PyObject *gomagic_make_classes(PyObject *specs, class *classes, const form *forms, function *const *functions);

/* The method that Python calls by an entry of C's; NULL: it is none of this library. */
const function *gomagic_method_of(const void *entry);

#pragma GCC visibility pop
#endif
