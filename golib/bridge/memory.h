#ifndef GOMAGIC_MEMORY_H
#define GOMAGIC_MEMORY_H
#include <stddef.h>
#include <stdint.h>

#pragma GCC visibility push(hidden)

/* Memory of C's that is counted while it lives. gomagic_room returns NULL where there is none for n times `size` bytes:
   so much may be asked for what Python passes. gomagic_alloc, for copies of what Go has, never does: it ends the process,
   as Go's own C.malloc. gomagic_widen and gomagic_grown, which fail as these do, make a piece
   that is not empty larger; it may move. gomagic_free takes NULL. All may be called from any thread. */
void *gomagic_room(size_t n, size_t size);
void *gomagic_alloc(size_t bytes);
void *gomagic_widen(void *p, size_t bytes);
void *gomagic_grown(void *p, size_t bytes);
void gomagic_free(void *p);
int64_t gomagic_allocated(void);

/* A text of C's own for as long as the library lives, which is not counted. */
char *gomagic_copied(const char *text);

#pragma GCC visibility pop
#endif
