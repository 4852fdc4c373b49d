#ifndef GOMAGIC_OFCLASS_H
#define GOMAGIC_OFCLASS_H
#include "python.h"

#pragma GCC visibility push(hidden)

/* The type of attributes that a class has and its objects have not: it is called with a function, which makes the
   attribute of the class. In Python, to say that an object has none takes twenty times as long, and pandas asks each.
   NULL with an exception set. */
PyObject *gomagic_of_class(void);

#pragma GCC visibility pop
#endif
