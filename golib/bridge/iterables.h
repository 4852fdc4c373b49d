#ifndef GOMAGIC_ITERABLES_H
#define GOMAGIC_ITERABLES_H
#include "form.h"

#pragma GCC visibility push(hidden)

/* A sequence in a parcel: the address of what Python has, see iterate.h, or the number of one of Go's, or both, if that is what
   an iterator of Python's goes through; all are 0 of a nil one. Then the address of its form, and of the parameter as which Go
   has got it. iterables.go has the same. An iterable with the number LENT_ITERABLE Go does not keep beyond the call. */
enum { LENT_ITERABLE = -1 };
int gomagic_pack_sequence(packing *to, const form *f, PyObject *object, const place *at);
PyObject *gomagic_unpack_sequence(unpacking *from, const form *f);
PyObject *gomagic_merge_sequence(merging *m, const form *f, PyObject *object, const place *at);
const char *gomagic_skip_sequence(const form *f, const char *p);

#pragma GCC visibility pop
#endif
