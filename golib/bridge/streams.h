#ifndef GOMAGIC_STREAMS_H
#define GOMAGIC_STREAMS_H
#include "turns.h"

#pragma GCC visibility push(hidden)

/* What Go can want of a file of Python's; gomagic/bind/streams.py has the same. AS_TEXT is added where that is text. */
enum { READ, WRITE, SEEK, TRUNCATE, FLUSH, CLOSE, FILENO, AS_TEXT = 16 };
enum { NOTHING_NOW = -1 };

/* It lies in a callback's room: read up to n bytes into p, or write those, or go n bytes from where `whence` says. `got` is
   then how many bytes, or where it is. */
typedef struct {
	int64_t what, whence, n, got;
	int64_t p; /* as a number, see callback */
} file_use;

/* Do it, with the GIL. 0 or -1. */
int gomagic_do_use(callback *b);

/* What Python has as the standard input: an object, as a number, that lives as long as the library; 0: there is no Python. */
int64_t gomagic_standard_input(void);

#pragma GCC visibility pop
#endif
