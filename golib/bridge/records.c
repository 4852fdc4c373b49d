#include "records.h"

#include <stdlib.h>
#include <string.h>

#include "convert.h"
#include "handle.h"
#include "owner.h"

struct layout *gomagic_make_layout(PyObject *spec) {
	struct layout *made = calloc(1, sizeof *made);
	PyObject *bools;
	if (!PyArg_ParseTuple(spec, "nnO", &made->size, &made->align, &bools)) return NULL;
	made->bools = (int)PyTuple_Size(bools);
	made->bool = calloc(made->bools + 1, sizeof *made->bool);
	for (int i = 0; i < made->bools; i++) made->bool[i] = PyLong_AsLongLong(PyTuple_GetItem(bools, i));
	return made;
}

/* Whether the items of a buffer lie as Go's structs. Python is asked once for each format, as it knows their fields' names.
   1, 0, or -1 with an exception set. */
static int is_laid_out(struct layout *of, const class *class, const Py_buffer *view, PyObject *object) {
	if (view->itemsize != of->size || !view->format) return 0;
	if (of->format && !strcmp(of->format, view->format)) return 1;
	PyObject *answer = PyObject_CallFunction(gomagic_hooks[IS_LAID_OUT], "OO", object, class->type);
	int is = answer ? PyObject_IsTrue(answer) : -1;
	if (answer) Py_DecRef(answer);
	if (is == 1) {
		free(of->format);
		of->format = strdup(view->format);
	}
	return is;
}

/* Whether each of its bools is 0 or 1, as Go must have them. */
static int are_bools(const struct layout *of, const char *p, Py_ssize_t n) {
	unsigned char all = 0;
	for (Py_ssize_t i = 0; i < n; i++, p += of->size)
		for (int k = 0; k < of->bools; k++) all |= (unsigned char)p[of->bool[k]];
	return all <= 1;
}

static int can_be_lent(crossing *c, const struct layout *of, const Py_buffer *v, int writes) {
	Py_ssize_t step = v->strides && v->shape[0] > 1 ? v->strides[0] : of->size;
	if (v->ndim != 1 || step != of->size || (uintptr_t)v->buf % of->align || (v->readonly && writes)) return 0;
	if (!of->bools) return 1;
	PyThreadState *thread = gomagic_step_aside(c, v->len);
	int can = are_bools(of, v->buf, v->shape[0]);
	gomagic_step_back(thread);
	return can;
}

int gomagic_lend_records(crossing *c, const kind *k, PyObject *object) {
	const form *item = k->form->part[0];
	Py_buffer view;
	int is = 0;
	if (IS(object, IS_LIST | IS_TUPLE | IS_STR | IS_BYTES) || !PyObject_CheckBuffer(object) || gomagic_is_masked(object)) return COPY_RECORDS;
	if (PyObject_GetBuffer(object, &view, PyBUF_RECORDS_RO)) {
		PyErr_Clear();
		return COPY_RECORDS;
	}
	if (view.len) is = is_laid_out(item->layout, item->class, &view, object);
	if (is != 1 || !can_be_lent(c, item->layout, &view, k->flags & GO_WRITES)) {
		PyBuffer_Release(&view);
		return is < 0 ? -1 : COPY_RECORDS;
	}
	loan *l = gomagic_new_loan(c, k->index, object);
	head *h = (head *)c->block;
	uint64_t bit = 1ull << k->index;
	l->view = view;
	l->n = view.shape[0];
	/* A result that lies in it may be anything, so that it must lie in memory of Go's own. */
	if (k->flags & (GO_KEEPS | GO_RETURNS) && !gomagic_stays_in_go(object)) h->own |= bit;
	if (k->flags & GO_WRITES) h->wrote |= bit;
	c->block[k->slot] = (int64_t)view.buf;
	c->block[k->slot + 1] = ~l->n;
	c->bytes += view.len;
	return LENT_RECORDS;
}
