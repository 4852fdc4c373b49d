#include "numbers.h"

#include <string.h>

#include "convert.h"
#include "items.h"
#include "memory.h"
#include "owner.h"
#include "pack.h"
#include "results.h"
#include "unpack.h"
#include "views.h"

/* Room for n numbers, headed by their number if that is no part of the type. NULL with an exception set. */
static char *room_for(packing *to, const form *f, Py_ssize_t n) {
	size_t head = f->shape == FIXED ? 0 : sizeof(int64_t), bytes = gomagic_padded(n * f->size);
	char *p = gomagic_room_in(to, head + bytes);
	if (!p) return NULL;
	if (head) *(int64_t *)p = n;
	if (bytes) *(int64_t *)(p + head + bytes - sizeof(int64_t)) = 0;
	return p + head;
}

/* The numbers of an array of one dimension. 0 or -1; 1: it is an array.array of others, which convert one by one. */
static int pack_view(packing *to, const form *f, PyObject *array, PyObject *object, const place *at) {
	Py_buffer view;
	int foreign, failed = -1;
	if (gomagic_is_masked(array)) return gomagic_refuse_packing(to, f, "masked", object, at);
	if (PyObject_GetBuffer(array, &view, PyBUF_RECORDS_RO)) {
		PyErr_Clear(); /* as in views.c */
		return gomagic_refuse_packing(to, f, "dtype", object, at);
	}
	Py_ssize_t n = view.ndim ? view.shape[0] : 0;
	char *p;
	if (!gomagic_fits(gomagic_code(view.format, view.itemsize, &foreign), f->code)) {
		failed = view.ndim == 1 && gomagic_has(array, "typecode") ? 1 : gomagic_refuse_packing(to, f, "dtype", object, at);
	} else if (view.ndim != 1) {
		gomagic_refuse_packing(to, f, "dimensions", object, at);
	} else if (f->shape == FIXED && n != f->length) {
		gomagic_refuse_packing(to, f, "length", object, at);
	} else if ((p = room_for(to, f, n))) {
		Py_ssize_t step = view.strides ? view.strides[0] : f->size;
		if (step == f->size && !foreign) memcpy(p, view.buf, n * f->size);
		else for (Py_ssize_t i = 0; i < n; i++) gomagic_copy_number(p + i * f->size, (char *)view.buf + i * step, f->code, foreign);
		for (Py_ssize_t i = 0; f->code == '?' && i < n; i++) p[i] = p[i] != 0;
		failed = 0;
	}
	PyBuffer_Release(&view);
	return failed;
}

static int pack_each(packing *to, const form *f, PyObject *sequence, const place *at) {
	int is_list = !!IS(sequence, IS_LIST), is_tuple = !!IS(sequence, IS_TUPLE);
	Py_ssize_t n = PySequence_Size(sequence);
	if (n < 0) return -1;
	if (f->shape == FIXED && n != f->length) return gomagic_refuse_packing(to, f, "length", sequence, at);
	if (!room_for(to, f, n)) return -1;
	size_t start = to->n - gomagic_padded(n * f->size);
	place here = {at, NULL, NULL, 0};
	for (; here.index < n; here.index++) {
		Py_ssize_t i = here.index;
		PyObject *item = gomagic_item(sequence, i, is_list, is_tuple);
		if (!item) return -1;
		int why = gomagic_take(f->code, item, to->p + start + i * f->size);
		if (why == WRONG_TYPE || why == OUT_OF_RANGE) gomagic_refuse_packing(to, f->part[0], why == WRONG_TYPE ? "type" : "range", item, &here);
		Py_DecRef(item);
		if (why != OK) return -1;
	}
	return 0;
}

int gomagic_pack_numbers(packing *to, const form *f, PyObject *object, const place *at) {
	PyObject *made = NULL, *source = object;
	int way = 1;
	if (!PyObject_CheckBuffer(object) && !IS(object, IS_LIST | IS_TUPLE) && gomagic_has_array(object)) {
		made = PyObject_CallFunctionObjArgs(gomagic_hooks[AS_ARRAY], object, NULL);
		if (!made) return -1;
		source = made;
	}
	if (PyObject_CheckBuffer(source)) way = pack_view(to, f, source, object, at);
	else if (IS(source, IS_STR) || !PySequence_Check(source)) way = gomagic_refuse_packing(to, f, "type", object, at);
	if (way == 1) way = pack_each(to, f, source, at);
	if (made) Py_DecRef(made);
	return way;
}

const char *gomagic_skip_numbers(const form *f, const char *p) {
	int64_t n = f->length;
	if (f->shape != FIXED) {
		n = *(const int64_t *)p;
		p += sizeof n;
	}
	return p + gomagic_padded((n < 0 ? 0 : n) * f->size);
}

/* An array of n numbers that lie in the parcel, which does not stay: a copy. */
static PyObject *array_of(const unpacking *from, const form *f, const char *p, Py_ssize_t n) {
	if (!n) return gomagic_make_array(from->c, (go_array){NULL, 0, 0}, f->code);
	char *copy = gomagic_room(n, f->size), code[2] = {f->code, 0};
	if (!copy) return PyErr_NoMemory();
	memcpy(copy, p, n * f->size);
	PyObject *owner = gomagic_owner(copy, n, f->code, 0, NULL, 0, copy);
	PyObject *array = owner ? PyObject_CallFunction(gomagic_hooks[MAKE_ARRAY], "Os", owner, code) : NULL;
	if (owner) Py_DecRef(owner);
	return array;
}

PyObject *gomagic_unpack_numbers(unpacking *from, const form *f) {
	PyObject *array;
	if (f->shape == NUMBERS && from->of == NEW) {
		go_array lent = *(const go_array *)from->p;
		from->p += sizeof lent;
		array = gomagic_make_array(from->c, lent, f->code);
	} else {
		int64_t n = f->shape == FIXED ? f->length : gomagic_next(from);
		if (n < 0) n = 0;
		array = array_of(from, f, from->p, n);
		from->p += gomagic_padded(n * f->size);
	}
	return array ? array : gomagic_set_aside(from);
}

/* Two states of the numbers of one object. */
typedef struct {
	const char *was, *is;
	Py_ssize_t n, left; /* before, now */
} change;

static void bring_to_view(merging *m, const form *f, const change *of, PyObject *object, const place *at) {
	Py_buffer view;
	int foreign, frozen = 1;
	PyObject *made = NULL, *source = object;
	if (!PyObject_CheckBuffer(object)) source = made = PyObject_CallFunctionObjArgs(gomagic_hooks[AS_ARRAY], object, NULL);
	if (source && !PyObject_GetBuffer(source, &view, PyBUF_RECORDS_RO)) {
		gomagic_code(view.format, view.itemsize, &foreign);
		if (!view.readonly && view.ndim == 1 && view.shape[0] == of->n && view.itemsize == f->size) {
			Py_ssize_t step = view.strides ? view.strides[0] : f->size;
			frozen = 0;
			for (Py_ssize_t i = 0; i < of->n; i++) {
				const char *now = of->is + i * f->size;
				if (memcmp(now, of->was + i * f->size, f->size)) gomagic_copy_number((char *)view.buf + i * step, now, f->code, foreign);
			}
		}
		PyBuffer_Release(&view);
	}
	PyErr_Clear();
	if (frozen && source) gomagic_refuse_part(m->c, m->k, f, "frozen", object, at);
	if (made) Py_DecRef(made);
	if (frozen) gomagic_set_aside(&m->now);
}

static void bring_to_items(merging *m, const form *f, const change *of, PyObject *object, const place *at) {
	int is_list = !!IS(object, IS_LIST);
	for (Py_ssize_t i = 0; i < of->left; i++) {
		const char *now = of->is + i * f->size;
		if (i < of->n && !memcmp(now, of->was + i * f->size, f->size)) continue;
		PyObject *item = gomagic_give(f->code, now);
		int failed = !item;
		if (item && is_list && i >= PyList_Size(object)) failed = PyList_Append(object, item);
		else if (item) failed = PySequence_SetItem(object, i, item);
		if (item) Py_DecRef(item);
		if (failed && item && PyErr_ExceptionMatches(PyExc_TypeError)) {
			PyErr_Clear();
			gomagic_refuse_part(m->c, m->k, f, "frozen", object, at);
		}
		if (failed) {
			gomagic_set_aside(&m->now);
			return;
		}
	}
	if (of->left < of->n && (!is_list || PyList_SetSlice(object, of->left, of->n, NULL))) gomagic_set_aside(&m->now);
}

PyObject *gomagic_merge_numbers(merging *m, const form *f, PyObject *object, const place *at) {
	change of = {m->before, m->now.p, f->length, f->length};
	const char *start = m->now.p;
	m->before = f->how->skip(f, m->before);
	m->now.p = f->how->skip(f, start);
	if (f->shape != FIXED) {
		of.n = *(const int64_t *)of.was, of.left = *(const int64_t *)of.is;
		of.was += sizeof(int64_t), of.is += sizeof(int64_t);
		if (of.n < 0) of.n = 0;
		if (of.left < 0) of.left = 0;
	}
	if (of.n == of.left && !memcmp(of.was, of.is, of.n * f->size)) return NULL;
	int is_view = PyObject_CheckBuffer(object) || (!IS(object, IS_LIST | IS_TUPLE) && gomagic_has_array(object));
	int is_array = is_view && gomagic_has(object, "typecode"); /* array.array */
	if (IS(object, IS_BYTES) || (of.n != of.left && !IS(object, IS_LIST | IS_TUPLE))) { /* another object in its place */
		m->now.p = start;
		return f->how->unpack(&m->now, f);
	}
	if (is_view && !is_array) bring_to_view(m, f, &of, object, at);
	else bring_to_items(m, f, &of, object, at);
	return NULL;
}
