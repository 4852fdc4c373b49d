#include "faces.h"

#include "refuse.h"

int gomagic_take_face(const class *wanted, PyObject *object, uint64_t *number) {
	if (object == NONE) {
		*number = 0;
		return 1;
	}
	const class *of = gomagic_class_of(object);
	if (!of || !wanted->takes[of->number]) return 0;
	*number = gomagic_handle_number(object);
	return 1;
}

PyObject *gomagic_face_with(uint64_t number, const class *face, int64_t dynamic) {
	return gomagic_handle_with(number, face - face->number + dynamic);
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
	return number ? gomagic_exception(c->f, number) : gomagic_handle_with(0, NULL);
}
