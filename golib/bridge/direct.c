/* The quick way into functions of up to three ints, floats, strings and arrays of numbers with one int, float or string for a
   result, that keep the GIL: there is nothing to bring back, and little to free. Whatever is unusual about a call goes the way
   of all others, gomagic_enter, and nothing else knows of this one. It takes 8 of the 82 ns off a call that adds two ints, 18
   of the 176 off one that has a text in upper case, and 45 of the 133 off one with an array.

   The floor of the first is 80: 61 for Go's runtime to be entered from C by a function that does nothing, of which 20 are a
   closed channel that it receives from (golang/go#77522), and 19 for Python to call a function of C's that does nothing. */
#include "direct.h"

#include <string.h>

#include "arrays.h"
#include "call.h"
#include "fork.h"
#include "results.h"

enum { MOST_DIRECT = 3 };

static int is_plain_number(const kind *k) { return k->shape == NUMBER && (k->code == 'q' || k->code == 'd'); }

static int is_plain_text(const kind *k) { return k->shape == TEXT && k->code != 'y'; }

/* An array of which Go has no copy. */
static int is_lent_array(const kind *k) { return k->shape == ARRAY && k->length < 0 && !(k->flags & GO_KEEPS); }

/* An argument of a kind into its slot; counts the bytes of text and arrays. 0, or -1 if it is not as it mostly is. */
INLINED int put(char code, const kind *k, int64_t *slot, int64_t *block, PyObject *object, size_t *bytes) {
	if (code == ARRAY) {
		const ndarray *a = gomagic_array_of(object, k->code, k->flags & GO_WRITES);
		if (!a) return -1;
		slot[0] = (int64_t)a->data;
		slot[1] = a->shape[0];
		*bytes += slot[1] * k->size;
		return 0;
	}
	if (code == TEXT) {
		if (object->type != (PyTypeObject *)&PyUnicode_Type) return -1;
		if (k->flags & GO_KEEPS) ((head *)block)->own |= 1ull << k->index;
		slot[0] = (int64_t)PyUnicode_AsUTF8AndSize(object, (Py_ssize_t *)slot + 1);
		*bytes += slot[1];
		return slot[0] ? 0 : -1;
	}
	if (code == 'd') {
		if (object->type != (PyTypeObject *)&PyFloat_Type) return -1;
		*(double *)slot = PyFloat_AsDouble(object);
		return 0;
	}
	if (object->type != (PyTypeObject *)&PyLong_Type) return -1;
	*slot = PyLong_AsLongLong(object);
	return *slot == -1 ? -1 : 0; /* perhaps a failure */
}

INLINED char code_of(const kind *k) { return k->shape == NUMBER ? k->code : k->shape; }

/* The call, once the arguments are in the block. */
INLINED PyObject *cross(const function *f, int64_t *block, char result, int64_t *slot, PyObject *const *args) {
	head *h = (head *)block;
	crossing c; /* for a text, or if it fails */
	h->wrote = 0;
	h->lents = 0;
	h->room = 0;
	h->error = 0;
	h->shim = f->number;
	h->loans = 0;
	h->panicked = 0;
	h->thread = NULL;
	if (result == TEXT) {
		h->scratch = c.scratch;
		h->room = SCRATCH;
		slot[0] = slot[1] = 0; /* after a panic nothing must look like memory to free */
	}
	gomagic_enter_go(block);
	if (result == TEXT && h->thread) gomagic_alone(h); /* a variable's: see Apart in block.go */
	int has_failed = h->panicked || h->error;
	if (result == TEXT && !has_failed && gomagic_is_scratch(&c, (char *)slot[0])) /* short, as most are: nothing to free */
		return PyUnicode_DecodeUTF8((char *)slot[0], slot[1], "surrogateescape");
	if (has_failed || result == TEXT) {
		c.f = f;
		c.block = block;
		c.loans = c.kept = 0;
		c.silent = 0;
	}
	if (has_failed) return gomagic_finish(&c, args);
	if (result == TEXT) return gomagic_give_text(&c, f->result);
	return result == 'q' ? PyLong_FromLongLong(*slot) : PyFloat_FromDouble(*(const double *)slot);
}

/* The call; *other is set where it is to go the other way, and nothing has happened. */
INLINED PyObject *call(const function *f, PyObject *const *args, int *other) {
	int64_t block[HEAD_SLOTS + WIDEST_PARAM * MOST_DIRECT + 2];
	size_t bytes = 0;
	*other = gomagic_forked;
	((head *)block)->own = 0;
	for (int i = 0; i < f->params && !*other; i++) {
		const kind *k = &f->param[i];
		*other = put(code_of(k), k, &block[k->slot], block, args[i], &bytes);
	}
	if (*other || bytes >= f->quick) { /* of so many, for which others should not wait */
		*other = 1;
		PyErr_Clear();
		return NULL;
	}
	return cross(f, block, code_of(f->result), &block[f->result->slot], args);
}

static PyObject *enter(PyObject *self, PyObject *const *args, Py_ssize_t n, PyObject *names) {
	const function *f = *(function **)PyModule_GetState(self);
	int other;
	if (n != f->params || names) return gomagic_enter(self, args, n, names);
	PyObject *out = call(f, args, &other);
	return other ? gomagic_enter(self, args, n, names) : out;
}

/* Entries for the commonest signatures, in which the C compiler knows what `put` and `cross` else look up: 5 of the 8 ns.
   Their slots follow each other, as `signature` makes sure. */
#define ENTRY(NAME, PARAMS, A, B, RESULT) \
	INLINED PyObject *NAME##_of(const function *f, PyObject *const *args, int *other) { \
		enum { SECOND = HEAD_SLOTS + (A == TEXT || A == ARRAY ? 2 : 1), END = SECOND + (PARAMS == 2 ? 1 : 0) }; \
		int64_t block[END + 2]; \
		size_t bytes = 0; \
		*other = gomagic_forked; \
		((head *)block)->own = 0; \
		if (*other || put(A, &f->param[0], &block[HEAD_SLOTS], block, args[0], &bytes) || \
			(PARAMS == 2 && put(B, &f->param[1], &block[SECOND], block, args[1], &bytes)) || bytes >= f->quick) { \
			*other = 1; \
			PyErr_Clear(); \
			return NULL; \
		} \
		return cross(f, block, RESULT, &block[END], args); \
	} \
	static PyObject *NAME(PyObject *self, PyObject *const *args, Py_ssize_t n, PyObject *names) { \
		const function *f = *(function **)PyModule_GetState(self); \
		int other = 1; \
		PyObject *out = n == PARAMS && !names ? NAME##_of(f, args, &other) : NULL; \
		return other ? gomagic_enter(self, args, n, names) : out; \
	}

ENTRY(enter_int, 1, 'q', 0, 'q')
ENTRY(enter_ints, 2, 'q', 'q', 'q')
ENTRY(enter_float, 1, 'd', 0, 'd')
ENTRY(enter_floats, 2, 'd', 'd', 'd')
ENTRY(enter_text, 1, TEXT, 0, 'q')
ENTRY(enter_text_to_text, 1, TEXT, 0, TEXT)
ENTRY(enter_array, 1, ARRAY, 0, 'd')

enum { OTHER = 1, TWO_INTS, TWO_FLOATS, ONE_INT, ONE_FLOAT, ONE_TEXT, TEXT_TO_TEXT, ONE_ARRAY, COMMONEST }; /* function.direct */

static const struct {
	char params[MOST_DIRECT], result;
	void *entry;
} commonest[] = {
	[TWO_INTS] = {"qq", 'q', enter_ints},
	[TWO_FLOATS] = {"dd", 'd', enter_floats},
	[ONE_INT] = {"q", 'q', enter_int},
	[ONE_FLOAT] = {"d", 'd', enter_float},
	[ONE_TEXT] = {"s", 'q', enter_text},
	[TEXT_TO_TEXT] = {"s", TEXT, enter_text_to_text},
	[ONE_ARRAY] = {"a", 'd', enter_array},
};

/* Which of the commonest signatures it is, or OTHER. */
static int signature(const function *f) {
	char params[MOST_DIRECT + 1] = "";
	int slot = HEAD_SLOTS;
	for (int i = 0; i < f->params; i++) {
		if (f->param[i].slot != slot || f->param[i].index != i) return OTHER;
		params[i] = code_of(&f->param[i]);
		slot += params[i] == TEXT || params[i] == ARRAY ? 2 : 1;
	}
	if (f->result->slot != slot) return OTHER;
	for (int i = OTHER + 1; i < COMMONEST; i++)
		if (!strcmp(commonest[i].params, params) && commonest[i].result == code_of(f->result)) return i;
	return OTHER;
}

int gomagic_is_direct(const function *f) {
	if (f->timeout || f->has_receiver || f->variadic || f->named || !f->quick) return 0;
	if (f->params > MOST_DIRECT || f->results != 1 || !(is_plain_number(f->result) || is_plain_text(f->result))) return 0;
	for (int i = 0; i < f->params; i++)
		if (!is_plain_number(&f->param[i]) && f->param[i].shape != TEXT && !is_lent_array(&f->param[i])) return 0;
	return signature(f);
}

void *gomagic_entry_of(const function *f) { return f->direct == OTHER ? enter : commonest[f->direct].entry; }

PyObject *gomagic_enter_variant_directly(const function *f, PyObject *const *ordered) {
	int other = 1;
	PyObject *out = NULL;
	if (f->direct == TWO_INTS)
		out = enter_ints_of(f, ordered, &other);
	else if (f->direct == TWO_FLOATS)
		out = enter_floats_of(f, ordered, &other);
	else if (f->direct)
		out = call(f, ordered, &other);
	return other ? gomagic_enter_in_order(f, ordered) : out;
}
