#include "call.h"

#include <stdint.h>

typedef struct { /* `Array` in block.go */
	char *p;
	Py_ssize_t n;
	uint64_t handle;
} array;

static PyObject *text(const char *p, Py_ssize_t n, char code) {
	return code == 'y' ? PyBytes_FromStringAndSize(p, n) : PyUnicode_DecodeUTF8(n ? p : "", n, "surrogateescape");
}

/* Whether the memory at p is what this loan has lent, and as whose object it lives on; *base is a new reference then. */
static int lies_in(loan *l, char *p, PyObject **base, int *readonly) {
	for (Py_ssize_t r = 0; l->rows && r < l->n; r++)
		if (lies_in(&l->rows[r], p, base, readonly)) return 1;
	size_t bytes = l->view.obj ? (size_t)l->view.len : (size_t)l->n * gomagic_size(l->code);
	*readonly = 0;
	if (l->temp && !l->rows && (size_t)(p - l->temp) < bytes) {
		/* The copy made for the call becomes the result's memory. */
		if (!l->memory) l->memory = gomagic_owner(l->temp, bytes, 'B', 0, NULL, 0, l->temp);
		if ((*base = l->memory)) Py_IncRef(*base);
		return 1;
	}
	if (l->view.obj && (size_t)(p - (char *)l->view.buf) < bytes) {
		*readonly = l->view.readonly;
		*base = PyMemoryView_FromObject(l->view.obj);
		return 1;
	}
	return 0;
}

static PyObject *owner_of(call *c, array a, char code) {
	PyObject *base = NULL;
	int readonly;
	if (a.handle) return gomagic_owner(a.p, a.n, code, 0, NULL, a.handle, NULL);
	for (int l = 0; l < c->loans; l++) {
		loan *one = &c->loan[l];
		if (c->f->param[one->param].shape == TEXTS || !lies_in(one, a.p, &base, &readonly)) continue;
		return base ? gomagic_owner(a.p, a.n, code, readonly, base, 0, NULL) : NULL;
	}
	return PyErr_Format(PyExc_SystemError, "gomagic: an array lies in nobody's memory");
}

static PyObject *make_array(call *c, array a, char code) {
	PyObject *owner = a.n ? owner_of(c, a, code) : (Py_IncRef(NONE), NONE);
	if (!owner) return NULL;
	char name[2] = {code, 0};
	PyObject *made = PyObject_CallFunction(gomagic_hooks[MAKE_ARRAY], "Os", owner, name);
	Py_DecRef(owner);
	return made;
}

static PyObject *make_texts(char *packed, Py_ssize_t n, char code) {
	PyObject *list = PyList_New(n);
	const int64_t *length = (int64_t *)packed;
	const char *p = packed + n * sizeof *length;
	for (Py_ssize_t k = 0; list && k < n; p += length[k++]) {
		PyObject *one = text(p, length[k], code);
		if (!one || PyList_SetItem(list, k, one)) {
			Py_DecRef(list);
			list = NULL;
		}
	}
	gomagic_free(packed);
	return list;
}

static PyObject *make_rows(call *c, array *rows, Py_ssize_t n, char code) {
	PyObject *list = PyList_New(n);
	int failed = !list;
	for (Py_ssize_t k = 0; k < n; k++) { /* to the end in any case: each has a handle */
		PyObject *one = make_array(c, rows[k], code);
		failed = failed || !one;
		if (one && list) PyList_SetItem(list, k, one);
	}
	gomagic_free(rows);
	if (failed && list) Py_DecRef(list);
	return failed ? NULL : list;
}

PyObject *gomagic_result(call *c, const value *r) {
	int64_t *slot = &c->block[r->slot];
	char *p = (char *)slot[0];
	switch (r->shape) {
		case NUMBER: return gomagic_give(r->code, slot);
		case ARRAY: return make_array(c, (array){p, slot[1], (uint64_t)slot[2]}, r->code);
		case OWNER: return gomagic_owner(NULL, 0, 'B', 1, NULL, (uint64_t)slot[0], NULL);
		case TEXTS: return p ? make_texts(p, slot[1], r->code) : PyList_New(0);
		case ROWS: return p ? make_rows(c, (array *)p, slot[1], r->code) : PyList_New(0);
		case TEXT: {
			PyObject *made = text(p, slot[1], r->code);
			if ((size_t)(p - c->scratch) > SCRATCH) gomagic_free(p);
			return made;
		}
	}
	return PyErr_Format(PyExc_SystemError, "gomagic: no result has the shape `%c`", r->shape);
}
