#include "fork.h"

#include <pthread.h>

int gomagic_forked;

static void in_child(void) { gomagic_forked = 1; }

void gomagic_watch_forks(void) {
	static int watched;
	if (!watched) pthread_atfork(NULL, NULL, in_child);
	watched = 1;
}
