#include "callback.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fork.h"
#include "iterate.h"
#include "memory.h"
#include "methods.h"
#include "pack.h"
#include "refuse.h"
#include "streams.h"
#include "unpack.h"

/* Who calls back while the interpreter ends would wait for a GIL that nobody gives any more, or be ended by it with Go's
   frames on its stack. */
static int64_t inside; /* calls under way, and what else needs the interpreter to be there */
static int64_t turns_inside; /* those of them that have come with the GIL, which guards it */
static int closed; /* set with the GIL */
static pthread_t last;

static int enter(void) {
	__atomic_add_fetch(&inside, 1, __ATOMIC_SEQ_CST);
	if (!__atomic_load_n(&closed, __ATOMIC_SEQ_CST) || pthread_equal(pthread_self(), last)) return 1;
	__atomic_sub_fetch(&inside, 1, __ATOMIC_SEQ_CST);
	return 0;
}

static void leave(void) { __atomic_sub_fetch(&inside, 1, __ATOMIC_SEQ_CST); }

void gomagic_close(int64_t patience) {
	int gil = PyGILState_Ensure(); /* who has it is counted, or sees that it is closed */
	last = pthread_self();
	__atomic_store_n(&closed, 1, __ATOMIC_SEQ_CST);
	PyGILState_Release(gil);
	while (patience-- > 0 && __atomic_load_n(&inside, __ATOMIC_SEQ_CST) + __atomic_load_n(&turns_inside, __ATOMIC_SEQ_CST)) usleep(1000);
}

/* A thread of Go's keeps the state that Python has made for it until it ends: to make one takes a microsecond. */
static pthread_key_t own_state;

static void end_state(void *unused) {
	(void)unused;
	if (!enter()) return; /* the interpreter sweeps up */
	int gil = PyGILState_Ensure();
	PyGILState_Release(0); /* what take_gil has not released; 0: the GIL is kept */
	PyGILState_Release(gil);
	leave();
}

static int take_gil(void) {
	if (PyGILState_GetThisThreadState()) return PyGILState_Ensure();
	PyGILState_Ensure(); /* once more than it is released */
	pthread_setspecific(own_state, &own_state);
	PyEval_SaveThread();
	return PyGILState_Ensure();
}

/* What Go does not want any more, until a thread with the GIL lets go of it: the next that passes a callable or has been
   called back, else the main thread at its next step. */
static struct {
	pthread_mutex_t lock;
	PyObject **object;
	size_t n, room;
} unwanted = {.lock = PTHREAD_MUTEX_INITIALIZER};
static int64_t referred;

void gomagic_refer(int64_t object) {
	if (!enter()) return; /* nobody frees it any more */
	int gil = take_gil();
	Py_IncRef((PyObject *)object);
	__atomic_add_fetch(&referred, 1, __ATOMIC_RELAXED);
	PyGILState_Release(gil);
	leave();
}

/* Python's classes for the first families in errors.go: of the others one knows no more than that the value was wrong. */
static PyObject **const kin[] = {
	&PyExc_FileNotFoundError, &PyExc_FileExistsError, &PyExc_PermissionError, &PyExc_EOFError, &PyExc_TimeoutError,
};

int64_t gomagic_kin_of(int64_t exception, int64_t *number) {
	PyObject *object = (PyObject *)exception;
	int64_t bits = 0;
	*number = 0;
	if (!enter()) return 0;
	int gil = take_gil();
	for (size_t i = 0; i < sizeof kin / sizeof *kin; i++) bits |= (int64_t)PyErr_GivenExceptionMatches(object, *kin[i]) << i;
	PyObject *has = PyErr_GivenExceptionMatches(object, PyExc_OSError) ? PyObject_GetAttrString(object, "errno") : NULL;
	if (has && IS(has, IS_LONG)) *number = PyLong_AsLongLong(has);
	if (has) Py_DecRef(has);
	PyErr_Clear();
	PyGILState_Release(gil);
	leave();
	return bits;
}

static void hand_over(int64_t *to, PyObject *object) {
	*to = (int64_t)object;
	__atomic_add_fetch(&referred, 1, __ATOMIC_RELAXED);
}

void gomagic_take_over(int64_t object) {
	(void)object;
	__atomic_sub_fetch(&referred, 1, __ATOMIC_RELAXED);
}

int64_t gomagic_referred(void) { return __atomic_load_n(&referred, __ATOMIC_RELAXED); }

void gomagic_drop_unwanted(void) {
	while (__atomic_load_n(&unwanted.n, __ATOMIC_RELAXED)) {
		pthread_mutex_lock(&unwanted.lock);
		PyObject *object = unwanted.n ? unwanted.object[--unwanted.n] : NULL;
		pthread_mutex_unlock(&unwanted.lock);
		if (!object) return;
		gomagic_take_over((int64_t)object);
		Py_DecRef(object); /* which may run any Python code */
	}
}

static int drop_at_leisure(void *unused) {
	(void)unused;
	gomagic_drop_unwanted();
	return 0;
}

void gomagic_unwant(int64_t object) {
	pthread_mutex_lock(&unwanted.lock);
	if (unwanted.n == unwanted.room) {
		size_t room = unwanted.room ? 2 * unwanted.room : 64;
		PyObject **wider = realloc(unwanted.object, room * sizeof *wider);
		if (wider) unwanted.object = wider, unwanted.room = room;
	}
	int is_first = unwanted.n == 0;
	if (unwanted.n < unwanted.room) unwanted.object[unwanted.n++] = (PyObject *)object; /* without memory it lives on */
	pthread_mutex_unlock(&unwanted.lock);
	if (!is_first || !enter()) return;
	Py_AddPendingCall(drop_at_leisure, NULL); /* if there is no room, then whoever else drops them */
	leave();
}

/* Put the exception that is set, and what it says, where Go finds it. */
static void keep_exception(callback *b) {
	raised now;
	PyErr_Fetch(&now.type, &now.value, &now.traceback);
	PyErr_NormalizeException(&now.type, &now.value, &now.traceback);
	if (now.traceback) PyException_SetTraceback(now.value, now.traceback);
	b->error = b->text = b->length = 0;
	b->how = PyErr_GivenExceptionMatches(now.value, PyExc_Exception) ? RAISED_ONE : RAISED_FATAL;
	hand_over(&b->raised, now.value);
	PyObject *said = PyObject_CallFunctionObjArgs(gomagic_hooks[TOLD], now.value, NULL);
	Py_ssize_t n = 0;
	const char *text = said ? PyUnicode_AsUTF8AndSize(said, &n) : NULL;
	if (text) {
		b->text = (int64_t)memcpy(gomagic_alloc(n), text, n);
		b->length = n;
	}
	PyErr_Clear();
	int64_t number = gomagic_number_of_error(now.value);
	if (number > 0) b->error = number;
	PyErr_Clear();
	if (said) Py_DecRef(said);
	Py_DecRef(now.type);
	if (now.traceback) Py_DecRef(now.traceback);
}

enum { FEW = 6 }; /* arguments; behind the last of them stands NULL */

/* Call with n arguments, which are the caller's to let go of. Before the first there is room for the self of a method. */
static PyObject *call(PyObject *callable, PyObject **arg, Py_ssize_t n) {
	if (PyObject_Vectorcall) return PyObject_Vectorcall(callable, arg, n | VECTORCALL_OFFSET, NULL);
	if (n <= FEW) return PyObject_CallFunctionObjArgs(callable, arg[0], arg[1], arg[2], arg[3], arg[4], arg[5], NULL);
	PyObject *all = PyTuple_New(n);
	for (Py_ssize_t i = 0; all && i < n; i++) {
		Py_IncRef(arg[i]);
		PyTuple_SetItem(all, i, arg[i]);
	}
	PyObject *made = all ? PyObject_CallObject(callable, all) : NULL;
	if (all) Py_DecRef(all);
	return made;
}

/* The same with the items of the last argument one by one. */
static PyObject *call_spread(PyObject *callable, PyObject **arg, Py_ssize_t n) {
	PyObject *more = PyObject_CallFunctionObjArgs(gomagic_hooks[AS_LIST], arg[n - 1], NULL), *made = NULL;
	Py_ssize_t count = more ? PyList_Size(more) : 0;
	PyObject *all = more ? PyTuple_New(n - 1 + count) : NULL;
	for (Py_ssize_t i = 0; all && i < n - 1 + count; i++) {
		PyObject *one = i < n - 1 ? arg[i] : PyList_GetItem(more, i - n + 1);
		Py_IncRef(one);
		PyTuple_SetItem(all, i, one);
	}
	if (all) made = PyObject_CallObject(callable, all);
	if (all) Py_DecRef(all);
	if (more) Py_DecRef(more);
	return made;
}

/* The same of a method; before the first argument there is room for two. */
static PyObject *call_method(PyObject *object, const struct method *of, PyObject **arg, const form *f) {
	PyObject *name = of->or_else ? gomagic_method_name(of, object) : of->name;
	if (!name) name = of->name; /* which is gone: Python says so */
	if (PyObject_VectorcallMethod && !f->is_variadic) {
		arg[-1] = object;
		return PyObject_VectorcallMethod(name, &arg[-1], (1 + f->params) | VECTORCALL_OFFSET, NULL);
	}
	PyObject *bound = PyObject_GetAttr(object, name);
	PyObject *made = bound ? (f->is_variadic ? call_spread : call)(bound, arg, f->params) : NULL;
	if (bound) Py_DecRef(bound);
	return made;
}

/* So many calls may lie in one another on a thread: each takes some ten kilobytes of its stack. How many there are is kept
   under a key: `__thread` would take of the little room that a process has for the variables of all its libraries, and
   halve how many cells can be loaded. */
enum { DEEPEST = 300 };
#define TOO_DEEP "Go and Python call each other more than %d deep"
static pthread_key_t depth;

int gomagic_prepare_callbacks(void) {
	static int is_ready;
	is_ready = is_ready || (!pthread_key_create(&own_state, end_state) && !pthread_key_create(&depth, NULL));
	return is_ready ? 0 : gomagic_no_memory();
}

static int go_deeper(int by) {
	intptr_t deep = (intptr_t)pthread_getspecific(depth) + by;
	pthread_setspecific(depth, (void *)deep);
	return (int)deep;
}

/* As much of a crossing as packing and unpacking need. */
static inline void prepare(crossing *c, const callback *b) {
	c->f = ((const kind *)b->param)->of;
	c->loans = c->kept = c->used = 0;
	c->silent = 0;
}

/* Make objects of all arguments: what they have of Go must not stay in the parcel. Some may be NULL then. 0 or -1. */
static __attribute__((noinline)) int unpack(const callback *b, const form *f, PyObject **arg) {
	crossing c;
	prepare(&c, b);
	unpacking from = {&c, b->p ? (const char *)b->p : (const char *)b->room, NEW, {NULL, NULL, NULL}};
	for (int i = 0; i < f->params; i++) arg[i] = f->part[i]->how->unpack(&from, f->part[i]);
	if (b->p) gomagic_free((void *)b->p);
	if (!from.failed.type) return 0;
	PyErr_Restore(from.failed.type, from.failed.value, from.failed.traceback);
	return -1;
}

/* Numbers cross as they mostly are without a step through the table of shapes, and without 6 KB of stack: int and float64 as
   arguments; and these and bool, of the classes that Python has for them, as the one result. */
static inline int unpack_plainly(const callback *b, const form *f, PyObject **arg) {
	int failed = 0;
	for (int i = 0; i < f->params; i++) {
		arg[i] = f->part[i]->code == 'q' ? PyLong_FromLongLong(b->room[i]) : PyFloat_FromDouble(*(const double *)&b->room[i]);
		failed |= !arg[i];
	}
	return failed ? -1 : 0;
}

/* Whether that is what it is. */
static inline int put_plainly(callback *b, const form *f, PyObject *made) {
	if (f->shape != NUMBER) return 0;
	if (f->code == 'd' && made->type == (PyTypeObject *)&PyFloat_Type) {
		*(double *)b->room = PyFloat_AsDouble(made);
		return 1;
	}
	if (f->code == '?' && (made == (PyObject *)&_Py_TrueStruct || made == (PyObject *)&_Py_FalseStruct)) {
		b->room[0] = made == (PyObject *)&_Py_TrueStruct;
		return 1;
	}
	if (f->code != 'q' || made->type != (PyTypeObject *)&PyLong_Type) return 0;
	b->room[0] = PyLong_AsLongLong(made);
	if (b->room[0] != -1) return 1;
	PyErr_Clear();
	return 0;
}

/* The whole call of what takes nothing but such numbers, which most callables do: 6 of the 82 ns of a callback less. */
static inline PyObject *call_plainly(const callback *b, const form *f) {
	PyObject *room[1 + MOST_PARAMS], **arg = &room[1];
	int failed = unpack_plainly(b, f, arg);
	PyObject *made = failed ? NULL : PyObject_Vectorcall((PyObject *)b->object, arg, f->params | VECTORCALL_OFFSET, NULL);
	for (int i = 0; i < f->params; i++)
		if (arg[i]) Py_DecRef(arg[i]);
	return made;
}

/* Make the call. */
static PyObject *call_with_arguments(const callback *b, const form *f, int deep) {
	PyObject *room[2 + MOST_PARAMS + 1], **arg = &room[2], *made = NULL;
	if (f->is_plain && !b->method && PyObject_Vectorcall && deep <= DEEPEST) return call_plainly(b, f);
	int i = 0;
	while (i < f->params && gomagic_is_plain_number(f->part[i])) i++;
	int failed = i == f->params ? unpack_plainly(b, f, arg) : unpack(b, f, arg);
	for (i = f->params; i < FEW; i++) arg[i] = NULL;
	if (!failed && deep > DEEPEST) PyErr_Format(PyExc_RecursionError, TOO_DEEP, DEEPEST);
	else if (!failed && b->method) made = call_method((PyObject *)b->object, (const struct method *)b->method, arg, f);
	else if (!failed) made = (f->is_variadic ? call_spread : call)((PyObject *)b->object, arg, f->params);
	for (i = 0; i < f->params; i++)
		if (arg[i]) Py_DecRef(arg[i]);
	return made;
}

/* What the callable has returned into a parcel. 0 or -1. */
static int pack_results(packing *to, const callback *b, const form *f, PyObject *made) {
	place at = {NULL, (PyObject *)b->object, NULL, 0}; /* a step of a way that is itself called */
	int results = f->parts - f->params;
	return results ? gomagic_pack_each(to, f, &f->part[f->params], results, made, &at, "results") : 0;
}

/* Leave a parcel where Go finds it, if it is complete. */
static void give_parcel(callback *b, const packing *from, int is_complete) {
	int is_small = gomagic_is_scratch(from->c, from->p);
	if (is_complete && is_small) memcpy(b->room, from->p, from->n);
	else if (is_complete) b->p = (int64_t)from->p;
	else if (!is_small) gomagic_free(from->p);
	if (from->held) hand_over(&b->held, from->held);
}

/* Put what the callable has returned where Go finds it. 0 or -1. */
static __attribute__((noinline)) int put(callback *b, const form *f, PyObject *made) {
	crossing c;
	packing to = {.c = &c, .k = (const kind *)b->param, .p = c.scratch, .room = SCRATCH};
	prepare(&c, b);
	int failed = pack_results(&to, b, f, made);
	give_parcel(b, &to, !failed);
	return failed ? -1 : 0;
}

/* Go on through an iterable, or end that, with the GIL. The iterator is Go's until it has ended. 0 or -1. */
static __attribute__((noinline)) int iterate(callback *b) {
	crossing c;
	packing to = {.c = &c, .k = (const kind *)b->param, .p = c.scratch, .room = SCRATCH};
	prepare(&c, b);
	PyObject *iterator = (PyObject *)b->iterator;
	if (b->iterator) gomagic_take_over(b->iterator);
	b->iterator = b->p = 0;
	if (b->what == STOP) return gomagic_stop_iterator(iterator);
	int found = gomagic_step(&to, (const form *)b->form, (PyObject *)b->object, &iterator, b->index);
	if (iterator) hand_over(&b->iterator, iterator);
	if (found == 0) b->how = ENDED;
	give_parcel(b, &to, found > 0);
	return found < 0 ? -1 : 0;
}

_Static_assert(CALLBACK_ROOM == SCRATCH, "what fits on C's stack fits into the callback");

/* Make a call of a callable. 0 or -1. */
static int call_and_put(callback *b, const form *f, int deep) {
	PyObject *made = call_with_arguments(b, f, deep);
	b->p = 0;
	if (!made) return -1;
	int results = f->parts - f->params;
	int failed = results && !(results == 1 && put_plainly(b, f->part[f->params], made)) ? put(b, f, made) : 0;
	Py_DecRef(made);
	return failed;
}

static int use(callback *b, int deep) {
	if (deep <= DEEPEST) return gomagic_do_use(b);
	PyErr_Format(PyExc_RecursionError, TOO_DEEP, DEEPEST);
	return -1;
}

/* Do what b says, with the GIL, so deep in others. Whether it is one of those after which others may want to do something,
   too: what is written in C lets nobody. */
static int act(callback *b, int deep) {
	enum { SOME = 64 };
	static unsigned calls;
	int is_time = ++calls % SOME == 0;
	if (b->method) {
		const struct method *called = (const struct method *)b->method;
		b->form = (int64_t)called->form;
		b->param = (int64_t)&called->result;
	}
	b->how = WENT_WELL;
	b->held = 0;
	int failed = b->what == CALL ? call_and_put(b, (const form *)b->form, deep) : b->what == USE ? use(b, deep) : iterate(b);
	if (!failed && is_time && PyErr_CheckSignals()) {
		gomagic_free((void *)b->p);
		failed = -1;
	}
	if (failed) keep_exception(b);
	if (gomagic_forked) { /* and was not before: no call has come in then */
		fprintf(stderr, "gomagic: this process was forked in a callback, and Go, to which that returns, has no threads here\n");
		_exit(1);
	}
	if (__atomic_load_n(&unwanted.n, __ATOMIC_RELAXED)) gomagic_drop_unwanted();
	return is_time;
}

void gomagic_call_back(callback *b) {
	if (!enter()) {
		gomagic_free((void *)b->p);
		b->how = NOT_NOW;
		b->held = 0;
		return;
	}
	int gil = take_gil();
	act(b, go_deeper(1));
	go_deeper(-1);
	PyGILState_Release(gil);
	leave();
}

void gomagic_use_file(callback *b, void *p) {
	((file_use *)b->room)->p = (int64_t)p;
	gomagic_call_back(b);
}

/* What Python from 3.14 on does with a thread that runs in vain while it ends. */
static void wait_for_the_end(void) {
	PyEval_SaveThread();
	for (;;) pause();
}

void gomagic_take_turn(int64_t at) {
	turns *t = (turns *)at;
	if (closed && !pthread_equal(pthread_self(), last)) wait_for_the_end();
	__atomic_store_n(&turns_inside, turns_inside + 1, __ATOMIC_RELAXED);
	if (!t->deep) t->deep = go_deeper(1);
	if (act(&t->b, (int)t->deep)) PyEval_RestoreThread(PyEval_SaveThread());
	__atomic_store_n(&turns_inside, turns_inside - 1, __ATOMIC_RELAXED);
}

void gomagic_end_turns(turns *t) {
	if (t->deep) go_deeper(-1);
}
