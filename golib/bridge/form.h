#ifndef GOMAGIC_FORM_H
#define GOMAGIC_FORM_H
#include "loan.h"
#include "refuse.h"

/* The code of an array that is a key, for which Python has a tuple; of an interface that is one; of a pointer; of a
   parameter []T that an array may be lent to as it is, see records.h; of a sequence that is a channel, or a
   channel from which one can receive. */
enum { OF_KEY = 'k', OF_POINTER = 'p', OF_RECORDS = 'r', OF_CHANNEL = 'c' };

/* A form says what a type is made of whose values cross in parcels: a tree, or a graph where a type holds values of itself.
   A parcel is one piece of C's memory in which the parts of a value lie one behind the other, in slots of eight bytes.
   golib/cellgen/forms.go makes the same forms, golib/bridge/codec.go is Go's side of parcels. */
enum {
	NUMBERS = 'a',  /* []T of numbers, in: a length, and its bytes; out: an Array as Lend makes it */
	FIXED = 'f',    /* [N]T of numbers: its bytes */
	BYTES = 'y',    /* []byte: a length, and its bytes */
	SLICE = 'l',    /* []T: a length, and its items */
	ITEMS = 'n',    /* [N]T: its items */
	MAP = 'd',      /* a length; each key, and its value */
	SET = 'u',      /* map[K]struct{}: a length, and its keys */
	NO_SLOT = '0',  /* struct{}: no slot */
	FUNC = 'F',     /* the addresses and the number in callable below */
	STRUCT = 'S',   /* the number of a handle, or 0 and the fields */
	YIELDED = 'Q',  /* iter.Seq, iter.Seq2, <-chan T: the slots of iterables.h */
	CHANNEL = 'C',  /* chan T, chan<- T: the number of a handle */
	OPTIONAL = 'P', /* *T in a field: 1, and what it points to; or 0 */
	ANY = 'e',      /* an interface without methods, see any.h */
	DURATION = 'D', MOMENT = 'T', BIG = 'I', /* time.Duration, time.Time, big.Int: bytes, see converted.h */
	/* NUMBER: a slot or two. TEXT: a length, and its bytes. HANDLE: its number. FACE, FAULT: see faces.h. */
};

typedef struct form form;

/* On its way into a parcel. */
typedef struct {
	crossing *c;
	const kind *k;  /* the parameter, for messages */
	PyObject *held; /* a list of what must live until the call is over, or NULL */
	char *p;
	size_t n, room;
} packing;

/* On its way out of one. All of it is read, whatever fails: what it has of Go must not stay there. */
typedef struct {
	crossing *c;
	const char *p;
	enum { NEW, AGAIN, CAME } of; /* a result; a parameter after the call, with numbers in the parcel, not in Go; or before */
	raised failed; /* the first exception */
} unpacking;

/* A parameter after the call, in which Go may have written. */
typedef struct {
	crossing *c;
	const kind *k;
	const char *before; /* of the parcel that came in */
	const PyObject *spread; /* the tuple of a variadic parameter: Go has a slice of its own, though not of its own items */
	unpacking now;
} merging;

/* Where in an argument something lies: in its attribute `field`, under `key`, or at `index`. The argument itself: NULL. */
typedef struct place {
	const struct place *in;
	PyObject *field, *key;
	Py_ssize_t index;
} place;

/* What becomes of values of one shape. */
typedef struct {
	char letter;
	/* An object into the parcel: 0 or -1. */
	int (*pack)(packing *to, const form *f, PyObject *object, const place *at);
	/* An object of what comes next in the parcel: a new reference; NULL, then `failed` says why, and all of it is read. */
	PyObject *(*unpack)(unpacking *from, const form *f);
	/* Bring what Go has changed to the object, or return what is to stand in its place, a new reference; else NULL. All of it
	   is read in both parcels. What has failed is in `now`, like what cannot be brought back. */
	PyObject *(*merge)(merging *m, const form *f, PyObject *object, const place *at);
	/* The end of a value in a parcel that has come in. */
	const char *(*skip)(const form *f, const char *p);
} ways;

struct form {
	const ways *how;
	char shape, code;  /* of numbers, in slices and arrays, too */
	int size;          /* bytes of one number */
	Py_ssize_t length; /* of an array; of a func the number of what calls it, if it comes out, of a channel of the first; else -1 */
	int number;        /* in the manifest */
	const struct class *class; /* of a handle, struct, channel or func; of the last NULL if none comes out */
	const function *call;      /* of such a func */
	const function **calls;    /* of a channel, see channels.c */
	int parts;         /* items: one; map: key and value; struct: the fields; func: parameters and results */
	int params;        /* of a func */
	int is_variadic;
	int is_plain; /* of a func: takes but numbers, of which callback.c knows how they mostly are */
	const form **part;
	const form *all;   /* of the library, and how many, for what may be any of them */
	int forms;
	PyObject **names; /* of the fields; of a func or channel its type */
	struct layout *layout; /* of a struct of numbers alone, see records.h; else NULL */
	struct dresser *dress; /* gives methods to what `undressed` unpacks; else NULL */
	const ways *undressed; /* as `how`, if that dresses */
};

/* Whether it is an int or float64 without methods, of which callback.c knows how they mostly are. */
static inline int gomagic_is_plain_number(const form *f) { return f->shape == NUMBER && (f->code == 'q' || f->code == 'd') && !f->dress; }

static inline size_t gomagic_padded(size_t n) { return (n + 7) & ~(size_t)7; }
#endif
