#ifndef GOMAGIC_SEQUENCE_H
#define GOMAGIC_SEQUENCE_H
#include "form.h"

#pragma GCC visibility push(hidden)

/* A step of a sequence, `step` in sequence.go: packed is NULL where there is nothing more. */
typedef struct {
	head h;
	char *packed;
	int64_t n;
	int64_t is_cut; /* before the next has come: Python is to look for an interrupt */
} step;

/* The iterator over a sequence of Go's that has that number, and that the call returns. It takes over the number, also when it
   fails: NULL, with an exception set. */
PyObject *gomagic_make_iterator(crossing *c, const form *f, uint64_t number);

/* The number of the sequence that an object goes through, if it is of that form, else 0. */
uint64_t gomagic_number_of_sequence(PyObject *object, const form *f);

/* The number of whatever sequence of this library's an object goes through, else 0. *by: what has returned it. */
uint64_t gomagic_number_of_any_sequence(PyObject *object, const function **by);

/* 0 or -1. */
int gomagic_prepare_sequences(void);

#pragma GCC visibility pop
#endif
