#include "handle.h"

#include <stdlib.h>

#include "_cgo_export.h"
#include "drops.h"
#include "fork.h"
#include "refuse.h"

/* A pointer of Go's in Python. It has no room for attributes of Python's own, so no cycle can go through it. */
typedef struct {
	PyObject object;
	uint64_t number; /* Handle in objects.go; its lower half is the place in `living` */
	uint64_t times;  /* Go has given that number */
} handle;

PyTypeObject *gomagic_handle_type;
struct drops gomagic_drops;

/* The handles that there are, by the lower half of their number; borrowed. */
static handle **living;
static size_t room;

/* Tell Go at its next opportunity. Python may be dropping it in the middle of anything, and often does many in a row. */
static void drop(uint64_t number, uint64_t times) {
	struct drops *d = &gomagic_drops;
	if (d->filled - __atomic_load_n(&d->emptied, __ATOMIC_ACQUIRE) == MOST_DROPS) {
		if (gomagic_forked) return;
		gomagic_forget_dropped();
	}
	d->ring[d->filled % MOST_DROPS].number = number;
	d->ring[d->filled % MOST_DROPS].times = times;
	__atomic_store_n(&d->filled, d->filled + 1, __ATOMIC_RELEASE);
}

void gomagic_dealloc_handle(PyObject *self) {
	handle *h = (handle *)self;
	PyTypeObject *type = self->type;
	if (h->number) {
		living[(uint32_t)h->number] = NULL;
		drop(h->number, h->times);
	}
	PyObject_Free(self);
	Py_DecRef((PyObject *)type);
}

/* The place of a number in `living`, NULL if there is no memory for it. */
static handle **place_of(uint64_t number) {
	uint32_t i = (uint32_t)number;
	if (i >= room) {
		size_t more = i < 512 ? 1024 : 2 * (size_t)i;
		handle **grown = realloc(living, more * sizeof *living);
		if (!grown) return NULL;
		living = grown;
		for (; room < more; room++) living[room] = NULL;
	}
	return &living[i];
}

uint64_t gomagic_handle_number(PyObject *self) { return ((handle *)self)->number; }

int gomagic_lend_handle(crossing *c, const kind *k, PyObject *object) {
	PyTypeObject *wanted = k->class->type;
	if (object == NONE) c->block[k->slot] = 0;
	else if (object->type == wanted || PyType_IsSubtype(object->type, wanted)) c->block[k->slot] = gomagic_handle_number(object);
	else return gomagic_refuse(c->f, k->index, "type", object, -1);
	return 0;
}

PyObject *gomagic_give_handle(crossing *c, const kind *k) { return gomagic_object_of(k->class, c->block[k->slot]); }

PyObject *gomagic_object_of(const class *of, uint64_t number) {
	if (!number) {
		Py_IncRef(NONE);
		return NONE;
	}
	handle **place = place_of(number);
	if (place && *place) {
		(*place)->times++;
		Py_IncRef(&(*place)->object);
		return &(*place)->object;
	}
	handle *made = place ? (handle *)PyType_GenericAlloc(of->type, 0) : (PyErr_NoMemory(), NULL);
	if (!made) {
		drop(number, 1);
		return NULL;
	}
	made->number = number;
	made->times = 1;
	*place = made;
	return &made->object;
}

static PyObject *make(PyTypeObject *type, PyObject *args, PyObject *keywords) {
	return PyErr_Format(PyExc_TypeError, "Go makes handles, Python does not");
}

int gomagic_set_attribute(PyObject *self, PyObject *name, PyObject *value) {
	int failed = PyObject_GenericSetAttr(self, name, value);
	if (!failed || !PyErr_ExceptionMatches(PyExc_AttributeError)) return failed;
	PyErr_Clear();
	return gomagic_refuse_attribute(self, name);
}

int gomagic_prepare_handles(void) {
	static PyType_Slot slots[] = {
		{Py_tp_new, (void *)make}, /* without it, object's own would make one that stands for nothing */
		{Py_tp_dealloc, (void *)gomagic_dealloc_handle},
		{Py_tp_setattro, (void *)gomagic_set_attribute},
		{Py_tp_doc, (void *)"A pointer in Go. Go keeps what it points to as long as Python has this."},
		{0, NULL},
	};
	static PyType_Spec spec = {"gomagic.Handle", sizeof(handle), 0, OPEN_TYPE, slots};
	if (!gomagic_handle_type) gomagic_handle_type = (PyTypeObject *)PyType_FromSpec(&spec);
	return gomagic_handle_type ? 0 : -1;
}
