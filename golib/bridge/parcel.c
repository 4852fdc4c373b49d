#include "parcel.h"

#include "form.h"
#include "memory.h"
#include "records.h"
#include "unpack.h"

/* Raise what was set aside, if anything. */
static int raise_first(const unpacking *from) {
	const raised *first = &from->failed;
	if (!first->type) return 0;
	PyErr_Restore(first->type, first->value, first->traceback);
	return -1;
}

/* Go has packed the parameter anew, if it could write to it. 0 or -1. */
static int bring_back(crossing *c, loan *l) {
	const kind *k = &c->f->param[l->param];
	char *packed = (char *)c->block[k->slot];
	if (packed == l->temp) return 0;
	int is_spread = c->f->variadic && l->param == c->f->params - 1;
	merging m = {c, k, l->temp, is_spread ? l->source : NULL, {c, packed, AGAIN, {NULL, NULL, NULL}}};
	PyObject *other = k->form->how->merge(&m, k->form, l->source, NULL);
	if (other) Py_DecRef(other); /* the parameter itself, of which Go had a copy */
	gomagic_free(packed);
	return raise_first(&m.now);
}

int gomagic_lend_parcel(crossing *c, const kind *k, PyObject *object) {
	if (k->code == OF_RECORDS) {
		int lent = gomagic_lend_records(c, k, object);
		if (lent != COPY_RECORDS) return lent == LENT_RECORDS ? 0 : -1;
	}
	packing to = {.c = c, .k = k};
	int writes = k->flags & GO_WRITES;
	if (!writes) { /* what is small lies on the stack, and there is nothing to do for it after the call */
		to.p = c->scratch + c->used;
		to.room = SCRATCH - c->used;
	}
	int failed = k->form->how->pack(&to, k->form, object, NULL), is_small = gomagic_is_scratch(c, to.p);
	if (!is_small || to.held) {
		loan *l = gomagic_new_loan(c, k->index, object);
		l->temp = is_small ? NULL : to.p;
		l->held = to.held;
		if (writes) l->bring_back = bring_back;
	}
	if (failed) return -1;
	if (is_small) c->used += to.n;
	c->block[k->slot] = (int64_t)to.p;
	c->block[k->slot + 1] = (int64_t)to.n;
	c->bytes += to.n;
	if (writes) ((head *)c->block)->wrote |= 1ull << k->index;
	return 0;
}

PyObject *gomagic_give_parcel(crossing *c, const kind *k) {
	char *packed = (char *)c->block[k->slot];
	if (!packed) { /* after a panic, when nobody sees it; or there is nothing in it */
		Py_IncRef(NONE);
		return NONE;
	}
	unpacking from = {c, packed, NEW, {NULL, NULL, NULL}};
	const ways *how = k->form->dress ? k->form->undressed : k->form->how; /* shapes.c dresses it, if it is to be */
	PyObject *made = how->unpack(&from, k->form);
	if (!gomagic_is_scratch(c, packed)) gomagic_free(packed);
	return made ? made : (raise_first(&from), NULL);
}
