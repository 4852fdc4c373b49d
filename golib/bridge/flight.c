#include "flight.h"

#include "_cgo_export.h"
#include "call.h"
#include "channels.h"
#include "classes.h"
#include "fork.h"
#include "funcs.h"
#include "generic.h"
#include "memory.h"
#include "refuse.h"
#include "sequence.h"

/* All that a call has on the stack of its thread otherwise. */
typedef struct {
	PyObject object;
	PyObject *receiver; /* or NULL */
	PyObject *args, *values, *rest; /* what the arguments lie in */
	PyObject *ordered[MOST_PARAMS];
	taken by; /* the buffer by which a variant was chosen */
	int64_t number; /* 0: it is not in the air */
	crossing c;
	int64_t block[MOST_SLOTS];
} flight;

static PyTypeObject *flight_type;
static int64_t last; /* number */

static void let_go(PyObject *object) {
	if (object) Py_DecRef(object);
}

/* Of one that nobody has landed the results are freed here. While Go is in the air, when the interpreter ends, all of it
   stays: Go may use it. */
static void dealloc(PyObject *self) {
	flight *made = (flight *)self;
	PyTypeObject *type = self->type;
	if (made->number && (gomagic_forked || gomagic_is_in_the_air(made->number))) return;
	if (made->number) {
		raised before;
		PyErr_Fetch(&before.type, &before.value, &before.traceback);
		let_go(gomagic_land(self));
		PyErr_Restore(before.type, before.value, before.traceback);
	}
	let_go(made->receiver);
	let_go(made->args);
	let_go(made->values);
	let_go(made->rest);
	PyObject_Free(self);
	Py_DecRef((PyObject *)type);
}

int gomagic_prepare_flights(void) {
	static PyType_Slot slots[] = {{Py_tp_dealloc, (void *)dealloc}, {0, NULL}};
	static PyType_Spec spec = {"gomagic.Flight", sizeof(flight), 0, FINAL_TYPE, slots};
	if (!flight_type) flight_type = (PyTypeObject *)PyType_FromSpec(&spec);
	return flight_type ? 0 : -1;
}

/* What is to be called: *g of a function with type parameters, else what is returned, on *receiver if that is set. NULL for
   both: it is none of this library that takes a context. */
static const function *find(PyObject *called, family **g, PyObject **receiver) {
	*receiver = NULL;
	*g = gomagic_family_of(called);
	if (*g && !(*g)->f.timeout) *g = NULL;
	if (*g) return NULL;
	const function *f = gomagic_function_of_func(called);
	PyObject *self = called;
	if (!f && called->type == (PyTypeObject *)&PyCFunction_Type) {
		void *entry = PyCFunction_GetFunction(called);
		self = PyCFunction_GetSelf(called);
		if (entry == (void *)gomagic_enter_with_context) return *(function **)PyModule_GetState(self);
		f = gomagic_method_of(entry);
		if (!f) f = gomagic_function_of_channel(entry, self);
	}
	if (!f || !f->timeout) return NULL;
	*receiver = self;
	return f;
}

/* Bring the arguments into order; they lie in `values` then, or where `rest` says. 0 or -1. */
static int arrange(flight *made, const function *f, PyObject *args, PyObject *keywords, context *w) {
	Py_ssize_t n = PyTuple_Size(args), named = PyDict_Size(keywords);
	PyObject *names, **all = gomagic_side_by_side(args, keywords, &names);
	if (!all) return -1;
	made->values = PyTuple_New(named);
	for (Py_ssize_t i = 0; made->values && i < named; i++) {
		Py_IncRef(all[n + i]);
		PyTuple_SetItem(made->values, i, all[n + i]);
	}
	given from = {all, names, NULL, NULL};
	int failed = !made->values || gomagic_take_timeout(f, &from, n, w);
	if (!failed) failed = gomagic_arrange(f, from.args, n, from.names, made->ordered, &made->rest);
	gomagic_forget_given(&from);
	gomagic_free(all);
	let_go(names);
	return failed ? -1 : 0;
}

/* 0 or -1. */
static int take_off(flight *made, const function *f, family *g, PyObject *args, PyObject *keywords, int file) {
	context w;
	if (arrange(made, g ? &g->f : f, args, keywords, &w)) return -1;
	if (g && g->untold) return gomagic_refuse(&g->f, -1, "untold", NONE, -1);
	if (g && !(f = gomagic_choose(g, made->ordered, &made->by))) return -1;
	if (gomagic_begin(&made->c, f, made->block, made->receiver, made->ordered, made->by.view.obj ? &made->by : NULL)) {
		gomagic_give_back(&made->c);
		return -1;
	}
	w.before = DEAF;
	w.flight = made->number = ++last;
	*(context *)&made->block[HEAD_SLOTS + f->has_receiver] = w;
	gomagic_fly(made->block, made->number, file);
	return 0;
}

int gomagic_takes_context(PyObject *called) {
	family *g;
	PyObject *receiver;
	return find(called, &g, &receiver) || g;
}

PyObject *gomagic_take_off(PyObject *called, PyObject *args, PyObject *keywords, int file) {
	family *g;
	PyObject *receiver;
	const function *f = find(called, &g, &receiver);
	if (gomagic_forked) {
		gomagic_refuse_forked(g ? &g->f : f);
		return NULL;
	}
	flight *made = (flight *)PyType_GenericAlloc(flight_type, 0);
	if (!made) return NULL;
	if (receiver) Py_IncRef(made->receiver = receiver);
	Py_IncRef(made->args = args);
	int failed = take_off(made, f, g, args, keywords, file);
	if (failed && made->by.view.obj) PyBuffer_Release(&made->by.view);
	if (!failed) return &made->object;
	Py_DecRef(&made->object);
	return NULL;
}

PyObject *gomagic_flight_number(PyObject *of) { return PyLong_FromLongLong(((flight *)of)->number); }

void gomagic_cancel(PyObject *of) { gomagic_cancel_flight(((flight *)of)->number); }

PyObject *gomagic_landed(int file) {
	PyObject *all = PyList_New(0);
	for (int64_t number; all && (number = gomagic_next_landed(file));) {
		PyObject *one = PyLong_FromLongLong(number);
		if (one) PyList_Append(all, one);
		if (one) Py_DecRef(one);
	}
	return all;
}

PyObject *gomagic_land(PyObject *self) {
	flight *made = (flight *)self;
	made->number = 0;
	PyObject *out = gomagic_finish(&made->c, made->ordered);
	if (made->by.view.obj) PyBuffer_Release(&made->by.view);
	return out;
}

int gomagic_is_iterator(PyObject *object) {
	const function *by;
	return gomagic_number_of_any_sequence(object, &by) != 0;
}

int gomagic_begin_item(PyObject *iterator) {
	const function *by;
	return !gomagic_forked && gomagic_comes_soon(gomagic_number_of_any_sequence(iterator, &by));
}

PyObject *gomagic_await_item(PyObject *iterator, int file) {
	const function *by;
	uint64_t sequence = gomagic_number_of_any_sequence(iterator, &by);
	if (gomagic_forked) {
		gomagic_refuse_forked(by);
		return NULL;
	}
	gomagic_expect_item(sequence, ++last, file);
	return PyLong_FromLongLong(last);
}

void gomagic_forgo(PyObject *iterator) {
	const function *by;
	gomagic_forgo_item(gomagic_number_of_any_sequence(iterator, &by));
}
