#ifndef GOMAGIC_CALLABLES_H
#define GOMAGIC_CALLABLES_H
#include "form.h"

#pragma GCC visibility push(hidden)

/* A func in a parcel: the address of Python's callable, or the number of a handle on a func of Go's; both are 0 of a nil one.
   Then the addresses of its form, of the parameter as which Go has got it, and of its turns. callables.go has the same. A
   callable with the number LENT_CALLABLE Go does not keep beyond the call; others take no turns. */
enum { LENT_CALLABLE = -1 };
int gomagic_pack_func(packing *to, const form *f, PyObject *object, const place *at);
PyObject *gomagic_unpack_func(unpacking *from, const form *f);
const char *gomagic_skip_func(const form *f, const char *p);

#pragma GCC visibility pop
#endif
