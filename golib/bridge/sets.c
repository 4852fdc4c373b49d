#include "sets.h"

#include "convert.h"
#include "merge.h"
#include "pack.h"
#include "unpack.h"

/* Sets of any kind, also what dicts have as keys, and dicts by their keys. */
int gomagic_pack_set(packing *to, const form *f, PyObject *object, const place *at) {
	if (!gomagic_has(object, "isdisjoint") && !IS(object, IS_DICT)) return gomagic_refuse_packing(to, f, "type", object, at);
	PyObject *items = PyObject_GetIter(object), *key;
	if (!items) return -1;
	size_t start = to->n;
	int64_t n = 0;
	int failed = gomagic_put_slot(to, 0);
	while (!failed && (key = PyIter_Next(items))) {
		place here = {at, NULL, key, 0};
		failed = f->part[0]->how->pack(to, f->part[0], key, &here);
		Py_DecRef(key);
		n++;
	}
	Py_DecRef(items);
	if (failed || PyErr_Occurred()) return -1;
	*(int64_t *)(to->p + start) = n;
	return 0;
}

PyObject *gomagic_unpack_set(unpacking *from, const form *f) {
	int64_t n = gomagic_next(from);
	PyObject *set = PySet_New(NULL);
	if (!set) gomagic_set_aside(from);
	int complete = set != NULL;
	for (int64_t i = 0; i < n; i++) {
		PyObject *key = f->part[0]->how->unpack(from, f->part[0]);
		complete = complete && key;
		if (complete && PySet_Add(set, key)) {
			complete = 0;
			gomagic_set_aside(from);
		}
		if (key) Py_DecRef(key);
	}
	if (complete) return set;
	if (set) Py_DecRef(set);
	return NULL;
}

const char *gomagic_skip_set(const form *f, const char *p) {
	int64_t n = *(const int64_t *)p;
	p += sizeof n;
	for (int64_t i = 0; i < n; i++) p = f->part[0]->how->skip(f->part[0], p);
	return p;
}

PyObject *gomagic_merge_set(merging *m, const form *f, PyObject *object, const place *at) {
	unpacking came = {m->c, m->before, CAME, {NULL, NULL, NULL}};
	PyObject *before = gomagic_unpack_set(&came, f), *now = gomagic_unpack_set(&m->now, f), *done = NULL;
	m->before = came.p;
	if (before && now && !(done = PyObject_CallFunction(gomagic_hooks[CHANGE_SET], "OOO", object, before, now))) gomagic_set_aside(&m->now);
	if (!before) { /* only memory can be short */
		PyErr_Restore(came.failed.type, came.failed.value, came.failed.traceback);
		gomagic_set_aside(&m->now);
	}
	if (done == NONE) gomagic_refuse_write(m, f, object, at);
	if (before) Py_DecRef(before);
	if (now) Py_DecRef(now);
	if (done) Py_DecRef(done);
	return NULL;
}

int gomagic_pack_nothing(packing *to, const form *f, PyObject *object, const place *at) {
	return object == NONE ? 0 : gomagic_refuse_packing(to, f, "type", object, at);
}

PyObject *gomagic_unpack_nothing(unpacking *from, const form *f) {
	(void)from, (void)f;
	Py_IncRef(NONE);
	return NONE;
}

const char *gomagic_skip_nothing(const form *f, const char *p) {
	(void)f;
	return p;
}
