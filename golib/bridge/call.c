#include "call.h"

#include <string.h>

#include "_cgo_export.h"
#include "fork.h"
#include "loose.h"
#include "memory.h"
#include "refuse.h"
#include "shapes.h"
#include "slices.h"
#include "texts.h"

/* The keywords of a call of a function whose one parameter is a struct, where they name its fields: a dict in its place.
   NULL: they do not; or with an exception set. */
static PyObject *fields_of(const function *f, PyObject *const *args, PyObject *names) {
	Py_ssize_t n = PyTuple_Size(names);
	const class *of = f->params == 1 && !f->variadic ? gomagic_struct_of(f->param) : NULL;
	if (!of || !of->plan) return NULL;
	for (Py_ssize_t k = 0; k < n; k++) {
		PyObject *name = PyTuple_GetItem(names, k);
		if (!PyUnicode_Compare(f->param->name, name) || gomagic_field_named(of->plan, name) < 0) return NULL;
	}
	PyObject *dict = PyDict_New();
	for (Py_ssize_t k = 0; dict && k < n; k++) PyDict_SetItem(dict, PyTuple_GetItem(names, k), args[k]);
	return dict;
}

int gomagic_arrange(const function *f, PyObject *const *args, Py_ssize_t n, PyObject *names, PyObject **ordered, PyObject **rest) {
	int fixed = f->params - f->variadic;
	Py_ssize_t named = names ? PyTuple_Size(names) : 0;
	if (n > fixed && !f->variadic) return gomagic_refuse_arguments(f, args, n, names);
	if (named && n == 0 && (*rest = fields_of(f, args, names))) {
		ordered[0] = *rest;
		return 0;
	}
	for (int i = 0; i < fixed; i++) ordered[i] = i < n ? args[i] : NULL;
	for (Py_ssize_t k = 0; k < named; k++) {
		PyObject *name = PyTuple_GetItem(names, k);
		int i = 0;
		while (i < fixed && f->param[i].name != name && PyUnicode_Compare(f->param[i].name, name)) i++;
		if (i == fixed || ordered[i]) return gomagic_refuse_arguments(f, args, n, names);
		ordered[i] = args[n + k];
	}
	for (int i = 0; i < fixed; i++)
		if (!ordered[i]) return gomagic_refuse_arguments(f, args, n, names);
	if (f->variadic) {
		Py_ssize_t more = n > fixed ? n - fixed : 0;
		*rest = PyTuple_New(more);
		if (!*rest) return -1;
		for (Py_ssize_t k = 0; k < more; k++) {
			Py_IncRef(args[fixed + k]);
			PyTuple_SetItem(*rest, k, args[fixed + k]);
		}
		ordered[fixed] = *rest;
	}
	return 0;
}

PyObject **gomagic_side_by_side(PyObject *args, PyObject *keywords, PyObject **names) {
	Py_ssize_t n = PyTuple_Size(args), named = keywords ? PyDict_Size(keywords) : 0, at = 0;
	PyObject **all = gomagic_room(n + named + 1, sizeof *all), *name;
	*names = named ? PyTuple_New(named) : NULL;
	if (!all || (named && !*names)) {
		gomagic_free(all);
		if (*names) Py_DecRef(*names);
		gomagic_no_memory();
		return NULL;
	}
	for (Py_ssize_t i = 0; i < n; i++) all[i] = PyTuple_GetItem(args, i);
	for (Py_ssize_t i = 0; i < named && PyDict_Next(keywords, &at, &name, &all[n + i]); i++) {
		Py_IncRef(name);
		PyTuple_SetItem(*names, i, name);
	}
	return all;
}

/* What every call passes through is INLINED into both ways to call, a function's and a method's: 8 of the 80 ns of a call. */

/* int, float64 and string as they mostly are, without a step through the table of shapes; it gets everything else. */
INLINED int lend(crossing *c, const kind *k, PyObject *object) {
	int64_t *slot = &c->block[k->slot];
	if (k->code == 'q' && k->shape == NUMBER && object->type == (PyTypeObject *)&PyLong_Type) {
		*slot = PyLong_AsLongLong(object);
		if (*slot != -1) return 0;
		PyErr_Clear();
	} else if (k->code == 'd' && k->shape == NUMBER && object->type == (PyTypeObject *)&PyFloat_Type) {
		*(double *)slot = PyFloat_AsDouble(object);
		return 0;
	}
	return k->shape == TEXT ? gomagic_lend_text(c, k, object) : k->how->lend(c, k, object);
}

INLINED PyObject *give(crossing *c, const kind *k) {
	const int64_t *slot = &c->block[k->slot];
	if (k->code == 'q' && k->shape == NUMBER) return PyLong_FromLongLong(*slot);
	if (k->code == 'd' && k->shape == NUMBER) return PyFloat_FromDouble(*(const double *)slot);
	return k->how->give(c, k);
}

/* Convert all results, so that none stays behind, then make one object of them. Those of a failed call come as a tuple. */
static PyObject *give_all(crossing *c, int failed) {
	const function *f = c->f;
	if (f->results == 1 && !failed) return give(c, f->result);
	if (f->results == 0 && !failed) {
		Py_IncRef(NONE);
		return NONE;
	}
	PyObject *all = PyTuple_New(f->results);
	raised first = {NULL, NULL, NULL};
	int complete = all != NULL;
	for (int i = 0; i < f->results; i++) {
		PyObject *one = give(c, &f->result[i]);
		if (!one && complete) PyErr_Fetch(&first.type, &first.value, &first.traceback);
		else if (!one) PyErr_Clear();
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
	gomagic_chain(first);
	return NULL;
}

/* The exception of a panic, after what stands in the block is freed. */
static void fail_with_panic(crossing *c, const head *h, PyObject *const *args) {
	const function *f = c->f;
	if (h->error) gomagic_release(h->error); /* a panic while rows were brought back, after all that had failed already */
	PyObject *given = PyTuple_New(f->params);
	for (int i = 0; given && i < f->params; i++) {
		Py_IncRef(args[i]);
		PyTuple_SetItem(given, i, args[i]);
	}
	PyObject *none = give_all(c, 1);
	if (none) Py_DecRef(none);
	else PyErr_Clear();
	gomagic_fail(f, "panic", h->panicked, given);
}

/* After a call that took slices, failed or has no single number for a result: writes first, then what it brought. */
static PyObject *finish(crossing *c, const head *h, PyObject *const *args) {
	raised lost = {NULL, NULL, NULL}; /* of writes that could not be brought back */
	PyObject *out = NULL;
	for (int i = 0; i < c->loans; i++) {
		loan *l = &c->loan[i];
		if (!l->bring_back || !l->bring_back(c, l)) continue;
		if (lost.type) PyErr_Clear();
		else PyErr_Fetch(&lost.type, &lost.value, &lost.traceback);
	}
	if (h->panicked) {
		fail_with_panic(c, h, args);
	} else if (h->error) {
		gomagic_fail(c->f, "error", h->error, give_all(c, 1));
	} else {
		out = give_all(c, 0);
	}
	if (out && lost.type) {
		Py_DecRef(out);
		out = NULL;
	}
	gomagic_chain(lost);
	return out;
}

void (*gomagic_run)(void *block);

void gomagic_alone(head *h) {
	PyEval_RestoreThread(h->thread);
	h->thread = NULL;
}

void gomagic_apart(head *h) { h->thread = PyEval_SaveThread(); }

/* Convert the arguments into the block, one of them by the buffer t where there is one. 0 or -1. */
INLINED int lend_all(crossing *c, PyObject *const *args, taken *t) {
	const function *f = c->f;
	for (int i = 0; i < f->params; i++) {
		const kind *k = &f->param[i];
		if (t && t->param == i) {
			if (gomagic_lend_taken(c, k, args[i], &t->view, t->foreign)) return -1;
		} else if (k->shape != TEXTS && lend(c, k, args[i])) {
			return -1;
		}
	}
	for (int i = 0; f->lists && i < f->params; i++) /* the last, see gomagic_lend_texts */
		if (f->param[i].shape == TEXTS && lend(c, &f->param[i], args[i])) return -1;
	return 0;
}

/* Fill in the block of a call, t: see lend_all. 0 or -1; both ways what it has lent is to be given back. */
INLINED int begin(crossing *c, const function *f, int64_t *block, PyObject *receiver, PyObject *const *args, taken *t) {
	head *h = (head *)block;
	c->f = f;
	c->block = block;
	c->loans = 0;
	c->lents = 0;
	c->kept = 0;
	c->bytes = 0;
	c->has_begun = 0;
	c->silent = 0;
	c->used = 0;
	h->own = 0;
	h->wrote = 0;
	h->error = 0;
	if (receiver && !(block[HEAD_SLOTS] = gomagic_handle_number(receiver, f))) return -1;
	if (f->clear) memset(block + f->clear, 0, (f->slots - f->clear) * sizeof *block);
	if (lend_all(c, args, t)) return -1;
	h->lent = c->lent;
	h->lents = c->lents;
	h->scratch = c->scratch + c->used;
	h->room = SCRATCH - c->used;
	h->shim = f->number;
	h->loans = c->loans;
	h->panicked = 0;
	h->thread = NULL;
	c->has_begun = 1;
	return 0;
}

INLINED void give_back(crossing *c) {
	for (int i = 0; i < c->loans; i++) gomagic_return(c, &c->loan[i]);
	for (int i = 0; i < c->kept; i++)
		if (c->keep[i]) Py_DecRef(c->keep[i]);
}

int gomagic_begin(crossing *c, const function *f, int64_t *block, PyObject *receiver, PyObject *const *ordered, taken *t) {
	return begin(c, f, block, receiver, ordered, t);
}

PyObject *gomagic_finish(crossing *c, PyObject *const *ordered) {
	PyObject *out = finish(c, (head *)c->block, ordered);
	give_back(c);
	return out;
}

void gomagic_give_back(crossing *c) { give_back(c); }

/* What came while Go had the main thread is raised before results are made: hooks would be interrupted, and shown. */
static __attribute__((noinline)) int take_interrupt(raised *interrupt) {
	if (!PyErr_CheckSignals()) return 0;
	PyErr_Fetch(&interrupt->type, &interrupt->value, &interrupt->traceback);
	return 1;
}

/* Call a function, or a method on its receiver. in_order: of a variant, whose arguments are brought in order already. t: see
   gomagic_enter_variant. w: the context of what takes one, else NULL. */
INLINED PyObject *call(const function *f, PyObject *receiver, PyObject *const *args, Py_ssize_t n, PyObject *names, int in_order, taken *t, context *w) {
	PyObject *ordered[MOST_PARAMS], *rest = NULL, *out = NULL;
	int64_t block[MOST_SLOTS];
	head *h = (head *)block;
	raised interrupt;
	int is_interrupted = 0;
	crossing c;
	if (gomagic_forked) {
		gomagic_refuse_forked(f);
		return NULL;
	}
	if (!in_order && (names || f->variadic || n != f->params)) {
		if (gomagic_arrange(f, args, n, names, ordered, &rest)) goto done;
		args = ordered;
	}
	if (begin(&c, f, block, receiver, args, t)) goto returned;
	if (w) {
		if (gomagic_listen(w)) goto returned;
		memcpy(block + HEAD_SLOTS + f->has_receiver, w, sizeof *w);
	}
	if (c.bytes >= gomagic_soon(&c, h->own != 0)) h->thread = PyEval_SaveThread();
	c.turns.keeps_gil = !h->thread;
	if (h->thread && h->thread == gomagic_main_state && !w) {
		absence before = gomagic_leave(f, 0);
		gomagic_enter_go(block);
		gomagic_return_from(before);
		if (h->thread) gomagic_alone(h);
		is_interrupted = take_interrupt(&interrupt);
	} else {
		gomagic_enter_go(block);
	}
	if (h->thread) gomagic_alone(h);
	if (w) {
		gomagic_listen_no_more(w, &interrupt);
		is_interrupted = interrupt.type != NULL;
	}
	if (h->panicked || h->error || c.loans || f->results != 1) out = finish(&c, h, args);
	else out = give(&c, f->result);
	if (is_interrupted) out = gomagic_raise_interrupt(interrupt, out, !w || h->panicked != 0);
returned:
	give_back(&c);
done:
	if (rest) Py_DecRef(rest);
	return out;
}

PyObject *gomagic_enter(PyObject *self, PyObject *const *args, Py_ssize_t n, PyObject *names) {
	return call(*(function **)PyModule_GetState(self), NULL, args, n, names, 0, NULL, NULL);
}

static PyObject *call_with_context(const function *f, PyObject *receiver, PyObject *const *args, Py_ssize_t n, PyObject *names) {
	given rest = {args, names, NULL, NULL};
	context w;
	PyObject *out = NULL;
	if (!gomagic_take_timeout(f, &rest, n, &w)) out = call(f, receiver, rest.args, n, rest.names, 0, NULL, &w);
	gomagic_forget_given(&rest);
	return out;
}

PyObject *gomagic_enter_with_context(PyObject *self, PyObject *const *args, Py_ssize_t n, PyObject *names) {
	return call_with_context(*(function **)PyModule_GetState(self), NULL, args, n, names);
}

PyObject *gomagic_enter_method(const function *f, PyObject *self, PyObject *const *args, Py_ssize_t n, PyObject *names) {
	if (f->timeout) return call_with_context(f, self, args, n, names);
	return call(f, self, args, n, names, 0, NULL, NULL);
}

PyObject *gomagic_enter_variant(const function *f, PyObject *const *ordered, taken *t) {
	if (!t->view.obj) return gomagic_enter_in_order(f, ordered);
	return call(f, NULL, ordered, f->params, NULL, 1, t, NULL);
}

PyObject *gomagic_enter_variant_with_context(const function *f, PyObject *const *ordered, taken *t, context *w) {
	return call(f, NULL, ordered, f->params, NULL, 1, t->view.obj ? t : NULL, w);
}

PyObject *gomagic_enter_in_order(const function *f, PyObject *const *ordered) {
	return call(f, NULL, ordered, f->params, NULL, 1, NULL, NULL);
}
