#ifndef GOMAGIC_MEMORY_H
#define GOMAGIC_MEMORY_H
#include <stddef.h>
#include <stdint.h>

#pragma GCC visibility push(hidden)

/* Memory of C's that is counted while it lives. gomagic_alloc never returns NULL: without memory it ends the process,
   as Go's own C.malloc does. gomagic_free takes NULL. Both may be called from any thread. */
void *gomagic_alloc(size_t bytes);
void gomagic_free(void *p);
int64_t gomagic_allocated(void);

#pragma GCC visibility pop
#endif
