#include "converted.h"

#include "merge.h"
#include "pack.h"
#include "unpack.h"

int gomagic_pack_converted(packing *to, const form *f, PyObject *object, const place *at) {
	const char shape[2] = {f->shape, 0};
	PyObject *bytes = PyObject_CallFunction(gomagic_hooks[CONVERT], "sOi", shape, object, f->code == OF_POINTER);
	if (!bytes) return -1;
	if (IS(bytes, IS_STR)) { /* why not */
		gomagic_refuse_part(to->c, to->k, f, PyUnicode_AsUTF8AndSize(bytes, NULL), object, at);
		Py_DecRef(bytes);
		return -1;
	}
	char *p;
	Py_ssize_t n;
	int failed = PyBytes_AsStringAndSize(bytes, &p, &n) || gomagic_put_bytes(to, p, n);
	Py_DecRef(bytes);
	return failed ? -1 : 0;
}

PyObject *gomagic_unpack_converted(unpacking *from, const form *f) {
	const char shape[2] = {f->shape, 0};
	int64_t n = gomagic_next(from);
	PyObject *bytes = PyBytes_FromStringAndSize(from->p, n);
	from->p += gomagic_padded(n);
	PyObject *made = bytes ? PyObject_CallFunction(gomagic_hooks[REVERT], "sO", shape, bytes) : NULL;
	if (bytes) Py_DecRef(bytes);
	return made ? made : gomagic_set_aside(from);
}

PyObject *gomagic_merge_converted(merging *m, const form *f, PyObject *object, const place *at) {
	PyObject *now = gomagic_merge_leaf(m, f, object, at);
	if (!now || f->code != OF_POINTER) return now;
	Py_DecRef(now);
	gomagic_refuse_write(m, f, object, at);
	return NULL;
}
