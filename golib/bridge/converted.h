#ifndef GOMAGIC_CONVERTED_H
#define GOMAGIC_CONVERTED_H
#include "form.h"

#pragma GCC visibility push(hidden)

/* Values for which Python has classes of its own: they cross as bytes, which gomagic/bind/converted.py makes and reads. */
int gomagic_pack_converted(packing *to, const form *f, PyObject *object, const place *at);
PyObject *gomagic_unpack_converted(unpacking *from, const form *f);

/* Of a big.Int to which Go has a pointer: what it has written there cannot be brought to Python's int. */
PyObject *gomagic_merge_converted(merging *m, const form *f, PyObject *object, const place *at);

#pragma GCC visibility pop
#endif
