#ifndef GOMAGIC_NUMBERS_H
#define GOMAGIC_NUMBERS_H
#include "form.h"

#pragma GCC visibility push(hidden)

/* Slices and arrays of numbers in parcels. By what they can be passed is as in slices.c and views.c, but they are always
   copied. */
int gomagic_pack_numbers(packing *to, const form *f, PyObject *object, const place *at);
PyObject *gomagic_unpack_numbers(unpacking *from, const form *f);
PyObject *gomagic_merge_numbers(merging *m, const form *f, PyObject *object, const place *at);
const char *gomagic_skip_numbers(const form *f, const char *p);

#pragma GCC visibility pop
#endif
