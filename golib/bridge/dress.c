#include "dress.h"

#include <stdlib.h>

#include "refuse.h"

dresser *gomagic_new_dresser(PyObject *object) {
	dresser *d = calloc(1, sizeof *d);
	if (d) Py_IncRef(d->object = object);
	else gomagic_no_memory();
	return d;
}

PyObject *gomagic_dressed(dresser *d, PyObject *plain) {
	if (!plain) return NULL;
	PyTypeObject *type = plain->type;
	PyObject *way = d->of == type ? d->way : PyObject_CallFunctionObjArgs(d->object, (PyObject *)type, NULL), *made = NULL;
	if (way && d->of != type) { /* it stays: whose way it was may still be on its way */
		d->of = type;
		d->way = way;
	}
	if (way) made = PyObject_CallFunctionObjArgs(way, plain, NULL);
	Py_DecRef(plain);
	return made;
}
