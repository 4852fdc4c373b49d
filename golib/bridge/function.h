#ifndef GOMAGIC_FUNCTION_H
#define GOMAGIC_FUNCTION_H
#include <stddef.h>

#include "python.h"

/* A shape says how a parameter or result lies in its block and what it is in Python; a code says of which type its
   numbers are. golib/cellgen/kinds.go has the same letters. */
enum {
	NUMBER = '1', /* a bool, integer, float or complex: its code says which */
	TEXT = 's',   /* string and str; as a result with code 'y' []byte and bytes */
	ARRAY = 'a',  /* []T and an array; [N]T where `length` is not -1 */
	TEXTS = 't',  /* []string; as a result with code 'y' [][]byte */
	ROWS = 'm',   /* [][]T */
	OWNER = 'o',  /* as a result: the number of what Go holds, whose owner Python gets */
	HANDLE = 'h', /* *T: a handle, whose class the kind names */
	ANY_HANDLE = 'H', /* a handle of any class, of what golib/bridge itself offers */
	COPY = 'c', /* T, a struct: copied by Go out of what a handle stands for, or into a new one */
	FACE = 'i',   /* an interface: a handle of any class that the kind's class takes */
	FAULT = 'E',  /* error, where it is not raised: the same, or an exception */
	VALUE = 'v',  /* everything else: a parcel, whose form the kind names */
	DRESSED = 'w', /* a result of any of these whose type has methods: see `dress` */
};

/* What Go does with a slice or string, as the compiler says. GO_KEEPS: may still use it after the call, or nobody knows.
   GO_RETURNS: a result may lie in it. */
enum { GO_KEEPS = 1, GO_WRITES = 2, GO_RETURNS = 4 };

/* How a parameter or result crosses. */
typedef struct {
	PyObject *name;
	const struct shape *how; /* see shapes.h */
	char shape, code;
	int size; /* bytes of one number */
	int flags;
	Py_ssize_t length; /* of a [N]T, else -1 */
	const struct class *class; /* of a handle or interface, see handle.h */
	struct dresser *dress;     /* gives methods to what `undressed` makes of a result, or to what a field is set to; else NULL */
	const struct shape *undressed;
	const struct form *form;   /* of a value, see form.h */
	const struct function *of; /* whose it is */
	int index, slot; /* among the parameters or results; in the block */
} kind;

/* A function that Python can call; lives as long as the library. */
typedef struct function {
	PyMethodDef *def;
	PyObject *python; /* the finished function; borrowed. NULL of what has a receiver */
	int number, params, results;
	int slots, clear; /* of its block; from where on they must be zero before a call, or 0 */
	int lists;        /* how many parameters are []string */
	int has_receiver;    /* a method: its block begins with the number of a handle */
	int variadic, fails; /* takes *args; ends in an error */
	int direct;          /* see direct.h */
	size_t quick;        /* with fewer bytes of arguments it is over soon, and keeps the GIL: Quick in golib/cellgen/quick.go */
	PyObject *named;     /* makes the namedtuple of its results, or NULL */
	PyObject *timeout;   /* the keyword that limits its context; NULL: it has none */
	kind *param, *result;
} function;
#endif
