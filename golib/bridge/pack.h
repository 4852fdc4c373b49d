#ifndef GOMAGIC_PACK_H
#define GOMAGIC_PACK_H
#include "form.h"

#pragma GCC visibility push(hidden)

/* Room for n more bytes, a multiple of eight, in the parcel; NULL with an exception set. It lies there until the next. */
char *gomagic_room_in(packing *to, size_t n);

/* A slot. 0 or -1. */
static inline int gomagic_put_slot(packing *to, int64_t slot) {
	char *p = gomagic_room_in(to, sizeof slot);
	if (p) *(int64_t *)p = slot;
	return p ? 0 : -1;
}

/* Have an object live until the call is over. 0 or -1. */
int gomagic_hold(packing *to, PyObject *object);

/* A length and so many bytes. 0 or -1. */
int gomagic_put_bytes(packing *to, const char *p, Py_ssize_t n);

/* The way from the argument to a part of it, as gomagic/bind/refusal.py reads it: a tuple of attributes as str, indices as
   int, and keys in tuples of their own. NULL with an exception set. */
PyObject *gomagic_way_to(const place *at);

/* What cannot be in a parcel; why: as of gomagic_refuse. Always -1. */
int gomagic_refuse_part(const crossing *c, const kind *k, const form *f, const char *why, PyObject *object, const place *at);

/* The same on the way into one. */
static inline int gomagic_refuse_packing(const packing *to, const form *f, const char *why, PyObject *object, const place *at) {
	return gomagic_refuse_part(to->c, to->k, f, why, object, at);
}

/* An object of which n forms are to be: the object itself if it is one, else as many items of a tuple or list. why: of what is
   refused that has not as many. 0 or -1. */
int gomagic_pack_each(packing *to, const form *f, const form **part, int n, PyObject *object, const place *at, const char *why);

int gomagic_pack_number(packing *to, const form *f, PyObject *object, const place *at);
int gomagic_pack_text(packing *to, const form *f, PyObject *object, const place *at);
int gomagic_pack_items(packing *to, const form *f, PyObject *object, const place *at); /* of a slice or array */
int gomagic_pack_map(packing *to, const form *f, PyObject *object, const place *at);
int gomagic_pack_optional(packing *to, const form *f, PyObject *object, const place *at);
int gomagic_pack_handle(packing *to, const form *f, PyObject *object, const place *at);

const char *gomagic_skip_number(const form *f, const char *p);
const char *gomagic_skip_text(const form *f, const char *p);
const char *gomagic_skip_items(const form *f, const char *p);
const char *gomagic_skip_optional(const form *f, const char *p);
const char *gomagic_skip_map(const form *f, const char *p);

#pragma GCC visibility pop
#endif
