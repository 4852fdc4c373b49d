#include "callables.h"

#include "callback.h"
#include "handle.h"
#include "pack.h"
#include "unpack.h"

enum { OBJECT, NUMBER_OF_FUNC, FORM, PARAM, SLOTS };

int gomagic_pack_func(packing *to, const form *f, PyObject *object, const place *at) {
	int64_t slot[SLOTS] = {0, 0, (int64_t)f, (int64_t)to->k};
	if (object != NONE && f->class && object->type == f->class->type) {
		slot[NUMBER_OF_FUNC] = (int64_t)((handle *)object)->number;
	} else if (object != NONE) {
		if (!PyCallable_Check(object)) return gomagic_refuse_packing(to, f, "type", object, at);
		if (PyInterpreterState_GetID(PyInterpreterState_Get())) return gomagic_refuse_packing(to, f, "interpreter", object, at);
		slot[OBJECT] = (int64_t)object;
		if (!at && f == to->k->form && !(to->k->flags & (GO_KEEPS | GO_RETURNS))) slot[NUMBER_OF_FUNC] = LENT_CALLABLE;
	}
	if (at && object != NONE && gomagic_hold(to, object)) return -1; /* the argument itself the caller holds */
	gomagic_drop_unwanted();
	char *p = gomagic_room_in(to, sizeof slot);
	for (int i = 0; p && i < SLOTS; i++) ((int64_t *)p)[i] = slot[i];
	return p ? 0 : -1;
}

PyObject *gomagic_unpack_func(unpacking *from, const form *f) {
	const int64_t *slot = (const int64_t *)from->p;
	from->p += SLOTS * sizeof *slot;
	PyObject *object = (PyObject *)slot[OBJECT];
	if (object) {
		gomagic_take_over(slot[OBJECT]);
		return object;
	}
	object = gomagic_object_of(f->class, (uint64_t)slot[NUMBER_OF_FUNC], 0);
	return object ? object : gomagic_set_aside(from);
}

const char *gomagic_skip_func(const form *f, const char *p) {
	(void)f;
	return p + SLOTS * sizeof(int64_t);
}
