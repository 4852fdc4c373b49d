#ifndef GOMAGIC_FORK_H
#define GOMAGIC_FORK_H

#pragma GCC visibility push(hidden)

/* Set in a child process: Go's threads are not there, and a call could wait for them for ever. */
extern int gomagic_forked;

/* From here on it is. To be called once or more often. */
void gomagic_watch_forks(void);

#pragma GCC visibility pop
#endif
