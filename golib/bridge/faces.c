#include "faces.h"

#include <stdlib.h>

#include "refuse.h"

/* The classes by the addresses of their types: at the place that `place_of` names, or behind it. No class is derived from
   them, so that an object of a type is a handle of its class. */
static const class **by_type;
static size_t mask; /* its places but one, of which more than half are NULL */

static size_t place_of(const PyTypeObject *type) { return (size_t)((uintptr_t)type * 0x9e3779b97f4a7c15u >> 40) & mask; }

int gomagic_prepare_faces(const class *classes, Py_ssize_t n) {
	for (mask = 7; mask < 2 * (size_t)n; mask = 2 * mask + 1);
	by_type = calloc(mask + 1, sizeof *by_type);
	if (!by_type) return gomagic_no_memory();
	for (Py_ssize_t i = 0; i < n; i++) {
		size_t at = place_of(classes[i].type);
		while (by_type[at]) at = (at + 1) & mask;
		by_type[at] = &classes[i];
	}
	return 0;
}

/* The class of an object, NULL if it is no handle of this library's. */
static const class *class_of(PyObject *object) {
	size_t at = place_of(object->type);
	while (by_type[at] && by_type[at]->type != object->type) at = (at + 1) & mask;
	return by_type[at];
}

int gomagic_take_face(const class *wanted, PyObject *object, uint64_t *number) {
	if (object == NONE) {
		*number = 0;
		return 1;
	}
	const class *of = class_of(object);
	if (!of || !wanted->takes[of->number]) return 0;
	*number = gomagic_handle_number(object);
	return 1;
}

PyObject *gomagic_face_with(uint64_t number, const class *face, int64_t dynamic) {
	return gomagic_object_of(face - face->number + dynamic, number);
}

int gomagic_lend_face(crossing *c, const kind *k, PyObject *object) {
	if (gomagic_take_face(k->class, object, (uint64_t *)&c->block[k->slot])) return 0;
	return gomagic_refuse(c->f, k->index, "interface", object, -1);
}

PyObject *gomagic_give_face(crossing *c, const kind *k) {
	return gomagic_face_with(c->block[k->slot], k->class, c->block[k->slot + 1]);
}

int gomagic_lend_fault(crossing *c, const kind *k, PyObject *object) {
	int64_t *slot = &c->block[k->slot];
	slot[1] = 0;
	if (gomagic_take_face(k->class, object, (uint64_t *)slot)) return 0;
	PyObject *number = PyObject_CallFunctionObjArgs(gomagic_hooks[NUMBER_OF_ERROR], object, NULL);
	if (!number) return -1;
	slot[0] = PyLong_AsLongLong(number); /* the exception, which the caller has, keeps it */
	slot[1] = 1;
	Py_DecRef(number);
	return slot[0] ? 0 : gomagic_refuse(c->f, k->index, "interface", object, -1);
}

PyObject *gomagic_give_fault(crossing *c, const kind *k) {
	uint64_t number = c->block[k->slot];
	return number ? gomagic_exception(c->f, number) : gomagic_object_of(NULL, 0);
}
