#include "unpack.h"

#include "convert.h"
#include "handle.h"

PyObject *gomagic_set_aside(unpacking *from) {
	raised *first = &from->failed;
	if (first->type) PyErr_Clear();
	else PyErr_Fetch(&first->type, &first->value, &first->traceback);
	return NULL;
}

/* What has been made of a part; if nothing, then Python must not be called with the exception set. */
static inline PyObject *made(unpacking *from, PyObject *object) { return object ? object : gomagic_set_aside(from); }

PyObject *gomagic_unpack_number(unpacking *from, const form *f) {
	const char *p = from->p;
	from->p += gomagic_padded(f->size);
	if (f->code == 'd') return made(from, PyFloat_FromDouble(*(const double *)p));
	return made(from, gomagic_give(f->code, p));
}

PyObject *gomagic_unpack_text(unpacking *from, const form *f) {
	int64_t n = gomagic_next(from);
	const char *p = from->p;
	if (n < 0) n = 0; /* a []byte that is nil */
	from->p += gomagic_padded(n);
	return made(from, f->shape == BYTES ? PyBytes_FromStringAndSize(p, n) : PyUnicode_DecodeUTF8(p, n, "surrogateescape"));
}

PyObject *gomagic_unpack_items(unpacking *from, const form *f) {
	int64_t n = f->shape == SLICE ? gomagic_next(from) : f->length;
	if (n < 0) n = 0; /* nil is a slice without items */
	int is_key = f->code == OF_KEY;
	PyObject *list = made(from, is_key ? PyTuple_New(n) : PyList_New(n));
	int complete = list != NULL;
	for (int64_t i = 0; i < n; i++) {
		PyObject *item = f->part[0]->how->unpack(from, f->part[0]);
		complete = complete && item;
		if (item && !list) Py_DecRef(item);
		else if (item && is_key) PyTuple_SetItem(list, i, item);
		else if (item) PyList_SetItem(list, i, item);
	}
	if (complete) return list;
	if (list) Py_DecRef(list);
	return NULL;
}

PyObject *gomagic_unpack_map(unpacking *from, const form *f) {
	int64_t n = gomagic_next(from);
	PyObject *dict = made(from, PyDict_New());
	int complete = dict != NULL;
	for (int64_t i = 0; i < n; i++) {
		PyObject *key = f->part[0]->how->unpack(from, f->part[0]), *value = f->part[1]->how->unpack(from, f->part[1]);
		complete = complete && key && value;
		if (complete && PyDict_SetItem(dict, key, value)) {
			complete = 0;
			gomagic_set_aside(from);
		}
		if (key) Py_DecRef(key);
		if (value) Py_DecRef(value);
	}
	if (complete) return dict;
	if (dict) Py_DecRef(dict);
	return NULL;
}

PyObject *gomagic_unpack_handle(unpacking *from, const form *f) {
	uint64_t number = gomagic_next(from);
	return made(from, from->of == CAME ? gomagic_living_object(number) : gomagic_object_of(f->class, number, 0));
}

PyObject *gomagic_unpack_optional(unpacking *from, const form *f) {
	if (gomagic_next(from)) return f->part[0]->how->unpack(from, f->part[0]);
	Py_IncRef(NONE);
	return NONE;
}
