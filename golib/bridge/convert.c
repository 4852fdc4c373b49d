#include "convert.h"

#include <math.h>
#include <string.h>

/* One row a code, and nothing else knows the codes' sizes and ranges. A test holds it against cellgen's kinds.go. */
#define ROWS_OF_SIGNED(X) X('b', int8_t) X('h', int16_t) X('i', int32_t) X('q', int64_t)
#define ROWS_OF_UNSIGNED(X) X('B', uint8_t) X('H', uint16_t) X('I', uint32_t) X('Q', uint64_t)
#define ROWS_OF_FLOATS(X) X('f', float) X('d', double)
#define ROWS_OF_COMPLEX(X) X('F', float) X('D', double)

int gomagic_size(char code) {
	switch (code) {
#define SIZE(letter, type) case letter: return sizeof(type);
#define PAIR(letter, type) case letter: return 2 * sizeof(type);
		ROWS_OF_SIGNED(SIZE)
		ROWS_OF_UNSIGNED(SIZE)
		ROWS_OF_FLOATS(SIZE)
		ROWS_OF_COMPLEX(PAIR)
		case '?': return 1;
	}
	return 0;
}

/* The code of the numbers in a buffer, 0 if gomagic has none for them; *foreign: in the other byte order. */
char gomagic_code(const char *format, Py_ssize_t size, int *foreign) {
	static const char signed_of[] = {0, 'b', 'h', 0, 'i', 0, 0, 0, 'q'}, unsigned_of[] = {0, 'B', 'H', 0, 'I', 0, 0, 0, 'Q'};
	const char *f = format ? format : "B";
	char order = '=';
	if (*f == '@' || *f == '=' || *f == '<' || *f == '>' || *f == '!') order = *f++;
	int big = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
	*foreign = size > 1 && (big ? order == '<' : order == '>' || order == '!');
	if (*f == 'Z' && (f[1] == 'f' || f[1] == 'd') && !f[2]) return f[1] == 'f' ? 'F' : 'D';
	if (!*f || f[1] || size > 8) return 0;
	switch (*f) {
		case 'b': case 'h': case 'i': case 'l': case 'q': case 'n': return signed_of[size];
		case 'B': case 'H': case 'I': case 'L': case 'Q': case 'N': case 'c': return unsigned_of[size];
		case '?': case 'f': case 'd': return *f;
	}
	return 0;
}

/* Why a conversion has failed, from the exception that CPython has set; others than these two are the reader's own. */
static int reason(void) {
	int why = PyErr_ExceptionMatches(PyExc_TypeError) ? WRONG_TYPE : PyErr_ExceptionMatches(PyExc_OverflowError) ? OUT_OF_RANGE : RAISED;
	if (why != RAISED) PyErr_Clear();
	return why;
}

static int take_signed(PyObject *object, int64_t *to) {
	if (!IS(object, IS_LONG) && gomagic_is_masked(object)) return WRONG_TYPE; /* numpy has an __index__ for it */
	*to = PyLong_AsLongLong(object); /* asks __index__; refuses a float */
	return *to == -1 && PyErr_Occurred() ? reason() : OK;
}

static int take_unsigned(PyObject *object, uint64_t *to) {
	if (!IS(object, IS_LONG) && gomagic_is_masked(object)) return WRONG_TYPE;
	PyObject *index = IS(object, IS_LONG) ? (Py_IncRef(object), object) : PyNumber_Index(object);
	if (!index) return reason();
	*to = PyLong_AsUnsignedLongLong(index);
	Py_DecRef(index);
	return *to == (uint64_t)-1 && PyErr_Occurred() ? reason() : OK;
}

/* As struct.pack does it: a number that is too large is refused, one that is infinite or none at all is kept. */
static int take_float32(double d, float *to) {
	*to = (float)d;
	return isfinite(d) && !isfinite(*to) ? OUT_OF_RANGE : OK;
}

static int take_bool(PyObject *object, uint8_t *to) {
	if (object == (PyObject *)&_Py_TrueStruct || object == (PyObject *)&_Py_FalseStruct) {
		*to = object == (PyObject *)&_Py_TrueStruct;
		return OK;
	}
	/* A bool of numpy's, alone or in an array of no dimension, shows its one byte. */
	Py_buffer view;
	if (!PyObject_CheckBuffer(object) || gomagic_is_masked(object)) return WRONG_TYPE;
	if (PyObject_GetBuffer(object, &view, PyBUF_RECORDS_RO)) {
		PyErr_Clear();
		return WRONG_TYPE;
	}
	int foreign, is_bool = view.ndim == 0 && gomagic_code(view.format, view.itemsize, &foreign) == '?';
	if (is_bool) *to = *(const uint8_t *)view.buf != 0;
	PyBuffer_Release(&view);
	return is_bool ? OK : WRONG_TYPE;
}

int gomagic_has(PyObject *object, const char *attribute) {
	PyObject *found = PyObject_GetAttrString(object, attribute);
	if (!found) {
		PyErr_Clear();
		return 0;
	}
	Py_DecRef(found);
	return 1;
}

int gomagic_has_array(PyObject *object) {
	static const PyTypeObject *plain; /* as for those that are masked */
	static const char *const others[] = {"__array_interface__", "__array_struct__", "__dlpack__"};
	PyTypeObject *type = object->type;
	if (type == plain) return 0;
	if (gomagic_has(object, "__array__")) return 1;
	for (int i = 0; i < 3; i++)
		if (gomagic_has((PyObject *)type, others[i])) return 1;
	if (!(PyType_GetFlags(type) & HEAP_TYPE)) plain = type;
	return 0;
}

static const PyTypeObject *unmasked; /* the last class that is none; of one that can end nothing is kept */

int gomagic_is_masked(PyObject *object) {
	PyTypeObject *type = object->type;
	if (type == unmasked) return 0;
	if (gomagic_has((PyObject *)type, "mask") && gomagic_has((PyObject *)type, "fill_value")) return 1;
	if (!(PyType_GetFlags(type) & HEAP_TYPE)) unmasked = type;
	return 0;
}

/* The same of an item: there may be many. */
static inline int is_masked(PyObject *item) { return item->type != unmasked && gomagic_is_masked(item); }

int gomagic_take(char code, PyObject *object, void *to) {
	int why;
	switch (code) {
		case 'q': return take_signed(object, to);
		case 'Q': return take_unsigned(object, to);
		case '?': return take_bool(object, to);
#define SIGNED(letter, type) \
	case letter: { \
		int64_t n; \
		if ((why = take_signed(object, &n))) return why; \
		*(type *)to = (type)n; \
		return (type)n == n ? OK : OUT_OF_RANGE; \
	}
#define UNSIGNED(letter, type) \
	case letter: { \
		uint64_t n; \
		if ((why = take_unsigned(object, &n))) return why; \
		*(type *)to = (type)n; \
		return (type)n == n ? OK : OUT_OF_RANGE; \
	}
		SIGNED('b', int8_t)
		SIGNED('h', int16_t)
		SIGNED('i', int32_t)
		UNSIGNED('B', uint8_t)
		UNSIGNED('H', uint16_t)
		UNSIGNED('I', uint32_t)
		case 'd':
		case 'f': {
			if (object->type != (PyTypeObject *)&PyFloat_Type && is_masked(object)) return WRONG_TYPE;
			double d = PyFloat_AsDouble(object);
			if (d == -1 && PyErr_Occurred()) return reason();
			if (code == 'f') return take_float32(d, to);
			*(double *)to = d;
			return OK;
		}
		case 'D':
		case 'F': {
			if (gomagic_is_masked(object)) return WRONG_TYPE;
			Py_complex z = PyComplex_AsCComplex(object);
			if (z.real == -1 && PyErr_Occurred()) return reason();
			if (code == 'F') return (why = take_float32(z.real, to)) ? why : take_float32(z.imag, (float *)to + 1);
			((double *)to)[0] = z.real, ((double *)to)[1] = z.imag;
			return OK;
		}
	}
	PyErr_Format(PyExc_SystemError, "gomagic: no number has the code `%c`", code);
	return RAISED;
}

PyObject *gomagic_give(char code, const void *from) {
	switch (code) {
#define GIVE_SIGNED(letter, type) case letter: return PyLong_FromLongLong(*(const type *)from);
#define GIVE_UNSIGNED(letter, type) case letter: return PyLong_FromUnsignedLongLong(*(const type *)from);
#define GIVE_FLOAT(letter, type) case letter: return PyFloat_FromDouble(*(const type *)from);
#define GIVE_COMPLEX(letter, type) case letter: return PyComplex_FromDoubles(((const type *)from)[0], ((const type *)from)[1]);
		ROWS_OF_SIGNED(GIVE_SIGNED)
		ROWS_OF_UNSIGNED(GIVE_UNSIGNED)
		ROWS_OF_FLOATS(GIVE_FLOAT)
		ROWS_OF_COMPLEX(GIVE_COMPLEX)
		case '?': {
			PyObject *truth = (PyObject *)(*(const uint8_t *)from ? &_Py_TrueStruct : &_Py_FalseStruct);
			Py_IncRef(truth);
			return truth;
		}
	}
	return PyErr_Format(PyExc_SystemError, "gomagic: no number has the code `%c`", code);
}
