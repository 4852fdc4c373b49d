#include "tables.h"

#include <string.h>

#include "convert.h"
#include "loose.h"
#include "merge.h"
#include "pack.h"
#include "unpack.h"

static int is_list(PyObject *object) { return IS(object, IS_LIST | IS_TUPLE | IS_STR | IS_BYTES) != 0; }

/* One row; of the columns each is a list of our own, or None: then the field is zero. 0 or -1. */
static int pack_row(packing *to, const form *of, PyObject *columns, const place *row) {
	int failed = gomagic_put_slot(to, 0);
	for (int i = 0; !failed && i < of->parts; i++) {
		PyObject *column = PyTuple_GetItem(columns, i), *value;
		place here = {row, of->names[i], NULL, 0};
		if (column == NONE) value = gomagic_zero(of->class->plan, i);
		else if ((value = PyList_GetItem(column, row->index))) Py_IncRef(value);
		failed = !value || of->part[i]->how->pack(to, of->part[i], value, &here);
		if (value) Py_DecRef(value);
	}
	return failed ? -1 : 0;
}

static int pack_rows(packing *to, const form *f, Py_ssize_t n, PyObject *columns, PyObject *object, const place *at) {
	place row = {at, NULL, NULL, 0};
	if (f->shape != SLICE && n != f->length) return gomagic_refuse_packing(to, f, "length", object, at);
	if (f->shape == SLICE && gomagic_put_slot(to, n)) return -1;
	for (; row.index < n; row.index++)
		if (pack_row(to, f->part[0], columns, &row)) return -1;
	return 0;
}

int gomagic_pack_table(packing *to, const form *f, PyObject *object, const place *at) {
	const form *of = f->part[0];
	const char *why;
	Py_ssize_t n;
	PyObject *columns;
	if (is_list(object) || !of->class->plan) return gomagic_pack_items(to, f, object, at);
	if (gomagic_is_masked(object)) return gomagic_refuse_packing(to, f, "masked", object, at);
	PyObject *table = PyObject_CallFunction(gomagic_hooks[AS_COLUMNS], "OO", object, of->class->type);
	if (!table) return -1;
	int failed = 0;
	if (table == NONE) failed = gomagic_pack_items(to, f, object, at);
	else if (!PyArg_ParseTuple(table, "snO", &why, &n, &columns)) failed = -1;
	else if (*why) failed = gomagic_refuse_packing(to, of, why, columns, at);
	else failed = pack_rows(to, f, n, columns, object, at);
	Py_DecRef(table);
	return failed;
}

/* Items of an array that are numbers alone are as long as one another in a parcel, and most of them as they were. */
static PyObject *merge_array(merging *m, const form *f, PyObject *array, const place *at) {
	const form *of = f->part[0];
	place row = {at, NULL, NULL, 0};
	int64_t n = f->length;
	if (f->shape == SLICE) {
		n = gomagic_next(&m->now);
		m->before += sizeof n;
	}
	for (; row.index < n; row.index++) {
		size_t bytes = of->how->skip(of, m->before) - m->before;
		if (!memcmp(m->before, m->now.p, bytes)) {
			m->before += bytes;
			m->now.p += bytes;
			continue;
		}
		PyObject *item = PySequence_GetItem(array, row.index), *other = NULL;
		if (item) other = of->how->merge(m, of, item, &row);
		else gomagic_set_aside(&m->now), other = gomagic_merge_leaf(m, of, NULL, &row);
		if (item) Py_DecRef(item);
		if (other) Py_DecRef(other);
	}
	return NULL;
}

PyObject *gomagic_merge_table(merging *m, const form *f, PyObject *object, const place *at) {
	if (is_list(object) || !f->part[0]->class->plan) return gomagic_merge_items(m, f, object, at);
	int same_length = f->shape != SLICE || *(const int64_t *)m->before == *(const int64_t *)m->now.p;
	if (PyObject_CheckBuffer(object) && f->part[0]->layout && same_length) return merge_array(m, f, object, at);
	if (PySequence_Check(object) && !gomagic_has(object, "columns")) return gomagic_merge_items(m, f, object, at);
	PyObject *other = gomagic_merge_leaf(m, f, object, at); /* its columns are copies of Python's own */
	if (other) {
		Py_DecRef(other);
		gomagic_refuse_write(m, f, object, at);
	}
	return NULL;
}
