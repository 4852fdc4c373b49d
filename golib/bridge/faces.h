#ifndef GOMAGIC_FACES_H
#define GOMAGIC_FACES_H
#include "handle.h"

#pragma GCC visibility push(hidden)

/* Remember which type is whose, of all n classes of the library. 0 or -1. */
int gomagic_prepare_faces(const class *classes, Py_ssize_t n);

/* Interfaces. The first two are for one value, wherever it lies: whether an object can be one of the interface `wanted`, and
   then its number for Face in faces.go; what Python gets for the number and the class of a Dynamic there. */
int gomagic_take_face(const class *wanted, PyObject *object, uint64_t *number);
PyObject *gomagic_face_with(uint64_t number, const class *face, int64_t dynamic);

int gomagic_lend_face(crossing *c, const kind *k, PyObject *object);
PyObject *gomagic_give_face(crossing *c, const kind *k);

/* Errors, for Fault and Raisable there: what comes out is an exception that is not raised. */
int gomagic_lend_fault(crossing *c, const kind *k, PyObject *object);
PyObject *gomagic_give_fault(crossing *c, const kind *k);

#pragma GCC visibility pop
#endif
