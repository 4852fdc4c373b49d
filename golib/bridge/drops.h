#ifndef GOMAGIC_DROPS_H
#define GOMAGIC_DROPS_H
#include <stdint.h>

/* The handles that Python has dropped, until Go lets go of what they stand for: a ring that C fills, with the GIL, and Go
   empties, under a lock of its own, at the next call that has to do with handles. So a drop costs no entry into Go.
   Go's side of it is objects.go. */

enum { MOST_DROPS = 1024 };

#pragma GCC visibility push(hidden)

extern struct drops {
	uint64_t filled, emptied; /* how many so far; those between them lie in the ring */
	struct {
		uint64_t number, times; /* of a handle; how often Go has given that number to C */
	} ring[MOST_DROPS];
} gomagic_drops;

#pragma GCC visibility pop
#endif
