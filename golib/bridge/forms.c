#include "forms.h"

#include <stdlib.h>

#include "any.h"
#include "callables.h"
#include "convert.h"
#include "converted.h"
#include "dress.h"
#include "faces.h"
#include "handle.h"
#include "iterables.h"
#include "merge.h"
#include "numbers.h"
#include "pack.h"
#include "records.h"
#include "sets.h"
#include "structs.h"
#include "tables.h"
#include "unpack.h"

static const ways all[] = {
	{NUMBER, gomagic_pack_number, gomagic_unpack_number, gomagic_merge_leaf, gomagic_skip_number},
	{TEXT, gomagic_pack_text, gomagic_unpack_text, gomagic_merge_leaf, gomagic_skip_text},
	{NUMBERS, gomagic_pack_numbers, gomagic_unpack_numbers, gomagic_merge_numbers, gomagic_skip_numbers},
	{FIXED, gomagic_pack_numbers, gomagic_unpack_numbers, gomagic_merge_numbers, gomagic_skip_numbers},
	{BYTES, gomagic_pack_numbers, gomagic_unpack_text, gomagic_merge_numbers, gomagic_skip_text},
	{SLICE, gomagic_pack_items, gomagic_unpack_items, gomagic_merge_items, gomagic_skip_items},
	{ITEMS, gomagic_pack_items, gomagic_unpack_items, gomagic_merge_items, gomagic_skip_items},
	{MAP, gomagic_pack_map, gomagic_unpack_map, gomagic_merge_map, gomagic_skip_map},
	{SET, gomagic_pack_set, gomagic_unpack_set, gomagic_merge_set, gomagic_skip_set},
	{NO_SLOT, gomagic_pack_nothing, gomagic_unpack_nothing, gomagic_merge_leaf, gomagic_skip_nothing},
	{STRUCT, gomagic_pack_struct, gomagic_unpack_struct, gomagic_merge_struct, gomagic_skip_struct},
	{YIELDED, gomagic_pack_sequence, gomagic_unpack_sequence, gomagic_merge_sequence, gomagic_skip_sequence},
	{CHANNEL, gomagic_pack_channel, gomagic_unpack_handle, gomagic_merge_leaf, gomagic_skip_number},
	{FUNC, gomagic_pack_func, gomagic_unpack_func, gomagic_merge_leaf, gomagic_skip_func},
	{HANDLE, gomagic_pack_handle, gomagic_unpack_handle, gomagic_merge_leaf, gomagic_skip_number},
	{OPTIONAL, gomagic_pack_optional, gomagic_unpack_optional, gomagic_merge_optional, gomagic_skip_optional},
	{FACE, gomagic_pack_face, gomagic_unpack_face, gomagic_merge_face, gomagic_skip_face},
	{FAULT, gomagic_pack_fault, gomagic_unpack_fault, gomagic_merge_fault, gomagic_skip_face},
	{ANY, gomagic_pack_any, gomagic_unpack_any, gomagic_merge_any, gomagic_skip_any},
	{DURATION, gomagic_pack_converted, gomagic_unpack_converted, gomagic_merge_leaf, gomagic_skip_text},
	{MOMENT, gomagic_pack_converted, gomagic_unpack_converted, gomagic_merge_leaf, gomagic_skip_text},
	{BIG, gomagic_pack_converted, gomagic_unpack_converted, gomagic_merge_converted, gomagic_skip_text},
};

/* Of those slices and arrays whose items are structs. */
static const ways of_structs[] = {
	{SLICE, gomagic_pack_table, gomagic_unpack_items, gomagic_merge_table, gomagic_skip_items},
	{ITEMS, gomagic_pack_table, gomagic_unpack_items, gomagic_merge_table, gomagic_skip_items},
};

static const ways *ways_of(char letter) {
	for (size_t i = 0; i < sizeof all / sizeof *all; i++)
		if (all[i].letter == letter) return &all[i];
	return NULL;
}

/* 0 or -1. */
static int make(form *made, PyObject *spec, const struct class *classes, form *forms) {
	const char *shape, *code;
	int class;
	PyObject *parts, *names, *layout, *dress;
	if (!PyArg_ParseTuple(spec, "ssniOOOiO", &shape, &code, &made->length, &class, &parts, &names, &layout, &made->params, &dress)) return -1;
	if (dress != NONE && !(made->dress = gomagic_new_dresser(dress))) return -1;
	if (layout != NONE && !(made->layout = gomagic_make_layout(layout))) return -1;
	made->how = ways_of(*shape);
	made->shape = *shape;
	made->code = *code;
	made->size = *shape == HANDLE ? sizeof(uint64_t) : gomagic_size(*code);
	made->class = *shape == FUNC || *shape == CHANNEL ? NULL : &classes[class];
	made->is_variadic = *shape == FUNC && *code == 'v';
	made->parts = (int)PyTuple_Size(parts);
	made->part = calloc(made->parts + 1, sizeof *made->part);
	made->names = calloc(made->parts + 1, sizeof *made->names);
	for (int i = 0; i < made->parts; i++) made->part[i] = &forms[PyLong_AsLongLong(PyTuple_GetItem(parts, i))];
	for (int i = 0; i < PyTuple_Size(names); i++) Py_IncRef(made->names[i] = PyTuple_GetItem(names, i));
	if (made->shape == ANY) return gomagic_prepare_any(made, ways_of);
	if (made->how) return 0;
	PyErr_Format(PyExc_SystemError, "gomagic: no form has the shape `%s`", shape);
	return -1;
}

static int is_plain(const form *f) {
	for (int i = 0; i < f->params; i++)
		if (!gomagic_is_plain_number(f->part[i])) return 0;
	return f->shape == FUNC && !f->is_variadic;
}

/* What came in is to be found again, not used. */
static PyObject *unpack_dressed(unpacking *from, const form *f) {
	PyObject *plain = f->undressed->unpack(from, f);
	if (!plain || from->of == CAME) return plain;
	PyObject *made = gomagic_dressed(f->dress, plain);
	return made ? made : gomagic_set_aside(from);
}

/* 0 or -1. */
static int dress(form *f) {
	ways *dressed = malloc(sizeof *dressed);
	if (!dressed) return gomagic_no_memory();
	*dressed = *f->how;
	dressed->unpack = unpack_dressed;
	f->undressed = f->how;
	f->how = dressed;
	return 0;
}

form *gomagic_make_forms(PyObject *specs, const struct class *classes) {
	Py_ssize_t n = PyTuple_Size(specs);
	form *forms = calloc(n + 1, sizeof *forms);
	for (Py_ssize_t i = 0; i < n; i++) {
		forms[i].number = (int)i;
		forms[i].all = forms;
		forms[i].forms = (int)n;
		if (make(&forms[i], PyTuple_GetItem(specs, i), classes, forms)) return NULL;
	}
	for (Py_ssize_t i = 0; i < n; i++) forms[i].is_plain = is_plain(&forms[i]);
	for (Py_ssize_t i = 0; i < n; i++)
		if ((forms[i].shape == SLICE || forms[i].shape == ITEMS) && forms[i].part[0]->shape == STRUCT)
			forms[i].how = &of_structs[forms[i].shape == ITEMS];
	for (Py_ssize_t i = 0; i < n; i++)
		if (forms[i].dress && dress(&forms[i])) return NULL;
	return forms;
}
