#ifndef GOMAGIC_FACES_H
#define GOMAGIC_FACES_H
#include "form.h"
#include "handle.h"

#pragma GCC visibility push(hidden)

/* Interfaces. The first two are for one value, wherever it lies: the two slots of a Face in faces.go for an object that can be
   one of the interface `wanted`, or is Python's own and implements it; 0 if it cannot, -1 with an exception set. And what
   Python gets for a Dynamic there. */
int gomagic_take_face(const class *wanted, PyObject *object, const function *f, int64_t *slot);
PyObject *gomagic_face_of(const int64_t *slot);

int gomagic_lend_face(crossing *c, const kind *k, PyObject *object);
PyObject *gomagic_give_face(crossing *c, const kind *k);

/* Errors, for Fault and Raisable there: what comes out is an exception that is not raised. */
int gomagic_lend_fault(crossing *c, const kind *k, PyObject *object);
PyObject *gomagic_give_fault(crossing *c, const kind *k);

/* The same in parcels: an interface in two slots, like a Face and a Dynamic there; an error in two as well. */
int gomagic_pack_face(packing *to, const form *f, PyObject *object, const place *at);
PyObject *gomagic_unpack_face(unpacking *from, const form *f);
PyObject *gomagic_merge_face(merging *m, const form *f, PyObject *object, const place *at);
int gomagic_pack_fault(packing *to, const form *f, PyObject *object, const place *at);
PyObject *gomagic_unpack_fault(unpacking *from, const form *f);
PyObject *gomagic_merge_fault(merging *m, const form *f, PyObject *object, const place *at);
const char *gomagic_skip_face(const form *f, const char *p); /* and an error */

#pragma GCC visibility pop
#endif
