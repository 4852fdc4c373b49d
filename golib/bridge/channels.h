#ifndef GOMAGIC_CHANNELS_H
#define GOMAGIC_CHANNELS_H
#include "form.h"

#pragma GCC visibility push(hidden)

/* Make the classes of Go's channels as Python has them: one for each form. 0 or -1. */
int gomagic_make_channel_classes(form *forms, Py_ssize_t n, function *const *functions);

/* What a method of a channel calls that may wait, by its entry; NULL: it is none of this library's. */
const function *gomagic_function_of_channel(void *entry, PyObject *self);

#pragma GCC visibility pop
#endif
