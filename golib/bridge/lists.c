/* Where a list has its items. The stable interface has a function for each item, PyList_GetItem, which is a third of what a list
   of 100,000 ints takes on its way to Go: 0.36 ms with it, 0.25 ms without. In CPython 3.10 to 3.15 a list's own memory is as
   below. Each library tries that once on a list of its own; where it does not hold, and in a Python of another version,
   PyList_GetItem is called as before. */
#include "lists.h"

#include <stdlib.h>
#include <string.h>

enum { OLDEST = 10, NEWEST = 15 }; /* 3.x */

typedef struct {
	PyObject base;
	Py_ssize_t size;
	PyObject **items;
	Py_ssize_t room;
} list;

enum { UNKNOWN, AS_BELOW, OTHERWISE };

static int try_one(void) {
	enum { N = 3 };
	const char *version = Py_GetVersion();
	int minor = strncmp(version, "3.", 2) ? 0 : atoi(version + 2), same = 1;
	PyObject *probe = minor < OLDEST || minor > NEWEST ? NULL : PyList_New(N);
	if (!probe) return OTHERWISE;
	for (int i = 0; i < N; i++) PyList_SetItem(probe, i, PyLong_FromLongLong(1000 + i));
	const list *as_below = (const list *)probe;
	same = as_below->size == N && as_below->room >= N && as_below->items;
	for (int i = 0; i < N && same; i++) same = as_below->items[i] == PyList_GetItem(probe, i);
	Py_DecRef(probe);
	PyErr_Clear(); /* where there was no memory for an int */
	return same ? AS_BELOW : OTHERWISE;
}

PyObject *const *gomagic_items_of(PyObject *object) {
	static int layout = UNKNOWN;
	if (layout == UNKNOWN) layout = try_one();
	return layout == AS_BELOW ? ((const list *)object)->items : NULL;
}
