#ifndef GOMAGIC_TURNS_H
#define GOMAGIC_TURNS_H
#include <stdint.h>

/* A call of Python's that Go makes, or a step through an iterable of Python's. Addresses are numbers, so that Go's memory can
   hold them; the references in `raised` and `held` are Go's to give up. */
enum { CALLBACK_ROOM = 256 };
enum { CALL, STEP, STOP, USE }; /* `what`; STOP: no more steps; USE: of a file, see streams.h */
enum { WENT_WELL, RAISED_ONE, RAISED_FATAL, NOT_NOW, ENDED }; /* `how`; fatal: no Exception, as KeyboardInterrupt is none; ended:
    there is no next */
typedef struct {
	int64_t object, method;      /* the callable; or an object, and its method, see methods.h, which knows what follows */
	int64_t form, param;         /* that of the func; as which parameter's argument Go has got it */
	int64_t p;                   /* the parcel of its arguments, then that of the results, in C's memory. 0: it lies in `room` */
	int64_t what, how;
	int64_t iterator, index;     /* of a step: 0 before the first and after the last; how many there were */
	int64_t raised, error;       /* the exception, and the number of the error in it, or 0 */
	int64_t held;                /* a list of what must live until the results are read, or 0 */
	int64_t text, length;        /* what the exception says, in C's memory */
	int64_t room[CALLBACK_ROOM / sizeof(int64_t)];
} callback;

/* The callbacks of one call that keeps the GIL and lends callables to Go, which calls them in turn, in the call itself. It lies
   on C's stack, in the call's crossing. */
typedef struct {
	int64_t keeps_gil; /* as long as it does not, they come as any others do */
	int64_t deep;      /* how many calls back lie in one another with these, see DEEPEST in callback.c; 0: none has come yet */
	callback b;
} turns;
#endif
