#ifndef GOMAGIC_CONVERT_H
#define GOMAGIC_CONVERT_H
#include "python.h"

#pragma GCC visibility push(hidden)

/* Numbers, by the code of their type in Go; golib/cellgen/kinds.go has the same codes. */
enum { OK, WRONG_TYPE, OUT_OF_RANGE, RAISED };

int gomagic_size(char code); /* in bytes, 0 if there is no such code */

/* The code of the numbers in a buffer, 0 if gomagic has none for them; *foreign: in the other byte order. */
char gomagic_code(const char *format, Py_ssize_t size, int *foreign);

/* Whether an object has that attribute; an exception is none. */
int gomagic_has(PyObject *object, const char *attribute);

/* Whether it lends numbers by a protocol of numpy's, or as tensors do. */
int gomagic_has_array(PyObject *object);

/* Whether it is a masked array of numpy's, or its one missing value: what it shows as a buffer or a float is not meant. */
int gomagic_is_masked(PyObject *object);

/* Write one number to `to`, as Go has it in an array; says why if that cannot be. */
int gomagic_take(char code, PyObject *object, void *to);

/* Make an object of a number. */
PyObject *gomagic_give(char code, const void *from);

#pragma GCC visibility pop
#endif
