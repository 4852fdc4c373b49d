#include "call.h"

#include <string.h>

loan *gomagic_new_loan(call *c, int i, PyObject *object) {
	loan *l = &c->loan[c->loans++];
	l->param = i, l->way = IN_PLACE, l->source = object, l->foreign = 0, l->n = 0;
	l->held = l->memory = l->view.obj = NULL, l->temp = l->before = NULL;
	l->headers = NULL, l->rows = NULL;
	return l;
}

/* Tell Go what the compiler knows of a slice parameter. */
void gomagic_mark(call *c, loan *l) {
	head *h = (head *)c->block;
	int i = l->param, flags = c->f->param[i].flags;
	/* Memory of this library's own Go is kept alive by Go itself: no copy, whatever it does with it. */
	if (flags & GO_KEEPS && !(l->way == IN_PLACE && l->view.obj && gomagic_is_in_go(l->view.obj))) h->own |= 1ull << i;
	if (flags & GO_WRITES) h->wrote |= 1ull << i;
}

static void lend_region(call *c, void *start, size_t size, int64_t rows) { c->lent[c->lents++] = (region){start, size, rows}; }

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
	Py_ssize_t step = v->strides ? v->strides[v->ndim - 1] : size, down = v->strides ? v->strides[0] : columns * size;
	for (Py_ssize_t r = 0, k = 0; r < rows; r++) {
		char *row = (char *)v->buf + r * down;
		for (Py_ssize_t j = 0; j < columns; j++, k += size) {
			char *one = row + j * step;
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
	if (!v->strides) return 1; /* ctypes gives none, though they are asked for */
	for (int d = v->ndim; d-- > 0; wanted *= v->shape[d])
		if (v->shape[d] > 1 && v->strides[d] != wanted) return 0;
	return 1;
}

/* Whether each byte is 0 or 1: all that a bool of Go's may be, while to numpy every byte but 0 is true. */
static int are_bools(const char *p, Py_ssize_t n) {
	uint64_t all[4] = {0}, eight[4];
	Py_ssize_t k = 0;
	for (; k + (Py_ssize_t)sizeof eight <= n; k += sizeof eight) {
		memcpy(eight, p + k, sizeof eight);
		for (int j = 0; j < 4; j++) all[j] |= eight[j];
	}
	for (; k < n; k++) all[0] |= (unsigned char)p[k];
	return !((all[0] | all[1] | all[2] | all[3]) & ~0x0101010101010101ull);
}

static void make_bools(char *p, Py_ssize_t n) {
	for (Py_ssize_t k = 0; k < n; k++) p[k] = p[k] != 0;
}

int gomagic_has(PyObject *object, const char *attribute) {
	PyObject *found = PyObject_GetAttrString(object, attribute);
	if (!found) return PyErr_Clear(), 0;
	Py_DecRef(found);
	return 1;
}

/* What has a numpy array and is no buffer, such as a Series: that array, a new reference that l holds. NULL if it fails. */
static PyObject *as_array(loan *l, PyObject *object) {
	return l->held = PyObject_CallFunctionObjArgs(gomagic_hooks[AS_ARRAY], object, NULL);
}

static void release(Py_buffer *v) {
	PyBuffer_Release(v);
	v->obj = NULL;
}

/* Borrow an array's memory, or a copy where Go cannot have it. Returns where its numbers are; NULL if refused or, without
   an exception, if it is an array.array of other numbers, which can be converted one by one. */
static char *lend_view(call *c, int i, loan *l, PyObject *array, int dimensions, Py_ssize_t at) {
	static char nothing[16] __attribute__((aligned(16)));
	char wanted = c->f->param[i].code;
	int size = c->f->param[i].size, align = wanted == 'F' || wanted == 'D' ? size / 2 : size;
	if (PyObject_GetBuffer(array, &l->view, PyBUF_RECORDS_RO)) {
		l->view.obj = NULL;
		PyErr_Clear(); /* numpy cannot describe its dates, a released memoryview is gone: the message says which type came */
		return gomagic_refuse(c, i, "dtype", l->source, at), NULL;
	}
	Py_buffer *v = &l->view;
	if (v->ndim != dimensions) return gomagic_refuse(c, i, "dimensions", l->source, at), NULL;
	if (!fits(gomagic_code(v->format, v->itemsize, &l->foreign), wanted)) {
		if (dimensions == 1 && gomagic_has(array, "typecode")) return release(v), NULL;
		return gomagic_refuse(c, i, "dtype", l->source, at), NULL;
	}
	l->code = wanted, l->n = v->shape[0];
	int writes = c->f->param[i].flags & GO_WRITES;
	if (v->len == 0) return nothing;
	int in_place = is_contiguous(v) && !l->foreign && (uintptr_t)v->buf % align == 0 && !(v->readonly && writes);
	if (in_place && (wanted != '?' || are_bools(v->buf, v->len))) return v->buf;
	l->way = v->readonly ? FROZEN : STRIDED;
	if (!(l->temp = gomagic_room(v->len, 1))) return PyErr_NoMemory(), NULL;
	copy_view(l, 0);
	if (wanted == '?') make_bools(l->temp, v->len);
	return remember(l, v->len, writes) ? NULL : l->temp;
}

/* The leading items of a list that are exactly ints, for []int, or floats, for []float64: most lists, in a short loop.
   Returns how many. */
static Py_ssize_t lend_plain_items(PyObject *list, Py_ssize_t n, char code, char *to) {
	Py_ssize_t k = 0;
	for (; code == 'q' && k < n; k++) {
		PyObject *item = PyList_GetItem(list, k);
		if (!item || item->type != (PyTypeObject *)&PyLong_Type) break;
		long long number = PyLong_AsLongLong(item);
		if (number == -1 && PyErr_Occurred()) break;
		((int64_t *)to)[k] = number;
	}
	for (; code == 'd' && k < n; k++) {
		PyObject *item = PyList_GetItem(list, k);
		if (!item || item->type != (PyTypeObject *)&PyFloat_Type) break;
		((double *)to)[k] = PyFloat_AsDouble(item);
	}
	PyErr_Clear(); /* the item is converted once more, and what is wrong is said then */
	return k;
}

/* Convert a sequence's items into C's memory, one number each. 0 or -1. */
static int lend_items(call *c, int i, loan *l, PyObject *sequence, Py_ssize_t at) {
	Py_ssize_t n = PySequence_Size(sequence);
	if (n < 0) return -1;
	char code = c->f->param[i].code;
	int size = c->f->param[i].size, is_list = !!IS(sequence, IS_LIST), is_tuple = !!IS(sequence, IS_TUPLE);
	l->way = is_tuple ? FROZEN : ITEMS, l->n = n, l->code = code;
	if (!(l->temp = gomagic_room(n, size))) return PyErr_NoMemory(), -1;
	for (Py_ssize_t k = is_list ? lend_plain_items(sequence, n, code, l->temp) : 0; k < n; k++) {
		PyObject *item = is_list ? PyList_GetItem(sequence, k) : is_tuple ? PyTuple_GetItem(sequence, k) : PySequence_GetItem(sequence, k);
		if (!item) return -1;
		if (is_list || is_tuple) Py_IncRef(item); /* converting it may run Python code that drops it from the list */
		int why = gomagic_take(code, item, l->temp + k * size);
		if (why == WRONG_TYPE) gomagic_refuse(c, i, at < 0 ? "type" : "type in row", item, at < 0 ? k : at);
		if (why == OUT_OF_RANGE) gomagic_refuse(c, i, at < 0 ? "range" : "range in row", item, at < 0 ? k : at);
		Py_DecRef(item);
		if (why) return -1;
	}
	return remember(l, n * size, c->f->param[i].flags & GO_WRITES);
}

/* As what an argument is read. What is no buffer, list or tuple and has a numpy array becomes that array. */
static enum nature { FAILED, BUFFER, SEQUENCE, NEITHER } nature(loan *l, PyObject **object) {
	if (PyObject_CheckBuffer(*object)) return BUFFER;
	if (IS(*object, IS_LIST | IS_TUPLE)) return SEQUENCE;
	if (gomagic_has(*object, "__array__")) {
		if (!(*object = as_array(l, *object))) return FAILED;
		if (PyObject_CheckBuffer(*object)) return BUFFER;
	}
	return !IS(*object, IS_STR) && PySequence_Check(*object) ? SEQUENCE : NEITHER;
}

/* Lend one slice; at: which row of a [][]T it is, or -1. Returns where its numbers are, or NULL. */
static char *lend_slice(call *c, int i, loan *l, PyObject *object, Py_ssize_t at) {
	char *p = NULL;
	switch (nature(l, &object)) {
		case FAILED: return NULL;
		case NEITHER: return gomagic_refuse(c, i, "type", object, at), NULL;
		case BUFFER:
			if ((p = lend_view(c, i, l, object, 1, at))) break;
			if (PyErr_Occurred()) return NULL;
			/* fall through: an array.array of other numbers is a sequence of numbers, too */
		case SEQUENCE:
			if (lend_items(c, i, l, object, at)) return NULL;
			p = l->temp;
	}
	c->bytes += l->n * c->f->param[i].size;
	return p;
}

int gomagic_lend_array(call *c, int i, PyObject *object) {
	const value *p = &c->f->param[i];
	loan *l = gomagic_new_loan(c, i, object);
	char *numbers = lend_slice(c, i, l, object, -1);
	if (!numbers) return -1;
	if (p->length >= 0 && l->n != p->length) return gomagic_refuse(c, i, "length", object, l->n);
	c->block[p->slot] = (int64_t)numbers, c->block[p->slot + 1] = l->n;
	gomagic_mark(c, l);
	if (p->flags & GO_RETURNS) lend_region(c, numbers, l->n * p->size, 0);
	return 0;
}

/* Rows of one array of two dimensions. 0 or -1. */
static int lend_matrix(call *c, int i, loan *l, PyObject *matrix) {
	char *numbers = lend_view(c, i, l, matrix, 2, -1);
	if (!numbers) return -1;
	Py_ssize_t columns = l->view.shape[1], row = columns * c->f->param[i].size;
	if (!(l->headers = gomagic_room(l->n, sizeof(slice)))) return PyErr_NoMemory(), -1;
	for (Py_ssize_t r = 0; r < l->n; r++) l->headers[r] = (slice){numbers + r * row, columns, columns};
	c->bytes += l->n * (row + sizeof(slice));
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
	c->bytes += n * sizeof(slice);
	for (l->n = 0; l->n < n;) {
		loan *row = &l->rows[l->n];
		row->param = i;
		row->source = PyList_GetItem(rows, l->n);
		char *numbers = lend_slice(c, i, row, row->source, l->n++);
		if (!numbers) return -1;
		l->headers[l->n - 1] = (slice){numbers, row->n, row->n};
	}
	if (c->f->param[i].flags & GO_RETURNS) lend_region(c, l->headers, c->f->param[i].size, n);
	return 0;
}

int gomagic_lend_rows(call *c, int i, PyObject *object) {
	const value *p = &c->f->param[i];
	loan *l = gomagic_new_loan(c, i, object);
	switch (nature(l, &object)) {
		case FAILED: return -1;
		case NEITHER: return gomagic_refuse(c, i, "type", object, -1);
		case BUFFER:
			if (lend_matrix(c, i, l, object)) return -1;
			break;
		case SEQUENCE:
			if (lend_each_row(c, i, l, object)) return -1;
	}
	c->block[p->slot] = (int64_t)l->headers, c->block[p->slot + 1] = l->n;
	gomagic_mark(c, l);
	return 0;
}

/* Put the items that Go has changed where they came from. 0 or -1. */
static int write_items_back(call *c, loan *l) {
	int size = c->f->param[l->param].size, is_list = !!IS(l->source, IS_LIST);
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
		if (failed) return PyErr_Clear(), gomagic_refuse(c, l->param, "frozen", l->source, -1);
	}
	return 0;
}

int gomagic_write_back(call *c, loan *l) {
	for (int frozen = 0; frozen < 2; frozen++) /* what is refused last, so that the other rows' writes are not lost with it */
		for (Py_ssize_t r = 0; l->rows && r < l->n; r++)
			if ((l->rows[r].way == FROZEN) == frozen && gomagic_write_back(c, &l->rows[r])) return -1;
	if (!l->before) return 0;
	if (l->way == ITEMS) return write_items_back(c, l);
	if (l->way == STRIDED) return copy_view(l, 1), 0;
	size_t bytes = l->view.obj ? (size_t)l->view.len : (size_t)l->n * c->f->param[l->param].size;
	return memcmp(l->temp, l->before, bytes) ? gomagic_refuse(c, l->param, "frozen", l->source, -1) : 0;
}

void gomagic_return(loan *l) {
	if (l->way == IN_PLACE && l->view.obj && !l->held && !l->headers) { /* most arrays: there is nothing else */
		PyBuffer_Release(&l->view);
		return;
	}
	for (Py_ssize_t r = 0; l->rows && r < l->n; r++) gomagic_return(&l->rows[r]);
	if (l->view.obj) PyBuffer_Release(&l->view);
	if (l->held) Py_DecRef(l->held);
	if (l->memory) Py_DecRef(l->memory);
	else gomagic_free(l->temp);
	gomagic_free(l->before);
	gomagic_free(l->headers);
	gomagic_free(l->rows);
}
