#include "items.h"

#include <string.h>

#include "convert.h"
#include "lists.h"
#include "memory.h"
#include "refuse.h"

/* Items lie anywhere in memory: one that is needed soon is asked for now. A shuffled list of 100,000 ints takes a fifth less. */
static PyObject *next_item(PyObject *const *items, Py_ssize_t k, Py_ssize_t n) {
	enum { AHEAD = 16 };
	if (n - k > AHEAD) __builtin_prefetch(items[k + AHEAD]);
	return items[k];
}

/* The leading items of a list that are exactly ints, for []int, or floats, for []float64: most lists, in a short loop.
   Returns how many. */
static Py_ssize_t lend_plain_items(PyObject *list, Py_ssize_t n, char code, char *to) {
	Py_ssize_t k = 0;
	PyObject *const *items = gomagic_items_of(list); /* the conversions of exact ints and floats run no Python */
	for (; code == 'q' && k < n; k++) {
		PyObject *item = items ? next_item(items, k, n) : PyList_GetItem(list, k);
		if (!item || item->type != (PyTypeObject *)&PyLong_Type) break;
		long long number = PyLong_AsLongLong(item);
		if (number == -1 && PyErr_Occurred()) break;
		((int64_t *)to)[k] = number;
	}
	for (; code == 'd' && k < n; k++) {
		PyObject *item = items ? next_item(items, k, n) : PyList_GetItem(list, k);
		if (!item || item->type != (PyTypeObject *)&PyFloat_Type) break;
		((double *)to)[k] = PyFloat_AsDouble(item);
	}
	PyErr_Clear(); /* the item is converted once more, and what is wrong is said then */
	return k;
}

/* The first item from k on that Go has changed, or the end. */
static Py_ssize_t changed(const loan *l, int size, Py_ssize_t k, Py_ssize_t end) {
	while (k < end && !memcmp(l->temp + k * size, l->before + k * size, size)) k++;
	return k;
}

/* The same to the end of all. Other threads run while it is looked for far off. */
static Py_ssize_t next_changed(crossing *c, const loan *l, int size, Py_ssize_t k) {
	Py_ssize_t some = LARGE_BYTES / size, near = l->n - k > some ? k + some : l->n;
	k = changed(l, size, k, near);
	if (k < near || k == l->n) return k;
	PyThreadState *thread = gomagic_step_aside(c, LARGE_BYTES);
	k = changed(l, size, k, l->n);
	gomagic_step_back(thread);
	return k;
}

/* Put the items that Go has changed where they came from. */
static int bring_back(crossing *c, loan *l) {
	int size = c->f->param[l->param].size, is_list = !!IS(l->source, IS_LIST);
	for (Py_ssize_t k = next_changed(c, l, size, 0); k < l->n; k = next_changed(c, l, size, k + 1)) {
		if (l->frozen) return gomagic_refuse(c->f, l->param, "frozen", l->source, -1);
		PyObject *item = gomagic_give(l->code, l->temp + k * size);
		if (!item) return -1;
		if (is_list) {
			if (PyList_SetItem(l->source, k, item)) return -1;
			continue;
		}
		int failed = PySequence_SetItem(l->source, k, item);
		Py_DecRef(item);
		if (failed && !PyErr_ExceptionMatches(PyExc_TypeError)) return -1;
		if (failed) {
			PyErr_Clear();
			return gomagic_refuse(c->f, l->param, "frozen", l->source, -1);
		}
	}
	return 0;
}

/* Convert one item. 0 or -1. */
static int lend_item(const crossing *c, const loan *l, PyObject *item, Py_ssize_t k, Py_ssize_t at) {
	int why = gomagic_take(l->code, item, l->temp + k * c->f->param[l->param].size);
	if (why == WRONG_TYPE) gomagic_refuse(c->f, l->param, at < 0 ? "type" : "type in row", item, at < 0 ? k : at);
	if (why == OUT_OF_RANGE) gomagic_refuse(c->f, l->param, at < 0 ? "range" : "range in row", item, at < 0 ? k : at);
	return why ? -1 : 0;
}

int gomagic_lend_items(crossing *c, loan *l, PyObject *sequence, Py_ssize_t at) {
	const kind *p = &c->f->param[l->param];
	Py_ssize_t n = PySequence_Size(sequence), k = 0;
	if (n < 0) return -1;
	int is_list = !!IS(sequence, IS_LIST), is_tuple = !!IS(sequence, IS_TUPLE);
	l->frozen = is_tuple;
	l->n = n;
	l->code = p->code;
	l->temp = gomagic_room(n, p->size);
	if (!l->temp) return gomagic_no_memory();
	l->bytes = n * p->size;
	if (is_list) k = lend_plain_items(sequence, n, p->code, l->temp);
	for (; k < n; k++) {
		PyObject *item = gomagic_item(sequence, k, is_list, is_tuple);
		if (!item) return -1;
		int failed = lend_item(c, l, item, k, at);
		Py_DecRef(item);
		if (failed) return -1;
	}
	if (p->flags & GO_WRITES) l->bring_back = bring_back;
	return gomagic_remember(c, l);
}
