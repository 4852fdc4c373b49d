#include "move.h"

#include <pthread.h>
#include <stdlib.h>

#include "call.h"
#include "fork.h"
#include "refuse.h"

/* What is on its way to Go: a loose object, and the new one there that it is going to stand for. Structs that lie in it have
   pairs of their own, and so have those that it points to, as they may point back. All of them move together, when each
   field is written, or none does. */
typedef struct {
	handle *loose;
	PyObject *made;
} pair;
static pair *pairs;
static int count, room, filled;
static const function *writing; /* the field that is being written */

/* To move takes several calls of Go. One thread at a time does it; what waits has given up the GIL. It may be the same
   thread again: what is written to Go can run Python code. */
static pthread_mutex_t moving = PTHREAD_MUTEX_INITIALIZER;
static pthread_t mover;
static int deep;

static void begin(void) {
	if (!deep || !pthread_equal(mover, pthread_self())) {
		if (!gomagic_forked && pthread_mutex_trylock(&moving)) {
			PyThreadState *thread = PyEval_SaveThread();
			pthread_mutex_lock(&moving);
			PyEval_RestoreThread(thread);
		}
		mover = pthread_self();
	}
	deep++;
}

static void end(void) {
	if (!--deep && !gomagic_forked) pthread_mutex_unlock(&moving);
}

static PyObject *read_field(const function *read, PyObject *self) { return gomagic_enter_method(read, self, NULL, 0, NULL); }

static int write_field(const function *write, PyObject *self, PyObject *value) {
	PyObject *none = gomagic_enter_method(write, self, &value, 1, NULL);
	if (none) Py_DecRef(none);
	return none ? 0 : -1;
}

static PyObject *make_new(const plan *p) { return gomagic_enter_in_order(p->make, NULL); }

static int has_bytes(const plan *p) {
	for (int i = 0; i < p->maker.params; i++)
		if (p->maker.param[i].shape != COPY || has_bytes(p->maker.param[i].class->plan)) return 1;
	return 0;
}

/* A struct that lies in a new one: where it has no bytes another one, since several may lie in one place. */
static PyObject *made_inside(const plan *p, int i, PyObject *made) {
	const plan *inner = p->maker.param[i].class->plan;
	return has_bytes(inner) ? read_field(p->read[i], made) : make_new(inner);
}

/* Add a pair, and those of the structs that lie in it. Steals `made`. 0 or -1. */
static int add(handle *loose, PyObject *made) {
	const plan *p = loose->of->plan;
	if (!made) return -1;
	if (count == room) {
		pair *grown = realloc(pairs, (room ? 2 * room : 64) * sizeof *pairs);
		if (!grown) {
			Py_DecRef(made);
			return gomagic_no_memory();
		}
		pairs = grown;
		room = room ? 2 * room : 64;
	}
	Py_IncRef(&loose->object);
	pairs[count++] = (pair){loose, made};
	loose->moving = count;
	for (int i = 0; p->inner && i < p->maker.params; i++)
		if (p->maker.param[i].shape == COPY && add((handle *)loose->field[i], made_inside(p, i, made))) return -1;
	return 0;
}

/* Write the fields of a pair. 0 or -1. */
static int fill(pair one) {
	const plan *p = one.loose->of->plan;
	for (int i = 0; i < p->maker.params; i++) {
		if (p->maker.param[i].shape == COPY) continue;
		PyObject *value = one.loose->field[i];
		const function *before = writing;
		writing = p->write[i];
		Py_IncRef(value); /* Python code may take it out of its object */
		int failed = write_field(writing, one.made, value);
		Py_DecRef(value);
		writing = before;
		if (failed) return -1;
	}
	return 0;
}

static int fill_all(void) {
	while (filled < count)
		if (fill(pairs[filled++])) return -1;
	return 0;
}

/* All are held from here on; or, if that has failed, as loose as they were. */
static void settle(int failed) {
	pair *done = pairs;
	int n = count;
	pairs = NULL;
	count = room = filled = 0;
	for (int i = 0; i < n; i++) done[i].loose->moving = 0;
	for (int i = 0; !failed && i < n; i++) { /* no Python code runs until all of them are held */
		handle *h = done[i].loose;
		const class *of = h->of;
		gomagic_adopt(h, (handle *)done[i].made);
		((handle *)done[i].made)->of = of; /* for what comes below */
	}
	for (int i = 0; i < n; i++) {
		handle *h = done[i].loose, *made = (handle *)done[i].made;
		if (!failed) {
			const plan *p = made->of->plan;
			made->of = NULL;
			for (int j = 0; j < p->maker.params; j++) {
				PyObject *value = h->field[j];
				h->field[j] = NULL;
				if (value) Py_DecRef(value);
			}
		}
		Py_DecRef(&made->object);
		Py_DecRef(&h->object);
	}
	free(done);
}

static handle *outermost(handle *h) {
	while (!h->number && (int)h->items > h->of->plan->maker.params && h->field[h->items - 1]) h = (handle *)h->field[h->items - 1];
	return h;
}

/* What a field points to is filled when that field has been written: however long a chain is, this is one loop. Only where
   Python code that a conversion runs calls Go with an object that is on its way, it is filled at once. */
static uint64_t move(PyObject *self, const function *f) {
	static int broken;
	handle *h = (handle *)self;
	uint64_t number = 0;
	int failed = 0;
	begin();
	if (!h->number && !h->moving) {
		handle *outer = outermost(h);
		failed = add(outer, make_new(outer->of->plan));
	}
	if (!failed && !h->number && (deep == 1 || f != writing)) failed = fill_all();
	broken = failed || (broken && deep > 1);
	if (!failed && !h->number) number = ((handle *)pairs[h->moving - 1].made)->number;
	if (deep == 1 && count) {
		if (broken && !failed) PyErr_Format(PyExc_RuntimeError, "an object that it refers to could not be moved to Go");
		settle(broken);
		if (broken) number = 0;
	}
	if (!failed && h->number) number = h->number;
	end();
	return number;
}

/* The values of all fields, in a tuple. */
static PyObject *fetch(handle *h) {
	const plan *p = gomagic_class_of(h->object.type)->plan;
	PyObject *all = PyTuple_New(p->maker.params);
	for (int i = 0; all && i < p->maker.params; i++) {
		PyObject *value = read_field(p->read[i], &h->object);
		if (!value) {
			Py_DecRef(all);
			return NULL;
		}
		PyTuple_SetItem(all, i, value);
	}
	return all;
}

/* A promoted field of a loose object is one of the struct that it embeds. NULL: there is none, or it is in Go. */
static PyObject *embedded_in(const handle *h, const member *m) {
	PyObject *below = !h->number && h->of == m->of && m->through >= 0 ? h->field[m->through] : NULL;
	return below == NONE ? NULL : below;
}

PyObject *gomagic_get_member(PyObject *self, void *closure) {
	const member *m = closure;
	const handle *h = (handle *)self;
	if (!h->number && h->of == m->of && m->at >= 0) {
		PyObject *value = h->field[m->at] ? h->field[m->at] : NONE; /* the garbage collector shows what is being made */
		Py_IncRef(value);
		return value;
	}
	PyObject *below = embedded_in(h, m);
	if (!below) return read_field(m->read, self);
	Py_IncRef(below);
	PyObject *value = PyObject_GetAttrString(below, m->read->def->name);
	Py_DecRef(below);
	return value;
}

int gomagic_set_member(PyObject *self, PyObject *value, void *closure) {
	const member *m = closure;
	handle *h = (handle *)self;
	if (!value) {
		PyErr_Format(PyExc_AttributeError, "the field of a Go value cannot be deleted");
		return -1;
	}
	int own = h->number || h->of != m->of || m->at < 0 ? MOVED : gomagic_set_loose(h, m->at, value, 0);
	if (own != MOVED) return own;
	if (!h->number && h->moving && m->at >= 0 && h->of == m->of) {
		begin(); /* this is the thread that moves it, or it has moved when it is our turn */
		int failed = h->number ? 0 : write_field(m->write, pairs[h->moving - 1].made, value) || gomagic_set_loose(h, m->at, value, 1);
		end();
		if (!h->number) return failed ? -1 : 0;
	}
	PyObject *below = embedded_in(h, m);
	if (!below) return write_field(m->write, self, value);
	Py_IncRef(below);
	int failed = PyObject_SetAttrString(below, m->read->def->name, value);
	Py_DecRef(below);
	return failed;
}

void gomagic_prepare_move(void) {
	gomagic_move = move;
	gomagic_fetch = fetch;
}
