#include "channels.h"

#include <stdlib.h>

#include "call.h"
#include "handle.h"

/* The functions of a channel's form, in the order of golib/cellgen/channels.go. */
enum { MAKE, SEND, CLOSE, LEN, CAPACITY, RECV, FUNCTIONS };

static form *all;

static const form *form_of(const PyTypeObject *type) {
	Py_ssize_t i = 0;
	while (all[i].shape != CHANNEL || all[i].class->type != type) i++;
	return &all[i];
}

static PyObject *call(PyObject *self, int which, PyObject *const *args, Py_ssize_t n, PyObject *names) {
	return gomagic_enter_method(form_of(self->type)->calls[which], self, args, n, names);
}

static PyObject *make(PyTypeObject *type, PyObject *args, PyObject *keywords) {
	(void)keywords;
	return PyObject_CallObject(form_of(type)->calls[MAKE]->python, args);
}

static PyObject *send(PyObject *self, PyObject *const *args, Py_ssize_t n, PyObject *names) { return call(self, SEND, args, n, names); }

static PyObject *recv(PyObject *self, PyObject *const *args, Py_ssize_t n, PyObject *names) { return call(self, RECV, args, n, names); }

static PyObject *close(PyObject *self, PyObject *nothing) {
	(void)nothing;
	return call(self, CLOSE, NULL, 0, NULL);
}

static PyObject *next(PyObject *self) {
	PyObject *item = call(self, RECV, NULL, 0, NULL);
	if (!item && PyErr_ExceptionMatches(PyExc_EOFError)) PyErr_Clear();
	return item;
}

static PyObject *itself(PyObject *self) {
	Py_IncRef(self);
	return self;
}

static Py_ssize_t length(PyObject *self) {
	PyObject *n = call(self, LEN, NULL, 0, NULL);
	Py_ssize_t found = n ? (Py_ssize_t)PyLong_AsLongLong(n) : -1;
	if (n) Py_DecRef(n);
	return found;
}

static int is_true(PyObject *self) { /* an empty one, too */
	(void)self;
	return 1;
}

static PyObject *capacity(PyObject *self, void *nothing) {
	(void)nothing;
	return call(self, CAPACITY, NULL, 0, NULL);
}

static PyObject *repr(PyObject *self) { return PyUnicode_FromFormat("<Go %U>", form_of(self->type)->names[0]); }

#define OF_SENDING \
	{"send", (void *)send, METH_FASTCALL_KEYWORDS, "send($self, x, *, timeout=None)\n--\n\nSend a value, and wait until there is room for it or somebody receives it."}, \
	{"close", (void *)close, METH_NOARGS, "Say that no more will be sent."}

/* 0 or -1. */
static int make_class(form *f, function *const *functions) {
	static PyMethodDef for_both[] = {
		OF_SENDING,
		{"recv", (void *)recv, METH_FASTCALL_KEYWORDS, "recv($self, *, timeout=None)\n--\n\nReceive a value, and wait until there is one; EOFError if there will be none."},
		{NULL, NULL, 0, NULL},
	};
	static PyMethodDef for_sending[] = {OF_SENDING, {NULL, NULL, 0, NULL}};
	static PyGetSetDef getters[] = {{"capacity", (void *)capacity, NULL, "How many values may wait in it.", NULL}, {NULL, NULL, NULL, NULL, NULL}};
	int receives = f->code == OF_CHANNEL;
	PyType_Slot slots[] = {
		{Py_tp_dealloc, (void *)gomagic_dealloc_handle},
		{Py_tp_setattro, (void *)gomagic_set_attribute},
		{Py_tp_new, (void *)make},
		{Py_tp_repr, (void *)repr},
		{Py_sq_length, (void *)length},
		{Py_nb_bool, (void *)is_true},
		{Py_tp_getset, getters},
		{Py_tp_methods, receives ? for_both : for_sending},
		{Py_tp_doc, (void *)"A channel of Go's. Go keeps it as long as Python has this."},
		{receives ? Py_tp_iter : 0, (void *)itself},
		{Py_tp_iternext, (void *)next},
		{0, NULL},
	};
	static PyType_Spec spec = {"gomagic.Chan", 0, 0, PLAIN_TYPE, NULL};
	spec.slots = slots;
	class *made = calloc(1, sizeof *made);
	f->class = made;
	f->calls = calloc(FUNCTIONS, sizeof *f->calls);
	for (int i = 0; f->calls && i < FUNCTIONS - !receives; i++) f->calls[i] = functions[f->length + i];
	PyObject *bases = made && f->calls ? PyTuple_New(1) : NULL;
	if (!bases) return -1;
	Py_IncRef(f->calls[MAKE]->python); /* which nobody else keeps */
	Py_IncRef((PyObject *)gomagic_handle_type);
	PyTuple_SetItem(bases, 0, (PyObject *)gomagic_handle_type);
	made->type = (PyTypeObject *)PyType_FromSpecWithBases(&spec, bases);
	Py_DecRef(bases);
	return made->type ? PyObject_SetAttrString((PyObject *)made->type, "_of", f->names[0]) : -1;
}

int gomagic_make_channel_classes(form *forms, Py_ssize_t n, function *const *functions) {
	all = forms;
	for (Py_ssize_t i = 0; i < n; i++)
		if (forms[i].shape == CHANNEL && make_class(&forms[i], functions)) return -1;
	return 0;
}

const function *gomagic_function_of_channel(void *entry, PyObject *self) {
	if (entry == (void *)send) return form_of(self->type)->calls[SEND];
	return entry == (void *)recv ? form_of(self->type)->calls[RECV] : NULL;
}
