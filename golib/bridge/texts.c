#include "call.h"

#include <string.h>

/* The UTF-8 of a str with bytes that are no UTF-8 (surrogateescape), in an object that *held gets; of others CPython
   keeps it with the str. 0 or -1. */
static int encode(PyObject *text, const char **p, Py_ssize_t *n, PyObject **held) {
	if (!(*held = PyUnicode_AsEncodedString(text, "utf-8", "surrogateescape"))) return -1;
	return PyBytes_AsStringAndSize(*held, (char **)p, n);
}

/* A str with surrogates, or what is no str. 0 or -1. */
int gomagic_lend_odd_text(call *c, int i, PyObject *object) {
	int64_t *slot = &c->block[c->f->param[i].slot];
	PyErr_Clear();
	if (!IS(object, IS_STR)) return gomagic_refuse(c, i, "type", object, -1);
	c->keep[c->kept] = NULL;
	return encode(object, (const char **)slot, (Py_ssize_t *)slot + 1, &c->keep[c->kept++]);
}

typedef struct { /* a string as Go has it */
	const char *p;
	Py_ssize_t n;
} string;

/* The strings of a list, tuple or other sequence. While Go reads them another thread could take them out of the caller's
   list, so the call keeps a list of its own: as much work again as reading them all. It does without where the GIL is
   kept, as call.c will find in turn: nothing else is converted after this. No Python code must run from here on then,
   which is why these parameters are converted last, and only one so. */
int gomagic_lend_texts(call *c, int i, PyObject *object) {
	const value *p = &c->f->param[i];
	loan *l = gomagic_new_loan(c, i, object);
	if (IS(object, IS_STR | IS_BYTES)) return gomagic_refuse(c, i, "type", object, -1);
	PyObject *list = object;
	size_t soon = gomagic_soon(c, ((head *)c->block)->own || p->flags & (GO_KEEPS | GO_WRITES));
	c->bare = c->f->lists == 1 && IS(object, IS_LIST) && c->bytes + PyList_Size(object) * sizeof(string) < soon;
	if (!c->bare) list = l->held = IS(object, IS_LIST) ? PyList_GetSlice(object, 0, PyList_Size(object)) : PyObject_CallFunctionObjArgs(gomagic_hooks[AS_LIST], object, NULL);
	if (!list) return PyErr_ExceptionMatches(PyExc_TypeError) ? PyErr_Clear(), gomagic_refuse(c, i, "type", object, -1) : -1;
	Py_ssize_t n = PyList_Size(list);
	string *all = (string *)(l->temp = gomagic_room(n, sizeof(string)));
	if (!all) return PyErr_NoMemory(), -1;
	size_t bytes = c->bytes + n * sizeof(string);
	for (l->n = 0; l->n < n; l->n++) {
		PyObject *item = PyList_GetItem(list, l->n);
		if ((all[l->n].p = PyUnicode_AsUTF8AndSize(item, &all[l->n].n)) && ((bytes += all[l->n].n) < soon || !c->bare)) continue;
		PyErr_Clear();
		if (c->bare) { /* exceptions and encoded text are new objects, which may run Python code: once more, from a list of our own */
			if (!(list = l->held = PyList_GetSlice(object, 0, n))) return -1;
			c->bare = 0, n = PyList_Size(list), l->n = -1, bytes = c->bytes + n * sizeof(string);
			continue;
		}
		if (!IS(item, IS_STR)) return gomagic_refuse(c, i, "type", item, l->n);
		PyObject *encoded = NULL;
		if (encode(item, &all[l->n].p, &all[l->n].n, &encoded)) return -1;
		bytes += all[l->n].n;
		if (PyList_SetItem(list, l->n, encoded)) return -1; /* the bytes live as long as the list */
	}
	c->bytes = bytes;
	if (p->flags & GO_WRITES) {
		if (!(l->before = gomagic_room(n, sizeof(string)))) return PyErr_NoMemory(), -1;
		memcpy(l->before, all, n * sizeof(string));
	}
	/* pandas counts by its index, and numpy's text cuts off what is longer than before: neither is a list. */
	l->way = IS(object, IS_TUPLE) || (!IS(object, IS_LIST) && gomagic_has(object, "dtype")) ? FROZEN : ITEMS;
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
