#include "handle.h"

#include <stddef.h>
#include <stdlib.h>

#include "_cgo_export.h"
#include "drops.h"
#include "fork.h"
#include "ofclass.h"
#include "refuse.h"

PyTypeObject *gomagic_handle_type;
uint64_t (*gomagic_move)(PyObject *self, const function *f);
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

static void finish(handle *h) {
	PyTypeObject *type = h->object.type;
	if (!h->number && h->of) gomagic_let_go_of_fields(h);
	if (PyType_GetFlags(type) & HAS_GC) PyObject_GC_Del(h);
	else PyObject_Free(h);
	Py_DecRef((PyObject *)type);
}

/* One loose object may be all that keeps another one, and so on: of a long chain some wait for their end until the stack
   is as it was. */
void gomagic_dealloc_handle(PyObject *self) {
	enum { DEEPEST = 50 };
	static int deep;
	static handle *waiting; /* chained by what counted their references */
	handle *h = (handle *)self;
	if (IS(self, HAS_GC)) PyObject_GC_UnTrack(self);
	if (h->number) living[(uint32_t)h->number] = NULL; /* what a weak reference calls must not find it any more */
	if (h->weak) PyObject_ClearWeakRefs(self);
	if (h->number) {
		drop(h->number, h->times);
		finish(h);
		return;
	}
	if (deep == DEEPEST) {
		h->object.references = (Py_ssize_t)waiting;
		waiting = h;
		return;
	}
	deep++;
	finish(h);
	while (deep == 1 && waiting) {
		h = waiting;
		waiting = (handle *)h->object.references;
		finish(h);
	}
	deep--;
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

void gomagic_adopt(handle *h, handle *made) {
	h->number = made->number;
	h->times = made->times;
	h->is_value = 1;
	living[(uint32_t)h->number] = h;
	made->number = 0;
	made->of = NULL;
}

PyObject *gomagic_pointer_for(PyObject *object, const class *wanted, int flags, const char **why) {
	PyObject *made = PyObject_CallFunction(gomagic_hooks[AS_POINTER], "OOi", object, wanted->type, flags);
	*why = NULL;
	if (!made || PyType_IsSubtype(made->type, wanted->type)) return made;
	*why = made == NONE ? "type" : "pointer";
	Py_DecRef(made);
	return NULL;
}

int gomagic_lend_handle(crossing *c, const kind *k, PyObject *object) {
	PyTypeObject *wanted = k->class->type;
	int64_t *slot = &c->block[k->slot];
	if (object == NONE) {
		*slot = 0;
		return 0;
	}
	if (object->type != wanted && !PyType_IsSubtype(object->type, wanted)) {
		const char *why;
		PyObject *pointer = gomagic_pointer_for(object, k->class, k->flags, &why);
		if (!pointer) return why ? gomagic_refuse(c->f, k->index, why, object, -1) : -1;
		c->keep[c->kept++] = object = pointer;
	}
	*slot = gomagic_handle_number(object, c->f);
	return *slot ? 0 : -1;
}

int gomagic_lend_any_handle(crossing *c, const kind *k, PyObject *object) {
	if (!PyType_IsSubtype(object->type, gomagic_handle_type)) return gomagic_refuse(c->f, k->index, "type", object, -1);
	int64_t *slot = &c->block[k->slot];
	*slot = gomagic_handle_number(object, c->f);
	return *slot ? 0 : -1;
}

PyObject *gomagic_object_of(const class *of, uint64_t number, int is_value) {
	if (!number) {
		Py_IncRef(NONE);
		return NONE;
	}
	handle **place = place_of(number);
	if (!place || !*place) {
		handle *made = place ? (handle *)PyType_GenericAlloc(of->type, 0) : (PyErr_NoMemory(), NULL);
		if (!made) {
			drop(number, 1);
			return NULL;
		}
		place = &living[(uint32_t)number]; /* to make an object can collect garbage, and what runs then gets handles, too */
		if (!*place) {
			if (IS(&made->object, HAS_GC)) PyObject_GC_UnTrack(made);
			made->number = number;
			made->is_value = is_value;
			made->times = 1;
			*place = made;
			return &made->object;
		}
		Py_DecRef(&made->object);
	}
	(*place)->times++;
	Py_IncRef(&(*place)->object);
	return &(*place)->object;
}

PyObject *gomagic_living_object(uint64_t number) {
	PyObject *object = number ? &living[(uint32_t)number]->object : NONE;
	Py_IncRef(object);
	return object;
}

PyObject *gomagic_give_handle(crossing *c, const kind *k) { return gomagic_object_of(k->class, c->block[k->slot], 0); }

PyObject *gomagic_give_struct(crossing *c, const kind *k) { return gomagic_object_of(k->class, c->block[k->slot], 1); }

static PyObject *make(PyTypeObject *type, PyObject *args, PyObject *keywords) {
	return PyErr_Format(PyExc_TypeError, "Go makes handles, Python does not");
}

int gomagic_set_attribute(PyObject *self, PyObject *name, PyObject *value) {
	int failed = PyObject_GenericSetAttr(self, name, value);
	if (!failed || !PyErr_ExceptionMatches(PyExc_AttributeError)) return failed;
	PyErr_Clear();
	return gomagic_refuse_attribute(self, name);
}

static PyObject *is_pointer(PyObject *self, PyObject *nothing) {
	const handle *h = (handle *)self;
	PyObject *truth = (PyObject *)(h->number && !h->is_value ? &_Py_TrueStruct : &_Py_FalseStruct);
	Py_IncRef(truth);
	return truth;
}

/* Without a way to set it: an object of one class lies otherwise in memory than one of another. */
static PyObject *class_of(PyObject *self, void *nothing) {
	Py_IncRef((PyObject *)self->type);
	return (PyObject *)self->type;
}

int gomagic_prepare_handles(void) {
	static PyMethodDef methods[] = {{"_is_pointer", (void *)is_pointer, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
	static PyMemberDef members[] = {
		{"__weaklistoffset__", MEMBER_SSIZE, offsetof(handle, weak), MEMBER_READONLY, NULL},
		{NULL, 0, 0, 0, NULL},
	};
	static PyGetSetDef getters[] = {{"__class__", (void *)class_of, NULL, NULL, NULL}, {NULL, NULL, NULL, NULL, NULL}};
	static PyType_Slot slots[] = {
		{Py_tp_new, (void *)make}, /* without it, object's own would make one that stands for nothing */
		{Py_tp_dealloc, (void *)gomagic_dealloc_handle},
		{Py_tp_setattro, (void *)gomagic_set_attribute},
		{Py_tp_methods, methods},
		{Py_tp_getset, getters},
		{Py_tp_members, members},
		{Py_tp_doc, (void *)"A pointer in Go. Go keeps what it points to as long as Python has this."},
		{0, NULL},
	};
	static PyType_Spec spec = {"gomagic.Handle", sizeof(handle), sizeof(PyObject *), OPEN_TYPE, slots};
	if (!gomagic_handle_type) gomagic_handle_type = (PyTypeObject *)PyType_FromSpec(&spec);
	PyObject *of_class = gomagic_of_class();
	return gomagic_handle_type && of_class ? PyObject_SetAttrString((PyObject *)gomagic_handle_type, "_of_class", of_class) : -1;
}
