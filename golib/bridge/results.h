#ifndef GOMAGIC_RESULTS_H
#define GOMAGIC_RESULTS_H
#include "loan.h"

#pragma GCC visibility push(hidden)

/* Make an object of a result: a new reference, or NULL with an exception set; in both cases nothing of it is left in C or
   Go. */
PyObject *gomagic_give_text(crossing *c, const kind *k);
PyObject *gomagic_give_texts(crossing *c, const kind *k);
PyObject *gomagic_give_array(crossing *c, const kind *k);
PyObject *gomagic_give_rows(crossing *c, const kind *k);
PyObject *gomagic_give_owner(crossing *c, const kind *k);

#pragma GCC visibility pop
#endif
