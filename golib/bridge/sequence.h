#ifndef GOMAGIC_SEQUENCE_H
#define GOMAGIC_SEQUENCE_H
#include "form.h"

#pragma GCC visibility push(hidden)

/* A step of a sequence, `step` in sequence.go: packed is NULL where there is nothing more. */
typedef struct {
	head h;
	char *packed;
	int64_t n;
} step;

/* The iterator over a sequence of Go's. */
PyObject *gomagic_unpack_sequence(unpacking *from, const form *f);

/* 0 or -1. */
int gomagic_prepare_sequences(void);

#pragma GCC visibility pop
#endif
