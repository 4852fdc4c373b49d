#include "rows.h"

#include <string.h>

#include "memory.h"
#include "refuse.h"
#include "slices.h"
#include "views.h"

/* Rows of one array of two dimensions. 0 or -1. */
static int lend_matrix(crossing *c, loan *l, PyObject *matrix) {
	char *numbers;
	const kind *k = &c->f->param[l->param];
	if (gomagic_lend_view(c, l, matrix, 2, -1, &numbers)) return -1;
	Py_ssize_t columns = l->view.shape[1], row = columns * k->size;
	l->headers = gomagic_room(l->n, sizeof(go_slice));
	if (!l->headers) return gomagic_no_memory();
	PyThreadState *thread = gomagic_step_aside(c, l->n * sizeof(go_slice));
	for (Py_ssize_t r = 0; r < l->n; r++) l->headers[r] = (go_slice){numbers + r * row, columns, columns};
	gomagic_step_back(thread);
	c->bytes += l->n * (row + sizeof(go_slice));
	if (k->flags & GO_RETURNS) gomagic_lend_region(c, numbers, l->n * row, 0);
	return 0;
}

static int bring_back(crossing *c, loan *l) {
	for (int frozen = 0; frozen < 2; frozen++) /* what is refused last, so that the other rows' writes are not lost with it */
		for (Py_ssize_t r = 0; r < l->n; r++) {
			loan *row = &l->rows[r];
			if (row->frozen == frozen && row->bring_back && row->bring_back(c, row)) return -1;
		}
	return 0;
}

/* Rows that are objects of their own. 0 or -1. */
static int lend_each_row(crossing *c, loan *l, PyObject *sequence) {
	const kind *k = &c->f->param[l->param];
	PyObject *rows = PyObject_CallFunctionObjArgs(gomagic_hooks[AS_LIST], sequence, NULL);
	if (!rows) {
		if (!PyErr_ExceptionMatches(PyExc_TypeError)) return -1;
		PyErr_Clear();
		return gomagic_refuse(c->f, l->param, "type", sequence, -1);
	}
	if (l->held) Py_DecRef(l->held);
	l->held = rows; /* they live as long as the call */
	Py_ssize_t n = PyList_Size(rows);
	l->headers = gomagic_room(n, sizeof(go_slice));
	l->rows = gomagic_room(n, sizeof(loan));
	if (!l->headers || !l->rows) return gomagic_no_memory();
	memset(l->rows, 0, n * sizeof(loan));
	c->bytes += n * sizeof(go_slice);
	l->bring_back = bring_back;
	while (l->n < n) {
		loan *row = &l->rows[l->n];
		row->param = l->param;
		row->source = PyList_GetItem(rows, l->n);
		l->n++;
		char *numbers = gomagic_lend_slice(c, row, row->source, l->n - 1);
		if (!numbers) return -1;
		l->headers[l->n - 1] = (go_slice){numbers, row->n, row->n};
	}
	if (k->flags & GO_RETURNS) gomagic_lend_region(c, l->headers, k->size, n);
	return 0;
}

int gomagic_lend_rows(crossing *c, const kind *k, PyObject *object) {
	loan *l = gomagic_new_loan(c, k->index, object);
	int failed = -1;
	switch (gomagic_nature(l, &object)) {
		case FAILED: break;
		case NEITHER: failed = gomagic_refuse(c->f, k->index, "type", object, -1); break;
		case BUFFER: failed = lend_matrix(c, l, object); break;
		case SEQUENCE: failed = lend_each_row(c, l, object); break;
	}
	if (failed) return -1;
	c->block[k->slot] = (int64_t)l->headers;
	c->block[k->slot + 1] = l->n;
	gomagic_mark(c, l);
	return 0;
}
