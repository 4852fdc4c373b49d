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
	int failed = gomagic_pack_each(to, f, f->part, f->parts, item, &at, "pair");
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
