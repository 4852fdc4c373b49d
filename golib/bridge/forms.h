#ifndef GOMAGIC_FORMS_H
#define GOMAGIC_FORMS_H
#include "form.h"

#pragma GCC visibility push(hidden)

/* The forms of a library, by their numbers, of ("shape", "code", length, class, parts, names of fields, layout,
   parameters): parts are numbers of forms. NULL with an exception set. */
form *gomagic_make_forms(PyObject *specs, const struct class *classes);

#pragma GCC visibility pop
#endif
