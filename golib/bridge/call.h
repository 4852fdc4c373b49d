#ifndef GOMAGIC_CALL_H
#define GOMAGIC_CALL_H
#include "block.h"
#include "memory.h"
#include "python.h"

/* A shape says how a parameter or result lies in its block and what it is in Python; a code says of which type its
   numbers are. golib/cellgen/kinds.go has the same letters. */
enum {
	NUMBER = '1', /* a bool, integer, float or complex: its code says which */
	TEXT = 's',   /* string and str; as a result with code 'y' []byte and bytes */
	ARRAY = 'a',  /* []T and an array; [N]T where `length` is not -1 */
	TEXTS = 't',  /* []string; as a result with code 'y' [][]byte */
	ROWS = 'm',   /* [][]T */
	OWNER = 'o',  /* as a result: a handle, whose owner Python gets */
};

/* What Go does with a slice or string, as the compiler says. GO_KEEPS: may still use it after the call, or nobody knows.
   GO_RETURNS: a result may lie in it. */
enum { GO_KEEPS = 1, GO_WRITES = 2, GO_RETURNS = 4 };

typedef struct {
	PyObject *name;
	char shape, code;
	int size; /* bytes of one number */
	int flags;
	Py_ssize_t length; /* of a [N]T, else -1 */
	int slot;
} value;

enum { SCRATCH = 256 };
enum { SMALL_BYTES = 16384 }; /* of arguments from which on a quick function gives up the GIL */

/* A function that Python can call; lives as long as the library. */
typedef struct {
	PyObject *python; /* the finished function, for messages; borrowed */
	int number, params, results;
	int slots, clear; /* of its block; from where on they must be zero before a call, or 0 */
	int lists;        /* how many parameters are []string */
	int variadic, fails; /* takes *args; ends in an error */
	size_t quick;        /* with fewer bytes of arguments it is over soon, and keeps the GIL: Quick in golib/cellgen/quick.go */
	PyObject *named;            /* the namedtuple of its results, or NULL */
	value *param, *result;
} function;

typedef struct { /* a slice as Go has it */
	void *p;
	Py_ssize_t n, capacity;
} slice;

/* What a slice parameter lends to Go for one call; gomagic_return takes it back. */
typedef struct loan {
	int param;
	enum { IN_PLACE, STRIDED, FROZEN, ITEMS } way; /* where writes go: nowhere else, there, nowhere at all, item by item */
	PyObject *source;     /* what the caller has passed; borrowed */
	PyObject *held;       /* an object made for the call, or NULL */
	Py_buffer view;       /* taken if view.obj is set */
	char *temp;           /* C's memory in place of the caller's, or NULL */
	char *before;         /* the same before the call, if Go writes, else NULL */
	PyObject *memory;     /* the owner of temp from now on, if a result lies in it, else NULL */
	Py_ssize_t n;         /* elements, or rows */
	char code;
	int foreign;          /* the view has the other byte order */
	slice *headers;       /* of a [][]T, else NULL */
	struct loan *rows;    /* of a [][]T that came row by row, else NULL */
} loan;

typedef struct {
	const function *f;
	int64_t *block;
	int loans, lents, kept;
	size_t bytes; /* of all arguments but single numbers, headers of text in lists and of rows included: decides about the GIL */
	int bare;     /* Go reads strings that only the caller's list keeps: the GIL must be kept */
	loan loan[MOST_PARAMS];
	region lent[MOST_PARAMS];
	PyObject *keep[MOST_PARAMS]; /* objects made for the call alone */
	char scratch[SCRATCH];
} call;

/* With fewer bytes of arguments this call is over soon. What Go keeps is copied first, however little it does with it. */
static inline size_t gomagic_soon(const call *c, int copies) {
	return copies && c->f->quick > SMALL_BYTES ? SMALL_BYTES : c->f->quick;
}

/* Of no concern to other libraries, and called directly instead of by way of the linker's table. */
#pragma GCC visibility push(hidden)

/* convert.c: numbers. `take` writes one number to `to` as Go has it in an array, `give` makes an object of one. */
enum { OK, WRONG_TYPE, OUT_OF_RANGE, RAISED };
int gomagic_size(char code);
char gomagic_code(const char *format, Py_ssize_t size, int *foreign);
int gomagic_take(char code, PyObject *object, void *to);
PyObject *gomagic_give(char code, const void *from);

/* arrays.c, texts.c: what goes in. 0, or -1 with an exception set. */
int gomagic_lend_array(call *c, int i, PyObject *object);
int gomagic_lend_rows(call *c, int i, PyObject *object);
int gomagic_lend_odd_text(call *c, int i, PyObject *object);
int gomagic_lend_texts(call *c, int i, PyObject *object);
loan *gomagic_new_loan(call *c, int i, PyObject *object);
void gomagic_mark(call *c, loan *l);
int gomagic_has(PyObject *object, const char *attribute);
int gomagic_write_back(call *c, loan *l);
int gomagic_write_texts_back(call *c, loan *l);
void gomagic_return(loan *l);

/* results.c: a new reference, or NULL with an exception set; in both cases nothing of the result is left in C or Go. */
PyObject *gomagic_result(call *c, const value *r);

/* owner.c: memory as Python sees it. `base` (stolen) keeps it, or `handle` in Go, or C's memory `temp`. */
int gomagic_prepare_owner(void);
PyObject *gomagic_owner(void *p, Py_ssize_t n, char code, int readonly, PyObject *base, uint64_t handle, void *temp);
int gomagic_is_in_go(PyObject *array);

/* call.c: what every function of a cell runs; self is the function's own module object (open.c). */
PyObject *gomagic_enter(PyObject *self, PyObject *const *args, Py_ssize_t n, PyObject *names);

/* call.c: exceptions, made in Python (gomagic/bind/plain.py) so that their words are in one place. Always -1. */
int gomagic_refuse(call *c, int i, const char *why, PyObject *object, Py_ssize_t at);
extern PyObject *gomagic_hooks[];
enum { EXCEPTION, MAKE_ARRAY, AS_ARRAY, AS_LIST, HOOKS };
extern int gomagic_forked;
extern void (*gomagic_run)(void *block); /* Go's run, in bridge.go */

#pragma GCC visibility pop
#endif
