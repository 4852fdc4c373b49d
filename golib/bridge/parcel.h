#ifndef GOMAGIC_PARCEL_H
#define GOMAGIC_PARCEL_H
#include "loan.h"

#pragma GCC visibility push(hidden)

/* A value that crosses in a parcel, see form.h: a parameter into the block, or a result out of it. */
int gomagic_lend_parcel(crossing *c, const kind *k, PyObject *object);
PyObject *gomagic_give_parcel(crossing *c, const kind *k);

#pragma GCC visibility pop
#endif
