#include "sequence.h"

#include "_cgo_export.h"
#include "choose.h"
#include "context.h"
#include "fork.h"
#include "memory.h"
#include "unpack.h"

typedef struct {
	PyObject object;
	uint64_t number; /* of what Go keeps */
	const form *of;
	const function *by; /* that has returned it, for messages */
	PyObject *sources;  /* what it reads of, in a list, or NULL: if that is let go of, its context ends */
} iterator;

static PyTypeObject *iterator_type;

static void dealloc(PyObject *self) {
	iterator *it = (iterator *)self;
	PyTypeObject *type = self->type;
	if (it->number && !gomagic_forked) gomagic_release(it->number);
	if (it->sources) Py_DecRef(it->sources);
	PyObject_Free(self);
	Py_DecRef((PyObject *)type);
}

/* Have Go go on, without the GIL. Whether there is something in the parcel, or -1. */
static int go_on(iterator *it, step *s, void (*how)(GoUint64, void *)) {
	if (gomagic_forked) return gomagic_refuse_forked(it->by);
	do {
		s->is_cut = 0;
		PyThreadState *thread = PyEval_SaveThread();
		if (thread == gomagic_main_state) {
			absence before = gomagic_leave(it->by, (int64_t)it->number);
			how(it->number, s);
			gomagic_return_from(before);
		} else {
			how(it->number, s);
		}
		PyEval_RestoreThread(thread);
		if (s->is_cut && PyErr_CheckSignals()) {
			gomagic_interrupt_sequence(it->number);
			return -1;
		}
	} while (s->is_cut);
	if (s->h.panicked) return gomagic_fail(it->by, "sequence", s->h.panicked, PyTuple_New(0));
	if (s->h.error) return gomagic_fail(it->by, "error", s->h.error, PyTuple_New(0));
	return s->packed != NULL;
}

/* What it yields: an item, or a pair of them in a tuple. */
static PyObject *unpack(unpacking *from, const form *f) {
	PyObject *part[2] = {NULL, NULL}, *pair = NULL;
	for (int i = 0; i < f->parts; i++) part[i] = f->part[i]->how->unpack(from, f->part[i]);
	if (f->parts == 1) return part[0];
	if (part[0] && part[1] && (pair = PyTuple_New(2))) {
		PyTuple_SetItem(pair, 0, part[0]);
		PyTuple_SetItem(pair, 1, part[1]);
		return pair;
	}
	for (int i = 0; i < 2; i++)
		if (part[i]) Py_DecRef(part[i]);
	return NULL;
}

static PyObject *next(PyObject *self) {
	iterator *it = (iterator *)self;
	crossing c = {.f = it->by};
	step s = {.h = {.scratch = c.scratch, .room = SCRATCH}};
	if (go_on(it, &s, gomagic_next_item) <= 0) return NULL;
	unpacking from = {&c, s.packed, NEW, {NULL, NULL, NULL}};
	PyObject *made = unpack(&from, it->of);
	if (!gomagic_is_scratch(&c, s.packed)) gomagic_free(s.packed);
	if (from.failed.type) PyErr_Restore(from.failed.type, from.failed.value, from.failed.traceback);
	return made;
}

static PyObject *close(PyObject *self, PyObject *nothing) {
	step s = {.packed = NULL};
	(void)nothing;
	if (go_on((iterator *)self, &s, gomagic_close_sequence)) return NULL;
	Py_IncRef(NONE);
	return NONE;
}

static PyObject *itself(PyObject *self) {
	Py_IncRef(self);
	return self;
}

static PyObject *repr(PyObject *self) { return PyUnicode_FromFormat("<Go iterator of %s>", ((iterator *)self)->by->def->name); }

static const form *sequence_of(PyObject *object) { return object->type == iterator_type ? ((iterator *)object)->of : NULL; }

/* Whether Go may have, after a call, what that held. */
static int is_kept(const crossing *c, const loan *l, int flags) {
	return l->held && IS(l->held, IS_LIST) && (c->f->param[l->param].flags & flags);
}

/* What Go still reads of when the call is over, though nothing that Python has got reads of it. */
static void see_off(const crossing *c, const loan *l) {
	if (l->is_source || !is_kept(c, l, GO_KEEPS)) return;
	for (Py_ssize_t i = 0; i < PyList_Size(l->held); i++) {
		const iterator *it = (const iterator *)PyList_GetItem(l->held, i);
		if (it->object.type == iterator_type) gomagic_keep_sequence(it->number);
	}
}

/* The iterators among the arguments that Go may still have, in a list, or NULL. */
static PyObject *sources_of(crossing *c) {
	PyObject *found = NULL;
	for (int i = 0; i < c->loans; i++) {
		loan *l = &c->loan[i];
		if (!is_kept(c, l, GO_KEEPS | GO_RETURNS)) continue;
		for (Py_ssize_t j = 0; j < PyList_Size(l->held); j++) {
			PyObject *one = PyList_GetItem(l->held, j);
			if (one->type != iterator_type) continue;
			if (!found && !(found = PyList_New(0))) return NULL;
			l->is_source = !PyList_Append(found, one);
		}
	}
	return found;
}

int gomagic_prepare_sequences(void) {
	gomagic_sequence_of = sequence_of;
	gomagic_see_off = see_off;
	static PyMethodDef methods[] = {
		{"close", (void *)close, METH_NOARGS, "Stop the sequence in Go, and wait until it has ended."},
		{NULL, NULL, 0, NULL},
	};
	static PyType_Slot slots[] = {
		{Py_tp_dealloc, (void *)dealloc},
		{Py_tp_iter, (void *)itself},
		{Py_tp_iternext, (void *)next},
		{Py_tp_repr, (void *)repr},
		{Py_tp_methods, methods},
		{Py_tp_doc, (void *)"A sequence of Go's. It goes on in a goroutine when the next is asked for, and stops when this is dropped."},
		{0, NULL},
	};
	static PyType_Spec spec = {"gomagic.Iterator", sizeof(iterator), 0, FINAL_TYPE, slots};
	if (!iterator_type) iterator_type = (PyTypeObject *)PyType_FromSpec(&spec);
	return iterator_type ? 0 : -1;
}

PyObject *gomagic_make_iterator(crossing *c, const form *f, uint64_t number) {
	iterator *made = (iterator *)PyType_GenericAlloc(iterator_type, 0);
	if (!made) {
		gomagic_release(number);
		return NULL;
	}
	made->number = number;
	made->of = f;
	made->by = c->f;
	made->sources = sources_of(c);
	PyErr_Clear();
	return &made->object;
}

uint64_t gomagic_number_of_sequence(PyObject *object, const form *f) {
	const iterator *it = (iterator *)object;
	return object->type == iterator_type && it->of == f ? it->number : 0;
}

uint64_t gomagic_number_of_any_sequence(PyObject *object, const function **by) {
	const iterator *it = (iterator *)object;
	if (object->type != iterator_type) return 0;
	*by = it->by;
	return it->number;
}
