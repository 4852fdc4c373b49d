#include "loose.h"

#include <stdlib.h>
#include <string.h>

#include "convert.h"
#include "dress.h"
#include "form.h"
#include "methods.h"
#include "refuse.h"

class *gomagic_classes;
int gomagic_class_count;
PyObject *(*gomagic_fetch)(handle *h);

const class *gomagic_class_of(const PyTypeObject *type) {
	static int last;
	if (last < gomagic_class_count && gomagic_classes[last].type == type) return &gomagic_classes[last];
	for (int i = 0; i < gomagic_class_count; i++)
		if (gomagic_classes[i].type == type) return &gomagic_classes[last = i];
	return NULL;
}

const class *gomagic_struct_of(const kind *k) {
	if (k->shape == COPY) return k->class;
	return k->shape == VALUE && k->form->shape == STRUCT ? k->form->class : NULL;
}

int gomagic_can_be(const class *wanted, PyObject *object) {
	const class *of = object == NONE ? NULL : gomagic_class_of(object->type);
	return object == NONE || (of && wanted->takes[of - gomagic_classes]);
}

plan *gomagic_make_plan(PyObject *spec, function *const *functions) {
	plan *p = calloc(1, sizeof *p);
	PyObject *fields;
	int make;
	if (!PyArg_ParseTuple(spec, "iiO", &p->maker.number, &make, &fields)) return NULL;
	int n = (int)PyTuple_Size(fields);
	p->make = functions[make];
	p->maker.params = n;
	p->maker.param = calloc(n + 1, sizeof *p->maker.param);
	p->read = calloc(n + 1, sizeof *p->read);
	p->write = calloc(n + 1, sizeof *p->write);
	p->zero = calloc(n + 1, sizeof *p->zero);
	p->is_fresh = calloc(n + 1, 1);
	for (int i = 0; i < n; i++) {
		const char *name;
		int read, write, is_fresh;
		if (!PyArg_ParseTuple(PyTuple_GetItem(fields, i), "siiOi", &name, &read, &write, &p->zero[i], &is_fresh)) return NULL;
		p->is_fresh[i] = (char)is_fresh;
		Py_IncRef(p->zero[i]);
		p->read[i] = functions[read];
		p->write[i] = functions[write];
		p->maker.param[i] = *functions[write]->param;
		p->maker.param[i].index = i;
		p->maker.param[i].of = &p->maker;
		p->maker.param[i].name = PyUnicode_InternFromString(name);
		if (!p->maker.param[i].name) return NULL;
	}
	return p;
}

static int is_traced(const plan *p) {
	for (int i = 0; i < p->maker.params; i++) {
		const kind *k = &p->maker.param[i];
		if (k->shape == COPY ? is_traced(k->class->plan) : k->shape != NUMBER && k->shape != TEXT) return 1;
	}
	return 0;
}

void gomagic_settle_plan(plan *p) {
	for (int i = 0; i < p->maker.params; i++) p->inner += p->maker.param[i].shape == COPY;
	p->traced = is_traced(p);
}

handle *gomagic_new_loose(const class *of, int inside) {
	handle *h = (handle *)PyType_GenericAlloc(of->type, of->plan->maker.params + inside);
	if (h) h->of = of;
	return h;
}

static handle **outer_of(handle *h) {
	int n = h->of->plan->maker.params;
	return (int)h->items > n ? (handle **)&h->field[n] : NULL;
}

void gomagic_let_go_of_fields(handle *h) {
	const plan *p = h->of->plan;
	for (int i = 0; i < p->maker.params; i++) {
		PyObject *value = h->field[i];
		if (!value) continue;
		if (p->inner && p->maker.param[i].shape == COPY) *outer_of((handle *)value) = NULL;
		h->field[i] = NULL;
		Py_DecRef(value);
	}
}

static PyObject *refused(const function *maker, int i, const char *why, PyObject *value) {
	gomagic_refuse(maker, i, why, value, -1);
	return NULL;
}

/* Whether what a field of a named type gets is of a class of Python's own. */
static int is_plain(const PyObject *value) {
	const PyTypeObject *type = value->type;
	return type == (PyTypeObject *)&PyLong_Type || type == (PyTypeObject *)&PyFloat_Type || type == (PyTypeObject *)&PyUnicode_Type;
}

/* What a field gets for a value: a new reference, or NULL with an exception set. */
static PyObject *admit(const function *maker, int i, PyObject *value) {
	const kind *k = &maker->param[i];
	int is_optional = k->shape == VALUE && k->form->shape == OPTIONAL && value != NONE;
	char shape = is_optional ? k->form->part[0]->shape : k->shape;
	uint64_t number[2];
	switch (shape) {
		case NUMBER:
			if (k->code == 'd' && value->type == (PyTypeObject *)&PyFloat_Type) break;
			switch (gomagic_take(k->code, value, number)) {
				case RAISED: return NULL;
				case WRONG_TYPE: return refused(maker, i, "type", value);
				case OUT_OF_RANGE: return refused(maker, i, "range", value);
			}
			if (value->type == (PyTypeObject *)&PyLong_Type && !strchr("fdFD", k->code)) break; /* an int, as it is */
			PyObject *made = gomagic_give(k->code, number);
			return k->dress ? gomagic_dressed(k->dress, made) : made;
		case TEXT:
			if (IS(value, IS_STR)) break;
			return refused(maker, i, "type", value);
		case HANDLE:
			if (value == NONE || PyType_IsSubtype(value->type, k->class->type)) break;
			const char *why;
			PyObject *pointer = gomagic_pointer_for(value, k->class, 0, &why);
			return pointer || !why ? pointer : refused(maker, i, why, value);
		case FACE:
		case FAULT:
			if (gomagic_can_be(k->class, value) || (k->shape == FAULT && IS(value, IS_EXCEPTION))) break;
			int64_t pythons = gomagic_is_pythons(k->class, value);
			if (pythons > 0) break;
			return pythons < 0 ? NULL : refused(maker, i, "interface", value);
		case COPY: return (PyObject *)gomagic_copy_of(k->class, value, 1, maker, i);
		case VALUE:
			if (k->form->shape != SLICE && k->form->shape != ITEMS && k->form->shape != MAP && k->form->shape != SET) break;
			__attribute__((fallthrough));
		default: /* a container, whose items are looked at when they go to Go */
			if (PyObject_CheckBuffer(value) || (PySequence_Check(value) && !IS(value, IS_STR))) break;
			if (!IS(value, IS_LONG | IS_STR) && value != NONE && value->type != (PyTypeObject *)&PyFloat_Type) break;
			return refused(maker, i, "type", value);
	}
	Py_IncRef(value);
	return k->dress && is_plain(value) ? gomagic_dressed(k->dress, value) : value;
}

/* Let two loose objects of one class change their fields, but for those structs that lie in them: these stay where they
   are, and change theirs. */
static void swap(handle *a, handle *b) {
	const plan *p = a->of->plan;
	for (int i = 0; i < p->maker.params; i++) {
		if (p->maker.param[i].shape == COPY) {
			swap((handle *)a->field[i], (handle *)b->field[i]);
			continue;
		}
		PyObject *other = a->field[i];
		a->field[i] = b->field[i];
		b->field[i] = other;
	}
}

int gomagic_set_loose(handle *h, int i, PyObject *value, int anyhow) {
	const function *maker = &h->of->plan->maker;
	PyObject *made = admit(maker, i, value);
	if (!made) return -1;
	if (h->number || (h->moving && !anyhow)) { /* by what Python code has done meanwhile, here or in another thread */
		Py_DecRef(made);
		return MOVED;
	}
	PyObject *before = h->field[i];
	if (maker->param[i].shape != COPY) {
		h->field[i] = made;
	} else if (before) {
		swap((handle *)before, (handle *)made);
		before = made;
	} else {
		gomagic_put_inside(h, i, made);
	}
	if (before) Py_DecRef(before);
	return 0;
}

void gomagic_put_inside(handle *h, int i, PyObject *value) {
	*outer_of((handle *)value) = h;
	h->field[i] = value;
}

PyObject *gomagic_zero(const plan *p, int i) {
	if (p->maker.param[i].shape == COPY) return PyDict_New();
	if (p->is_fresh[i]) return PyObject_CallFunctionObjArgs(p->zero[i], NULL);
	Py_IncRef(p->zero[i]);
	return p->zero[i];
}

int gomagic_fill_up(handle *h) {
	const plan *p = h->of->plan;
	for (int i = 0; i < p->maker.params; i++) {
		if (h->field[i]) continue;
		const kind *k = &p->maker.param[i];
		if (k->shape == COPY) {
			handle *inner = gomagic_new_loose(k->class, 1);
			if (!inner) return -1;
			gomagic_put_inside(h, i, &inner->object);
			if (gomagic_fill_up(inner)) return -1;
		} else if (!(h->field[i] = gomagic_zero(p, i))) {
			return -1;
		}
	}
	return 0;
}

int gomagic_field_named(const plan *p, PyObject *name) {
	for (int i = 0; i < p->maker.params; i++)
		if (p->maker.param[i].name == name) return i;
	for (int i = 0; IS(name, IS_STR) && i < p->maker.params; i++)
		if (!PyUnicode_Compare(p->maker.param[i].name, name)) return i;
	return -1;
}

int gomagic_set_all(handle *h, PyObject *dict) {
	const function *maker = &h->of->plan->maker;
	PyObject *key, *value;
	for (Py_ssize_t at = 0; PyDict_Next(dict, &at, &key, &value);) {
		int i = gomagic_field_named(h->of->plan, key);
		if (i < 0) return gomagic_refuse(maker, -1, "field", key, -1);
		if (gomagic_set_loose(h, i, value, 0)) return -1;
	}
	return gomagic_fill_up(h);
}

static handle *let_go(handle *h) {
	Py_DecRef(&h->object);
	return NULL;
}

handle *gomagic_copy_of(const class *of, PyObject *from, int inside, const function *f, int i) {
	handle *h = NULL;
	if (!PyType_IsSubtype(from->type, of->type)) {
		PyObject *dict = PyObject_CallFunction(gomagic_hooks[AS_FIELDS], "OO", from, of->type);
		if (!dict) return NULL;
		if (!IS(dict, IS_DICT)) {
			gomagic_refuse(f, i, "type", from, -1);
		} else {
			h = gomagic_new_loose(of, inside);
			if (h && gomagic_set_all(h, dict)) h = let_go(h);
		}
		Py_DecRef(dict);
		return h;
	}
	if (from->type != of->type) { /* a struct that embeds one */
		PyObject *embedded = PyObject_CallFunction(gomagic_hooks[AS_FIELDS], "OO", from, of->type);
		h = embedded ? gomagic_copy_of(of, embedded, inside, f, i) : NULL;
		if (embedded) Py_DecRef(embedded);
		return h;
	}
	PyObject *all = gomagic_fields_of(from);
	h = all ? gomagic_new_loose(of, inside) : NULL;
	for (int j = 0; h && j < of->plan->maker.params; j++)
		if (gomagic_set_loose(h, j, PyTuple_GetItem(all, j), 0)) h = let_go(h);
	if (all) Py_DecRef(all);
	return h;
}

int gomagic_lend_struct(crossing *c, const kind *k, PyObject *object) {
	if (!PyType_IsSubtype(object->type, k->class->type)) {
		if (!k->class->plan) return gomagic_refuse(c->f, k->index, "type", object, -1);
		object = (PyObject *)gomagic_copy_of(k->class, object, 0, c->f, k->index);
		if (!object) return -1;
		c->keep[c->kept++] = object;
	}
	c->block[k->slot] = gomagic_handle_number(object, c->f);
	return c->block[k->slot] ? 0 : -1;
}

PyObject *gomagic_fields_of(PyObject *self) {
	handle *h = (handle *)self;
	if (h->number) return gomagic_fetch(h);
	int n = h->of->plan->maker.params;
	PyObject *all = PyTuple_New(n);
	if (all && h->number) { /* a new object lets Python collect garbage, and that can run code */
		Py_DecRef(all);
		return gomagic_fetch(h);
	}
	for (int i = 0; all && i < n; i++) {
		Py_IncRef(h->field[i]);
		PyTuple_SetItem(all, i, h->field[i]);
	}
	return all;
}
