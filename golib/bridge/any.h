#ifndef GOMAGIC_ANY_H
#define GOMAGIC_ANY_H
#include "form.h"

#pragma GCC visibility push(hidden)

/* What an interface without methods holds. A slot says what it is, as in dynamic.go: the letter of a form, and above it the
   code of its numbers or the form's number; then comes that value. */
int gomagic_pack_any(packing *to, const form *f, PyObject *object, const place *at);
PyObject *gomagic_unpack_any(unpacking *from, const form *f);
PyObject *gomagic_merge_any(merging *m, const form *f, PyObject *object, const place *at);
const char *gomagic_skip_any(const form *f, const char *p);

/* Give f the forms of what it may hold. ways_of: what becomes of a shape. 0 or -1. */
int gomagic_prepare_any(form *f, const ways *(*ways_of)(char letter));

#pragma GCC visibility pop
#endif
