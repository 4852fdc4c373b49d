#ifndef GOMAGIC_SHAPES_H
#define GOMAGIC_SHAPES_H
#include "loan.h"

/* What becomes of values of one shape. */
typedef struct shape {
	char letter;
	int (*lend)(crossing *c, const kind *k, PyObject *object); /* an argument, into the block: 0 or -1 */
	PyObject *(*give)(crossing *c, const kind *k);               /* a result, out of the block: a new reference or NULL */
	int param_slots, result_slots; /* of eight bytes; 0: there is none such */
} shape;

#pragma GCC visibility push(hidden)

/* The shape with that letter, NULL if there is none. */
const shape *gomagic_shape(char letter);

/* Have a result, whose slots are known, be what its `dress` makes of it. */
void gomagic_dress(kind *k);

/* How many slots a parameter or result takes, 0 if none of its shape can be. */
int gomagic_slots(const kind *k, int is_result);

#pragma GCC visibility pop
#endif
