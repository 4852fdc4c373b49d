#include "memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Each piece is headed by its size, in 16 bytes so that what follows is aligned for every type. */
enum { HEADER = 16 };
static int64_t allocated;

void *gomagic_room(size_t n, size_t size) {
	if (n > (PTRDIFF_MAX - HEADER) / size) return NULL;
	size_t bytes = n * size;
	char *p = malloc(HEADER + bytes);
	if (!p) return NULL;
	*(size_t *)p = bytes;
	__atomic_fetch_add(&allocated, bytes ? (int64_t)bytes : 1, __ATOMIC_RELAXED); /* an empty piece can leak, too */
	return p + HEADER;
}

static void *or_end(void *p, size_t bytes) {
	if (!p) {
		fprintf(stderr, "gomagic: no memory for %zu bytes\n", bytes);
		abort();
	}
	return p;
}

void *gomagic_alloc(size_t bytes) { return or_end(gomagic_room(bytes, 1), bytes); }

void *gomagic_widen(void *p, size_t bytes) {
	char *start = (char *)p - HEADER, *wider = realloc(start, HEADER + bytes);
	if (!wider) return NULL;
	__atomic_fetch_add(&allocated, (int64_t)(bytes - *(size_t *)wider), __ATOMIC_RELAXED);
	*(size_t *)wider = bytes;
	return wider + HEADER;
}

void *gomagic_grown(void *p, size_t bytes) { return or_end(gomagic_widen(p, bytes), bytes); }

void gomagic_free(void *p) {
	if (!p) return;
	char *start = (char *)p - HEADER;
	size_t bytes = *(size_t *)start;
	__atomic_fetch_sub(&allocated, bytes ? (int64_t)bytes : 1, __ATOMIC_RELAXED);
	free(start);
}

char *gomagic_copied(const char *text) { return strcpy(malloc(strlen(text) + 1), text); }

int64_t gomagic_allocated(void) { return __atomic_load_n(&allocated, __ATOMIC_RELAXED); }
