#ifndef GOMAGIC_HANDLE_H
#define GOMAGIC_HANDLE_H
#include "loan.h"

/* What Python has of a Go type whose pointers cross as handles, or of an interface, whose handles stand for values of types
   that have no class of their own. */
enum { BY_IDENTITY, BY_VALUE, HASHED };
typedef struct class {
	PyTypeObject *type;
	const char *takes; /* of an interface: for each class by its number, 1 if its type implements that, else 0 */
	const struct method *methods; /* of an interface that Python can implement, see methods.h; else NULL */
	PyObject *stream; /* of an interface that files of Python's can be: what these must have, see methods.h; else NULL */
	struct plan *plan; /* of a struct that can lie in Python, see loose.h; else NULL */
	int equality;      /* of its values */
} class;

/* An object of a Go type. It is held: it stands for a pointer in Go, and has no room for attributes of Python's own, so no
   cycle can go through it. Or it is loose: number is 0, and the fields of a struct lie in it, until something needs its
   address (move.c); then it is held for good. */
typedef struct handle {
	PyObject object;
	uint32_t items, moving; /* CPython's ob_size; which of what moves to Go it is, counted from 1 */
	uint64_t number;        /* Handle in objects.go; its lower half is the place in `living` */
	union {
		const class *of; /* loose */
		struct {
			uint64_t is_value : 1, times : 63; /* held: a struct, not a pointer to it; Go has given that number so often */
		};
	};
	PyObject *weak;    /* CPython's list of the weak references to it */
	PyObject *field[]; /* loose; of one that lies in another one the last item is that one, borrowed, or NULL */
} handle;

#pragma GCC visibility push(hidden)

/* The type below all of a library's handles; 0 or -1. */
int gomagic_prepare_handles(void);
extern PyTypeObject *gomagic_handle_type;

/* Of every type that stands on it. */
void gomagic_dealloc_handle(PyObject *self);
int gomagic_set_attribute(PyObject *self, PyObject *name, PyObject *value);

/* What moves a loose one to Go: move.c. f: for whose call. Returns its number, 0 with an exception set. */
extern uint64_t (*gomagic_move)(PyObject *self, const function *f);

/* The number of an object, for Handle in objects.go. It moves to Go if it lies in Python. 0 with an exception set. */
static inline uint64_t gomagic_handle_number(PyObject *self, const function *f) {
	uint64_t number = ((handle *)self)->number;
	return number ? number : gomagic_move(self, f);
}

/* Let go of the fields of a loose object. */
void gomagic_let_go_of_fields(handle *h);

/* Make a loose object stand for what `made` stands for, which then stands for nothing. Its fields are the caller's to let
   go of. */
void gomagic_adopt(handle *h, handle *made);

/* The pointer that an object stands for which is no handle of the class: a new reference, with what the object says in a
   place of Go's own. flags: what Go does with it. NULL: there is none, and *why says what to refuse it by, or is NULL with an
   exception set. */
PyObject *gomagic_pointer_for(PyObject *object, const class *wanted, int flags, const char **why);

/* A pointer's number into the block, or out of it. A pointer that Python has a handle of already is the same object. */
int gomagic_lend_handle(crossing *c, const kind *k, PyObject *object);
PyObject *gomagic_give_handle(crossing *c, const kind *k);

/* The same of a handle of any class. */
int gomagic_lend_any_handle(crossing *c, const kind *k, PyObject *object);

/* The same of a struct, which Go has copied to where the number is. */
PyObject *gomagic_give_struct(crossing *c, const kind *k);
/* The same of a number that lies elsewhere. is_value: of a struct, not of a pointer to it. */
PyObject *gomagic_object_of(const class *of, uint64_t number, int is_value);

/* The same of a number that has come from Python in this call, whose object it has kept. */
PyObject *gomagic_living_object(uint64_t number);

#pragma GCC visibility pop
#endif
