#ifndef GOMAGIC_ITERATE_H
#define GOMAGIC_ITERATE_H
#include "form.h"

#pragma GCC visibility push(hidden)

/* What Go goes through in Python: an iterable, or a tuple of one and of the way to it, see pack.h, where it is no argument itself. */
PyObject *gomagic_iterable(PyObject *object, PyObject **way);

/* Put what comes next into the parcel. *iterator: NULL before the first step, and from the end on; else a reference. 1, or 0 at
   the end; -1 with an exception set. */
int gomagic_step(packing *to, const form *f, PyObject *object, PyObject **iterator, int64_t index);

/* No more is asked for: a generator ends here. Steals it. 0 or -1. */
int gomagic_stop_iterator(PyObject *iterator);

#pragma GCC visibility pop
#endif
