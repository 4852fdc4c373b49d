#include "any.h"

#include <stdlib.h>
#include <string.h>

#include "callback.h"
#include "convert.h"
#include "loose.h"
#include "merge.h"
#include "pack.h"
#include "unpack.h"

/* What a slot says beside the letters of forms. */
enum { NOTHING = 0, KNOWN = 'v', UNKNOWN = '?', PYTHONS = 'p', INT = 'n', WITH_TEXT = 1 };

/* The forms of what an interface holds, by their letters; those of numbers and of slices of them by their codes. */
static const char letters[] = {TEXT, BYTES, SLICE, OF_KEY, MAP, DURATION, MOMENT, FAULT}, codes[] = "?nbhiqBHIQfdFD";
enum { LETTERS = sizeof letters, CODES = sizeof codes - 1, HELD = LETTERS + 2 * CODES };

int gomagic_prepare_any(form *f, const ways *(*ways_of)(char letter)) {
	form *held = calloc(HELD, sizeof *held), *key = calloc(1, sizeof *key);
	f->part = calloc(HELD, sizeof *f->part);
	f->how = ways_of(ANY);
	if (!held || !key || !f->part) return gomagic_no_memory();
	*key = *f;
	key->code = OF_KEY;
	for (int i = 0; i < HELD; i++) {
		form *one = &held[i];
		const form **parts = calloc(2, sizeof *parts);
		if (!parts) return gomagic_no_memory();
		parts[0] = i < LETTERS && letters[i] == MAP ? key : f;
		parts[1] = f;
		*one = *f; /* as which messages know it */
		one->part = parts;
		one->shape = i < LETTERS ? letters[i] : i < LETTERS + CODES ? NUMBER : NUMBERS;
		one->code = i < LETTERS ? 0 : codes[(i - LETTERS) % CODES];
		if (one->code == INT) one->code = 'q';
		if (one->shape == BYTES) one->code = 'B';
		if (one->shape == OF_KEY) one->shape = SLICE, one->code = OF_KEY;
		one->size = one->code == OF_KEY ? 0 : gomagic_size(one->code);
		one->how = ways_of(one->shape);
		f->part[i] = one;
	}
	return 0;
}

/* The form of what a slot says; NULL of nothing. */
static const form *said(const form *f, int64_t slot) {
	char letter = slot & 0xff;
	int64_t above = slot >> 8;
	if (letter == KNOWN) return &f->all[above];
	if (letter == NUMBER || letter == NUMBERS || letter == FIXED) {
		const char *code = strchr(codes, (char)above);
		return f->part[LETTERS + (letter == NUMBER ? 0 : CODES) + (code - codes)];
	}
	const char *found = memchr(letters, letter, LETTERS);
	return letter && found ? f->part[found - letters] : NULL;
}

static int64_t slot_of(char letter, int64_t above) { return (unsigned char)letter | above << 8; }

static int pack_as(packing *to, const form *f, int64_t slot, PyObject *object, const place *at) {
	if (gomagic_put_slot(to, slot)) return -1;
	const form *of = said(f, slot);
	return of ? of->how->pack(to, of, object, at) : 0;
}

static int refuse(const packing *to, const form *f, PyObject *object, const place *at) {
	return gomagic_refuse_packing(to, f, "type", object, at);
}

/* The form of an object of a Go type: of what it stands for, a value, a pointer or a func. NULL: there is none. */
static const form *form_of(const form *f, PyObject *object) {
	const handle *h = (const handle *)object;
	const class *of = gomagic_class_of(object->type);
	char shape = !of ? FUNC : of->takes ? FACE : !h->number || h->is_value ? STRUCT : HANDLE;
	if (shape == STRUCT && f->code == OF_KEY && of->equality != HASHED) return NULL;
	for (int i = 0; i < f->forms; i++) {
		const form *one = &f->all[i];
		if (one->shape == shape && one->code != OF_KEY && one->class && one->class->type == object->type) return one;
	}
	return NULL; /* it is of another library */
}

static int pack_handle(packing *to, const form *f, PyObject *object, const place *at) {
	const form *of = form_of(f, object);
	return of ? pack_as(to, f, slot_of(KNOWN, of->number), object, at) : refuse(to, f, object, at);
}

static int pack_exception(packing *to, const form *f, PyObject *object, const place *at) {
	int64_t error = gomagic_number_of_error(object);
	return error > 0 ? pack_as(to, f, FAULT, object, at) : error < 0 ? -1 : refuse(to, f, object, at);
}

static int pack_list(packing *to, const form *f, PyObject *object, const place *at) {
	PyObject *list = PyObject_CallFunctionObjArgs(gomagic_hooks[AS_LIST], object, NULL);
	if (!list) {
		if (!PyErr_ExceptionMatches(PyExc_TypeError)) return -1;
		PyErr_Clear();
		return refuse(to, f, object, at);
	}
	int failed = pack_as(to, f, SLICE, list, at);
	Py_DecRef(list);
	return failed;
}

/* The letter of what Python has a class of its own for, else 0; -1 with an exception set. */
static signed char converted_as(PyObject *object) {
	PyObject *kind = PyObject_CallFunction(gomagic_hooks[CONVERT], "sOi", "?", object, 0);
	if (!kind) return -1;
	char letter = *PyUnicode_AsUTF8AndSize(kind, NULL);
	Py_DecRef(kind);
	return letter;
}

/* A number of numpy's, bytes, or an array: of one dimension a slice, of more a list of its rows. source: whose array. */
static int pack_buffer(packing *to, const form *f, PyObject *object, PyObject *source, const place *at) {
	Py_buffer view;
	int foreign;
	if (gomagic_is_masked(object)) return gomagic_refuse_packing(to, f, "masked", source, at);
	if (PyObject_GetBuffer(object, &view, PyBUF_RECORDS_RO)) {
		PyErr_Clear(); /* numpy cannot describe its dates: they convert one by one, or not */
		return pack_list(to, f, object, at);
	}
	char code = gomagic_code(view.format, view.itemsize, &foreign);
	int dimensions = view.ndim;
	PyBuffer_Release(&view);
	if (dimensions > (f->code == OF_KEY ? 0 : 1)) return f->code == OF_KEY ? refuse(to, f, object, at) : pack_as(to, f, SLICE, object, at);
	if (!code) return dimensions ? pack_list(to, f, object, at) : refuse(to, f, object, at);
	if (dimensions && code == 'B') { /* as numpy's dates of their own show themselves, too */
		signed char letter = IS(object, IS_BYTES) ? 0 : converted_as(object);
		return letter < 0 ? -1 : pack_as(to, f, letter ? letter : BYTES, object, at);
	}
	return pack_as(to, f, slot_of(dimensions ? NUMBERS : NUMBER, code), object, at);
}

static int has_text_for_keys(PyObject *dict) {
	PyObject *key, *value;
	Py_ssize_t next = 0;
	while (PyDict_Next(dict, &next, &key, &value))
		if (!IS(key, IS_STR)) return 0;
	return 1;
}

static int pack_mapping(packing *to, const form *f, PyObject *object, const place *at) {
	if (IS(object, IS_DICT)) return pack_as(to, f, slot_of(MAP, has_text_for_keys(object) ? WITH_TEXT : 0), object, at);
	PyObject *dict = PyObject_CallFunctionObjArgs(gomagic_hooks[AS_DICT], object, NULL);
	if (!dict) return -1;
	int failed = pack_as(to, f, slot_of(MAP, has_text_for_keys(dict) ? WITH_TEXT : 0), dict, at);
	Py_DecRef(dict);
	return failed;
}

static int pack_odd(packing *to, const form *f, PyObject *object, const place *at) {
	if (IS(object, IS_EXCEPTION)) return pack_exception(to, f, object, at);
	signed char letter = converted_as(object);
	if (letter < 0) return -1;
	if (letter) return pack_as(to, f, letter, object, at);
	if (f->code == OF_KEY) return refuse(to, f, object, at);
	if (gomagic_has_array(object)) {
		PyObject *array = PyObject_CallFunctionObjArgs(gomagic_hooks[AS_ARRAY], object, NULL);
		if (!array) return -1;
		int failed = PyObject_CheckBuffer(array) ? pack_buffer(to, f, array, object, at) : refuse(to, f, object, at);
		Py_DecRef(array);
		return failed;
	}
	if (gomagic_has(object, "keys")) return pack_mapping(to, f, object, at);
	return pack_list(to, f, object, at);
}

int gomagic_pack_any(packing *to, const form *f, PyObject *object, const place *at) {
	PyTypeObject *type = object->type;
	unsigned long is = PyType_GetFlags(type);
	if (object == NONE) return pack_as(to, f, NOTHING, object, at);
	if (object == (PyObject *)&_Py_TrueStruct || object == (PyObject *)&_Py_FalseStruct) return pack_as(to, f, slot_of(NUMBER, '?'), object, at);
	if (is & IS_LONG) return pack_as(to, f, slot_of(NUMBER, INT), object, at);
	if (is & IS_STR) return pack_as(to, f, TEXT, object, at);
	if (type == (PyTypeObject *)&PyFloat_Type) return pack_as(to, f, slot_of(NUMBER, 'd'), object, at);
	if (type == (PyTypeObject *)&PyComplex_Type) return pack_as(to, f, slot_of(NUMBER, 'D'), object, at);
	if (PyType_IsSubtype(type, gomagic_handle_type)) return pack_handle(to, f, object, at);
	if (f->code != OF_KEY) { /* what can be no key in Go */
		if (is & (IS_LIST | IS_TUPLE)) return pack_as(to, f, SLICE, object, at);
		if (is & IS_DICT) return pack_mapping(to, f, object, at);
	}
	if (PyObject_CheckBuffer(object)) return pack_buffer(to, f, object, object, at);
	if (PyType_IsSubtype(type, (PyTypeObject *)&PyFloat_Type)) return pack_as(to, f, slot_of(NUMBER, 'd'), object, at);
	return pack_odd(to, f, object, at);
}

PyObject *gomagic_unpack_any(unpacking *from, const form *f) {
	int64_t slot = gomagic_next(from);
	const form *of = said(f, slot);
	if ((slot & 0xff) == FIXED) {
		form fixed = *of;
		fixed.shape = FIXED;
		fixed.length = gomagic_next(from);
		return fixed.how->unpack(from, &fixed);
	}
	if (of) return of->how->unpack(from, of);
	if (slot == NOTHING) {
		Py_IncRef(NONE);
		return NONE;
	}
	if (slot == PYTHONS) {
		gomagic_take_over(*(const int64_t *)from->p);
		return (PyObject *)gomagic_next(from);
	}
	const form *text = said(f, TEXT);
	PyObject *name = text->how->unpack(from, text);
	if (!name) return NULL;
	gomagic_refuse_result(from->c->f, "unknown", name);
	Py_DecRef(name);
	return gomagic_set_aside(from);
}

const char *gomagic_skip_any(const form *f, const char *p) {
	const form *of = said(f, *(const int64_t *)p);
	p += sizeof(int64_t);
	return of ? of->how->skip(of, p) : p;
}

PyObject *gomagic_merge_any(merging *m, const form *f, PyObject *object, const place *at) {
	int64_t was = *(const int64_t *)m->before, is = *(const int64_t *)m->now.p;
	if (was != is) {
		m->before = gomagic_skip_any(f, m->before);
		return gomagic_unpack_any(&m->now, f);
	}
	const form *of = said(f, was);
	m->before += sizeof was;
	m->now.p += sizeof is;
	if (!of) return NULL;
	PyObject *array = NULL, *other;
	if (of->shape == SLICE && !PyObject_CheckBuffer(object) && !IS(object, IS_LIST | IS_TUPLE) && gomagic_has_array(object)) {
		array = PyObject_CallFunctionObjArgs(gomagic_hooks[AS_ARRAY], object, NULL); /* whose rows have crossed */
		if (array) object = array;
		else gomagic_set_aside(&m->now);
	}
	other = of->how->merge(m, of, object, at);
	if (array) Py_DecRef(array);
	return other;
}
