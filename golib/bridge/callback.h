#ifndef GOMAGIC_CALLBACK_H
#define GOMAGIC_CALLBACK_H
#include <stdint.h>

#pragma GCC visibility push(hidden)

/* A call of Python's that Go makes, or a step through an iterable of Python's. Addresses are numbers, so that Go's memory can hold them; the references in `raised` and
   `held` are Go's to give up. */
enum { CALLBACK_ROOM = 256 };
enum { CALL, STEP, STOP }; /* `what`; STOP: no more steps */
enum { WENT_WELL, RAISED_ONE, RAISED_FATAL, NOT_NOW, ENDED }; /* `how`; fatal: no Exception, as KeyboardInterrupt is none; ended:
   there is no next */
typedef struct {
	int64_t object, form, param; /* the callable; the form of its func; as which parameter's argument Go has got it */
	int64_t method;              /* of the object, see methods.h, which has form and param; or 0 */
	int64_t p;                   /* the parcel of its arguments, then that of the results, in C's memory. 0: it lies in `room` */
	int64_t what, how;
	int64_t iterator, index;     /* of a step: 0 before the first and after the last; how many there were */
	int64_t raised, error;       /* the exception, and the number of the error in it, or 0 */
	int64_t held;                /* a list of what must live until the results are read, or 0 */
	int64_t text, length;        /* what the exception says, in C's memory */
	int64_t room[CALLBACK_ROOM / sizeof(int64_t)];
} callback;

/* 0 or -1. */
int gomagic_prepare_callbacks(void);

/* Make a call, from whichever thread. */
void gomagic_call_back(callback *b);

/* Take a reference for Go to an object that somebody holds; give one up, for which Go need not wait. From any thread.
   gomagic_take_over: it is the caller's from now on. */
void gomagic_refer(int64_t object);
void gomagic_unwant(int64_t object);
void gomagic_take_over(int64_t object);

/* The families of an exception, bits as in errors.go, and in *number its errno, or 0. From any thread. */
int64_t gomagic_kin_of(int64_t exception, int64_t *number);

/* The references that Go has. */
int64_t gomagic_referred(void);

/* Let go of what Go does not want any more. */
void gomagic_drop_unwanted(void);

/* From here on this thread alone calls back: the interpreter ends. To be called without the GIL: it waits for those that are
   under way, up to so many milliseconds. */
void gomagic_close(int64_t patience);

#pragma GCC visibility pop
#endif
