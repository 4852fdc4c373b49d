#include "callables.h"

#include "callback.h"
#include "handle.h"
#include "pack.h"
#include "unpack.h"

enum { OBJECT, NUMBER_OF_FUNC, FORM, PARAM, TURNS, SLOTS };

/* A func of Go's may wait: with so many bytes no call keeps the GIL. */
enum { MAY_WAIT = 1 << 30 };

static int end_turns(crossing *c, loan *l) {
	(void)l;
	gomagic_end_turns(&c->turns);
	return 0;
}

/* Lend callables to Go for the call. */
static turns *begin_turns(crossing *c, const kind *k) {
	for (int i = 0; i < c->loans; i++)
		if (c->loan[i].bring_back == end_turns) return &c->turns;
	gomagic_new_loan(c, k->index, NULL)->bring_back = end_turns;
	c->turns.keeps_gil = 0;
	c->turns.deep = 0;
	return &c->turns;
}

int gomagic_pack_func(packing *to, const form *f, PyObject *object, const place *at) {
	int64_t slot[SLOTS] = {0, 0, (int64_t)f, (int64_t)to->k, 0};
	if (object != NONE && f->class && object->type == f->class->type) {
		slot[NUMBER_OF_FUNC] = (int64_t)((handle *)object)->number;
		to->c->bytes += MAY_WAIT;
	} else if (object != NONE) {
		if (!PyCallable_Check(object)) return gomagic_refuse_packing(to, f, "type", object, at);
		if (PyInterpreterState_GetID(PyInterpreterState_Get())) return gomagic_refuse_packing(to, f, "interpreter", object, at);
		slot[OBJECT] = (int64_t)object;
		if (!at && f == to->k->form && !(to->k->flags & (GO_KEEPS | GO_RETURNS))) {
			slot[NUMBER_OF_FUNC] = LENT_CALLABLE;
			slot[TURNS] = (int64_t)begin_turns(to->c, to->k);
		}
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
