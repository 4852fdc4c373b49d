#include "slots.h"

#include "_cgo_export.h"
#include "refuse.h"

PyObject *gomagic_construct(PyTypeObject *type, PyObject *args, PyObject *keywords) {
	const class *of = gomagic_class_of(type);
	if (!of || !of->plan) return PyErr_Format(PyExc_TypeError, "Go makes handles, Python does not");
	const function *maker = &of->plan->maker;
	Py_ssize_t n = PyTuple_Size(args), at = 0;
	PyObject *name, *value;
	int wrong = n > maker->params;
	while (!wrong && keywords && PyDict_Next(keywords, &at, &name, &value)) {
		int i = gomagic_field_named(of->plan, name);
		wrong = i < 0 || i < n;
	}
	if (wrong) {
		gomagic_refuse_call(maker, args, keywords);
		return NULL;
	}
	handle *h = gomagic_new_loose(of, 0);
	if (!h) return NULL;
	for (int i = 0; i < n; i++)
		if (gomagic_set_loose(h, i, PyTuple_GetItem(args, i), 0)) goto failed;
	if (keywords ? gomagic_set_all(h, keywords) : n < maker->params && gomagic_fill_up(h)) goto failed;
	return &h->object;
failed:
	Py_DecRef(&h->object);
	return NULL;
}

/* Whether two fields are equal; -1 with an exception set. */
static int are_equal(const kind *k, PyObject *a, PyObject *b) {
	if (k->shape == HANDLE) return a == b;
	PyObject *same = k->shape == NUMBER || k->shape == TEXT || k->shape == COPY || k->shape == FACE || k->shape == FAULT
		? PyObject_RichCompare(a, b, EQUAL)
		: PyObject_CallFunctionObjArgs(gomagic_hooks[SAME], a, b, NULL);
	int answer = same ? PyObject_IsTrue(same) : -1;
	if (same) Py_DecRef(same);
	return answer;
}

/* A pointer is what it points to, as Python has one object for it; a value is what it is made of. */
static int is_pointer(PyObject *self, const class *of) {
	const handle *h = (handle *)self;
	return !of || of->equality == BY_IDENTITY || (h->number && !h->is_value);
}

/* Of values of which Go has more than Python sees. */
static int are_equal_in_go(const handle *a, const handle *b) {
	int same = gomagic_equal(a->number, b->number);
	if (same < 0) PyErr_Format(PyExc_RecursionError, "a value of Go's lies in itself, or too deep to compare");
	return same;
}

static PyObject *truth(int is, int how) {
	PyObject *answer = (PyObject *)((how == EQUAL) == is ? &_Py_TrueStruct : &_Py_FalseStruct);
	Py_IncRef(answer);
	return answer;
}

PyObject *gomagic_compare(PyObject *self, PyObject *other, int how) {
	const class *of = gomagic_class_of(self->type);
	if ((how != EQUAL && how != UNEQUAL) || self->type != other->type) {
		PyObject *none = (PyObject *)&_Py_NotImplementedStruct;
		Py_IncRef(none);
		return none;
	}
	if (is_pointer(self, of) && is_pointer(other, of)) return truth(self == other, how);
	if (!of->plan) {
		int same = are_equal_in_go((handle *)self, (handle *)other);
		return same < 0 ? NULL : truth(same, how);
	}
	PyObject *a = gomagic_fields_of(self), *b = a ? gomagic_fields_of(other) : NULL;
	int same = b ? 1 : -1;
	for (int i = 0; same > 0 && i < of->plan->maker.params; i++)
		same = are_equal(&of->plan->maker.param[i], PyTuple_GetItem(a, i), PyTuple_GetItem(b, i));
	if (a) Py_DecRef(a);
	if (b) Py_DecRef(b);
	return same < 0 ? NULL : truth(same, how);
}

static Py_ssize_t hash_of_address(PyObject *self) {
	uintptr_t address = (uintptr_t)self;
	Py_ssize_t hash = (Py_ssize_t)(address >> 4 | address << 60);
	return hash == -1 ? -2 : hash;
}

/* What can be hashed in place of a field: a new reference, or NULL with an exception set. */
static PyObject *key_of(char shape, PyObject *value) {
	if (shape == HANDLE) return PyLong_FromSsize_t(hash_of_address(value));
	if (shape == ARRAY || shape == VALUE) return PyObject_CallFunctionObjArgs(gomagic_hooks[AS_KEY], value, NULL);
	Py_IncRef(value);
	return value;
}

static Py_ssize_t hash_in_go(PyObject *self) {
	int64_t hash;
	if (!gomagic_hash_of(((handle *)self)->number, &hash)) return PyObject_HashNotImplemented(self);
	return hash == -1 ? -2 : (Py_ssize_t)hash;
}

Py_ssize_t gomagic_hash(PyObject *self) {
	const class *of = gomagic_class_of(self->type);
	if (is_pointer(self, of)) return hash_of_address(self);
	if (!of->plan) return hash_in_go(self);
	if (of->equality != HASHED) return PyObject_HashNotImplemented(self);
	PyObject *all = gomagic_fields_of(self);
	int failed = !all;
	for (int i = 0; !failed && i < of->plan->maker.params; i++) {
		PyObject *key = key_of(of->plan->maker.param[i].shape, PyTuple_GetItem(all, i));
		failed = !key || PyTuple_SetItem(all, i, key);
	}
	Py_ssize_t hash = failed ? -1 : PyObject_Hash(all);
	if (all) Py_DecRef(all);
	return hash;
}

PyObject *gomagic_iterate(PyObject *self) {
	PyObject *all = gomagic_fields_of(self), *iterator = all ? PyObject_GetIter(all) : NULL;
	if (all) Py_DecRef(all);
	return iterator;
}

PyObject *gomagic_column(PyObject *type, PyObject *const *args, Py_ssize_t n) {
	PyObject *rows = n == 2 ? args[0] : NONE;
	const class *of = gomagic_class_of((PyTypeObject *)type);
	if (!of || !IS(rows, IS_LIST)) return PyErr_Format(PyExc_TypeError, "a list and the name of a field are wanted");
	int i = gomagic_field_named(of->plan, args[1]);
	Py_ssize_t count = PyList_Size(rows);
	PyObject *column = PyList_New(count);
	for (Py_ssize_t r = 0; column && r < count; r++) {
		PyObject *row = PyList_GetItem(rows, r), *value = NULL;
		const handle *h = (handle *)row;
		if (!row) { /* others have made the list shorter */
		} else if (row->type == of->type && !h->number && i >= 0) {
			Py_IncRef(value = h->field[i]);
		} else {
			Py_IncRef(row);
			value = PyObject_GetAttr(row, args[1]);
			Py_DecRef(row);
		}
		if (value) {
			PyList_SetItem(column, r, value);
			continue;
		}
		Py_DecRef(column);
		column = NULL;
	}
	return column;
}

int gomagic_traverse_fields(PyObject *self, int (*visit)(PyObject *, void *), void *with) {
	const handle *h = (handle *)self;
	int stop = visit((PyObject *)self->type, with);
	if (h->number || !h->of) return stop;
	for (int i = 0; !stop && i < h->of->plan->maker.params; i++)
		if (h->field[i]) stop = visit(h->field[i], with);
	return stop;
}

/* A field of what the collector clears is still there for whoever sees it once more: Python's finalizers may. */
int gomagic_clear_fields(PyObject *self) {
	handle *h = (handle *)self;
	if (h->number || !h->of) return 0;
	for (int i = 0; i < h->of->plan->maker.params; i++) {
		PyObject *value = h->field[i];
		char shape = h->of->plan->maker.param[i].shape;
		if (!value || value == NONE || shape == COPY || shape == NUMBER || shape == TEXT) continue;
		Py_IncRef(NONE);
		h->field[i] = NONE;
		Py_DecRef(value);
	}
	return 0;
}
