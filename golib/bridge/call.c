#include "call.h"

#include <string.h>

#include "_cgo_export.h"

PyObject *gomagic_hooks[HOOKS];
int gomagic_forked; /* set in a child process: Go's threads are not there, and a call could wait for them for ever */

/* Set the exception that Python makes of these. Always -1. */
static int set_exception(PyObject *exception) {
	if (exception) {
		PyErr_SetObject((PyObject *)exception->type, exception);
		Py_DecRef(exception);
	}
	return -1;
}

int gomagic_refuse(call *c, int i, const char *why, PyObject *object, Py_ssize_t at) {
	return set_exception(PyObject_CallFunction(gomagic_hooks[EXCEPTION], "siiOn", why, c->f->number, i, object, at));
}

/* A call that Python's own rules forbid: Python says so (gomagic/bind/plain.py calls a function of the same parameters). */
static int refuse_arguments(const function *f, PyObject *const *args, Py_ssize_t n, PyObject *names) {
	PyObject *given = PyTuple_New(n), *keywords = PyDict_New();
	Py_ssize_t named = names ? PyTuple_Size(names) : 0;
	for (Py_ssize_t i = 0; given && i < n; i++) Py_IncRef(args[i]), PyTuple_SetItem(given, i, args[i]);
	for (Py_ssize_t i = 0; keywords && i < named; i++) PyDict_SetItem(keywords, PyTuple_GetItem(names, i), args[n + i]);
	if (given && keywords)
		set_exception(PyObject_CallFunction(gomagic_hooks[EXCEPTION], "siiOO", "arguments", f->number, -1, given, keywords));
	if (given) Py_DecRef(given);
	if (keywords) Py_DecRef(keywords);
	return -1;
}

/* Bring the arguments into the order of the parameters; *rest is the tuple of a variadic one. 0 or -1. */
static int bind(const function *f, PyObject *const *args, Py_ssize_t n, PyObject *names, PyObject **bound, PyObject **rest) {
	int fixed = f->params - f->variadic;
	Py_ssize_t named = names ? PyTuple_Size(names) : 0;
	if (n > fixed && !f->variadic) return refuse_arguments(f, args, n, names);
	for (int i = 0; i < fixed; i++) bound[i] = i < n ? args[i] : NULL;
	for (Py_ssize_t k = 0; k < named; k++) {
		PyObject *name = PyTuple_GetItem(names, k);
		int i = 0;
		while (i < fixed && f->param[i].name != name && PyUnicode_Compare(f->param[i].name, name)) i++;
		if (i == fixed || bound[i]) return refuse_arguments(f, args, n, names);
		bound[i] = args[n + k];
	}
	for (int i = 0; i < fixed; i++)
		if (!bound[i]) return refuse_arguments(f, args, n, names);
	if (f->variadic) {
		Py_ssize_t more = n > fixed ? n - fixed : 0;
		if (!(*rest = PyTuple_New(more))) return -1;
		for (Py_ssize_t k = 0; k < more; k++) Py_IncRef(args[fixed + k]), PyTuple_SetItem(*rest, k, args[fixed + k]);
		bound[fixed] = *rest;
	}
	return 0;
}

static inline int lend_number(call *c, int i, PyObject *object) {
	const value *p = &c->f->param[i];
	int64_t *slot = &c->block[p->slot];
	/* int and float64 as they mostly are; everything else, and what is wrong, is gomagic_take's. */
	if (p->code == 'q' && object->type == (PyTypeObject *)&PyLong_Type) {
		if ((*slot = PyLong_AsLongLong(object)) != -1) return 0;
		PyErr_Clear();
	} else if (p->code == 'd' && object->type == (PyTypeObject *)&PyFloat_Type) {
		*(double *)slot = PyFloat_AsDouble(object);
		return 0;
	}
	int why = gomagic_take(p->code, object, slot);
	if (why == OK) return 0;
	return why == RAISED ? -1 : gomagic_refuse(c, i, why == WRONG_TYPE ? "type" : "range", object, -1);
}

/* The str's own UTF-8, which lives as long as the str. */
static int lend_text(call *c, int i, PyObject *object) {
	const value *p = &c->f->param[i];
	int64_t *slot = &c->block[p->slot];
	if (p->flags & GO_KEEPS) ((head *)c->block)->own |= 1ull << i;
	slot[0] = (int64_t)PyUnicode_AsUTF8AndSize(object, (Py_ssize_t *)slot + 1);
	if (!slot[0] && gomagic_lend_odd_text(c, i, object)) return -1;
	c->bytes += slot[1];
	return 0;
}

static int lend(call *c, int i, PyObject *object) {
	switch (c->f->param[i].shape) {
		case TEXT: return lend_text(c, i, object);
		case ARRAY: return gomagic_lend_array(c, i, object);
		case ROWS: return gomagic_lend_rows(c, i, object);
	}
	PyErr_Format(PyExc_SystemError, "gomagic: no parameter has the shape `%c`", c->f->param[i].shape);
	return -1;
}

/* Convert all results, so that none stays behind, then make one object of them. Those of a failed call come as a tuple. */
static PyObject *results(call *c, int failed) {
	const function *f = c->f;
	if (f->results == 1 && !failed) return gomagic_result(c, f->result);
	if (f->results == 0 && !failed) return Py_IncRef(NONE), NONE;
	PyObject *all = PyTuple_New(f->results);
	int complete = all != NULL;
	for (int i = 0; i < f->results; i++) {
		PyObject *one = gomagic_result(c, &f->result[i]);
		complete = complete && one;
		if (one && all) PyTuple_SetItem(all, i, one);
	}
	if (complete && f->named && !failed) {
		PyObject *named = PyObject_CallFunctionObjArgs(f->named, all, NULL);
		Py_DecRef(all);
		return named;
	}
	if (complete) return all;
	if (all) Py_DecRef(all);
	return NULL;
}

/* Raise what the call has panicked with, or the error that it has returned. */
static PyObject *raise(call *c, const char *what, uint64_t handle, PyObject *more) {
	PyObject *owner = gomagic_owner(NULL, 0, 'B', 1, NULL, handle, NULL);
	if (owner && more)
		set_exception(PyObject_CallFunction(gomagic_hooks[EXCEPTION], "siKOO", what, c->f->number, (unsigned long long)handle, owner, more));
	if (owner) Py_DecRef(owner);
	if (more) Py_DecRef(more);
	return NULL;
}

/* An exception that is set aside, since Python must not be called while one is set. */
typedef struct {
	PyObject *type, *value, *traceback;
} exception;

/* Make `earlier` (stolen) the context of the exception that is set now, or raise it if there is none. */
static void chain(exception earlier) {
	exception now;
	if (!earlier.type) return;
	PyErr_Fetch(&now.type, &now.value, &now.traceback);
	if (!now.type) return PyErr_Restore(earlier.type, earlier.value, earlier.traceback);
	PyErr_NormalizeException(&earlier.type, &earlier.value, &earlier.traceback);
	PyErr_NormalizeException(&now.type, &now.value, &now.traceback);
	PyException_SetContext(now.value, earlier.value);
	Py_DecRef(earlier.type);
	if (earlier.traceback) Py_DecRef(earlier.traceback);
	PyErr_Restore(now.type, now.value, now.traceback);
}

static PyObject *outcome(call *c, head *h, PyObject *const *bound) {
	const function *f = c->f;
	if (h->panicked) {
		if (h->error) gomagic_release(h->error); /* a panic while rows were brought back, after all that had failed already */
		PyObject *given = PyTuple_New(f->params);
		for (int i = 0; given && i < f->params; i++) Py_IncRef(bound[i]), PyTuple_SetItem(given, i, bound[i]);
		PyObject *none = results(c, 1); /* there are none, but what stands in the block is freed */
		if (none) Py_DecRef(none);
		return raise(c, "panic", h->panicked, given);
	}
	PyObject *out = results(c, h->error != 0);
	return h->error ? raise(c, "error", h->error, out) : out;
}

/* After a call that took slices, failed or has no single number for a result: writes first, then what it brought. */
static PyObject *finish(call *c, head *h, PyObject *const *bound) {
	const function *f = c->f;
	exception lost = {NULL, NULL, NULL}; /* of writes that could not be brought back */
	for (int i = 0; i < c->loans; i++) {
		loan *one = &c->loan[i];
		int is_text = f->param[one->param].shape == TEXTS;
		if (!(is_text ? gomagic_write_texts_back(c, one) : gomagic_write_back(c, one))) continue;
		if (lost.type) PyErr_Clear();
		else PyErr_Fetch(&lost.type, &lost.value, &lost.traceback);
	}
	PyObject *out = outcome(c, h, bound);
	if (out && lost.type) Py_DecRef(out), out = NULL;
	chain(lost);
	return out;
}

/* Enter Go as the stub of an exported function does, without what this one need not do at each call: wait until Go has
   started (gomagic_open has) and ask for C's part of a traceback. That is 4 of the 90 ns of a call. */
extern void crosscall2(void (*go)(void *), void *argument, int size, size_t context);
void (*gomagic_run)(void *block);
static inline void run(int64_t *block) { crosscall2(gomagic_run, block, 0, 0); }

void gomagic_alone(head *h) {
	if (h->thread) PyEval_RestoreThread(h->thread);
	h->thread = NULL;
}

PyObject *gomagic_enter(PyObject *self, PyObject *const *args, Py_ssize_t n, PyObject *names) {
	const function *f = *(function **)PyModule_GetState(self);
	PyObject *bound[MOST_PARAMS], *rest = NULL, *out = NULL;
	int64_t block[MOST_SLOTS];
	call c;
	if (gomagic_forked) {
		set_exception(PyObject_CallFunction(gomagic_hooks[EXCEPTION], "sii", "fork", f->number, -1));
		return NULL;
	}
	if (names || f->variadic || n != f->params) {
		if (bind(f, args, n, names, bound, &rest)) goto done;
		args = bound;
	}
	head *h = (head *)block;
	c.f = f, c.block = block, c.loans = c.lents = c.kept = c.bare = 0, c.bytes = 0;
	h->own = h->wrote = 0, h->lent = c.lent, h->scratch = c.scratch, h->room = SCRATCH, h->error = 0;
	if (f->clear) memset(block + f->clear, 0, (f->slots - f->clear) * sizeof *block);
	for (int i = 0; i < f->params; i++)
		if (f->param[i].shape == NUMBER ? lend_number(&c, i, args[i]) : f->param[i].shape != TEXTS && lend(&c, i, args[i])) goto returned;
	for (int i = 0, left = f->lists; left > 0; i++) /* the last, see gomagic_lend_texts */
		if (f->param[i].shape == TEXTS && (left--, gomagic_lend_texts(&c, i, args[i]))) goto returned;
	h->lents = c.lents, h->shim = f->number, h->loans = c.loans, h->panicked = 0;
	if (c.bytes < gomagic_soon(&c, h->own != 0)) {
		h->thread = NULL;
		run(block);
	} else {
		h->thread = PyEval_SaveThread();
		run(block);
		gomagic_alone(h);
	}
	if (h->panicked || h->error || c.loans || f->results != 1) out = finish(&c, h, args);
	else if (f->result->code == 'q' && f->result->shape == NUMBER) out = PyLong_FromLongLong(block[f->result->slot]);
	else if (f->result->code == 'd' && f->result->shape == NUMBER) out = PyFloat_FromDouble(*(double *)&block[f->result->slot]);
	else out = gomagic_result(&c, f->result);
returned:
	for (int i = 0; i < c.loans; i++) gomagic_return(&c.loan[i]);
	for (int i = 0; i < c.kept; i++)
		if (c.keep[i]) Py_DecRef(c.keep[i]);
done:
	if (rest) Py_DecRef(rest);
	return out;
}
