#ifndef GOMAGIC_CHOOSE_H
#define GOMAGIC_CHOOSE_H
#include "block.h"
#include "function.h"

#pragma GCC visibility push(hidden)

enum { MOST_VARIANTS = 64 }; /* a bit of `variants` for each; golib/cellgen/generic.go makes less */
typedef uint64_t variants;

/* How deep numbers or text lie in an argument: bare, in a slice, in the rows of one, in these of several; `deepest` in
   golib/cellgen/generic.go. */
enum { DEPTHS = 4 };

/* What a value says of its type: Python's own ones which of these they are, then numpy's by the code of their numbers. */
enum { BOOL, INT, FLOAT, COMPLEX, STR, BY_CODE, HINTS = BY_CODE + 13 };

/* Which variants take a parameter that holds such values so deep. Python's own may be several types of Go. Handles tell by
   their classes, each variant's in `class`; a mapping by its keys and values; a callable by what it returns; an iterable by
   what it yields, of each variant's form in `sequence`. */
typedef struct telling {
	variants fits[DEPTHS][HINTS], any[DEPTHS], handles[DEPTHS];
	variants anything[DEPTHS]; /* what does not fit elsewhere */
	const struct class **class[DEPTHS];
	struct telling *items[DEPTHS], *result; /* of keys and of values, two; or NULL */
	struct telling *yields; /* two, or NULL; how many of them count, its forms say */
	const struct form **sequence;
} telling;

/* A function with type parameters: its variants, of which the first is chosen where several fit. */
typedef struct {
	function f; /* its names, as messages need them */
	int count;
	const function **variant;
	variants all;
	telling *told; /* by the parameters at these places; of others all variants take the same */
	int tellers, at[MOST_PARAMS];
	int untold; /* arguments do not tell all: never called as it is */
	int asks;   /* the parameters, a bit for each, whose callables must say what they return */
	const PyTypeObject *arrays; /* the class of the array by which a variant was chosen last: it is a buffer */
} family;

/* The buffer of an array by which a variant was chosen, for the call: that of the argument itself. None if view.obj is
   NULL. Its shape may lie in it, so it stays where it is until the call is over. */
typedef struct {
	int param;
	char code;
	int foreign; /* see gomagic_code */
	Py_buffer view;
} taken;

/* Python's own values, by their exact classes; -1: it is none. */
static inline int gomagic_hint(PyObject *object) {
	PyTypeObject *type = object->type;
	if (type == (PyTypeObject *)&PyLong_Type) return INT;
	if (type == (PyTypeObject *)&PyFloat_Type) return FLOAT;
	if (type == (PyTypeObject *)&PyUnicode_Type) return STR;
	if (object == (PyObject *)&_Py_TrueStruct || object == (PyObject *)&_Py_FalseStruct) return BOOL;
	return type == (PyTypeObject *)&PyComplex_Type ? COMPLEX : -1;
}

/* The variant for arguments that are all such values, without more ado; NULL: gomagic_choose is to say. */
static inline const function *gomagic_choose_plainly(const family *g, PyObject *const *args) {
	variants left = g->all;
	for (int i = 0; i < g->tellers; i++) {
		int hint = gomagic_hint(args[g->at[i]]);
		if (hint < 0) return NULL;
		left &= g->told[i].fits[0][hint];
	}
	return left ? g->variant[__builtin_ctzll(left)] : NULL;
}

/* What the iterators of this library yield: the form of an object's sequence, NULL if it is none. Set by sequence.c. */
extern const struct form *(*gomagic_sequence_of)(PyObject *object);

/* Find out what each parameter tells. 0 or -1. */
int gomagic_prepare_choice(family *g);

/* The variant for these arguments, in the order of the parameters; NULL with an exception set. t is filled in. */
const function *gomagic_choose(family *g, PyObject *const *args, taken *t);

/* The same of such values and arrays of one dimension that are read as they lie, see arrays.h; NULL: gomagic_choose is to say. */
const function *gomagic_choose_by_read_arrays(const family *g, PyObject *const *args);

/* The same by an argument of the class `arrays` alone, the first that tells something; NULL: gomagic_choose is to say. */
const function *gomagic_choose_by_array(const family *g, PyObject *array, taken *t);

#pragma GCC visibility pop
#endif
