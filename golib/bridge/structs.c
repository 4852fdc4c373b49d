#include "structs.h"

#include "loose.h"
#include "merge.h"
#include "pack.h"
#include "unpack.h"

static int pack_part(packing *to, const form *f, int i, PyObject *value, const place *at) {
	const form *part = f->part[i];
	if (part->shape == NUMBER && value->type == (PyTypeObject *)&PyFloat_Type && part->code == 'd') {
		char *slot = gomagic_room_in(to, sizeof(double));
		if (slot) *(double *)slot = PyFloat_AsDouble(value);
		return slot ? 0 : -1;
	}
	place here = {at, f->names[i], NULL, 0};
	Py_IncRef(value); /* converting it may run Python code that takes it out of its object */
	int failed = part->how->pack(to, part, value, &here);
	Py_DecRef(value);
	return failed;
}

/* A struct that lies in Go: Go copies it. What Go writes to that copy is seen by what was packed: then its fields are. */
static int pack_held(packing *to, const form *f, handle *h, const place *at) {
	if (!f->class->plan || !(to->k->flags & GO_WRITES)) /* the argument itself the caller holds */
		return (at && gomagic_hold(to, &h->object)) || gomagic_put_slot(to, (int64_t)h->number) ? -1 : 0;
	PyObject *all = gomagic_fields_of(&h->object);
	int failed = !all || gomagic_put_slot(to, 0);
	for (int i = 0; !failed && i < f->parts; i++) failed = pack_part(to, f, i, PyTuple_GetItem(all, i), at);
	if (all) Py_DecRef(all);
	return failed ? -1 : 0;
}

/* What a dict or an object has; other fields are zero. */
static int pack_dict(packing *to, const form *f, PyObject *dict, const place *at) {
	const plan *p = f->class->plan;
	PyObject *key, *value;
	int failed = gomagic_put_slot(to, 0);
	Py_ssize_t known = 0, n = 0;
	for (int i = 0; !failed && i < f->parts; i++) {
		value = PyDict_GetItemWithError(dict, f->names[i]);
		known += value != NULL;
		if (value) Py_IncRef(value);
		else if (PyErr_Occurred()) return -1;
		else value = gomagic_zero(p, i);
		failed = !value || pack_part(to, f, i, value, at);
		if (value) Py_DecRef(value);
	}
	for (Py_ssize_t next = 0; !failed && PyDict_Next(dict, &next, &key, &value); n++)
		if (gomagic_field_named(p, key) < 0) return gomagic_refuse(&p->maker, -1, "field", key, -1);
	return failed ? -1 : 0;
}

int gomagic_pack_struct(packing *to, const form *f, PyObject *object, const place *at) {
	const class *of = f->class;
	handle *h = (handle *)object;
	size_t start = to->n;
	if (object->type == of->type) {
		if (h->number) return pack_held(to, f, h, at);
		if (gomagic_put_slot(to, 0)) return -1;
		for (int i = 0; i < f->parts && !h->number; i++)
			if (pack_part(to, f, i, h->field[i], at)) return -1;
		if (!h->number) return 0;
		to->n = start; /* it has moved to Go meanwhile */
		return pack_held(to, f, h, at);
	}
	int is_one = PyType_IsSubtype(object->type, of->type); /* a struct that embeds it */
	if (!is_one && !of->plan) return gomagic_refuse_packing(to, f, "type", object, at);
	PyObject *other = PyObject_CallFunction(gomagic_hooks[AS_FIELDS], "OO", object, of->type);
	int failed = !other ? -1
		: is_one ? gomagic_hold(to, other) || gomagic_pack_struct(to, f, other, at)
		: IS(other, IS_DICT) ? pack_dict(to, f, other, at)
		: gomagic_refuse_packing(to, f, "type", object, at);
	if (other) Py_DecRef(other);
	return failed ? -1 : 0;
}

static PyObject *unpack(unpacking *from, const form *f, int inside) {
	uint64_t number = gomagic_next(from);
	PyObject *object;
	if (number) {
		object = from->of == CAME ? gomagic_living_object(number) : gomagic_object_of(f->class, number, 1);
		return object ? object : gomagic_set_aside(from);
	}
	handle *h = gomagic_new_loose(f->class, inside);
	int complete = h != NULL;
	if (!h) gomagic_set_aside(from);
	for (int i = 0; i < f->parts; i++) {
		const form *part = f->part[i];
		int within = part->shape == STRUCT;
		PyObject *value = within ? unpack(from, part, 1) : part->how->unpack(from, part);
		complete = complete && value;
		if (!value) continue;
		if (!h) Py_DecRef(value);
		else if (within) gomagic_put_inside(h, i, value);
		else h->field[i] = value;
	}
	if (complete) return &h->object;
	if (h) Py_DecRef(&h->object);
	return NULL;
}

PyObject *gomagic_unpack_struct(unpacking *from, const form *f) { return unpack(from, f, 0); }

const char *gomagic_skip_struct(const form *f, const char *p) {
	uint64_t number = *(const uint64_t *)p;
	p += sizeof number;
	for (int i = 0; !number && i < f->parts; i++) p = f->part[i]->how->skip(f->part[i], p);
	return p;
}

/* Set a field to what Go has made of it. */
static void put_part(merging *m, const form *f, int i, PyObject *object, PyObject *value, const place *at) {
	PyObject *done = NULL;
	int failed;
	if (object->type == f->class->type) {
		failed = PyObject_SetAttr(object, f->names[i], value);
	} else {
		done = PyObject_CallFunction(gomagic_hooks[PUT_FIELD], "OOOO", object, f->class->type, f->names[i], value);
		failed = !done;
	}
	if (done) Py_DecRef(done);
	if (!failed) return;
	if (PyErr_ExceptionMatches(PyExc_TypeError) || PyErr_ExceptionMatches(PyExc_AttributeError) || PyErr_ExceptionMatches(PyExc_ValueError)) {
		PyErr_Clear();
		gomagic_refuse_write(m, f, object, at);
	} else {
		gomagic_set_aside(&m->now);
	}
}

/* The fields of what has been packed: a tuple, or a dict of those that there are. */
static PyObject *parts_of(const form *f, PyObject *object) {
	if (object->type == f->class->type) return gomagic_fields_of(object);
	return PyObject_CallFunction(gomagic_hooks[AS_FIELDS], "OO", object, f->class->type);
}

PyObject *gomagic_merge_struct(merging *m, const form *f, PyObject *object, const place *at) {
	if (!f->class->plan) return gomagic_merge_leaf(m, f, object, at);
	PyObject *parts = parts_of(f, object), *other = NULL;
	if (!parts) gomagic_set_aside(&m->now);
	if (parts && object->type != f->class->type && PyType_IsSubtype(object->type, f->class->type)) {
		other = gomagic_merge_struct(m, f, parts, at); /* that which it embeds */
		Py_DecRef(parts);
		return other;
	}
	m->before += sizeof(uint64_t);
	gomagic_next(&m->now);
	for (int i = 0; i < f->parts; i++) {
		const form *part = f->part[i];
		place here = {at, f->names[i], NULL, 0};
		PyObject *value = !parts ? NULL : IS(parts, IS_TUPLE) ? PyTuple_GetItem(parts, i) : PyDict_GetItemWithError(parts, f->names[i]);
		if (value) {
			Py_IncRef(value);
			other = part->how->merge(m, part, value, &here);
			Py_DecRef(value);
		} else {
			other = gomagic_merge_leaf(m, part, NULL, &here); /* all of it, as there is nothing to bring it to */
		}
		if (!other) continue;
		if (parts) put_part(m, f, i, object, other, at);
		Py_DecRef(other);
	}
	if (parts) Py_DecRef(parts);
	return NULL;
}
