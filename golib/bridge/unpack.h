#ifndef GOMAGIC_UNPACK_H
#define GOMAGIC_UNPACK_H
#include "form.h"

#pragma GCC visibility push(hidden)

/* Set aside the exception that is set now, if it is the first. Always NULL. */
PyObject *gomagic_set_aside(unpacking *from);

/* The next slot. */
static inline int64_t gomagic_next(unpacking *from) {
	int64_t slot = *(const int64_t *)from->p;
	from->p += sizeof slot;
	return slot;
}

PyObject *gomagic_unpack_number(unpacking *from, const form *f);
PyObject *gomagic_unpack_text(unpacking *from, const form *f); /* and []byte */
PyObject *gomagic_unpack_items(unpacking *from, const form *f);
PyObject *gomagic_unpack_map(unpacking *from, const form *f);
PyObject *gomagic_unpack_optional(unpacking *from, const form *f);
PyObject *gomagic_unpack_handle(unpacking *from, const form *f);

#pragma GCC visibility pop
#endif
