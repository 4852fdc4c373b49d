#ifndef GOMAGIC_CONTEXT_H
#define GOMAGIC_CONTEXT_H
#include "block.h"
#include "function.h"
#include "refuse.h"

#pragma GCC visibility push(hidden)

/* What the context of a call is made of; it lies in the block, before the parameters. Context in context.go is the same. */
typedef struct {
	int64_t timeout; /* nanoseconds, or NO_TIMEOUT */
	int64_t before;  /* so many interrupts there had been before the call; DEAF: none cancels it */
	int64_t flight;  /* by whose number it is cancelled, see flight.h; 0: it has none */
} context;

_Static_assert(sizeof(context) == CONTEXT_SLOTS * sizeof(int64_t), "a context fills its slots");
enum { NO_TIMEOUT = -1, DEAF = -1 };

/* The arguments of a call without the keyword of its context. */
typedef struct {
	PyObject *const *args;
	PyObject *names;
	PyObject **copied; /* or NULL */
	PyObject *shorter; /* or NULL */
} given;

/* Read the keyword of the time limit and leave out it. 0 or -1. */
int gomagic_take_timeout(const function *f, given *from, Py_ssize_t n, context *to);
void gomagic_forget_given(given *from);

/* Have an interrupt cancel the context of this call, if this is the thread that gets KeyboardInterrupt; it is raised if
   there has been an interrupt already. 0 or -1. */
int gomagic_listen(context *to);

/* No more. `interrupt` is what Python's handler has raised meanwhile, if anything: mostly KeyboardInterrupt. */
void gomagic_listen_no_more(const context *of, raised *interrupt);

/* Raise that in place of what the call returns, or has failed with. Always NULL. */
PyObject *gomagic_raise_interrupt(raised interrupt, PyObject *out, int panicked);

/* How many interrupts there have been while calls listened. */
extern int64_t gomagic_interrupts;

void gomagic_wake_watch(void); /* Go's */

/* The number of the thread that handles signals. 0 or -1. */
int gomagic_prepare_contexts(PyObject *thread);

/* What Go works on for the thread that handles signals, without the GIL and where no interrupt cancels a context: a call, or a
   step of a sequence. After a while a goroutine listens for it: watch in context.go. */
typedef struct {
	const function *f; /* NULL: nothing */
	int64_t sequence;  /* the number of what the step is of, else 0 */
	int64_t count;     /* how often this has been something else */
	int64_t asleep;    /* nobody watches */
} absence;
extern absence gomagic_absent;
extern PyThreadState *gomagic_main_state;

/* The thread with that state goes; what was before is to be put back when it returns. */
static inline absence gomagic_leave(const function *f, int64_t sequence) {
	absence before = gomagic_absent;
	gomagic_absent.f = f;
	gomagic_absent.sequence = sequence;
	__atomic_store_n(&gomagic_absent.count, before.count + 1, __ATOMIC_RELEASE);
	if (__atomic_load_n(&gomagic_absent.asleep, __ATOMIC_RELAXED)) gomagic_wake_watch();
	return before;
}

static inline void gomagic_return_from(absence before) {
	gomagic_absent.f = before.f;
	gomagic_absent.sequence = before.sequence;
	__atomic_store_n(&gomagic_absent.count, gomagic_absent.count + 1, __ATOMIC_RELEASE);
}

/* Whether interrupts come here first from now on, for what is absent. From any thread. */
void gomagic_overhear(int on);

/* What is absent, if that is what was the count-th, and its name, else NULL. */
const char *gomagic_name_of_absent(int64_t count);

#pragma GCC visibility pop
#endif
