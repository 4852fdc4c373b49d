#include "choose.h"

#include <stdlib.h>
#include <string.h>

#include "convert.h"
#include "handle.h"
#include "refuse.h"
#include "views.h"

/* What is asked of one parameter's argument. */
typedef struct {
	const telling *of;
	const family *by; /* whose parameter `param` it is */
	int param;
	int loose;   /* numpy's single numbers say no more than Python's own */
	int clash;   /* two values of one list have said what does not go together */
	int told;    /* there is a value, not only lists without any */
	int deep;    /* so deep is the first of these; -1: there is none */
} question;

static const signed char hints[128] = {
	['?'] = BY_CODE, ['b'] = BY_CODE + 1, ['h'] = BY_CODE + 2, ['i'] = BY_CODE + 3, ['q'] = BY_CODE + 4,
	['B'] = BY_CODE + 5, ['H'] = BY_CODE + 6, ['I'] = BY_CODE + 7, ['Q'] = BY_CODE + 8,
	['f'] = BY_CODE + 9, ['d'] = BY_CODE + 10, ['F'] = BY_CODE + 11, ['D'] = BY_CODE + 12,
};

/* What numbers of a code say; 0, as of no variant's: gomagic has no such code. */
static inline int hint_of(char code) { return hints[code & 127]; }

/* As what of Python's own a number of that code counts. */
static int loosely(char code) {
	switch (code) {
		case '?': return BOOL;
		case 'f': case 'd': return FLOAT;
		case 'F': case 'D': return COMPLEX;
	}
	return INT;
}

static variants says(question *q, PyObject *object, int depth, taken *t);

static inline variants said(question *q, int depth, int hint) {
	q->told = 1;
	return q->of->fits[depth][hint];
}

/* What all values of a list or tuple say together. One that says nothing, or what does not go with the others, is for
   the conversion to refuse. */
static variants all_say(question *q, PyObject *sequence, int depth) {
	if (depth == DEPTHS) return 0;
	variants found = q->of->any[depth];
	int is_list = !!IS(sequence, IS_LIST);
	const PyTypeObject *plain = NULL; /* the class of the last item, if all of that class say the same */
	Py_ssize_t n = is_list ? PyList_Size(sequence) : PyTuple_Size(sequence);
	for (Py_ssize_t k = 0; k < n; k++) {
		PyObject *item = is_list ? PyList_GetItem(sequence, k) : PyTuple_GetItem(sequence, k);
		if (!item) { /* Python code has made it shorter */
			PyErr_Clear();
			break;
		}
		if (item->type == plain) continue;
		plain = gomagic_hint(item) >= 0 ? item->type : NULL;
		Py_IncRef(item); /* it may run Python code that drops it from the list */
		variants one = says(q, item, depth, NULL);
		Py_DecRef(item);
		if (PyErr_Occurred()) return 0;
		if (found & one) found &= one;
		else q->clash = 1;
	}
	if (!n && q->deep < 0) q->deep = depth;
	return found;
}

static variants listed(question *q, PyObject *object, int depth) {
	PyObject *list = PyObject_CallFunctionObjArgs(gomagic_hooks[AS_LIST], object, NULL);
	if (!list) {
		if (PyErr_ExceptionMatches(PyExc_TypeError)) PyErr_Clear();
		return 0;
	}
	variants found = all_say(q, list, depth + 1);
	Py_DecRef(list);
	return found;
}

/* t: where the view is to stay if it is one of a slice; NULL: nowhere. */
static variants by_buffer(question *q, PyObject *object, int depth, taken *t) {
	Py_buffer own, *view = t ? &t->view : &own;
	int foreign;
	if (PyObject_GetBuffer(object, view, PyBUF_RECORDS_RO)) {
		view->obj = NULL;
		PyErr_Clear(); /* numpy cannot describe its dates, a released memoryview is gone */
		variants found = listed(q, object, depth);
		PyErr_Clear();
		return found;
	}
	char code = gomagic_code(view->format, view->itemsize, &foreign);
	int hint = hint_of(code), dimensions = view->ndim;
	if (t && dimensions == 1 && hint) {
		t->code = code;
		t->foreign = foreign;
	} else {
		PyBuffer_Release(view);
		view->obj = NULL;
	}
	if (!hint) return dimensions ? listed(q, object, depth) : 0;
	if (depth + dimensions >= DEPTHS) return 0;
	int at = depth + dimensions;
	variants exactly = said(q, at, hint);
	if (dimensions == 0) return exactly && !q->loose ? exactly : said(q, at, loosely(code));
	if (!exactly && dimensions == 1 && gomagic_has(object, "typecode")) return said(q, at, loosely(code)); /* array.array */
	return exactly;
}

/* The variants that take a pointer of that class, or one to what its type embeds. None is a nil of any. */
static variants by_class(question *q, PyObject *object) {
	variants left = q->of->handles, found = 0;
	if (object == NONE) return left;
	q->told = 1;
	for (; left; left &= left - 1) {
		const PyTypeObject *wanted = q->by->variant[__builtin_ctzll(left)]->param[q->param].class->type;
		if (PyType_IsSubtype(object->type, (PyTypeObject *)wanted)) found |= left & -left;
	}
	return found;
}

static variants says(question *q, PyObject *object, int depth, taken *t) {
	if (q->of->handles && !depth && (object == NONE || PyType_IsSubtype(object->type, gomagic_handle_type))) return by_class(q, object);
	int hint = gomagic_hint(object);
	unsigned long is = PyType_GetFlags(object->type);
	if (is & (IS_LIST | IS_TUPLE)) return all_say(q, object, depth + 1);
	if (hint >= 0) return said(q, depth, hint);
	if (is & IS_STR) return said(q, depth, STR);
	if (PyObject_CheckBuffer(object)) return by_buffer(q, object, depth, t);
	if (is & IS_LONG) return said(q, depth, INT);
	if (gomagic_has_array(object)) {
		PyObject *array = PyObject_CallFunctionObjArgs(gomagic_hooks[AS_ARRAY], object, NULL);
		variants found = !array ? 0 : PyObject_CheckBuffer(array) ? by_buffer(q, array, depth, NULL) : 0;
		if (array) Py_DecRef(array);
		return found;
	}
	if (PySequence_Check(object)) return listed(q, object, depth);
	if (PyIndex_Check(object)) return said(q, depth, INT);
	if (gomagic_has(object, "__float__")) return said(q, depth, FLOAT);
	return gomagic_has(object, "__complex__") ? said(q, depth, COMPLEX) : 0;
}

static void let_go(taken *t) {
	if (t->view.obj) PyBuffer_Release(&t->view);
	t->view.obj = NULL;
}

/* Which variants all arguments together leave; 0 with an exception set. *clash: two of them do not go together, so that
   those that came later are for the conversion to refuse. */
static variants ask(const family *g, PyObject *const *args, taken *t, int loose, int *clash) {
	variants left = g->all;
	question empty[MOST_PARAMS];
	int empties = 0, nils = 0, settled = 0; /* an array has left one alone */
	for (int i = 0; i < g->tellers && !settled; i++) {
		question *q = &empty[empties];
		PyObject *object = args[g->at[i]];
		*q = (question){.of = &g->told[i], .by = g, .param = g->at[i], .loose = loose, .deep = -1};
		variants one = says(q, object, 0, t->view.obj ? NULL : t);
		if (t->view.obj && t->param < 0) t->param = g->at[i];
		if (!one) {
			if (!PyErr_Occurred()) gomagic_refuse(&g->f, g->at[i], "variant", object, -1);
			return 0;
		}
		*clash |= q->clash || !(left & one);
		if (left & one) left &= one;
		settled = t->param == g->at[i] && !(left & (left - 1));
		empties += !q->told;
		nils += object == NONE;
	}
	if (nils && nils == g->tellers && left & (left - 1)) {
		gomagic_refuse(&g->f, -1, "untold", NONE, -1);
		return 0;
	}
	for (int i = 0; i < empties; i++) /* where nothing else tells, a list without a value is one of ints */
		for (int depth = empty[i].deep; depth >= 0 && depth < DEPTHS; depth++) {
			variants ints = left & empty[i].of->fits[depth][INT];
			if (ints) left = ints;
		}
	return left;
}

const function *gomagic_choose_by_array(const family *g, PyObject *array, taken *t) {
	Py_buffer *view = &t->view;
	if (PyObject_GetBuffer(array, view, PyBUF_RECORDS_RO)) {
		PyErr_Clear();
		return NULL;
	}
	t->code = gomagic_code(view->format, view->itemsize, &t->foreign);
	variants left = view->ndim == 1 ? g->told[0].fits[1][hint_of(t->code)] : 0;
	const function *f = left ? g->variant[__builtin_ctzll(left)] : NULL;
	t->param = g->at[0];
	if (f && (g->tellers == 1 || !(left & (left - 1))) && f->param[t->param].code == t->code) return f;
	PyBuffer_Release(view);
	return NULL;
}

const function *gomagic_choose(family *g, PyObject *const *args, taken *t) {
	int clash = 0, again = 0;
	t->param = -1;
	t->view.obj = NULL;
	variants left = ask(g, args, t, 0, &clash);
	if (left && clash) { /* perhaps only since numpy's single numbers, which convert as Python's do, say too much */
		let_go(t);
		t->param = -1;
		variants looser = ask(g, args, t, 1, &again);
		if (!looser) left = 0;
		else if (!again) left = looser;
	}
	if (!left) {
		let_go(t);
		return NULL;
	}
	const function *f = g->variant[__builtin_ctzll(left)];
	const kind *k = t->view.obj ? &f->param[t->param] : NULL;
	if (k && (k->shape != ARRAY || k->code != t->code)) let_go(t);
	if (t->view.obj && t->param == g->at[0]) g->arrays = args[t->param]->type;
	return f;
}

/* Add to what a parameter tells that the variants `which` take it so. */
static void add(telling *of, const kind *k, variants which) {
	if (k->shape == HANDLE) {
		of->handles |= which;
		return;
	}
	int depth = k->shape == ROWS ? 2 : k->shape == ARRAY || k->shape == TEXTS;
	for (int d = 0; d <= depth; d++) of->any[d] |= which;
	variants *fits = of->fits[depth];
	if (k->shape == TEXT || k->shape == TEXTS) {
		fits[STR] |= which;
		return;
	}
	int loose = loosely(k->code);
	fits[hint_of(k->code)] |= which;
	for (int hint = BOOL; hint <= loose; hint++) fits[hint] |= which; /* Python's bool is an int, its int a float */
}

/* Whether all variants take a parameter alike. */
static int is_same(const family *g, int i) {
	const kind *first = &g->variant[0]->param[i];
	for (int v = 1; v < g->count; v++) {
		const kind *k = &g->variant[v]->param[i];
		if (k->shape != first->shape || k->code != first->code || k->class != first->class) return 0;
	}
	return 1;
}

int gomagic_prepare_choice(family *g) {
	g->all = g->count == MOST_VARIANTS ? ~0ull : (1ull << g->count) - 1;
	g->told = calloc(g->f.params + 1, sizeof *g->told);
	if (!g->told) return gomagic_no_memory();
	for (int i = 0; i < g->f.params; i++) {
		if (is_same(g, i)) continue;
		for (int v = 0; v < g->count; v++) add(&g->told[g->tellers], &g->variant[v]->param[i], 1ull << v);
		g->at[g->tellers++] = i;
	}
	return 0;
}
