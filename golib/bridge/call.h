#ifndef GOMAGIC_CALL_H
#define GOMAGIC_CALL_H
#include "choose.h"
#include "context.h"
#include "loan.h"

#define INLINED static inline __attribute__((always_inline))

#pragma GCC visibility push(hidden)

/* What every function of a cell runs; self is the function's own module object (open.c). */
PyObject *gomagic_enter(PyObject *self, PyObject *const *args, Py_ssize_t n, PyObject *names);

/* The same of one that takes a context. */
PyObject *gomagic_enter_with_context(PyObject *self, PyObject *const *args, Py_ssize_t n, PyObject *names);

/* The same of a method; self is the handle that it is called on (classes.c). */
PyObject *gomagic_enter_method(const function *f, PyObject *self, PyObject *const *args, Py_ssize_t n, PyObject *names);

/* Bring arguments into the order of the parameters, at most MOST_PARAMS; *rest is the tuple of a variadic one. 0 or -1. */
int gomagic_arrange(const function *f, PyObject *const *args, Py_ssize_t n, PyObject *names, PyObject **ordered, PyObject **rest);

/* The arguments in a tuple, and in a dict or NULL, as the functions above take them. They stay whose they are; what is
   returned is gomagic_room's, *names is a new tuple or NULL. NULL with an exception set. */
PyObject **gomagic_side_by_side(PyObject *args, PyObject *keywords, PyObject **names);

/* The same of a variant of a function with type parameters, with arguments in order. */
PyObject *gomagic_enter_in_order(const function *f, PyObject *const *ordered);

/* The same with what gomagic_choose has taken, if anything. */
PyObject *gomagic_enter_variant(const function *f, PyObject *const *ordered, taken *t);
PyObject *gomagic_enter_variant_with_context(const function *f, PyObject *const *ordered, taken *t, context *w);

/* The same in parts, for who does not wait in between: fill in a block, for arguments in order; see what it brought, which
   gives back what has been lent. 0 or -1: then it is to be given back all the same. t: a buffer, or NULL. */
int gomagic_begin(crossing *c, const function *f, int64_t *block, PyObject *receiver, PyObject *const *ordered, taken *t);
PyObject *gomagic_finish(crossing *c, PyObject *const *ordered);
void gomagic_give_back(crossing *c);

/* Enter Go as the stub of an exported function does, without what this one need not do at each call: wait until Go has
   started (gomagic_open has) and ask for C's part of a traceback. That is 4 of the 90 ns of a call. */
extern void crosscall2(void (*go)(void *), void *argument, int size, size_t context);
extern void (*gomagic_run)(void *block); /* Go's run, in bridge.go */
static inline void gomagic_enter_go(int64_t *block) { crosscall2(gomagic_run, block, 0, 0); }

#pragma GCC visibility pop
#endif
