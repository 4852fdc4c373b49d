#include "iterables.h"

#include <string.h>

#include "callback.h"
#include "convert.h"
#include "handle.h"
#include "iterate.h"
#include "pack.h"
#include "sequence.h"
#include "unpack.h"

enum { OBJECT, NUMBER_OF_SEQUENCE, FORM, PARAM, SLOTS };

/* What Go goes through. A new reference, or NULL with an exception set. */
static PyObject *with_way(PyObject *object, const place *at) {
	PyObject *way = NULL, *both = NULL;
	if (!at && !IS(object, IS_TUPLE)) {
		Py_IncRef(object);
		return object;
	}
	if ((way = gomagic_way_to(at)) && (both = PyTuple_New(2))) {
		Py_IncRef(object);
		PyTuple_SetItem(both, 0, object);
		PyTuple_SetItem(both, 1, way);
	} else if (way) {
		Py_DecRef(way);
	}
	return both;
}

static int is_iterable(const form *f, PyObject *object) {
	if (IS(object, IS_STR) && f->part[0]->shape == TEXT && f->parts == 1) return 0; /* its letters are seldom meant */
	return PySequence_Check(object) || gomagic_has(object, "__iter__");
}

/* 0 or -1. */
static int pack_iterable(packing *to, const form *f, PyObject *object, const place *at, int64_t *slot) {
	if (!is_iterable(f, object)) return gomagic_refuse_packing(to, f, "type", object, at);
	if (PyInterpreterState_GetID(PyInterpreterState_Get())) return gomagic_refuse_packing(to, f, "interpreter", object, at);
	PyObject *kept = with_way(object, at);
	if (!kept) return -1;
	int failed = kept == object ? 0 : gomagic_hold(to, kept); /* the argument itself the caller holds */
	Py_DecRef(kept);
	slot[OBJECT] = (int64_t)kept;
	if (!at && f == to->k->form && !(to->k->flags & (GO_KEEPS | GO_RETURNS))) slot[NUMBER_OF_SEQUENCE] = LENT_ITERABLE;
	return failed;
}

/* The number of a channel to which one can send, and that is one as `f` wants it; else 0. */
static uint64_t number_of_channel(const form *f, PyObject *object) {
	for (int i = 0; i < f->forms; i++) {
		const form *is = &f->all[i];
		if (is->shape != CHANNEL || is->class->type != object->type) continue;
		return is->part[0] == f->part[0] && (is->code == OF_CHANNEL || is->code == f->code) ? ((handle *)object)->number : 0;
	}
	return 0;
}

/* What gomagic.chan has made becomes Go's, if the library has such channels, see gomagic/bind/channels.py; of others it is the
   object itself. A new reference, or NULL with an exception set. */
static PyObject *as_channel(const form *f, PyObject *object) {
	PyObject *bind = gomagic_has(object, "_as_go_channel") ? PyObject_GetAttrString(object, "_as_go_channel") : NULL, *made = object;
	const form *is = f->all, *end = f->all + f->forms;
	while (bind && is < end && (is->shape != CHANNEL || is->code != OF_CHANNEL || is->part[0] != f->part[0])) is++;
	if (bind && is < end) made = PyObject_CallFunctionObjArgs(bind, is->class->type, NULL);
	else Py_IncRef(object);
	if (bind) Py_DecRef(bind);
	return made;
}

static int pack_sequence(packing *to, const form *f, PyObject *object, const place *at) {
	int64_t slot[SLOTS] = {0, 0, (int64_t)f, (int64_t)to->k};
	if (object == NONE && !at && f->code == OF_CHANNEL) return gomagic_refuse_packing(to, f, "type", object, at); /* Go would wait for ever */
	if ((slot[NUMBER_OF_SEQUENCE] = (int64_t)number_of_channel(f, object))) slot[FORM] = 0;
	else slot[NUMBER_OF_SEQUENCE] = (int64_t)gomagic_number_of_sequence(object, f);
	if (slot[NUMBER_OF_SEQUENCE]) {
		slot[OBJECT] = (int64_t)object;
		if (gomagic_hold(to, object)) return -1;
	} else if (object != NONE && pack_iterable(to, f, object, at, slot)) {
		return -1;
	}
	gomagic_drop_unwanted();
	char *p = gomagic_room_in(to, sizeof slot);
	if (p) memcpy(p, slot, sizeof slot);
	return p ? 0 : -1;
}

int gomagic_pack_sequence(packing *to, const form *f, PyObject *object, const place *at) {
	if (f->code != OF_CHANNEL) return pack_sequence(to, f, object, at);
	PyObject *channel = as_channel(f, object);
	int failed = !channel || pack_sequence(to, f, channel, at) || (channel != object && gomagic_hold(to, channel));
	if (channel) Py_DecRef(channel);
	return failed ? -1 : 0;
}

PyObject *gomagic_unpack_sequence(unpacking *from, const form *f) {
	const int64_t *slot = (const int64_t *)from->p;
	from->p += SLOTS * sizeof *slot;
	PyObject *object = (PyObject *)slot[OBJECT], *way;
	if (object && slot[NUMBER_OF_SEQUENCE] <= 0) object = gomagic_iterable(object, &way);
	if (!object && !slot[NUMBER_OF_SEQUENCE]) object = NONE;
	if (object) { /* which the call holds, if it is not None */
		Py_IncRef(object);
		return object;
	}
	object = gomagic_make_iterator(from->c, f, (uint64_t)slot[NUMBER_OF_SEQUENCE]);
	return object ? object : gomagic_set_aside(from);
}

PyObject *gomagic_merge_sequence(merging *m, const form *f, PyObject *object, const place *at) {
	const char *was = m->before, *is = m->now.p;
	(void)object, (void)at;
	m->before = gomagic_skip_sequence(f, was);
	if (memcmp(was, is, SLOTS * sizeof(int64_t))) return gomagic_unpack_sequence(&m->now, f);
	m->now.p = gomagic_skip_sequence(f, is);
	return NULL;
}

const char *gomagic_skip_sequence(const form *f, const char *p) {
	(void)f;
	return p + SLOTS * sizeof(int64_t);
}

int gomagic_pack_channel(packing *to, const form *f, PyObject *object, const place *at) {
	if (object == NONE && at) return gomagic_put_slot(to, 0);
	PyObject *channel = as_channel(f, object);
	if (!channel) return -1;
	uint64_t number = number_of_channel(f, channel);
	int failed = number ? gomagic_hold(to, channel) || gomagic_put_slot(to, (int64_t)number) : gomagic_refuse_packing(to, f, "type", object, at);
	Py_DecRef(channel);
	return failed ? -1 : 0;
}
