#ifndef GOMAGIC_TABLES_H
#define GOMAGIC_TABLES_H
#include "form.h"

#pragma GCC visibility push(hidden)

/* Slices and arrays of structs in parcels. They take what has a column for each field, too: a DataFrame, or an array of
   numpy's that has fields. */
int gomagic_pack_table(packing *to, const form *f, PyObject *object, const place *at);
PyObject *gomagic_merge_table(merging *m, const form *f, PyObject *object, const place *at);

#pragma GCC visibility pop
#endif
