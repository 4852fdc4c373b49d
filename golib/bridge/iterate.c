#include "iterate.h"

#include "convert.h"
#include "pack.h"

enum { DEEPEST_WAY = 16 };

PyObject *gomagic_iterable(PyObject *object, PyObject **way) {
	*way = IS(object, IS_TUPLE) ? PyTuple_GetItem(object, 1) : NULL;
	return *way ? PyTuple_GetItem(object, 0) : object;
}

/* A way that has been kept, see pack.h, as places in one another. The last of them, or NULL. */
static const place *places(PyObject *way, place *room) {
	Py_ssize_t n = way ? PyTuple_Size(way) : 0;
	if (n > DEEPEST_WAY) n = DEEPEST_WAY;
	for (Py_ssize_t i = 0; i < n; i++) {
		PyObject *one = PyTuple_GetItem(way, i);
		room[i] = (place){i ? &room[i - 1] : NULL, NULL, NULL, 0};
		if (IS(one, IS_TUPLE)) room[i].key = PyTuple_GetItem(one, 0);
		else if (IS(one, IS_LONG)) room[i].index = PyLong_AsLongLong(one);
		else room[i].field = one;
	}
	return n ? &room[n - 1] : NULL;
}

/* An item, or both of a pair. 0 or -1. */
static int pack_yielded(packing *to, const form *f, PyObject *item, const place *at) {
	if (f->parts == 1) return f->part[0]->how->pack(to, f->part[0], item, at);
	if (!IS(item, IS_TUPLE | IS_LIST) || PySequence_Size(item) != f->parts) return gomagic_refuse_packing(to, f, "pair", item, at);
	for (int i = 0; i < f->parts; i++) {
		place here = {at, NULL, NULL, i};
		PyObject *one = PySequence_GetItem(item, i);
		int failed = !one || f->part[i]->how->pack(to, f->part[i], one, &here);
		if (one) Py_DecRef(one);
		if (failed) return -1;
	}
	return 0;
}

int gomagic_step(packing *to, const form *f, PyObject *object, PyObject **iterator, int64_t index) {
	PyObject *way, *iterable = gomagic_iterable(object, &way), *item = NULL;
	place room[DEEPEST_WAY], at = {places(way, room), NULL, NULL, index};
	if (!*iterator) *iterator = PyObject_GetIter(iterable);
	if (*iterator) item = PyIter_Next(*iterator);
	if (!item) {
		if (*iterator) Py_DecRef(*iterator);
		*iterator = NULL;
		return PyErr_Occurred() ? -1 : 0;
	}
	int failed = pack_yielded(to, f, item, &at);
	Py_DecRef(item);
	if (!failed) return 1;
	raised why;
	PyErr_Fetch(&why.type, &why.value, &why.traceback);
	gomagic_stop_iterator(*iterator);
	*iterator = NULL;
	gomagic_chain(why);
	return -1;
}

int gomagic_stop_iterator(PyObject *iterator) {
	PyObject *close = NULL, *closed = NULL;
	int is_generator = gomagic_has(iterator, "throw") && gomagic_has(iterator, "close"), failed = 0;
	if (is_generator) {
		close = PyObject_GetAttrString(iterator, "close");
		closed = close ? PyObject_CallFunctionObjArgs(close, NULL) : NULL;
		failed = closed ? 0 : -1;
	}
	if (close) Py_DecRef(close);
	if (closed) Py_DecRef(closed);
	Py_DecRef(iterator);
	return failed;
}
