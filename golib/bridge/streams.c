#include "streams.h"

#include <string.h>

#include "refuse.h"

/* Copy what has been read. It is Python's own memory until then, which Python may keep. 0 or -1. */
static int take(file_use *u, PyObject *got) {
	Py_buffer view;
	if (PyObject_GetBuffer(got, &view, 0)) return -1;
	int fits = view.len <= u->n;
	if (fits) memcpy((void *)u->p, view.buf, view.len);
	else PyErr_Format(PyExc_SystemError, "gomagic: more than %zd bytes to read", (Py_ssize_t)u->n);
	u->got = view.len;
	PyBuffer_Release(&view);
	return fits ? 0 : -1;
}

int gomagic_do_use(callback *b) {
	file_use *u = (file_use *)b->room;
	PyObject *given = (u->what & ~AS_TEXT) == WRITE ? PyBytes_FromStringAndSize((const char *)u->p, u->n) : PyLong_FromLongLong(u->n);
	if (!given) return -1;
	PyObject *got = PyObject_CallFunction(gomagic_hooks[USE_FILE], "iOOi", (int)u->what, (PyObject *)b->object, given, (int)u->whence);
	Py_DecRef(given);
	if (!got) return -1;
	int failed = 0;
	u->got = NOTHING_NOW;
	if (got != NONE && (u->what & ~AS_TEXT) == READ) failed = take(u, got);
	else if (got != NONE) u->got = PyLong_AsLongLong(got);
	Py_DecRef(got);
	return failed || PyErr_Occurred() ? -1 : 0;
}

int64_t gomagic_standard_input(void) { return (int64_t)gomagic_hooks[STANDARD_INPUT]; }
