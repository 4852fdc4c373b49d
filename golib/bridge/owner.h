#ifndef GOMAGIC_OWNER_H
#define GOMAGIC_OWNER_H
#include "python.h"

#pragma GCC visibility push(hidden)

/* Memory as Python sees it: the n numbers at p. `base` (stolen) keeps it, or `handle` in Go, or C's memory `temp`.
   Returns a new reference; or NULL with an exception set, and then none of the three is left. */
PyObject *gomagic_owner(void *p, Py_ssize_t n, char code, int readonly, PyObject *base, uint64_t handle, void *temp);

/* The owner of a handle alone, without memory. */
PyObject *gomagic_handle_owner(uint64_t handle);

/* Whether an array, memoryview or whatever stands on it lies in memory of this library's Go, which may keep it then: it is Go's
   from now on, as well. */
int gomagic_stays_in_go(PyObject *object);

int gomagic_prepare_owner(void);

#pragma GCC visibility pop
#endif
