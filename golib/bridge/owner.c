#include "owner.h"

#include <string.h>

#include "_cgo_export.h"
#include "convert.h"
#include "fork.h"
#include "memory.h"

/* Memory that Python sees through the buffer protocol, kept by one of three. numpy holds a reference to it for as long
   as any array over it lives, so the destructor, not the end of a buffer, is where the memory is let go. */
typedef struct {
	PyObject object;
	void *p;
	Py_ssize_t n, itemsize;
	int readonly;
	char format[3];
	PyObject *base;  /* Python's */
	uint64_t handle; /* Go's */
	int is_gos;      /* as of any other memory of its own, Go may keep a slice of it */
	void *temp;      /* C's */
} memory;

static PyTypeObject *memory_type;

static void let_go(PyObject *base, uint64_t handle, int is_gos, void *temp) {
	if (base) Py_DecRef(base);
	if (handle && !gomagic_forked) gomagic_let_go(handle, !is_gos);
	gomagic_free(temp);
}

static void dealloc(PyObject *self) {
	memory *m = (memory *)self;
	PyTypeObject *type = self->type;
	let_go(m->base, m->handle, m->is_gos, m->temp);
	PyObject_Free(self);
	Py_DecRef((PyObject *)type);
}

static int get_buffer(PyObject *self, Py_buffer *view, int flags) {
	memory *m = (memory *)self;
	if (m->readonly && flags & PyBUF_WRITABLE) {
		view->obj = NULL;
		PyErr_Format(PyExc_BufferError, "this memory is read-only");
		return -1;
	}
	*view = (Py_buffer){.buf = m->p, .obj = self, .len = m->n * m->itemsize, .itemsize = m->itemsize, .readonly = m->readonly, .ndim = 1};
	if (flags & PyBUF_FORMAT) view->format = m->format;
	if (flags & PyBUF_ND) view->shape = &m->n;
	if ((flags & PyBUF_STRIDES) == PyBUF_STRIDES) view->strides = &m->itemsize;
	Py_IncRef(self);
	return 0;
}

int gomagic_prepare_owner(void) {
	static PyType_Slot slots[] = {
		{Py_tp_dealloc, (void *)dealloc},
		{Py_bf_getbuffer, (void *)get_buffer},
		{Py_tp_doc, (void *)"Memory that Go lends to Python, or a value that Go keeps for it."},
		{0, NULL},
	};
	static PyType_Spec spec = {"gomagic.Memory", sizeof(memory), 0, FINAL_TYPE, slots};
	if (!memory_type) memory_type = (PyTypeObject *)PyType_FromSpec(&spec);
	return memory_type ? 0 : -1;
}

PyObject *gomagic_owner(void *p, Py_ssize_t n, char code, int readonly, PyObject *base, uint64_t handle, void *temp) {
	memory *m = (memory *)PyType_GenericAlloc(memory_type, 0);
	if (!m) {
		let_go(base, handle, 1, temp);
		return NULL;
	}
	m->p = p;
	m->n = n;
	m->itemsize = gomagic_size(code);
	m->readonly = readonly;
	m->base = base;
	m->handle = handle;
	m->is_gos = 0;
	m->temp = temp;
	const char *format = code == 'F' ? "Zf" : code == 'D' ? "Zd" : (char[]){code, 0};
	strcpy(m->format, format);
	return &m->object;
}

PyObject *gomagic_handle_owner(uint64_t handle) { return gomagic_owner(NULL, 0, 'B', 1, NULL, handle, NULL); }

/* What an array of numpy's or a memoryview stands on: a new reference, or NULL without an exception. */
static PyObject *stands_on(PyObject *object) {
	PyObject *below = PyObject_GetAttrString(object, "base");
	if (!below) {
		PyErr_Clear();
		below = PyObject_GetAttrString(object, "obj");
	}
	if (!below) PyErr_Clear();
	return below;
}

int gomagic_stays_in_go(PyObject *object) {
	int found = 0, deep = 0;
	Py_IncRef(object);
	while (object->type != memory_type || ((memory *)object)->base) {
		PyObject *below = object->type == memory_type ? ((memory *)object)->base : NULL;
		if (++deep > 100) below = NULL; /* a class of the reader's whose base is itself */
		else if (below) Py_IncRef(below);
		else below = stands_on(object);
		Py_DecRef(object);
		if (!below) return 0;
		object = below;
	}
	memory *m = (memory *)object;
	found = m->handle != 0;
	m->is_gos = 1;
	Py_DecRef(object);
	return found;
}
