#ifndef GOMAGIC_SETS_H
#define GOMAGIC_SETS_H
#include "form.h"

#pragma GCC visibility push(hidden)

/* map[K]struct{} in parcels: Go's sets are Python's. */
int gomagic_pack_set(packing *to, const form *f, PyObject *object, const place *at);
PyObject *gomagic_unpack_set(unpacking *from, const form *f);
PyObject *gomagic_merge_set(merging *m, const form *f, PyObject *object, const place *at);
const char *gomagic_skip_set(const form *f, const char *p);

/* struct{}, of which there is one value: None, which takes no slot. */
int gomagic_pack_nothing(packing *to, const form *f, PyObject *object, const place *at);
PyObject *gomagic_unpack_nothing(unpacking *from, const form *f);
const char *gomagic_skip_nothing(const form *f, const char *p);

#pragma GCC visibility pop
#endif
