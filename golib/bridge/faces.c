#include "faces.h"

#include "_cgo_export.h"
#include "callback.h"
#include "loose.h"
#include "methods.h"
#include "pack.h"
#include "refuse.h"
#include "unpack.h"

enum { OF_HANDLE, OF_VALUE, OF_EXCEPTION, OF_METHODS }; /* Face in faces.go */
enum { IS_POINTER, IS_VALUE, IS_PYTHONS }; /* Dynamic there */

/* A loose one is a value: Go copies it, for which all of it must be there. If it is about to move, it may lie in itself,
   and a pointer alone can. */
static int take_number(PyObject *object, const function *f, int64_t *slot) {
	handle *h = (handle *)object;
	int is_loose = !h->number, is_moving = is_loose && h->moving;
	if (is_loose && Py_EnterRecursiveCall(" while an object moved to Go")) return -1;
	slot[0] = (int64_t)gomagic_handle_number(object, is_loose && !is_moving ? NULL : f);
	if (is_loose) Py_LeaveRecursiveCall();
	slot[1] = is_moving || (h->number && !h->is_value) ? OF_HANDLE : OF_VALUE;
	return slot[0] ? 0 : -1;
}

int gomagic_take_face(const class *wanted, PyObject *object, const function *f, int64_t *slot) {
	slot[0] = slot[1] = 0;
	if (gomagic_can_be(wanted, object)) return object == NONE || !take_number(object, f, slot) ? 1 : -1;
	int64_t is = gomagic_is_pythons(wanted, object);
	if (is <= 0) return (int)is;
	slot[0] = (int64_t)object;
	slot[1] = is;
	gomagic_drop_unwanted();
	return 1;
}

PyObject *gomagic_face_of(const int64_t *slot) {
	if (slot[1] >> 32 == IS_PYTHONS) {
		gomagic_take_over(slot[0]);
		return (PyObject *)slot[0];
	}
	return gomagic_object_of(&gomagic_classes[(uint32_t)slot[1]], (uint64_t)slot[0], slot[1] >> 32 == IS_VALUE);
}

int gomagic_lend_face(crossing *c, const kind *k, PyObject *object) {
	int taken = gomagic_take_face(k->class, object, c->f, &c->block[k->slot]);
	if (taken) return taken > 0 ? 0 : -1;
	return gomagic_refuse(c->f, k->index, "interface", object, -1);
}

PyObject *gomagic_give_face(crossing *c, const kind *k) { return gomagic_face_of(&c->block[k->slot]); }

/* As gomagic_take_face. The exception, which the caller has, keeps its error. */
static int take_fault(const class *wanted, PyObject *object, const function *f, int64_t *slot) {
	int taken = gomagic_take_face(wanted, object, f, slot);
	if (taken) return taken;
	slot[0] = gomagic_number_of_error(object);
	slot[1] = OF_EXCEPTION;
	return slot[0] < 0 ? -1 : slot[0] > 0;
}

static PyObject *fault_of(const function *f, uint64_t number) {
	return number ? gomagic_exception(f, number) : gomagic_object_of(NULL, 0, 0);
}

int gomagic_lend_fault(crossing *c, const kind *k, PyObject *object) {
	int taken = take_fault(k->class, object, c->f, &c->block[k->slot]);
	if (taken) return taken > 0 ? 0 : -1;
	return gomagic_refuse(c->f, k->index, "interface", object, -1);
}

PyObject *gomagic_give_fault(crossing *c, const kind *k) { return fault_of(c->f, c->block[k->slot]); }

enum { SLOTS = 2 };

const char *gomagic_skip_face(const form *f, const char *p) {
	(void)f;
	return p + SLOTS * sizeof(int64_t);
}

static int pack(packing *to, const form *f, PyObject *object, const place *at, int taken, const int64_t *slot) {
	if (!taken) return gomagic_refuse_packing(to, f, "interface", object, at);
	if (taken < 0 || (object != NONE && gomagic_hold(to, object))) return -1;
	return gomagic_put_slot(to, slot[0]) || gomagic_put_slot(to, slot[1]) ? -1 : 0;
}

int gomagic_pack_face(packing *to, const form *f, PyObject *object, const place *at) {
	int64_t slot[SLOTS];
	return pack(to, f, object, at, gomagic_take_face(f->class, object, to->c->f, slot), slot);
}

int gomagic_pack_fault(packing *to, const form *f, PyObject *object, const place *at) {
	int64_t slot[SLOTS];
	return pack(to, f, object, at, take_fault(f->class, object, to->c->f, slot), slot);
}

/* The object of a Face, which the call holds: a new reference. */
static PyObject *came(const int64_t *slot) {
	if (slot[1] < OF_METHODS) return gomagic_living_object(slot[0]);
	Py_IncRef((PyObject *)slot[0]);
	return (PyObject *)slot[0];
}

PyObject *gomagic_unpack_face(unpacking *from, const form *f) {
	const int64_t *slot = (const int64_t *)from->p;
	from->p = gomagic_skip_face(f, from->p);
	PyObject *object = from->of == CAME ? came(slot) : gomagic_face_of(slot);
	return object ? object : gomagic_set_aside(from);
}

PyObject *gomagic_unpack_fault(unpacking *from, const form *f) {
	uint64_t number = *(const uint64_t *)from->p;
	from->p = gomagic_skip_face(f, from->p);
	PyObject *made = fault_of(from->c->f, number);
	return made ? made : gomagic_set_aside(from);
}

PyObject *gomagic_merge_face(merging *m, const form *f, PyObject *object, const place *at) {
	(void)object, (void)at;
	const int64_t *was = (const int64_t *)m->before, *is = (const int64_t *)m->now.p;
	int is_same = was[0] == is[0] && (was[1] >= OF_METHODS) == (is[1] >> 32 == IS_PYTHONS);
	m->before = gomagic_skip_face(f, m->before);
	PyObject *now = gomagic_unpack_face(&m->now, f); /* in any case: its number must not stay there */
	if (!now || !is_same) return now;
	Py_DecRef(now);
	return NULL;
}

PyObject *gomagic_merge_fault(merging *m, const form *f, PyObject *object, const place *at) {
	(void)object, (void)at;
	int64_t was = *(const int64_t *)m->before;
	const int64_t *is = (const int64_t *)m->now.p;
	m->before = gomagic_skip_face(f, m->before);
	if (was != is[1] || !was != !is[0]) return gomagic_unpack_fault(&m->now, f);
	m->now.p = gomagic_skip_face(f, m->now.p);
	if (is[0]) gomagic_release(is[0]);
	return NULL;
}
