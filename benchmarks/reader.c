//go:build ignore

/* What it costs to read a list of strings at all: C does nothing with them but to add up their lengths. */
#include <stdint.h>

typedef struct PyObject PyObject;
extern intptr_t PyList_Size(PyObject *);
extern PyObject *PyList_GetItem(PyObject *, intptr_t);
extern const char *PyUnicode_AsUTF8AndSize(PyObject *, intptr_t *);

int64_t Letters(PyObject *list) {
	int64_t total = 0;
	intptr_t n = PyList_Size(list), length;
	for (intptr_t i = 0; i < n; i++) {
		if (!PyUnicode_AsUTF8AndSize(PyList_GetItem(list, i), &length)) return -1;
		total += length;
	}
	return total;
}
