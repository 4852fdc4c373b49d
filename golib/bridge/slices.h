#ifndef GOMAGIC_SLICES_H
#define GOMAGIC_SLICES_H
#include "loan.h"

#pragma GCC visibility push(hidden)

/* As what an argument is read. What is no buffer, list or tuple and has a numpy array becomes that array, a new reference
   that l holds. FAILED: an exception is set. */
enum nature { FAILED, BUFFER, SEQUENCE, NEITHER };
enum nature gomagic_nature(loan *l, PyObject **object);

/* Lend one slice; at: which row of a [][]T it is, or -1. Returns where its numbers are; NULL with an exception set. */
char *gomagic_lend_slice(crossing *c, loan *l, PyObject *object, Py_ssize_t at);

/* Lend a parameter []T or [N]T. 0 or -1. */
int gomagic_lend_array(crossing *c, const kind *k, PyObject *object);

/* The same of an array of which a view has been taken, which passes to the call: view->obj is NULL then. 0 or -1. */
int gomagic_lend_taken(crossing *c, const kind *k, PyObject *array, Py_buffer *view, int foreign);

#pragma GCC visibility pop
#endif
