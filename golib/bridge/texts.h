#ifndef GOMAGIC_TEXTS_H
#define GOMAGIC_TEXTS_H
#include "loan.h"

#pragma GCC visibility push(hidden)

/* Lend a parameter string: the str's own UTF-8, which lives as long as the str. 0 or -1. */
int gomagic_lend_text(crossing *c, const kind *k, PyObject *object);

/* Lend a parameter []string. 0 or -1. No Python code must run after it, see texts.c. */
int gomagic_lend_texts(crossing *c, const kind *k, PyObject *object);

#pragma GCC visibility pop
#endif
