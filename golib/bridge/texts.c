#include "texts.h"

#include <string.h>

#include "convert.h"
#include "memory.h"
#include "refuse.h"
#include "views.h"

/* The UTF-8 of a str with bytes that are no UTF-8 (surrogateescape), in an object that *held gets; of others CPython
   keeps it with the str. 0 or -1. */
static int encode(PyObject *text, const char **p, Py_ssize_t *n, PyObject **held) {
	*held = PyUnicode_AsEncodedString(text, "utf-8", "surrogateescape");
	if (!*held) return -1;
	return PyBytes_AsStringAndSize(*held, (char **)p, n);
}

/* A str with surrogates, or what is no str. 0 or -1. */
static int lend_odd_text(crossing *c, const kind *k, PyObject *object) {
	int64_t *slot = &c->block[k->slot];
	PyErr_Clear();
	if (!IS(object, IS_STR)) return gomagic_refuse(c->f, k->index, "type", object, -1);
	c->keep[c->kept] = NULL;
	c->kept++;
	return encode(object, (const char **)slot, (Py_ssize_t *)slot + 1, &c->keep[c->kept - 1]);
}

int gomagic_lend_text(crossing *c, const kind *k, PyObject *object) {
	int64_t *slot = &c->block[k->slot];
	if (k->flags & GO_KEEPS) ((head *)c->block)->own |= 1ull << k->index;
	slot[0] = (int64_t)PyUnicode_AsUTF8AndSize(object, (Py_ssize_t *)slot + 1);
	if (!slot[0] && lend_odd_text(c, k, object)) return -1;
	c->bytes += slot[1];
	return 0;
}

typedef struct { /* a string as Go has it */
	const char *p;
	Py_ssize_t n;
} go_string;

/* Go has put strings of C's memory in place of those that it has changed. 0 or -1. */
static int bring_back(crossing *c, loan *l) {
	go_string *now = (go_string *)l->temp, *before = (go_string *)l->before;
	int failed = 0;
	for (Py_ssize_t k = 0; k < l->n; k++) {
		if (now[k].p == before[k].p) continue;
		PyObject *text = failed ? NULL : PyUnicode_DecodeUTF8(now[k].p, now[k].n, "surrogateescape");
		gomagic_free((void *)now[k].p);
		if (failed) continue;
		failed = !text || l->frozen || PySequence_SetItem(l->source, k, text);
		if (text) Py_DecRef(text);
		if (failed && text && (l->frozen || PyErr_ExceptionMatches(PyExc_TypeError))) {
			PyErr_Clear();
			gomagic_refuse(c->f, l->param, "frozen", l->source, -1);
		}
	}
	return failed ? -1 : 0;
}

/* A list of the call's own of a sequence's items, which l holds. NULL with an exception set. */
static PyObject *own_list(const crossing *c, loan *l, PyObject *object) {
	if (IS(object, IS_LIST)) l->held = PyList_GetSlice(object, 0, PyList_Size(object));
	else l->held = PyObject_CallFunctionObjArgs(gomagic_hooks[AS_LIST], object, NULL);
	if (!l->held && PyErr_ExceptionMatches(PyExc_TypeError)) {
		PyErr_Clear();
		gomagic_refuse(c->f, l->param, "type", object, -1);
	}
	return l->held;
}

/* Put the strings of the caller's own list where Go reads them. 1, or 0 if that needs Python code, or if they are so long
   that the call gives up the GIL. */
static int lend_bare(crossing *c, PyObject *list, Py_ssize_t n, go_string *all, size_t soon) {
	size_t bytes = c->bytes + n * sizeof(go_string);
	for (Py_ssize_t k = 0; k < n; k++) {
		all[k].p = PyUnicode_AsUTF8AndSize(PyList_GetItem(list, k), &all[k].n);
		if (!all[k].p) {
			PyErr_Clear();
			return 0;
		}
		bytes += all[k].n;
		if (bytes >= soon) return 0;
	}
	c->bytes = bytes;
	return 1;
}

/* The same of a list of the call's own, which keeps what is encoded as well. 0 or -1. */
static int lend_each(crossing *c, const loan *l, PyObject *list, Py_ssize_t n, go_string *all) {
	for (Py_ssize_t k = 0; k < n; k++) {
		PyObject *item = PyList_GetItem(list, k), *encoded = NULL;
		all[k].p = PyUnicode_AsUTF8AndSize(item, &all[k].n);
		if (!all[k].p) {
			PyErr_Clear();
			if (!IS(item, IS_STR)) return gomagic_refuse(c->f, l->param, "type", item, k);
			if (encode(item, &all[k].p, &all[k].n, &encoded)) return -1;
			if (PyList_SetItem(list, k, encoded)) return -1;
		}
		c->bytes += all[k].n + sizeof(go_string);
	}
	return 0;
}

/* The strings of a list, tuple or other sequence. While Go reads them another thread could take them out of the caller's
   list, so the call keeps a list of its own: as much work again as reading them all. It does without where the GIL is
   kept, as call.c will find in turn: nothing else is converted after this. No Python code must run from here on then,
   which is why these parameters are converted last, and only one so. */
int gomagic_lend_texts(crossing *c, const kind *k, PyObject *object) {
	loan *l = gomagic_new_loan(c, k->index, object);
	if (IS(object, IS_STR | IS_BYTES)) return gomagic_refuse(c->f, k->index, "type", object, -1);
	int is_list = !!IS(object, IS_LIST), writes = k->flags & GO_WRITES, bare = 0;
	size_t soon = gomagic_soon(c, ((head *)c->block)->own || k->flags & (GO_KEEPS | GO_WRITES));
	if (c->f->lists == 1 && is_list && c->bytes + PyList_Size(object) * sizeof(go_string) < soon) {
		l->n = PyList_Size(object);
		l->temp = gomagic_room(l->n, sizeof(go_string));
		if (!l->temp) return gomagic_no_memory();
		bare = lend_bare(c, object, l->n, (go_string *)l->temp, soon);
	}
	if (!bare) {
		PyObject *list = own_list(c, l, object);
		if (!list) return -1;
		l->n = PyList_Size(list);
		gomagic_free(l->temp);
		l->temp = gomagic_room(l->n, sizeof(go_string));
		if (!l->temp) return gomagic_no_memory();
		if (lend_each(c, l, list, l->n, (go_string *)l->temp)) return -1;
	}
	if (writes) {
		l->before = gomagic_room(l->n, sizeof(go_string));
		if (!l->before) return gomagic_no_memory();
		memcpy(l->before, l->temp, l->n * sizeof(go_string));
		l->bring_back = bring_back;
	}
	/* pandas counts by its index, and numpy's text cuts off what is longer than before: neither is a list. */
	l->frozen = IS(object, IS_TUPLE) || (!is_list && gomagic_has(object, "dtype"));
	c->block[k->slot] = (int64_t)l->temp;
	c->block[k->slot + 1] = l->n;
	gomagic_mark(c, l);
	/* Go may not store its strings in C's memory, so a parameter that it writes to is copied like one that it keeps. */
	if (writes) ((head *)c->block)->own |= 1ull << k->index;
	return 0;
}
