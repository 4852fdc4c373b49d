#include "choose.h"

#include <stdlib.h>
#include <string.h>

#include "arrays.h"
#include "convert.h"
#include "form.h"
#include "loose.h"
#include "refuse.h"
#include "views.h"

/* What is asked of one parameter's argument. */
typedef struct {
	const telling *of;
	int loose;   /* numpy's single numbers say no more than Python's own */
	int clash;   /* two values of one list have said what does not go together */
	int told;    /* there is a value, not only lists without any */
	int silent;  /* a callable that does not say what it returns */
	int hidden;  /* an iterator, of which what it yields first would be gone if somebody looked */
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

static inline int is_handle(PyObject *object) { return PyType_IsSubtype(object->type, gomagic_handle_type); }

static variants says(question *q, PyObject *object, int depth, taken *t);

const form *(*gomagic_sequence_of)(PyObject *object);

static inline variants said(question *q, int depth, int hint) {
	q->told = 1;
	return q->of->fits[depth][hint];
}

/* What all values of a list or tuple say together. One that says nothing, or what does not go with the others, is for
   the conversion to refuse. */
static variants all_say(question *q, PyObject *sequence, int depth) {
	if (depth == DEPTHS) return 0;
	variants found = q->of->any[depth];
	int fits = 0; /* at least one value */
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
		plain = gomagic_hint(item) >= 0 || is_handle(item) ? item->type : NULL;
		Py_IncRef(item); /* it may run Python code that drops it from the list */
		variants one = says(q, item, depth, NULL);
		Py_DecRef(item);
		if (PyErr_Occurred()) return 0;
		if (found & one) found &= one, fits = 1;
		else q->clash = 1;
	}
	if (!n && q->deep < 0) q->deep = depth;
	return n && !fits ? 0 : found;
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

/* The variants that take an object of that class there, or what its type embeds. None is a nil of any. */
static variants by_class(question *q, PyObject *object, int depth) {
	variants left = q->of->handles[depth], found = 0;
	if (object == NONE) return left;
	q->told = 1;
	for (; left; left &= left - 1) {
		const class *wanted = q->of->class[depth][__builtin_ctzll(left)];
		if (wanted->takes ? gomagic_can_be(wanted, object) : PyType_IsSubtype(object->type, wanted->type)) found |= left & -left;
	}
	return found;
}

/* What all keys and all values of a dict say together. */
static variants by_items(question *q, PyObject *dict, int depth) {
	question key = *q, value = *q;
	key.of = q->of->items[depth];
	value.of = key.of + 1;
	key.told = value.told = 0;
	PyObject *k, *v;
	variants found = key.of->any[0];
	int fits = 0;
	for (Py_ssize_t next = 0; PyDict_Next(dict, &next, &k, &v);) {
		Py_IncRef(k); /* they may run Python code that takes them out of the dict */
		Py_IncRef(v);
		variants one = says(&key, k, 0, NULL);
		if (!PyErr_Occurred()) one &= says(&value, v, 0, NULL);
		Py_DecRef(k);
		Py_DecRef(v);
		if (PyErr_Occurred()) return 0;
		if (found & one) found &= one, fits = 1;
		else q->clash = 1;
	}
	q->clash |= key.clash || value.clash;
	q->told |= value.told;
	if (!value.told && q->deep < 0) q->deep = depth;
	return PyDict_Size(dict) && !fits ? 0 : found;
}

static variants mapped(question *q, PyObject *object, int depth) {
	PyObject *dict = PyObject_CallFunctionObjArgs(gomagic_hooks[AS_DICT], object, NULL);
	if (!dict) return 0;
	variants found = by_items(q, dict, depth);
	Py_DecRef(dict);
	return found;
}

/* What all items of a set say together. */
static variants by_keys(question *q, PyObject *set, int depth) {
	PyObject *items = PyObject_GetIter(set), *list = items ? PyList_New(0) : NULL, *key;
	while (list && (key = PyIter_Next(items))) {
		if (PyList_Append(list, key)) PyErr_Clear();
		Py_DecRef(key);
	}
	variants found = list && !PyErr_Occurred() ? all_say(q, list, depth + 1) : 0;
	if (items) Py_DecRef(items);
	if (list) Py_DecRef(list);
	return found;
}

/* What a callable returns: as a class of Python's own does, or as an annotation says. -1: it says nothing. */
static int hint_of_callable(PyObject *object) {
	static const char *const names[] = {[BOOL] = "bool", [INT] = "int", [FLOAT] = "float", [COMPLEX] = "complex", [STR] = "str"};
	PyObject *kinds[] = {
		[BOOL] = (PyObject *)((PyObject *)&_Py_TrueStruct)->type, [INT] = (PyObject *)&PyLong_Type, [FLOAT] = (PyObject *)&PyFloat_Type,
		[COMPLEX] = (PyObject *)&PyComplex_Type, [STR] = (PyObject *)&PyUnicode_Type,
	};
	for (int hint = BOOL; hint <= STR; hint++)
		if (object == kinds[hint]) return hint;
	PyObject *notes = gomagic_has(object, "__annotations__") ? PyObject_GetAttrString(object, "__annotations__") : NULL;
	PyObject *name = notes && IS(notes, IS_DICT) ? PyUnicode_InternFromString("return") : NULL;
	PyObject *of = name ? PyDict_GetItemWithError(notes, name) : NULL;
	const char *text = of && IS(of, IS_STR) ? PyUnicode_AsUTF8AndSize(of, NULL) : NULL;
	int found = -1;
	for (int hint = BOOL; of && hint <= STR; hint++)
		if (of == kinds[hint] || (text && !strcmp(text, names[hint]))) found = hint;
	if (name) Py_DecRef(name);
	if (notes) Py_DecRef(notes);
	PyErr_Clear(); /* what cannot be asked says nothing */
	return found;
}

static variants by_callable(question *q, PyObject *object) {
	int hint = object == NONE ? -1 : hint_of_callable(object);
	q->told = 1;
	q->silent = hint < 0;
	if (hint < 0) return q->of->any[0];
	variants found = q->of->result->fits[0][hint];
	return found ? found : q->of->result->anything[0];
}

/* The class of the channels of what a form yields, NULL if the library has none. */
static const class *channels_of(const form *f) {
	if (f->shape == CHANNEL) return f->class;
	for (int i = 0; i < f->forms; i++)
		if (f->all[i].shape == CHANNEL && f->all[i].code == OF_CHANNEL && f->all[i].part[0] == f->part[0]) return f->all[i].class;
	return NULL;
}

/* Of what gomagic.chan has made: the first variant that it can be a channel for, and is from now on. */
static variants by_made_channel(question *q, PyObject *object) {
	PyObject *bind = PyObject_GetAttrString(object, "_as_go_channel");
	variants found = 0;
	for (int v = 0; bind && !found && v < MOST_VARIANTS; v++) {
		const class *wanted = q->of->sequence[v] ? channels_of(q->of->sequence[v]) : NULL;
		PyObject *made = wanted ? PyObject_CallFunctionObjArgs(bind, wanted->type, NULL) : NULL;
		if (made && made->type == wanted->type) found = 1ull << v;
		if (made) Py_DecRef(made);
		if (wanted && !made) break;
	}
	if (bind) Py_DecRef(bind);
	q->told = 1;
	return found;
}

/* The variants whose sequences or channels yield what those of this form do. */
static variants by_yielded(question *q, const form *f) {
	variants found = 0;
	q->told = 1;
	for (int v = 0; v < MOST_VARIANTS; v++) {
		const form *wanted = q->of->sequence[v];
		int is_same = wanted && wanted->parts == f->parts;
		for (int i = 0; is_same && i < f->parts; i++) is_same = wanted->part[i] == f->part[i];
		if (is_same) found |= 1ull << v;
	}
	return found;
}

/* What an item says, or both parts of a pair. */
static variants item_says(question *q, int parts, PyObject *item) {
	question part = *q;
	variants found = q->of->any[0];
	for (int i = 0; i < parts; i++) {
		PyObject *one = parts == 1 ? item : PySequence_GetItem(item, i);
		if (!one) {
			PyErr_Clear(); /* for the conversion to refuse */
			return found;
		}
		part.of = &q->of->yields[i];
		part.told = 0;
		variants fits = says(&part, one, 0, NULL);
		if (parts > 1) Py_DecRef(one);
		if (PyErr_Occurred()) return 0;
		found &= fits;
		q->told |= part.told;
	}
	q->clash |= part.clash;
	return found;
}

/* What an iterable yields first; of lists and tuples all. An iterator is let alone. */
static variants by_items_yielded(question *q, PyObject *object, int parts) {
	if (parts == 1 && IS(object, IS_LIST | IS_TUPLE)) {
		question item = *q;
		item.of = q->of->yields;
		variants found = all_say(&item, object, 0);
		q->clash |= item.clash;
		q->told |= item.told;
		q->deep = item.deep;
		return found;
	}
	PyObject *iterator = PyObject_GetIter(object), *first = NULL;
	if (!iterator) {
		if (PyErr_ExceptionMatches(PyExc_TypeError)) PyErr_Clear();
		return 0;
	}
	variants found = q->of->any[0];
	if (iterator == object) {
		variants rest = q->of->yields[0].anything[0] | (parts > 1 ? q->of->yields[1].anything[0] : 0);
		q->told = 1;
		q->hidden = !rest;
		if (rest) found = rest;
	} else if ((first = PyIter_Next(iterator))) {
		found = item_says(q, parts, first);
		Py_DecRef(first);
	} else {
		q->deep = 0;
	}
	Py_DecRef(iterator);
	return PyErr_Occurred() ? 0 : found;
}

static variants by_sequence(question *q, PyObject *object) {
	const form *f = gomagic_sequence_of(object), *some = NULL;
	if (object == NONE) return q->of->any[0];
	for (int v = 0; !some; v++) some = q->of->sequence[v];
	for (int i = 0; !f && i < some->forms; i++)
		if (some->all[i].shape == CHANNEL && some->all[i].class->type == object->type) f = &some->all[i];
	if (f) return by_yielded(q, f);
	if (gomagic_has(object, "_as_go_channel")) return by_made_channel(q, object);
	return some->shape == YIELDED ? by_items_yielded(q, object, some->parts) : 0;
}

static variants says_itself(question *q, PyObject *object, int depth, taken *t) {
	const telling *of = q->of;
	if (of->yields && depth == 0) return by_sequence(q, object);
	if (of->handles[depth] && (object == NONE || is_handle(object))) return by_class(q, object, depth);
	int hint = gomagic_hint(object);
	unsigned long is = PyType_GetFlags(object->type);
	if (is & (IS_LIST | IS_TUPLE)) return all_say(q, object, depth + 1);
	if (hint >= 0) return said(q, depth, hint);
	if (is & IS_STR) return said(q, depth, STR);
	if (of->items[depth]) return is & IS_DICT ? by_items(q, object, depth) : mapped(q, object, depth);
	if (of->result) return by_callable(q, object);
	if (PyObject_CheckBuffer(object)) return by_buffer(q, object, depth, t);
	if (is & IS_LONG) return said(q, depth, INT);
	if (gomagic_has_array(object)) {
		PyObject *array = PyObject_CallFunctionObjArgs(gomagic_hooks[AS_ARRAY], object, NULL);
		variants found = !array ? 0 : PyObject_CheckBuffer(array) ? by_buffer(q, array, depth, NULL) : 0;
		if (array) Py_DecRef(array);
		return found;
	}
	if (gomagic_has(object, "isdisjoint")) return by_keys(q, object, depth);
	if (PySequence_Check(object)) return listed(q, object, depth);
	if (PyIndex_Check(object)) return said(q, depth, INT);
	if (gomagic_has(object, "__float__")) return said(q, depth, FLOAT);
	return gomagic_has(object, "__complex__") ? said(q, depth, COMPLEX) : 0;
}

static variants says(question *q, PyObject *object, int depth, taken *t) {
	variants found = says_itself(q, object, depth, t), rest = q->of->anything[depth];
	if (!rest || PyErr_Occurred()) return found;
	q->told |= !found;
	return found | rest;
}

/* Those that take ints where a value would have told something, and text where a key would have. */
static variants of_ints(const telling *of, int from) {
	variants found = 0;
	for (int depth = from; depth < DEPTHS; depth++) {
		found |= of->fits[depth][INT];
		const telling *items = of->items[depth];
		variants ints = items ? of_ints(&items[1], 0) : 0, by_text = items ? ints & items[0].fits[0][STR] : 0;
		found |= by_text ? by_text : ints;
	}
	if (of->yields) found |= of_ints(of->yields, 0) & (of_ints(&of->yields[1], 0) ? of_ints(&of->yields[1], 0) : ~0ull);
	return found;
}

static void let_go(taken *t) {
	if (t->view.obj) PyBuffer_Release(&t->view);
	t->view.obj = NULL;
}

/* Whether two variants would take a parameter alike. */
static int take_alike(const kind *a, const kind *b) { return a->shape == b->shape && a->code == b->code && a->class == b->class && a->form == b->form; }

/* The same of what sequences yield, as int and int64 are alike. */
static int yield_alike(const form *a, const form *b) {
	for (int i = 0; i < a->parts; i++) {
		const form *x = a->part[i], *y = b->part[i];
		if (x != y && (x->shape != y->shape || x->code != y->code || x->class != y->class || x->parts)) return 0;
	}
	return 1;
}

/* Whether it is iterators that would tell the first of some variants from another one: those at these places, a bit for each. */
static int is_hidden(const family *g, variants left, int places) {
	if (!places) return 0;
	const kind *first = g->variant[__builtin_ctzll(left)]->param;
	for (variants rest = left & (left - 1); rest; rest &= rest - 1) {
		const kind *other = g->variant[__builtin_ctzll(rest)]->param;
		int differs = 0, matters = 0;
		for (int i = 0; i < g->tellers; i++) {
			const kind *a = &first[g->at[i]], *b = &other[g->at[i]];
			if (places >> g->at[i] & 1) matters |= !yield_alike(a->form, b->form);
			else differs |= !take_alike(a, b);
		}
		if (matters && !differs) return 1;
	}
	return 0;
}

/* Which variants all arguments together leave; 0 with an exception set. *clash: two of them do not go together, so that
   those that came later are for the conversion to refuse. */
static variants ask(const family *g, PyObject *const *args, taken *t, int loose, int *clash) {
	variants left = g->all;
	question empty[MOST_PARAMS];
	int empties = 0, nils = 0, silent = 0, hidden = 0, settled = 0; /* an array has left one alone */
	for (int i = 0; i < g->tellers && !settled; i++) {
		question *q = &empty[empties];
		PyObject *object = args[g->at[i]];
		*q = (question){.of = &g->told[i], .loose = loose, .deep = -1};
		variants one = says(q, object, 0, t->view.obj ? NULL : t);
		if (t->view.obj && t->param < 0) t->param = g->at[i];
		if (!one) {
			if (!PyErr_Occurred()) gomagic_refuse(&g->f, g->at[i], "variant", object, -1);
			return 0;
		}
		*clash |= q->clash || !(left & one);
		if (left & one) left &= one;
		settled = t->param == g->at[i] && !(left & (left - 1));
		silent |= q->silent << g->at[i];
		hidden |= q->hidden << g->at[i];
		empties += !q->told;
		nils += object == NONE;
	}
	if (left & (left - 1) && ((nils && nils == g->tellers) || silent & g->asks || is_hidden(g, left, hidden))) {
		gomagic_refuse(&g->f, -1, "untold", NONE, -1);
		return 0;
	}
	for (int i = 0; i < empties; i++) { /* where nothing else tells, a list without a value is one of ints */
		variants ints = empty[i].deep < 0 ? 0 : left & of_ints(empty[i].of, empty[i].deep);
		if (ints) left = ints;
	}
	return left;
}

const function *gomagic_choose_by_read_arrays(const family *g, PyObject *const *args) {
	variants left = g->all;
	for (int i = 0; i < g->tellers; i++) {
		PyObject *object = args[g->at[i]];
		int hint = gomagic_hint(object), depth = hint < 0;
		if (depth && !(hint = hint_of(gomagic_code_of_array(object)))) return NULL;
		left &= g->told[i].fits[depth][hint];
	}
	return left ? g->variant[__builtin_ctzll(left)] : NULL;
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

static telling *new_tellings(int n) {
	telling *made = calloc(n, sizeof *made);
	if (!made) gomagic_no_memory();
	return made;
}

static void add_number(telling *of, int depth, char code, variants which) {
	int loose = loosely(code);
	of->any[depth] |= which;
	of->fits[depth][hint_of(code)] |= which;
	for (int hint = BOOL; hint <= loose; hint++) of->fits[depth][hint] |= which; /* Python's bool is an int, its int a float */
}

static void add_text(telling *of, int depth, variants which) {
	of->any[depth] |= which;
	of->fits[depth][STR] |= which;
}

static int add_class(telling *of, int depth, const class *class, int variant) {
	if (!of->class[depth]) of->class[depth] = calloc(MOST_VARIANTS, sizeof class);
	if (!of->class[depth]) return gomagic_no_memory();
	of->class[depth][variant] = class;
	of->handles[depth] |= 1ull << variant;
	return 0;
}

static int add_form(telling *of, int depth, const form *f, int variant);

/* What a sequence or a channel yields tells. */
static int add_yielded(telling *of, const form *f, int variant) {
	if (!of->yields && (!(of->yields = new_tellings(2)) || !(of->sequence = calloc(MOST_VARIANTS, sizeof f)))) return gomagic_no_memory();
	of->sequence[variant] = f;
	for (int i = 0; i < f->parts; i++)
		if (add_form(&of->yields[i], 0, f->part[i], variant)) return -1;
	return 0;
}

static int add_form(telling *of, int depth, const form *f, int variant) {
	variants which = 1ull << variant;
	of->any[depth] |= which;
	switch (f->shape) {
		case SLICE: case ITEMS: case SET: return add_form(of, depth + 1, f->part[0], variant);
		case NUMBERS: case FIXED: add_number(of, depth + 1, f->code, which); return 0;
		case BYTES: add_number(of, depth + 1, 'B', which); return 0;
		case NUMBER: add_number(of, depth, f->code, which); return 0;
		case TEXT: add_text(of, depth, which); return 0;
		case ANY: of->anything[depth] |= which; return 0;
		case STRUCT: case HANDLE: case FACE: return add_class(of, depth, f->class, variant);
		case YIELDED: case CHANNEL: return add_yielded(of, f, variant);
		case FUNC:
			if (f->parts != f->params + 1) return 0;
			if (!of->result && !(of->result = new_tellings(1))) return -1;
			return add_form(of->result, 0, f->part[f->params], variant);
		case MAP:
			if (!of->items[depth] && !(of->items[depth] = new_tellings(2))) return -1;
			return add_form(of->items[depth], 0, f->part[0], variant) || add_form(of->items[depth] + 1, 0, f->part[1], variant) ? -1 : 0;
	}
	return 0;
}

/* Add to what a parameter tells that a variant takes it so. */
static int add(telling *of, const kind *k, int variant) {
	int depth = k->shape == ROWS ? 2 : k->shape == ARRAY || k->shape == TEXTS;
	variants which = 1ull << variant;
	for (int d = 0; d <= depth; d++) of->any[d] |= which;
	switch (k->shape) {
		case VALUE: return add_form(of, 0, k->form, variant);
		case HANDLE: case COPY: case FACE: return add_class(of, 0, k->class, variant);
		case TEXT: case TEXTS: add_text(of, depth, which); return 0;
	}
	add_number(of, depth, k->code, which);
	return 0;
}

/* What a callable returns, which is all that it can tell; NULL if it is none, or returns nothing, or several values. */
static const form *returned(const kind *k) {
	const form *f = k->shape == VALUE && k->form->shape == FUNC ? k->form : NULL;
	return f && f->parts == f->params + 1 ? f->part[f->params] : NULL;
}

/* Whether all variants take a parameter alike. */
static int is_same(const family *g, int i) {
	const kind *first = &g->variant[0]->param[i];
	int is_func = first->shape == VALUE && first->form->shape == FUNC;
	for (int v = 1; v < g->count; v++) {
		const kind *k = &g->variant[v]->param[i];
		if (is_func ? k->shape != first->shape || returned(k) != returned(first) : !take_alike(k, first)) return 0;
	}
	return 1;
}

int gomagic_prepare_choice(family *g) {
	g->all = g->count == MOST_VARIANTS ? ~0ull : (1ull << g->count) - 1;
	g->told = new_tellings(g->f.params + 1);
	if (!g->told) return -1;
	for (int i = 0; i < g->f.params; i++) {
		if (is_same(g, i)) continue;
		for (int v = 0; v < g->count; v++)
			if (add(&g->told[g->tellers], &g->variant[v]->param[i], v)) return -1;
		g->at[g->tellers++] = i;
	}
	return 0;
}
