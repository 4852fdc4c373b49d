#ifndef GOMAGIC_STRUCTS_H
#define GOMAGIC_STRUCTS_H
#include "form.h"

#pragma GCC visibility push(hidden)

/* A struct in a parcel, see form.h: f->class is its class, f->part its fields, f->names what these are called. Their row in
   forms.c: {STRUCT, gomagic_pack_struct, gomagic_unpack_struct, gomagic_merge_struct, gomagic_skip_struct}. */
int gomagic_pack_struct(packing *to, const form *f, PyObject *object, const place *at);
PyObject *gomagic_unpack_struct(unpacking *from, const form *f);
PyObject *gomagic_merge_struct(merging *m, const form *f, PyObject *object, const place *at);
const char *gomagic_skip_struct(const form *f, const char *p);

#pragma GCC visibility pop
#endif
