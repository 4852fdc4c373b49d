#include "faces.h"

#include "loose.h"
#include "refuse.h"

enum { OF_HANDLE, OF_VALUE, OF_EXCEPTION }; /* Face in faces.go */

int gomagic_take_face(const class *wanted, PyObject *object, const function *f, int64_t *slot) {
	slot[0] = slot[1] = 0;
	if (object == NONE) return 1;
	const class *of = gomagic_class_of(object->type);
	if (!of || !wanted->takes[of - gomagic_classes]) return 0;
	slot[0] = (int64_t)gomagic_handle_number(object, f);
	if (!slot[0]) return -1;
	slot[1] = ((handle *)object)->is_value ? OF_VALUE : OF_HANDLE;
	return 1;
}

PyObject *gomagic_face_of(const int64_t *slot) {
	return gomagic_object_of(&gomagic_classes[(uint32_t)slot[1]], (uint64_t)slot[0], slot[1] >> 32 != 0);
}

int gomagic_lend_face(crossing *c, const kind *k, PyObject *object) {
	int taken = gomagic_take_face(k->class, object, c->f, &c->block[k->slot]);
	if (taken) return taken > 0 ? 0 : -1;
	return gomagic_refuse(c->f, k->index, "interface", object, -1);
}

PyObject *gomagic_give_face(crossing *c, const kind *k) { return gomagic_face_of(&c->block[k->slot]); }

int gomagic_lend_fault(crossing *c, const kind *k, PyObject *object) {
	int64_t *slot = &c->block[k->slot];
	int taken = gomagic_take_face(k->class, object, c->f, slot);
	if (taken) return taken > 0 ? 0 : -1;
	PyObject *number = PyObject_CallFunctionObjArgs(gomagic_hooks[NUMBER_OF_ERROR], object, NULL);
	if (!number) return -1;
	slot[0] = PyLong_AsLongLong(number); /* the exception, which the caller has, keeps it */
	slot[1] = OF_EXCEPTION;
	Py_DecRef(number);
	return slot[0] ? 0 : gomagic_refuse(c->f, k->index, "interface", object, -1);
}

PyObject *gomagic_give_fault(crossing *c, const kind *k) {
	uint64_t number = c->block[k->slot];
	return number ? gomagic_exception(c->f, number) : gomagic_object_of(NULL, 0, 0);
}
