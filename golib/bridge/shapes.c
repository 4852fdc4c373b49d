#include "shapes.h"

#include "convert.h"
#include "dress.h"
#include "faces.h"
#include "handle.h"
#include "loose.h"
#include "parcel.h"
#include "refuse.h"
#include "results.h"
#include "rows.h"
#include "slices.h"
#include "texts.h"

static int lend_number(crossing *c, const kind *k, PyObject *object) {
	int why = gomagic_take(k->code, object, &c->block[k->slot]);
	if (why == OK) return 0;
	return why == RAISED ? -1 : gomagic_refuse(c->f, k->index, why == WRONG_TYPE ? "type" : "range", object, -1);
}

static PyObject *give_number(crossing *c, const kind *k) { return gomagic_give(k->code, &c->block[k->slot]); }

static const shape shapes[] = {
	{NUMBER, lend_number, give_number, 1, 1}, /* a complex one has two */
	{TEXT, gomagic_lend_text, gomagic_give_text, 2, 2},
	{ARRAY, gomagic_lend_array, gomagic_give_array, 2, 3},
	{TEXTS, gomagic_lend_texts, gomagic_give_texts, 2, 2},
	{ROWS, gomagic_lend_rows, gomagic_give_rows, 2, 2},
	{OWNER, NULL, gomagic_give_owner, 0, 1},
	{HANDLE, gomagic_lend_handle, gomagic_give_handle, 1, 1},
	{ANY_HANDLE, gomagic_lend_any_handle, NULL, 1, 0},
	{FACE, gomagic_lend_face, gomagic_give_face, 2, 2},
	{FAULT, gomagic_lend_fault, gomagic_give_fault, 2, 1},
	{COPY, gomagic_lend_struct, gomagic_give_struct, 1, 1},
	{VALUE, gomagic_lend_parcel, gomagic_give_parcel, 2, 2},
};

static PyObject *give_dressed(crossing *c, const kind *k) {
	return gomagic_dressed(k->dress, k->undressed->give(c, k));
}

void gomagic_dress(kind *k) {
	static const shape dressed = {DRESSED, NULL, give_dressed, 0, 0};
	k->undressed = k->how;
	k->how = &dressed;
	k->shape = DRESSED;
}

const shape *gomagic_shape(char letter) {
	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
		if (shapes[i].letter == letter) return &shapes[i];
	return NULL;
}

int gomagic_slots(const kind *k, int is_result) {
	if (k->shape == NUMBER && (k->code == 'F' || k->code == 'D')) return 2;
	return is_result ? k->how->result_slots : k->how->param_slots;
}
