#include "results.h"

#include <string.h>

#include "memory.h"
#include "owner.h"
#include "refuse.h"

static PyObject *make_bytes(crossing *c, const char *p, Py_ssize_t n) {
	if (n < SMALL_BYTES) return PyBytes_FromStringAndSize(p, n);
	PyObject *made = PyBytes_FromStringAndSize(NULL, n);
	char *to;
	if (!made || PyBytes_AsStringAndSize(made, &to, &n)) return NULL;
	PyThreadState *thread = gomagic_step_aside(c, n);
	memcpy(to, p, n); /* nobody else has it yet */
	gomagic_step_back(thread);
	return made;
}

static PyObject *make_text(crossing *c, const char *p, Py_ssize_t n, char code) {
	if (code == 'y') return make_bytes(c, p, n);
	return PyUnicode_DecodeUTF8(n ? p : "", n, "surrogateescape");
}

/* Whether the memory at p is what this loan has lent, and as whose object it lives on; *base is a new reference then. */
static int lies_in(loan *l, char *p, PyObject **base, int *readonly) {
	for (Py_ssize_t r = 0; l->rows && r < l->n; r++)
		if (lies_in(&l->rows[r], p, base, readonly)) return 1;
	const char *start = l->temp ? l->temp : l->view.buf;
	if ((!l->temp && !l->view.obj) || (size_t)(p - start) >= l->bytes) return 0;
	*readonly = !l->temp && l->view.readonly;
	if (!l->temp) {
		*base = PyMemoryView_FromObject(l->view.obj);
		return 1;
	}
	/* The copy made for the call becomes the result's memory. */
	if (!l->memory) l->memory = gomagic_owner(l->temp, l->bytes, 'B', 0, NULL, 0, l->temp);
	*base = l->memory;
	if (*base) Py_IncRef(*base);
	return 1;
}

static PyObject *owner_of(crossing *c, go_array a, char code) {
	PyObject *base = NULL;
	int readonly;
	if (a.handle) return gomagic_owner(a.p, a.n, code, 0, NULL, a.handle, NULL);
	for (int l = 0; l < c->loans; l++)
		if (lies_in(&c->loan[l], a.p, &base, &readonly))
			return base ? gomagic_owner(a.p, a.n, code, readonly, base, 0, NULL) : NULL;
	return PyErr_Format(PyExc_SystemError, "gomagic: an array lies in nobody's memory");
}

/* The array over that memory, or an empty one for None. NULL with an exception set. */
static PyObject *array_over(PyObject *memory, char code) {
	static PyObject *names[128]; /* of codes */
	PyObject **name = &names[code & 127];
	if (!*name && !(*name = PyUnicode_InternFromString((char[]){code, 0}))) return NULL;
	return PyObject_CallFunctionObjArgs(gomagic_hooks[MAKE_ARRAY], memory, *name, NULL);
}

PyObject *gomagic_make_array(crossing *c, go_array a, char code) {
	if (!a.n) return array_over(NONE, code);
	PyObject *owner = owner_of(c, a, code);
	if (!owner) return NULL;
	PyObject *made = array_over(owner, code);
	Py_DecRef(owner);
	return made;
}

static void free_aside(crossing *c, void *p, size_t bytes) {
	PyThreadState *thread = gomagic_step_aside(c, bytes);
	gomagic_free(p);
	gomagic_step_back(thread);
}

PyObject *gomagic_give_text(crossing *c, const kind *k) {
	char *p = (char *)c->block[k->slot];
	PyObject *made = make_text(c, p, c->block[k->slot + 1], k->code);
	if (!gomagic_is_scratch(c, p)) free_aside(c, p, c->block[k->slot + 1]);
	return made;
}

PyObject *gomagic_give_texts(crossing *c, const kind *k) {
	char *packed = (char *)c->block[k->slot];
	if (!packed) return PyList_New(0);
	Py_ssize_t n = c->block[k->slot + 1];
	PyObject *list = PyList_New(n);
	const int64_t *length = (int64_t *)packed;
	const char *p = packed + n * sizeof *length;
	for (Py_ssize_t i = 0; list && i < n; i++) {
		PyObject *one = make_text(c, p, length[i], k->code);
		if (!one || PyList_SetItem(list, i, one)) {
			Py_DecRef(list);
			list = NULL;
		}
		p += length[i];
	}
	free_aside(c, packed, p - packed);
	return list;
}

PyObject *gomagic_give_array(crossing *c, const kind *k) {
	const int64_t *slot = &c->block[k->slot];
	return gomagic_make_array(c, (go_array){(char *)slot[0], slot[1], (uint64_t)slot[2]}, k->code);
}

PyObject *gomagic_give_rows(crossing *c, const kind *k) {
	go_array *rows = (go_array *)c->block[k->slot];
	if (!rows) return PyList_New(0);
	Py_ssize_t n = c->block[k->slot + 1];
	PyObject *list = PyList_New(n);
	int failed = !list;
	for (Py_ssize_t r = 0; r < n; r++) { /* to the end in any case: each has a handle */
		PyObject *one = gomagic_make_array(c, rows[r], k->code);
		failed = failed || !one;
		if (one && list) PyList_SetItem(list, r, one);
	}
	gomagic_free(rows);
	if (failed && list) Py_DecRef(list);
	return failed ? NULL : list;
}

PyObject *gomagic_give_owner(crossing *c, const kind *k) { return gomagic_handle_owner((uint64_t)c->block[k->slot]); }
