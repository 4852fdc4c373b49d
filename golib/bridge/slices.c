#include "slices.h"

#include "arrays.h"
#include "convert.h"
#include "items.h"
#include "refuse.h"
#include "views.h"

enum nature gomagic_nature(loan *l, PyObject **object) {
	if (PyObject_CheckBuffer(*object)) return BUFFER;
	if (IS(*object, IS_LIST | IS_TUPLE)) return SEQUENCE;
	if (gomagic_has_array(*object)) {
		l->held = PyObject_CallFunctionObjArgs(gomagic_hooks[AS_ARRAY], *object, NULL);
		if (!l->held) return FAILED;
		*object = l->held;
		if (PyObject_CheckBuffer(*object)) return BUFFER;
	}
	return !IS(*object, IS_STR) && PySequence_Check(*object) ? SEQUENCE : NEITHER;
}

/* The same of an array of numpy's as it mostly is; or NULL, and then nothing has happened. */
static char *lend_read_array(crossing *c, loan *l, PyObject *object) {
	const kind *k = &c->f->param[l->param];
	const ndarray *a = gomagic_array_of(object, k->code, k->flags & GO_WRITES);
	if (!a) return NULL;
	Py_IncRef(object);
	l->n = a->shape[0];
	l->bytes = l->n * k->size;
	c->bytes += l->bytes;
	l->view = (Py_buffer){.buf = a->data, .obj = object, .len = l->bytes, .readonly = !(a->flags & IS_WRITEABLE)};
	return a->data;
}

char *gomagic_lend_slice(crossing *c, loan *l, PyObject *object, Py_ssize_t at) {
	char *numbers = lend_read_array(c, l, object);
	int way = ITEMS_ONLY;
	if (numbers) return numbers;
	switch (gomagic_nature(l, &object)) {
		case FAILED: return NULL;
		case NEITHER: gomagic_refuse(c->f, l->param, "type", object, at); return NULL;
		case BUFFER: way = gomagic_lend_view(c, l, object, 1, at, &numbers); break;
		case SEQUENCE: break;
	}
	if (way == ITEMS_ONLY) {
		way = gomagic_lend_items(c, l, object, at);
		numbers = l->temp;
	}
	if (way == REFUSED) return NULL;
	c->bytes += l->n * c->f->param[l->param].size;
	return numbers;
}

/* Put into the block what l lends. 0 or -1. */
static inline int hand_over(crossing *c, const kind *k, const loan *l, char *numbers) {
	if (k->length >= 0 && l->n != k->length) return gomagic_refuse(c->f, k->index, "length", l->source, l->n);
	c->block[k->slot] = (int64_t)numbers;
	c->block[k->slot + 1] = l->n;
	gomagic_mark(c, l);
	if (k->flags & GO_RETURNS) gomagic_lend_region(c, numbers, l->n * k->size, 0);
	return 0;
}

int gomagic_lend_array(crossing *c, const kind *k, PyObject *object) {
	loan *l = gomagic_new_loan(c, k->index, object);
	char *numbers = gomagic_lend_slice(c, l, object, -1);
	return numbers ? hand_over(c, k, l, numbers) : -1;
}

int gomagic_lend_taken(crossing *c, const kind *k, PyObject *array, Py_buffer *view, int foreign) {
	loan *l = gomagic_new_loan(c, k->index, array);
	char *numbers;
	l->view = *view;
	view->obj = NULL;
	if (gomagic_is_masked(array)) return gomagic_refuse(c->f, k->index, "masked", array, -1);
	l->foreign = foreign;
	if (!foreign) gomagic_learn_array(array, &l->view, k->code);
	if (gomagic_lend_own_view(c, l, &numbers)) return -1;
	c->bytes += l->n * k->size;
	return hand_over(c, k, l, numbers);
}
