#ifndef GOMAGIC_VIEWS_H
#define GOMAGIC_VIEWS_H
#include "loan.h"

#pragma GCC visibility push(hidden)

/* Borrow an array's memory, or a copy of it where Go cannot have it: *numbers is where they are. at: which row of a [][]T
   it is, or -1, for messages. LENT, REFUSED with an exception set, or ITEMS_ONLY: an array.array of other numbers, which
   can be converted one by one. */
enum { LENT = 0, REFUSED = -1, ITEMS_ONLY = 1 };
int gomagic_lend_view(crossing *c, loan *l, PyObject *array, int dimensions, Py_ssize_t at, char **numbers);

/* The same of a view that l has got already, of such numbers as Go wants, foreign or not. LENT or REFUSED. */
int gomagic_lend_own_view(crossing *c, loan *l, char **numbers);

/* Whether numbers of one code are what Go wants of another. */
int gomagic_fits(char is, char wanted);

/* Copy a number, from or to the other byte order if it is foreign. */
void gomagic_copy_number(char *to, const char *from, char code, int foreign);

#pragma GCC visibility pop
#endif
