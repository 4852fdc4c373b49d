#ifndef GOMAGIC_MERGE_H
#define GOMAGIC_MERGE_H
#include "form.h"

#pragma GCC visibility push(hidden)

/* Say that an object cannot be changed as Go has changed its part. */
void gomagic_refuse_write(merging *m, const form *f, PyObject *object, const place *at);

PyObject *gomagic_merge_leaf(merging *m, const form *f, PyObject *object, const place *at); /* a number, text or handle */
PyObject *gomagic_merge_items(merging *m, const form *f, PyObject *object, const place *at);
PyObject *gomagic_merge_optional(merging *m, const form *f, PyObject *object, const place *at);
PyObject *gomagic_merge_map(merging *m, const form *f, PyObject *object, const place *at);

#pragma GCC visibility pop
#endif
