#include "call.h"

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

/* Why a conversion has failed, from the exception that CPython has set; others than these two are the reader's own. */
static int reason(void) {
	int why = PyErr_ExceptionMatches(PyExc_TypeError) ? WRONG_TYPE : PyErr_ExceptionMatches(PyExc_OverflowError) ? OUT_OF_RANGE : RAISED;
	if (why != RAISED) PyErr_Clear();
	return why;
}

static int take_signed(PyObject *object, int64_t *to) {
	*to = PyLong_AsLongLong(object); /* asks __index__; refuses a float */
	return *to == -1 && PyErr_Occurred() ? reason() : OK;
}

static int take_unsigned(PyObject *object, uint64_t *to) {
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
	/* numpy.bool is a class of its own, and called bool_ before NumPy 2. */
	PyObject *name = PyObject_GetAttrString((PyObject *)object->type, "__name__");
	if (!name) return RAISED;
	int is_bool = !PyUnicode_CompareWithASCIIString(name, "bool") || !PyUnicode_CompareWithASCIIString(name, "bool_");
	Py_DecRef(name);
	if (!is_bool) return WRONG_TYPE;
	int truth = PyObject_IsTrue(object);
	*to = truth;
	return truth < 0 ? RAISED : OK;
}

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
			double d = PyFloat_AsDouble(object);
			if (d == -1 && PyErr_Occurred()) return reason();
			if (code == 'f') return take_float32(d, to);
			*(double *)to = d;
			return OK;
		}
		case 'D':
		case 'F': {
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
