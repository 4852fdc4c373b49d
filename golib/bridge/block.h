#ifndef GOMAGIC_BLOCK_H
#define GOMAGIC_BLOCK_H
#include <stddef.h>
#include <stdint.h>

/* A block is what C and Go share during one call: a head, of a method its receiver, then the parameters, then the results,
   in slots of eight bytes. Go's side of it is block.go. */

enum { MOST_PARAMS = 24, MOST_RESULTS = 12 };
enum { WIDEST_PARAM = 2, WIDEST_RESULT = 3 }; /* slots */

/* Memory that is lent for the call and in which a result may lie; `region` in block.go. */
typedef struct {
	void *start;
	size_t size; /* bytes; of one element if there are rows */
	int64_t rows; /* 0, or start is that many slice headers */
} region;

/* The first slots, `Head` in block.go. */
typedef struct {
	uint64_t own, wrote;
	region *lent;
	int64_t lents;
	char *scratch;
	int64_t room;
	uint64_t error;
	int64_t shim, loans;
	uint64_t panicked;
	void *thread; /* Python's, of a call that runs without the GIL, else NULL */
} head;

/* Of a call without the GIL: take it back for the rest of it. */
void gomagic_alone(head *h);

/* Of a call with the GIL: give it up for the rest of it. */
void gomagic_apart(head *h);

enum { HEAD_SLOTS = sizeof(head) / sizeof(int64_t), CONTEXT_SLOTS = 3 };
enum { MOST_SLOTS = HEAD_SLOTS + 1 + CONTEXT_SLOTS + WIDEST_PARAM * MOST_PARAMS + WIDEST_RESULT * MOST_RESULTS };
_Static_assert(sizeof(head) % sizeof(int64_t) == 0, "a head fills its slots");
_Static_assert(MOST_PARAMS <= 64, "a bit of `own` and `wrote` for each");
#endif
