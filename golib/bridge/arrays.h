#ifndef GOMAGIC_ARRAYS_H
#define GOMAGIC_ARRAYS_H
#include "python.h"

/* numpy's own arrays read where they lie, in place of through the buffer protocol, which writes a description of every array
   that it is asked for. That is 60 of the 195 ns of a call with an array; the call needs nothing given back then, so that
   direct.c may take it, which is 25 more.

   Which place has what is the same in numpy 1 and 2. It is not trusted: the first array that comes through the protocol
   shows whether all of it is there, and until then, or if anything is not, no array is read this way. So it is with each
   dtype. Whatever is unusual about an array is left to the protocol, too, and without this file all of them are. */
typedef struct {
	PyObject object;
	char *data;
	int dimensions;
	Py_ssize_t *shape, *strides;
	PyObject *base, *dtype;
	int flags;
} ndarray;

/* numpy's flags; the last is of memory that looks as if there were more of it, to which numpy itself warns to write. */
enum { IS_CONTIGUOUS = 1, IS_ALIGNED = 0x100, IS_WRITEABLE = 0x400, WARNS_ON_WRITE = 1 << 31 };

#pragma GCC visibility push(hidden)

extern PyTypeObject *gomagic_ndarray; /* NULL: none has been seen */
extern PyObject *gomagic_dtypes[128]; /* by the codes of numbers; NULL as well */

/* See what there is to be learnt of an object with such a view, of numbers of that code. An exception is none. */
void gomagic_learn_array(PyObject *object, const Py_buffer *view, char code);

#pragma GCC visibility pop

/* The code of the numbers of an array of one dimension, wherever they lie; 0: ask the protocol. */
static inline char gomagic_code_of_array(PyObject *object) {
	const ndarray *a = (const ndarray *)object;
	if (object->type != gomagic_ndarray || a->dimensions != 1) return 0;
	for (const char *code = "dqfiBbhHIQFD"; *code; code++)
		if (a->dtype == gomagic_dtypes[(int)*code]) return *code;
	return 0;
}

/* The array that an object is, with at least one number of that code, which Go can have as they lie, also to write to them;
   NULL: ask the protocol. It stays whose it is. */
static inline const ndarray *gomagic_array_of(PyObject *object, char code, int writes) {
	const ndarray *a = (const ndarray *)object;
	int wanted = IS_CONTIGUOUS | IS_ALIGNED | (writes ? IS_WRITEABLE : 0);
	if (object->type != gomagic_ndarray || a->dimensions != 1 || a->dtype != gomagic_dtypes[code & 127]) return NULL;
	return (a->flags & (wanted | WARNS_ON_WRITE)) == wanted && a->shape[0] ? a : NULL;
}
#endif
