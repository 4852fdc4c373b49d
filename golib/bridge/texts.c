#include "call.h"

#include <string.h>

/* A str's UTF-8, which CPython keeps with it. One with bytes that are no UTF-8 (surrogateescape) is encoded anew, into an
   object that *held gets. 0 or -1. */
static int utf8(PyObject *text, const char **p, Py_ssize_t *n, PyObject **held) {
	if ((*p = PyUnicode_AsUTF8AndSize(text, n))) return 0;
	PyErr_Clear();
	if (!(*held = PyUnicode_AsEncodedString(text, "utf-8", "surrogateescape"))) return -1;
	return PyBytes_AsStringAndSize(*held, (char **)p, n);
}

/* A str with surrogates, or what is no str. 0 or -1. */
int gomagic_lend_odd_text(call *c, int i, PyObject *object) {
	int64_t *slot = &c->block[c->f->param[i].slot];
	if (!IS(object, IS_STR)) return gomagic_refuse(c, i, "type", object, -1);
	c->keep[c->kept] = NULL;
	return utf8(object, (const char **)slot, (Py_ssize_t *)slot + 1, &c->keep[c->kept++]);
}

typedef struct { /* a string as Go has it */
	const char *p;
	Py_ssize_t n;
} string;

int gomagic_lend_texts(call *c, int i, PyObject *object) {
	const value *p = &c->f->param[i];
	loan *l = gomagic_new_loan(c, i, object);
	if (IS(object, IS_STR | IS_BYTES)) return gomagic_refuse(c, i, "type", object, -1);
	/* A list of our own: another thread may change the caller's while Go reads the strings. */
	PyObject *list = l->held = PyObject_CallFunctionObjArgs(gomagic_hooks[AS_LIST], object, NULL);
	if (!list) return PyErr_ExceptionMatches(PyExc_TypeError) ? PyErr_Clear(), gomagic_refuse(c, i, "type", object, -1) : -1;
	Py_ssize_t n = PyList_Size(list);
	string *all = (string *)(l->temp = gomagic_room(n, sizeof(string)));
	if (!all) return PyErr_NoMemory(), -1;
	for (l->n = 0; l->n < n; l->n++) {
		PyObject *item = PyList_GetItem(list, l->n), *encoded = NULL;
		if (!IS(item, IS_STR)) return gomagic_refuse(c, i, "type", item, l->n);
		if (utf8(item, &all[l->n].p, &all[l->n].n, &encoded)) return -1;
		if (encoded && PyList_SetItem(list, l->n, encoded)) return -1; /* the bytes live as long as the list */
		c->bytes += all[l->n].n + sizeof(string);
	}
	if (p->flags & GO_WRITES) {
		if (!(l->before = gomagic_room(n, sizeof(string)))) return PyErr_NoMemory(), -1;
		memcpy(l->before, all, n * sizeof(string));
	}
	/* pandas counts by its index, and numpy's text cuts off what is longer than before: neither is a list. */
	l->way = IS(object, IS_TUPLE) || gomagic_has(object, "dtype") ? FROZEN : ITEMS;
	c->block[p->slot] = (int64_t)all, c->block[p->slot + 1] = n;
	gomagic_mark(c, l);
	/* Go may not store its strings in C's memory, so a parameter that it writes to is copied like one that it keeps. */
	if (p->flags & GO_WRITES) ((head *)c->block)->own |= 1ull << i;
	return 0;
}

/* Go has put strings of C's memory in place of those that it has changed. 0 or -1. */
int gomagic_write_texts_back(call *c, loan *l) {
	string *now = (string *)l->temp, *before = (string *)l->before;
	int failed = 0;
	for (Py_ssize_t k = 0; before && k < l->n; k++) {
		if (now[k].p == before[k].p) continue;
		PyObject *text = failed ? NULL : PyUnicode_DecodeUTF8(now[k].p, now[k].n, "surrogateescape");
		gomagic_free((void *)now[k].p);
		if (failed) continue;
		failed = !text || l->way == FROZEN || PySequence_SetItem(l->source, k, text);
		if (text) Py_DecRef(text);
		if (failed && text && (l->way == FROZEN || PyErr_ExceptionMatches(PyExc_TypeError)))
			PyErr_Clear(), gomagic_refuse(c, l->param, "frozen", l->source, -1);
	}
	return failed ? -1 : 0;
}
