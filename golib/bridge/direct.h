#ifndef GOMAGIC_DIRECT_H
#define GOMAGIC_DIRECT_H
#include "function.h"

#pragma GCC visibility push(hidden)

/* Whether a function can be entered this way, not 0, which is its `direct`, and its entry then, which takes what gomagic_enter takes. */
int gomagic_is_direct(const function *f);
void *gomagic_entry_of(const function *f);

/* The same of any variant of a function with type parameters, as gomagic_enter_in_order does it. */
PyObject *gomagic_enter_variant_directly(const function *f, PyObject *const *ordered);

#pragma GCC visibility pop
#endif
