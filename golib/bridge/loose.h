#ifndef GOMAGIC_LOOSE_H
#define GOMAGIC_LOOSE_H
#include "handle.h"

/* What is known of a struct whose objects can lie in Python: all of its fields are exported, and Python can have each. */
typedef struct plan {
	function maker;      /* its fields as parameters of their class, for messages */
	const function *make, **read, **write; /* a new one in Go, and each field there */
	PyObject **zero;     /* each field's zero value */
	char *is_fresh;      /* zero is called for a new one: it can be changed */
	int inner;           /* how many fields are structs, which lie in it */
	int traced;          /* a cycle can go through it */
} plan;

#pragma GCC visibility push(hidden)

/* Read (number for messages, of the function that makes one, ((name, read, write, zero, whether it is made), …)). All classes below it, which the kinds of its fields name, need not be made yet. NULL with an exception
   set. */
plan *gomagic_make_plan(PyObject *spec, function *const *functions);

/* Of the same, once all classes have their plans. */
void gomagic_settle_plan(plan *p);

/* The class of an object or of what a type makes, by the exact type. NULL: it is none of this library. */
extern class *gomagic_classes;
extern int gomagic_class_count;
const class *gomagic_class_of(const PyTypeObject *type);

/* Whether an object can be one of the interface `wanted`. */
int gomagic_can_be(const class *wanted, PyObject *object);

/* The class of a parameter that is a struct, else NULL. */
const class *gomagic_struct_of(const kind *k);

/* A loose object of which no field is set yet; inside: it lies in another one. */
handle *gomagic_new_loose(const class *of, int inside);

/* Set those fields that are not set yet to their zero values. 0 or -1. */
int gomagic_fill_up(handle *h);

/* The zero value of a field: a new reference; of one that is a struct an empty dict. NULL with an exception set. */
PyObject *gomagic_zero(const plan *p, int i);

/* The place of a field, -1: there is none of that name. */
int gomagic_field_named(const plan *p, PyObject *name);

/* Set a field, not set before, to a loose object that was made to lie inside another one. Steals it. */
void gomagic_put_inside(handle *h, int i, PyObject *value);

/* Set a field to what `value` says. 0, -1, or MOVED: it is not loose any more. It may be on its way to Go then, where the
   value has to be written as well; anyhow: set it all the same. */
enum { MOVED = 1 };
int gomagic_set_loose(handle *h, int i, PyObject *value, int anyhow);

/* The values of all fields of a held object, in a tuple; move.c. */
extern PyObject *(*gomagic_fetch)(handle *h);

/* Set the fields that a dict has, the others to their zero values. 0 or -1. */
int gomagic_set_all(handle *h, PyObject *dict);

/* A new loose object with the fields of a struct, a dict or whatever has them as attributes. f, i: the parameter that gets
   it, for messages. */
handle *gomagic_copy_of(const class *of, PyObject *from, int inside, const function *f, int i);

/* A struct's number into the block: Go copies it from there. What stands for one is made one for the call. 0 or -1. */
int gomagic_lend_struct(crossing *c, const kind *k, PyObject *object);

/* The values of all fields of an object whose class has a plan, in a tuple. */
PyObject *gomagic_fields_of(PyObject *self);

#pragma GCC visibility pop
#endif
