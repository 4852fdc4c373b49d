#include "call.h"

#include <string.h>

loan *gomagic_new_loan(call *c, PyObject *object) {
	loan *l = &c->loan[c->loans++];
	l->way = IN_PLACE, l->source = object, l->foreign = 0, l->n = 0;
	l->held = l->memory = l->view.obj = NULL, l->temp = l->before = NULL;
	l->headers = NULL, l->rows = NULL;
	return l;
}

/* Tell Go what the compiler knows of parameter i, and what it has been lent. */
void gomagic_mark(call *c, int i, loan *l) {
	head *h = (head *)c->block;
	int flags = c->f->param[i].flags;
	/* Memory of this library's own Go is kept alive by Go itself: no copy, whatever it does with it. */
	if (flags & GO_KEEPS && !(l->way == IN_PLACE && l->view.obj && gomagic_is_in_go(l->view.obj))) h->own |= 1ull << i;
	if (flags & GO_WRITES) h->wrote |= 1ull << i;
}

static void lend_region(call *c, void *start, size_t size, int64_t rows) { c->lent[c->lents++] = (region){start, size, rows}; }

/* The code of the numbers in a buffer, 0 if gomagic has none for them; *foreign: in the other byte order. */
static char code_of(const char *format, Py_ssize_t size, int *foreign) {
	static const char signed_of[] = {0, 'b', 'h', 0, 'i', 0, 0, 0, 'q'}, unsigned_of[] = {0, 'B', 'H', 0, 'I', 0, 0, 0, 'Q'};
	const char *f = format ? format : "B";
	int big = *f == '>' || *f == '!';
	if (*f && strchr("@=<>!", *f)) f++;
	*foreign = size > 1 && (format && format != f) && big == (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__) &&
		(big || *format == '<');
	if (!strcmp(f, "Zf")) return 'F';
	if (!strcmp(f, "Zd")) return 'D';
	if (!*f || f[1] || size > 8) return 0;
	if (strchr("bhilqn", *f)) return signed_of[size];
	if (strchr("BHILQNc", *f)) return unsigned_of[size];
	return strchr("?fd", *f) ? *f : 0;
}

static int fits(char is, char wanted) { return is == wanted || (wanted == 'B' && is == 'b'); } /* []byte: any byte buffer */

static void copy_number(char *to, const char *from, int size, int part, int foreign) {
	if (!foreign) memcpy(to, from, size);
	else
		for (int k = 0; k < size; k++) to[k / part * part + part - 1 - k % part] = from[k]; /* a complex is two parts */
}

/* Go through a view of one or two dimensions and its copy in temp: `back` copies what differs from before to the view. */
static void copy_view(loan *l, int back) {
	const Py_buffer *v = &l->view;
	Py_ssize_t rows = v->ndim == 2 ? v->shape[0] : 1, columns = v->shape[v->ndim - 1];
	int size = gomagic_size(l->code), part = l->code == 'F' || l->code == 'D' ? size / 2 : size;
	for (Py_ssize_t r = 0, k = 0; r < rows; r++) {
		char *row = (char *)v->buf + (v->ndim == 2 ? r * v->strides[0] : 0);
		for (Py_ssize_t j = 0; j < columns; j++, k += size) {
			char *one = row + j * v->strides[v->ndim - 1];
			if (!back) copy_number(l->temp + k, one, size, part, l->foreign);
			else if (memcmp(l->temp + k, l->before + k, size)) copy_number(one, l->temp + k, size, part, l->foreign);
		}
	}
}

/* Keep what Go gets, to see later what it wrote. 0 or -1. */
static int remember(loan *l, size_t bytes, int writes) {
	if (!writes) return 0;
	if (!(l->before = gomagic_room(bytes, 1))) return PyErr_NoMemory(), -1;
	memcpy(l->before, l->temp, bytes);
	return 0;
}

static int is_contiguous(const Py_buffer *v) {
	Py_ssize_t wanted = v->itemsize;
	for (int d = v->ndim; d-- > 0; wanted *= v->shape[d])
		if (v->shape[d] > 1 && v->strides[d] != wanted) return 0;
	return 1;
}

/* Borrow an array's memory, or a copy where Go cannot have it. Returns where its numbers are, NULL if refused. */
static char *lend_view(call *c, int i, loan *l, PyObject *array, int dimensions, Py_ssize_t at) {
	static char nothing[16] __attribute__((aligned(16)));
	char wanted = c->f->param[i].code;
	int size = gomagic_size(wanted), align = wanted == 'F' || wanted == 'D' ? size / 2 : size;
	if (PyObject_GetBuffer(array, &l->view, PyBUF_RECORDS_RO)) {
		l->view.obj = NULL;
		PyErr_Clear(); /* numpy cannot describe its dates, a released memoryview is gone: the message says which type came */
		return gomagic_refuse(c, i, "dtype", l->source, at), NULL;
	}
	Py_buffer *v = &l->view;
	if (v->ndim != dimensions) return gomagic_refuse(c, i, "dimensions", l->source, at), NULL;
	if (!fits(code_of(v->format, v->itemsize, &l->foreign), wanted)) return gomagic_refuse(c, i, "dtype", l->source, at), NULL;
	l->code = wanted, l->n = v->shape[0];
	int writes = c->f->param[i].flags & GO_WRITES;
	if (v->len == 0) return nothing;
	if (is_contiguous(v) && !l->foreign && (uintptr_t)v->buf % align == 0 && !(v->readonly && writes)) return v->buf;
	l->way = v->readonly ? FROZEN : STRIDED;
	if (!(l->temp = gomagic_room(v->len, 1))) return PyErr_NoMemory(), NULL;
	copy_view(l, 0);
	return remember(l, v->len, writes) ? NULL : l->temp;
}

/* Convert a sequence's items into C's memory, one number each. 0 or -1. */
static int lend_items(call *c, int i, loan *l, PyObject *sequence, Py_ssize_t at) {
	Py_ssize_t n = PySequence_Size(sequence);
	if (n < 0) return -1;
	char code = c->f->param[i].code;
	int size = gomagic_size(code), is_list = !!IS(sequence, IS_LIST), is_tuple = !!IS(sequence, IS_TUPLE);
	l->way = is_tuple ? FROZEN : ITEMS, l->n = n, l->code = code;
	if (!(l->temp = gomagic_room(n, size))) return PyErr_NoMemory(), -1;
	for (Py_ssize_t k = 0; k < n; k++) {
		PyObject *item = is_list ? PyList_GetItem(sequence, k) : is_tuple ? PyTuple_GetItem(sequence, k) : PySequence_GetItem(sequence, k);
		if (!item) return -1;
		/* Converting another object may run Python code, which may drop it from the list. */
		int plain = item->type == (PyTypeObject *)&PyLong_Type || item->type == (PyTypeObject *)&PyFloat_Type, borrowed = is_list || is_tuple;
		if (!plain && borrowed) Py_IncRef(item);
		int why = gomagic_take(code, item, l->temp + k * size);
		if (why == WRONG_TYPE || why == OUT_OF_RANGE) gomagic_refuse(c, i, why == WRONG_TYPE ? "type" : "range", item, at < 0 ? k : at);
		if (!plain || !borrowed) Py_DecRef(item);
		if (why) return -1;
	}
	return remember(l, n * size, c->f->param[i].flags & GO_WRITES);
}

/* What to convert item by item, a buffer, or neither: array.array is both, and a buffer only of the right numbers. */
int gomagic_has(PyObject *object, const char *attribute) {
	PyObject *found = PyObject_GetAttrString(object, attribute);
	if (!found) return PyErr_Clear(), 0;
	Py_DecRef(found);
	return 1;
}

static int is_array_of_others(PyObject *object, char wanted) {
	Py_buffer view;
	int foreign, other = 0;
	if (gomagic_has(object, "typecode") && !PyObject_GetBuffer(object, &view, PyBUF_RECORDS_RO)) {
		char is = code_of(view.format, view.itemsize, &foreign);
		other = is && !fits(is, wanted);
		PyBuffer_Release(&view);
	}
	return other;
}

/* Lend one slice; at: which row of a [][]T it is, or -1. Returns where its numbers are, or NULL. */
static char *lend_slice(call *c, int i, loan *l, PyObject *object, Py_ssize_t at) {
	char *p;
	PyErr_Clear();
	if (!IS(object, IS_LIST | IS_TUPLE) && !PyObject_CheckBuffer(object) && gomagic_has(object, "__array__")) {
		if (!(object = l->held = PyObject_CallFunctionObjArgs(gomagic_hooks[AS_ARRAY], object, NULL))) return NULL;
	}
	if (!IS(object, IS_LIST | IS_TUPLE) && PyObject_CheckBuffer(object) && !is_array_of_others(object, c->f->param[i].code)) {
		p = lend_view(c, i, l, object, 1, at);
	} else if (IS(object, IS_STR) || !PySequence_Check(object)) {
		return gomagic_refuse(c, i, "type", object, at), NULL;
	} else {
		p = lend_items(c, i, l, object, at) ? NULL : l->temp;
	}
	if (p) c->bytes += l->n * gomagic_size(l->code);
	return p;
}

int gomagic_lend_array(call *c, int i, PyObject *object) {
	const value *p = &c->f->param[i];
	loan *l = gomagic_new_loan(c, object);
	char *numbers = lend_slice(c, i, l, object, -1);
	if (!numbers) return -1;
	if (p->length >= 0 && l->n != p->length) return gomagic_refuse(c, i, "length", object, l->n);
	c->block[p->slot] = (int64_t)numbers, c->block[p->slot + 1] = l->n;
	gomagic_mark(c, i, l);
	if (p->flags & GO_RETURNS) lend_region(c, numbers, l->n * gomagic_size(l->code), 0);
	return 0;
}

/* Rows of one array of two dimensions. 0 or -1. */
static int lend_matrix(call *c, int i, loan *l, PyObject *matrix) {
	char *numbers = lend_view(c, i, l, matrix, 2, -1);
	if (!numbers) return -1;
	Py_ssize_t columns = l->view.shape[1], row = columns * gomagic_size(l->code);
	if (!(l->headers = gomagic_room(l->n, sizeof(slice)))) return PyErr_NoMemory(), -1;
	for (Py_ssize_t r = 0; r < l->n; r++) l->headers[r] = (slice){numbers + r * row, columns, columns};
	c->bytes += l->n * row;
	if (c->f->param[i].flags & GO_RETURNS) lend_region(c, numbers, l->n * row, 0);
	return 0;
}

/* Rows that are objects of their own. 0 or -1. */
static int lend_each_row(call *c, int i, loan *l, PyObject *sequence) {
	PyObject *rows = l->held = PyObject_CallFunctionObjArgs(gomagic_hooks[AS_LIST], sequence, NULL); /* they live as long as the call */
	if (!rows) return PyErr_ExceptionMatches(PyExc_TypeError) ? PyErr_Clear(), gomagic_refuse(c, i, "type", sequence, -1) : -1;
	Py_ssize_t n = PyList_Size(rows);
	if (!(l->headers = gomagic_room(n, sizeof(slice))) || !(l->rows = gomagic_room(n, sizeof(loan)))) return PyErr_NoMemory(), -1;
	memset(l->rows, 0, n * sizeof(loan));
	for (l->n = 0; l->n < n;) {
		loan *row = &l->rows[l->n];
		row->source = PyList_GetItem(rows, l->n);
		char *numbers = lend_slice(c, i, row, row->source, l->n++);
		if (!numbers) return -1;
		l->headers[l->n - 1] = (slice){numbers, row->n, row->n};
	}
	if (c->f->param[i].flags & GO_RETURNS) lend_region(c, l->headers, gomagic_size(c->f->param[i].code), n);
	return 0;
}

int gomagic_lend_rows(call *c, int i, PyObject *object) {
	const value *p = &c->f->param[i];
	loan *l = gomagic_new_loan(c, object);
	int failed, is_sequence = IS(object, IS_LIST | IS_TUPLE);
	if (!is_sequence && !PyObject_CheckBuffer(object) && gomagic_has(object, "__array__"))
		if (!(object = l->held = PyObject_CallFunctionObjArgs(gomagic_hooks[AS_ARRAY], object, NULL))) return -1;
	if (!is_sequence && PyObject_CheckBuffer(object)) failed = lend_matrix(c, i, l, object);
	else if (IS(object, IS_STR) || !PySequence_Check(object)) failed = gomagic_refuse(c, i, "type", object, -1);
	else failed = lend_each_row(c, i, l, object);
	if (failed) return -1;
	c->block[p->slot] = (int64_t)l->headers, c->block[p->slot + 1] = l->n;
	gomagic_mark(c, i, l);
	return 0;
}

/* Put the items that Go has changed where they came from. 0 or -1. */
static int write_items_back(call *c, int i, loan *l) {
	int size = gomagic_size(l->code), is_list = !!IS(l->source, IS_LIST);
	for (Py_ssize_t k = 0; k < l->n; k++) {
		if (!memcmp(l->temp + k * size, l->before + k * size, size)) continue;
		PyObject *item = gomagic_give(l->code, l->temp + k * size);
		if (!item) return -1;
		if (is_list) {
			if (PyList_SetItem(l->source, k, item)) return -1;
			continue;
		}
		int failed = PySequence_SetItem(l->source, k, item);
		Py_DecRef(item);
		if (failed && !PyErr_ExceptionMatches(PyExc_TypeError)) return -1;
		if (failed) return PyErr_Clear(), gomagic_refuse(c, i, "frozen", l->source, -1);
	}
	return 0;
}

int gomagic_write_back(call *c, int i, loan *l) {
	for (Py_ssize_t r = 0; l->rows && r < l->n; r++)
		if (gomagic_write_back(c, i, &l->rows[r])) return -1;
	if (!l->before) return 0;
	if (l->way == ITEMS) return write_items_back(c, i, l);
	if (l->way == STRIDED) return copy_view(l, 1), 0;
	size_t bytes = l->view.obj ? (size_t)l->view.len : (size_t)l->n * gomagic_size(l->code);
	return memcmp(l->temp, l->before, bytes) ? gomagic_refuse(c, i, "frozen", l->source, -1) : 0;
}

void gomagic_return(loan *l) {
	for (Py_ssize_t r = 0; l->rows && r < l->n; r++) gomagic_return(&l->rows[r]);
	if (l->view.obj) PyBuffer_Release(&l->view);
	if (l->held) Py_DecRef(l->held);
	if (l->memory) Py_DecRef(l->memory);
	else gomagic_free(l->temp);
	gomagic_free(l->before);
	gomagic_free(l->headers);
	gomagic_free(l->rows);
}
