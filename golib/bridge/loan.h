#ifndef GOMAGIC_LOAN_H
#define GOMAGIC_LOAN_H
#include "block.h"
#include "function.h"
#include "turns.h"

typedef struct crossing crossing;

typedef struct { /* a slice as Go has it */
	void *p;
	Py_ssize_t n, capacity;
} go_slice;

/* What a slice parameter lends to Go for one call. */
typedef struct loan {
	int param;
	PyObject *source; /* what the caller has passed; borrowed */
	PyObject *held;   /* an object made for the call, or NULL */
	Py_buffer view;   /* taken if view.obj is set */
	char *temp;       /* C's memory in place of the caller's, or NULL */
	char *before;     /* the same before the call, if Go writes, else NULL */
	PyObject *memory; /* the owner of temp from now on, if a result lies in it, else NULL */
	size_t bytes;     /* of temp or, without one, of the view: where a result may lie */
	Py_ssize_t n;     /* elements, or rows */
	char code;
	int foreign;       /* the view has the other byte order */
	int frozen;        /* what Go has written cannot be brought back */
	int is_source;     /* what a result reads of is among what it holds, and lives as long */
	go_slice *headers; /* of a [][]T, else NULL */
	struct loan *rows; /* of a [][]T that came row by row, else NULL */
	int (*bring_back)(crossing *c, struct loan *l); /* what Go has written, to the source; 0 or -1. NULL: nothing */
} loan;

enum { SCRATCH = 256 };
enum { SMALL_BYTES = 16384 };
enum { LARGE_BYTES = 1 << 20 };

/* One call on its way from Python to Go and back. */
struct crossing {
	const function *f;
	int64_t *block;
	int loans, lents, kept;
	size_t bytes; /* of all arguments but single numbers, headers of text in lists and of rows included: decides about the GIL */
	int has_begun; /* Go has, or is about to */
	size_t silent; /* bytes that C has copied, compared or scanned since other threads could run, see gomagic_step_aside */
	loan loan[MOST_PARAMS + 1]; /* one for all callables */
	region lent[MOST_PARAMS];
	PyObject *keep[MOST_PARAMS]; /* objects made for the call alone */
	turns turns; /* filled in if a callable is lent */
	int used; /* bytes of it, by parameters */
	char scratch[SCRATCH] __attribute__((aligned(8)));
};

static inline int gomagic_is_scratch(const crossing *c, const char *p) { return (size_t)(p - c->scratch) <= SCRATCH; }

/* With fewer bytes of arguments this call is over soon. What Go keeps is copied first, however little it does with it. */
static inline size_t gomagic_soon(const crossing *c, int copies) {
	return copies && c->f->quick > SMALL_BYTES ? SMALL_BYTES : c->f->quick;
}

/* Let Python's other threads run while so many bytes are copied, compared, scanned or freed, if with those before them that
   takes long; gomagic_step_back takes what it returns. Meanwhile no Python is asked, and only such memory touched as is the
   call's own or held by its view. Never while the strings of the caller's own list are lent, see gomagic_lend_texts. */
static inline PyThreadState *gomagic_step_aside(crossing *c, size_t bytes) {
	c->silent += bytes;
	if (c->silent < LARGE_BYTES) return NULL;
	c->silent = 0;
	return PyEval_SaveThread();
}

static inline void gomagic_step_back(PyThreadState *thread) {
	if (thread) PyEval_RestoreThread(thread);
}

#pragma GCC visibility push(hidden)

loan *gomagic_new_loan(crossing *c, int i, PyObject *object);

/* Tell Go what the compiler knows of a slice parameter. */
void gomagic_mark(crossing *c, const loan *l);

/* Tell Go that a result may lie there. rows: 0, or start is that many slice headers, of elements of that size. */
void gomagic_lend_region(crossing *c, void *start, size_t size, int64_t rows);

/* Keep what Go gets, if it writes, to see later what it wrote. 0 or -1. */
int gomagic_remember(crossing *c, loan *l);

/* What becomes of what a loan holds, in a list, when Go has had it; sequence.c sets it. */
extern void (*gomagic_see_off)(const crossing *c, const loan *l);

/* Give back all that a loan holds. */
void gomagic_return(crossing *c, loan *l);

#pragma GCC visibility pop
#endif
