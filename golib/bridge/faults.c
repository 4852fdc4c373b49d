/* A fault in Go's code, such as a nil dereference, is a signal, which Go makes a panic. Of several libraries the last one gets
   it and passes it on to the one before, 272 bytes of stack each: Go's stack for signals is enough for 100, and behind it lies
   other memory. So here the library is found by the address of the fault. What happens elsewhere, as in C, gets the first
   library, as it would have in the end: it has behind it what was there before all of them. */
#define _GNU_SOURCE
#include "faults.h"

#include <link.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <ucontext.h>

#if defined(__linux__) && (defined(__x86_64__) || defined(__aarch64__))
typedef void handling(int number, siginfo_t *info, void *context);
typedef struct {
	uintptr_t from, to; /* its code */
	handling *handle;
} library;

enum { MOST_LIBRARIES = 2048, MOST_THREADS = 256 };
static library all[MOST_LIBRARIES];
static atomic_int count;
static void *_Atomic active[MOST_THREADS]; /* the contexts of faults that a library looks at: it may pass one on to us again */

/* Where it happened; of a call of what is nil, where that stands. */
static uintptr_t place_of(const ucontext_t *context) {
#ifdef __x86_64__
	uintptr_t at = context->uc_mcontext.gregs[REG_RIP];
	return at ? at : *(const uintptr_t *)context->uc_mcontext.gregs[REG_RSP];
#else
	uintptr_t at = context->uc_mcontext.pc;
	return at ? at : context->uc_mcontext.regs[30];
#endif
}

static handling *handler_of(uintptr_t at) {
	for (int i = atomic_load(&count) - 1; i >= 0; i--)
		if (at - all[i].from < all[i].to - all[i].from) return all[i].handle;
	return all[0].handle;
}

static void pass(int number, siginfo_t *info, void *context) {
	int own = -1;
	for (int i = 0; i < MOST_THREADS; i++)
		if (atomic_load(&active[i]) == context) { /* not that library's, after all */
			all[0].handle(number, info, context);
			return;
		}
	for (int i = 0; i < MOST_THREADS && own < 0; i++) {
		void *nothing = NULL;
		if (atomic_compare_exchange_strong(&active[i], &nothing, context)) own = i;
	}
	if (own < 0) {
		all[0].handle(number, info, context);
		return;
	}
	handler_of(place_of(context))(number, info, context);
	atomic_store(&active[own], NULL);
}

typedef struct {
	uintptr_t handler, from, to;
} search;

static int has_code(struct dl_phdr_info *object, size_t size, void *asked) {
	search *s = asked;
	(void)size;
	for (int i = 0; i < object->dlpi_phnum; i++) {
		const ElfW(Phdr) *part = &object->dlpi_phdr[i];
		uintptr_t from = object->dlpi_addr + part->p_vaddr;
		if (part->p_type != PT_LOAD || !(part->p_flags & PF_X) || s->handler - from >= part->p_memsz) continue;
		s->from = from;
		s->to = from + part->p_memsz;
		return 1;
	}
	return 0;
}

int gomagic_pass_faults(void *handler) {
	static const int faults[] = {SIGSEGV, SIGBUS, SIGFPE};
	search s = {(uintptr_t)handler, 0, 0};
	int n = atomic_load(&count);
	if (handler == (void *)pass || n == MOST_LIBRARIES || !dl_iterate_phdr(has_code, &s)) return -1;
	all[n] = (library){s.from, s.to, (handling *)handler};
	atomic_store(&count, n + 1);
	struct sigaction own = {.sa_sigaction = pass, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_RESTART};
	sigfillset(&own.sa_mask);
	for (int i = 0; i < 3; i++) sigaction(faults[i], &own, NULL);
	return 0;
}
#else
int gomagic_pass_faults(void *handler) {
	(void)handler;
	return -1;
}
#endif
