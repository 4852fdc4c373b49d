#ifndef GOMAGIC_CALLBACK_H
#define GOMAGIC_CALLBACK_H
#include "turns.h"

#pragma GCC visibility push(hidden)

/* 0 or -1. */
int gomagic_prepare_callbacks(void);

/* Make a call, from whichever thread. */
void gomagic_call_back(callback *b);

/* Make the call that lies in turns; theirs, as a number. After the last of them comes gomagic_end_turns. */
void gomagic_take_turn(int64_t at);
void gomagic_end_turns(turns *t);

/* Make the use of a file that lies in b, see streams.h. p: the memory that it is about. */
void gomagic_use_file(callback *b, void *p);

/* Take a reference for Go to an object that somebody holds; give one up, for which Go need not wait. From any thread.
   gomagic_take_over: it is the caller's from now on. */
void gomagic_refer(int64_t object);
void gomagic_unwant(int64_t object);
void gomagic_take_over(int64_t object);

/* The references that Go has. */
int64_t gomagic_referred(void);

/* Let go of what Go does not want any more. */
void gomagic_drop_unwanted(void);

/* From here on this thread alone calls back: the interpreter ends. To be called without the GIL: it waits for those that are
   under way, up to so many milliseconds. */
void gomagic_close(int64_t patience);

#pragma GCC visibility pop
#endif
