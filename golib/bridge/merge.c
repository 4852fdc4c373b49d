#include "merge.h"

#include <string.h>

#include "pack.h"
#include "unpack.h"

void gomagic_refuse_write(merging *m, const form *f, PyObject *object, const place *at) {
	gomagic_refuse_part(m->c, m->k, f, "frozen", object, at);
	gomagic_set_aside(&m->now);
}

PyObject *gomagic_merge_leaf(merging *m, const form *f, PyObject *object, const place *at) {
	(void)object, (void)at;
	const char *was = m->before, *is = m->now.p;
	m->before = f->how->skip(f, was);
	PyObject *now = f->how->unpack(&m->now, f); /* in any case: a handle must not stay there */
	size_t n = m->now.p - is;
	if (now && (size_t)(m->before - was) == n && !memcmp(was, is, n)) {
		Py_DecRef(now);
		return NULL;
	}
	return now;
}

/* What a failure to change an object means. */
static void give_up(merging *m, const form *f, PyObject *object, const place *at) {
	if (!PyErr_ExceptionMatches(PyExc_TypeError) && !PyErr_ExceptionMatches(PyExc_ValueError)) {
		gomagic_set_aside(&m->now);
		return;
	}
	PyErr_Clear();
	gomagic_refuse_write(m, f, object, at);
}

/* Put an item where Go has put it. */
static void put_item(merging *m, const form *f, PyObject *sequence, Py_ssize_t i, PyObject *item, const place *at) {
	int is_list = !!IS(sequence, IS_LIST), failed;
	if (sequence == m->spread) return;
	if (IS(sequence, IS_TUPLE)) {
		gomagic_refuse_write(m, f, sequence, at);
		return;
	}
	if (is_list && i >= PyList_Size(sequence)) failed = PyList_Append(sequence, item);
	else failed = PySequence_SetItem(sequence, i, item);
	if (failed) give_up(m, f, sequence, at);
}

PyObject *gomagic_merge_items(merging *m, const form *f, PyObject *object, const place *at) {
	const form *of = f->part[0];
	int64_t n = f->length, now = n;
	if (f->shape == SLICE) {
		n = *(const int64_t *)m->before;
		m->before += sizeof n;
		now = gomagic_next(&m->now);
	}
	if (n < 0) n = 0;
	if (now < 0) now = 0;
	int is_list = !!IS(object, IS_LIST);
	place here = {at, NULL, NULL, 0};
	for (int64_t i = 0; i < n && i < now; i++) {
		PyObject *item = PySequence_GetItem(object, i), *other;
		here.index = i;
		if (item) {
			other = of->how->merge(m, of, item, &here);
			Py_DecRef(item);
		} else { /* the list has become shorter meanwhile */
			PyErr_Clear();
			m->before = of->how->skip(of, m->before);
			other = of->how->unpack(&m->now, of);
		}
		if (!other) continue;
		put_item(m, f, object, i, other, at);
		Py_DecRef(other);
	}
	for (int64_t i = now; i < n; i++) m->before = of->how->skip(of, m->before);
	for (int64_t i = n; i < now; i++) {
		PyObject *more = of->how->unpack(&m->now, of);
		if (!more) continue;
		if (is_list) put_item(m, f, object, i, more, at);
		Py_DecRef(more);
	}
	if (n == now) return NULL;
	if (!is_list) gomagic_refuse_write(m, f, object, at);
	else if (now < n && PyList_SetSlice(object, now, n, NULL)) gomagic_set_aside(&m->now);
	return NULL;
}

static int is_dict(PyObject *map) { return map->type == (PyTypeObject *)&PyDict_Type; } /* others keep more than pairs */

/* What is known of a pair that came in: where its value lies in the parcel, and the caller's own key, if what Go makes of
   it is not equal: NaN, or 0.1 as a float32. A new reference, or NULL. */
static PyObject *remembered(const char *p, PyObject *key, PyObject *own) {
	PyObject *at = PyLong_FromLongLong((int64_t)p), *both;
	if (!at || !own || own == key) return at;
	Py_IncRef(own);
	int is_same = PyObject_RichCompareBool(own, key, EQUAL);
	if (is_same < 0) PyErr_Clear();
	if (!is_same && (both = PyTuple_New(2))) {
		PyTuple_SetItem(both, 0, at);
		PyTuple_SetItem(both, 1, own);
		return both;
	}
	Py_DecRef(own);
	return at;
}

/* All pairs that came in, by their keys: a dict, or NULL with an exception set. */
static PyObject *values_by_key(merging *m, const form *f, PyObject *object) {
	unpacking keys = {m->c, m->before, CAME, {NULL, NULL, NULL}};
	PyObject *found = PyDict_New(), *own, *value;
	int64_t n = gomagic_next(&keys);
	Py_ssize_t next = 0;
	int in_order = IS(object, IS_DICT) && PyDict_Size(object) == n; /* as it was packed */
	for (int64_t i = 0; i < n; i++) {
		PyObject *key = f->part[0]->how->unpack(&keys, f->part[0]), *what = NULL;
		in_order = in_order && PyDict_Next(object, &next, &own, &value);
		if (key) what = remembered(keys.p, key, in_order ? own : NULL);
		keys.p = f->part[1]->how->skip(f->part[1], keys.p);
		int failed = !found || !what || PyDict_SetItem(found, key, what);
		if (key) Py_DecRef(key);
		if (what) Py_DecRef(what);
		if (failed) {
			if (keys.failed.type) PyErr_Restore(keys.failed.type, keys.failed.value, keys.failed.traceback);
			if (found) Py_DecRef(found);
			return NULL;
		}
	}
	m->before = keys.p;
	return found;
}

/* The caller's own key of what is remembered of a pair. */
static PyObject *own_key(PyObject *what, PyObject *key) { return IS(what, IS_TUPLE) ? PyTuple_GetItem(what, 1) : key; }

static int set_pair(PyObject *map, PyObject *key, PyObject *value) {
	if (is_dict(map)) return PyDict_SetItem(map, key, value);
	return PyObject_SetItem(map, key, value);
}

static int delete_pair(PyObject *map, PyObject *key) {
	int failed = is_dict(map) ? PyDict_DelItem(map, key) : PyObject_DelItem(map, key);
	if (failed && PyErr_ExceptionMatches(PyExc_KeyError)) { /* it is gone already */
		PyErr_Clear();
		return 0;
	}
	return failed;
}

/* One pair of those that Go has now. */
static void merge_pair(merging *m, const form *f, PyObject *object, PyObject *before, const place *at) {
	const form *of = f->part[1];
	PyObject *key = f->part[0]->how->unpack(&m->now, f->part[0]), *value = NULL;
	PyObject *was = key && before ? PyDict_GetItemWithError(before, key) : NULL;
	PyObject *own = was ? own_key(was, key) : key, *old = was ? PyObject_GetItem(object, own) : NULL;
	PyErr_Clear();
	if (old) {
		const char *end = m->before;
		place here = {at, NULL, own, 0};
		m->before = (const char *)PyLong_AsLongLong(IS(was, IS_TUPLE) ? PyTuple_GetItem(was, 0) : was);
		value = of->how->merge(m, of, old, &here);
		m->before = end;
		Py_DecRef(old);
	} else {
		value = of->how->unpack(&m->now, of);
	}
	if (key && value && set_pair(object, own, value)) give_up(m, f, object, at);
	if (was && PyDict_DelItem(before, key)) PyErr_Clear();
	if (key) Py_DecRef(key);
	if (value) Py_DecRef(value);
}

PyObject *gomagic_merge_map(merging *m, const form *f, PyObject *object, const place *at) {
	PyObject *before = values_by_key(m, f, object), *key, *value;
	int64_t now = gomagic_next(&m->now);
	Py_ssize_t next = 0;
	if (!before) { /* only memory can be short */
		gomagic_set_aside(&m->now);
		m->before = f->how->skip(f, m->before);
		before = PyDict_New();
	}
	for (int64_t i = 0; i < now; i++) merge_pair(m, f, object, before, at);
	while (before && PyDict_Next(before, &next, &key, &value)) /* those that Go has deleted */
		if (delete_pair(object, own_key(value, key))) give_up(m, f, object, at);
	if (before) Py_DecRef(before);
	return NULL;
}

PyObject *gomagic_merge_optional(merging *m, const form *f, PyObject *object, const place *at) {
	int64_t was = *(const int64_t *)m->before, is = *(const int64_t *)m->now.p;
	if (was != is || !was) return gomagic_merge_leaf(m, f, object, at);
	m->before += sizeof was;
	m->now.p += sizeof is;
	return f->part[0]->how->merge(m, f->part[0], object, at);
}
