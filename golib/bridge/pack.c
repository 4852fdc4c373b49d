#include "pack.h"

#include <string.h>

#include "convert.h"
#include "handle.h"
#include "items.h"
#include "memory.h"
#include "views.h"

char *gomagic_room_in(packing *to, size_t n) {
	enum { LEAST = 512 };
	if (n > to->room - to->n) {
		size_t room = 2 * to->room > to->n + n ? 2 * to->room : to->n + n;
		if (room < LEAST) room = LEAST;
		int is_own = to->p && !gomagic_is_scratch(to->c, to->p);
		char *wider = is_own ? gomagic_widen(to->p, room) : gomagic_room(room, 1);
		if (wider && to->p && !is_own) memcpy(wider, to->p, to->n);
		if (!wider) {
			PyErr_NoMemory();
			return NULL;
		}
		to->p = wider;
		to->room = room;
	}
	to->n += n;
	return to->p + to->n - n;
}

int gomagic_hold(packing *to, PyObject *object) {
	if (!to->held && !(to->held = PyList_New(0))) return -1;
	return PyList_Append(to->held, object);
}

PyObject *gomagic_way_to(const place *at) {
	Py_ssize_t deep = 0;
	for (const place *p = at; p; p = p->in) deep++;
	PyObject *way = PyTuple_New(deep);
	for (; way && at; at = at->in) {
		PyObject *step;
		if (at->field) Py_IncRef(step = at->field);
		else if (!at->key) step = PyLong_FromSsize_t(at->index);
		else if ((step = PyTuple_New(1))) Py_IncRef(at->key), PyTuple_SetItem(step, 0, at->key);
		if (!step || PyTuple_SetItem(way, --deep, step)) {
			Py_DecRef(way);
			return NULL;
		}
	}
	return way;
}

int gomagic_refuse_part(const crossing *c, const kind *k, const form *f, const char *why, PyObject *object, const place *at) {
	PyObject *way = gomagic_way_to(at);
	if (!way) return -1;
	gomagic_refuse_value(c->f, k->index, why, object, f->number, way);
	Py_DecRef(way);
	return -1;
}

int gomagic_pack_each(packing *to, const form *f, const form **part, int n, PyObject *object, const place *at, const char *why) {
	if (n == 1) return part[0]->how->pack(to, part[0], object, at);
	if (!IS(object, IS_TUPLE | IS_LIST) || PySequence_Size(object) != n) return gomagic_refuse_packing(to, f, why, object, at);
	for (int i = 0; i < n; i++) {
		place here = {at, NULL, NULL, i};
		PyObject *one = PySequence_GetItem(object, i);
		int failed = !one || part[i]->how->pack(to, part[i], one, &here);
		if (one) Py_DecRef(one);
		if (failed) return -1;
	}
	return 0;
}

int gomagic_pack_number(packing *to, const form *f, PyObject *object, const place *at) {
	char *slot = gomagic_room_in(to, gomagic_padded(f->size));
	if (!slot) return -1;
	if (f->code == 'd' && object->type == (PyTypeObject *)&PyFloat_Type) {
		*(double *)slot = PyFloat_AsDouble(object);
		return 0;
	}
	int64_t number[2] = {0, 0}; /* converting it may run Python code, but none that makes the parcel move */
	int why = gomagic_take(f->code, object, number);
	memcpy(slot, number, gomagic_padded(f->size));
	if (why == OK) return 0;
	return why == RAISED ? -1 : gomagic_refuse_packing(to, f, why == WRONG_TYPE ? "type" : "range", object, at);
}

const char *gomagic_skip_number(const form *f, const char *p) { return p + gomagic_padded(f->size); }

int gomagic_put_bytes(packing *to, const char *p, Py_ssize_t n) {
	char *slots = gomagic_room_in(to, sizeof(int64_t) + gomagic_padded(n));
	if (!slots) return -1;
	*(int64_t *)slots = n;
	if (n) *(int64_t *)(slots + gomagic_padded(n)) = 0; /* the last slot: what fills it up is 0 */
	memcpy(slots + sizeof(int64_t), p, n);
	return 0;
}

int gomagic_pack_text(packing *to, const form *f, PyObject *object, const place *at) {
	Py_ssize_t n;
	const char *p = PyUnicode_AsUTF8AndSize(object, &n);
	if (p) return gomagic_put_bytes(to, p, n);
	PyErr_Clear();
	if (!IS(object, IS_STR)) return gomagic_refuse_packing(to, f, "type", object, at);
	char *bytes;
	PyObject *encoded = PyUnicode_AsEncodedString(object, "utf-8", "surrogateescape");
	if (!encoded || PyBytes_AsStringAndSize(encoded, &bytes, &n)) return -1;
	int failed = gomagic_put_bytes(to, bytes, n);
	Py_DecRef(encoded);
	return failed;
}

const char *gomagic_skip_text(const form *f, const char *p) {
	(void)f;
	int64_t n = *(const int64_t *)p;
	return p + sizeof n + gomagic_padded(n < 0 ? 0 : n);
}

/* What is read as a sequence of items: itself, or a list made of it. NULL with an exception set. */
static PyObject *as_sequence(const packing *to, const form *f, PyObject *object, const place *at) {
	int is_text = IS(object, IS_STR | IS_BYTES) != 0;
	if (IS(object, IS_LIST | IS_TUPLE) || (!is_text && PyObject_CheckBuffer(object) && PySequence_Check(object))) {
		Py_IncRef(object);
		return object;
	}
	PyObject *list = is_text ? NULL : PyObject_CallFunctionObjArgs(gomagic_hooks[AS_LIST], object, NULL);
	if (list) return list;
	if (!is_text && !PyErr_ExceptionMatches(PyExc_TypeError)) return NULL;
	PyErr_Clear();
	gomagic_refuse_packing(to, f, "type", object, at);
	return NULL;
}

static int pack_items(packing *to, const form *f, PyObject *object, const place *at) {
	PyObject *sequence = as_sequence(to, f, object, at);
	if (!sequence) return -1;
	int is_list = !!IS(sequence, IS_LIST), is_tuple = !!IS(sequence, IS_TUPLE), failed = 0;
	size_t start = to->n;
	if (f->shape == SLICE && !gomagic_room_in(to, sizeof(int64_t))) failed = -1;
	place here = {at, NULL, NULL, 0};
	Py_ssize_t n = 0;
	for (; !failed; n++) { /* converting an item may run Python code that makes the list longer or shorter */
		Py_ssize_t size = is_list ? PyList_Size(sequence) : is_tuple ? PyTuple_Size(sequence) : PySequence_Size(sequence);
		if (n >= size) {
			failed = size < 0 ? -1 : 0;
			break;
		}
		PyObject *item = gomagic_item(sequence, n, is_list, is_tuple);
		if (!item) {
			failed = -1;
			break;
		}
		here.index = n;
		failed = f->part[0]->how->pack(to, f->part[0], item, &here);
		Py_DecRef(item);
	}
	Py_DecRef(sequence);
	if (failed) return -1;
	if (f->shape == SLICE) *(int64_t *)(to->p + start) = n;
	else if (n != f->length) return gomagic_refuse_packing(to, f, "length", object, at);
	return 0;
}

/* A list may lie in itself: Python says how deep is too deep. */
static int without_end(void) { return Py_EnterRecursiveCall(" while a value was packed for Go"); }

int gomagic_pack_items(packing *to, const form *f, PyObject *object, const place *at) {
	if (without_end()) return -1;
	int failed = pack_items(to, f, object, at);
	Py_LeaveRecursiveCall();
	return failed;
}

const char *gomagic_skip_items(const form *f, const char *p) {
	int64_t n = f->length;
	if (f->shape == SLICE) {
		n = *(const int64_t *)p;
		p += sizeof n;
	}
	for (int64_t i = 0; i < n; i++) p = f->part[0]->how->skip(f->part[0], p);
	return p;
}

static int pack_pair(packing *to, const form *f, PyObject *key, PyObject *value, const place *at) {
	place here = {at, NULL, key, 0};
	Py_IncRef(key);
	Py_IncRef(value);
	int failed = f->part[0]->how->pack(to, f->part[0], key, &here) || f->part[1]->how->pack(to, f->part[1], value, &here);
	Py_DecRef(key);
	Py_DecRef(value);
	return failed ? -1 : 0;
}

static int pack_map(packing *to, const form *f, PyObject *object, const place *at) {
	PyObject *dict = object, *key, *value;
	if (IS(object, IS_DICT)) {
		Py_IncRef(dict);
	} else if (!(dict = PyObject_CallFunctionObjArgs(gomagic_hooks[AS_DICT], object, NULL))) {
		if (!PyErr_ExceptionMatches(PyExc_TypeError)) return -1;
		PyErr_Clear();
		return gomagic_refuse_packing(to, f, "type", object, at);
	}
	size_t start = to->n;
	int failed = gomagic_room_in(to, sizeof(int64_t)) ? 0 : -1;
	Py_ssize_t n = 0, next = 0;
	for (; !failed && PyDict_Next(dict, &next, &key, &value); n++) failed = pack_pair(to, f, key, value, at);
	Py_DecRef(dict);
	if (failed) return -1;
	*(int64_t *)(to->p + start) = n;
	return 0;
}

int gomagic_pack_map(packing *to, const form *f, PyObject *object, const place *at) {
	if (without_end()) return -1;
	int failed = pack_map(to, f, object, at);
	Py_LeaveRecursiveCall();
	return failed;
}

const char *gomagic_skip_map(const form *f, const char *p) {
	int64_t n = *(const int64_t *)p;
	p += sizeof n;
	for (int64_t i = 0; i < n; i++)
		for (int part = 0; part < 2; part++) p = f->part[part]->how->skip(f->part[part], p);
	return p;
}

int gomagic_pack_handle(packing *to, const form *f, PyObject *object, const place *at) {
	PyTypeObject *wanted = f->class->type;
	uint64_t number = 0;
	if (object != NONE) {
		const char *why;
		PyObject *pointer = object;
		if (object->type == wanted || PyType_IsSubtype(object->type, wanted)) Py_IncRef(pointer);
		else pointer = gomagic_pointer_for(object, f->class, to->k->flags, &why);
		if (!pointer) return why ? gomagic_refuse_packing(to, f, why, object, at) : -1;
		int failed = gomagic_hold(to, pointer);
		Py_DecRef(pointer);
		if (failed) return -1;
		object = pointer;
		number = gomagic_handle_number(object, to->c->f);
		if (!number) return -1;
	}
	return gomagic_put_slot(to, (int64_t)number);
}

int gomagic_pack_optional(packing *to, const form *f, PyObject *object, const place *at) {
	if (gomagic_put_slot(to, object != NONE)) return -1;
	return object == NONE ? 0 : f->part[0]->how->pack(to, f->part[0], object, at);
}

const char *gomagic_skip_optional(const form *f, const char *p) {
	int64_t is_there = *(const int64_t *)p;
	p += sizeof is_there;
	return is_there ? f->part[0]->how->skip(f->part[0], p) : p;
}
