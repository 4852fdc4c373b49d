#include "context.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "_cgo_export.h"
#include "fork.h"

/* An interrupt reaches Go while Python's thread is in a call: for as long as such a call goes on, SIGINT comes here. Whoever
   handled it before, which is Python, notes it, and makes KeyboardInterrupt of it once the call has returned. That may be soon:
   only then does a byte in a pipe wake a goroutine, which cancels the contexts of the calls that had begun before. */
static struct sigaction next;
static int calls;         /* that listen: one, but for those in callbacks */
static int pipe_end = -1; /* none yet, or none to be had */
int64_t gomagic_interrupts;
static unsigned long main_thread;

static int is_handler(const struct sigaction *of) {
	return of->sa_flags & SA_SIGINFO || (of->sa_handler != SIG_DFL && of->sa_handler != SIG_IGN);
}

static void on_interrupt(int number, siginfo_t *info, void *where) {
	__atomic_add_fetch(&gomagic_interrupts, 1, __ATOMIC_SEQ_CST);
	if (next.sa_flags & SA_SIGINFO) next.sa_sigaction(number, info, where);
	else if (is_handler(&next)) next.sa_handler(number);
	if (gomagic_forked) return; /* in a child it is the pipe of the parent's Go */
	int before = errno;
	ssize_t written = write(pipe_end, "", 1);
	(void)written;
	errno = before;
}

int gomagic_prepare_contexts(PyObject *thread) {
	main_thread = (unsigned long)PyLong_AsUnsignedLongLong(thread);
	return PyErr_Occurred() ? -1 : 0;
}

/* Put the handler in place. Whether Python, or another one, handles interrupts at all. */
static int watch(void) {
	struct sigaction own = {.sa_sigaction = on_interrupt, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART};
	if (pipe_end < 0) {
		sigaction(SIGINT, NULL, &next); /* for the handler to know before the next line but one does */
		pipe_end = gomagic_open_interrupts();
	}
	if (pipe_end < 0) return 0;
	sigaction(SIGINT, &own, &next);
	if (is_handler(&next)) return 1;
	sigaction(SIGINT, &next, NULL);
	return 0;
}

int gomagic_listen(context *to) {
	to->before = DEAF;
	if (PyThread_get_thread_ident() != main_thread || (calls == 0 && !watch())) return 0;
	calls++;
	to->before = __atomic_load_n(&gomagic_interrupts, __ATOMIC_SEQ_CST);
	if (!PyErr_CheckSignals()) return 0; /* what came before the handler stood there */
	raised more;
	gomagic_listen_no_more(to, &more);
	return -1;
}

void gomagic_listen_no_more(const context *of, raised *interrupt) {
	struct sigaction now;
	*interrupt = (raised){NULL, NULL, NULL};
	if (of->before == DEAF) return;
	if (--calls == 0) {
		sigaction(SIGINT, &next, &now);
		if (!(now.sa_flags & SA_SIGINFO) || now.sa_sigaction != on_interrupt) sigaction(SIGINT, &now, NULL); /* a callback's */
	}
	if (!PyErr_Occurred() && PyErr_CheckSignals()) PyErr_Fetch(&interrupt->type, &interrupt->value, &interrupt->traceback);
}

PyObject *gomagic_raise_interrupt(raised interrupt, PyObject *out, int panicked) {
	raised was = {NULL, NULL, NULL};
	if (out) Py_DecRef(out);
	else PyErr_Fetch(&was.type, &was.value, &was.traceback);
	PyErr_Restore(interrupt.type, interrupt.value, interrupt.traceback);
	if (out) return NULL;
	gomagic_chain(was);
	if (!panicked) gomagic_hide_context(); /* that the context is cancelled everybody knows */
	return NULL;
}

/* A number of seconds in nanoseconds. 0, or -1 with an exception set. */
static int read_timeout(const function *f, PyObject *seconds, int64_t *to) {
	*to = NO_TIMEOUT;
	if (seconds == NONE) return 0;
	double number = PyFloat_AsDouble(seconds);
	if (number == -1 && PyErr_Occurred()) {
		if (!PyErr_ExceptionMatches(PyExc_TypeError)) return -1;
		PyErr_Clear();
		return gomagic_refuse(f, -1, "timeout", seconds, -1);
	}
	if (isnan(number)) return gomagic_refuse(f, -1, "timeout", seconds, -1);
	if (number < 9e9) *to = number > 0 ? (int64_t)(number * 1e9) : 0; /* more does not fit, and is never over */
	return 0;
}

int gomagic_take_timeout(const function *f, given *from, Py_ssize_t n, context *to) {
	to->timeout = NO_TIMEOUT;
	to->flight = 0;
	from->copied = NULL;
	from->shorter = NULL;
	Py_ssize_t named = from->names ? PyTuple_Size(from->names) : 0, at = 0;
	while (at < named && PyTuple_GetItem(from->names, at) != f->timeout && PyUnicode_Compare(PyTuple_GetItem(from->names, at), f->timeout)) at++;
	if (at == named) return 0;
	if (read_timeout(f, from->args[n + at], &to->timeout)) return -1;
	if (named == 1) {
		from->names = NULL;
		return 0;
	}
	from->copied = malloc((n + named) * sizeof *from->copied);
	from->shorter = PyTuple_New(named - 1);
	if (!from->copied || !from->shorter) return gomagic_no_memory();
	memcpy(from->copied, from->args, (n + at) * sizeof *from->copied);
	memcpy(from->copied + n + at, from->args + n + at + 1, (named - at - 1) * sizeof *from->copied);
	for (Py_ssize_t i = 0; i < named - 1; i++) {
		PyObject *name = PyTuple_GetItem(from->names, i + (i >= at));
		Py_IncRef(name);
		PyTuple_SetItem(from->shorter, i, name);
	}
	from->args = from->copied;
	from->names = from->shorter;
	return 0;
}

void gomagic_forget_given(given *from) {
	free(from->copied);
	if (from->shorter) Py_DecRef(from->shorter);
}
