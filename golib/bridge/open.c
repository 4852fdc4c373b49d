#include <stdlib.h>
#include <string.h>

#include "_cgo_export.h"
#include "call.h"
#include "convert.h"
#include "fork.h"
#include "owner.h"
#include "refuse.h"
#include "shapes.h"

/* Read ("name", "shape", "code", flags, length) into a kind whose slots begin at *slot. 0 or -1. */
static int describe(PyObject *spec, kind *k, int index, int *slot, int is_result) {
	const char *name, *shape, *code;
	if (!PyArg_ParseTuple(spec, "sssin", &name, &shape, &code, &k->flags, &k->length)) return -1;
	k->name = PyUnicode_InternFromString(name);
	if (!k->name) return -1;
	k->how = gomagic_shape(*shape);
	k->shape = *shape;
	k->code = *code;
	k->size = gomagic_size(*code);
	k->index = index;
	k->slot = *slot;
	int slots = k->how ? gomagic_slots(k, is_result) : 0;
	*slot += slots;
	if (slots) return 0;
	PyErr_Format(PyExc_SystemError, "gomagic: `%s` cannot have the shape `%s`", name, shape);
	return -1;
}

static int describe_all(PyObject *specs, kind **kinds, int *count, int most, int *slot, int are_results) {
	*count = (int)PyTuple_Size(specs);
	if (*count < 0) return -1;
	if (*count > most) {
		PyErr_Format(PyExc_SystemError, "gomagic: more than %d values", most);
		return -1;
	}
	*kinds = calloc(*count + 1, sizeof **kinds);
	for (int i = 0; i < *count; i++)
		if (describe(PyTuple_GetItem(specs, i), &(*kinds)[i], i, slot, are_results)) return -1;
	return 0;
}

static char *copied(const char *text) { return strcpy(malloc(strlen(text) + 1), text); }

/* Make the function number `number` from (name, doc, params, results, variadic, fails, quick, namedtuple or None).
   Each function has a module object of its own as its self, whose state points to what is known of it: so its repr,
   help and __module__ are those of any built-in function. */
static PyObject *make(PyObject *spec, int number, PyModuleDef *module, PyObject *module_name) {
	function *f = calloc(1, sizeof *f), **state;
	PyMethodDef *def = calloc(1, sizeof *def);
	const char *name, *doc;
	PyObject *params, *results, *named, *self;
	if (!PyArg_ParseTuple(spec, "ssOOiinO", &name, &doc, &params, &results, &f->variadic, &f->fails, (Py_ssize_t *)&f->quick, &named)) return NULL;
	int slot = HEAD_SLOTS;
	f->number = number;
	if (describe_all(params, &f->param, &f->params, MOST_PARAMS, &slot, 0)) return NULL;
	int first = slot;
	if (describe_all(results, &f->result, &f->results, MOST_RESULTS, &slot, 1)) return NULL;
	f->slots = slot;
	for (int i = 0; i < f->results; i++)
		if (f->result[i].shape != NUMBER) f->clear = first; /* after a panic nothing must look like memory to free */
	for (int i = 0; i < f->params; i++) f->lists += f->param[i].shape == TEXTS;
	if (named != NONE) {
		Py_IncRef(named);
		f->named = named;
	}
	*def = (PyMethodDef){copied(name), (void *)gomagic_enter, METH_FASTCALL_KEYWORDS, copied(doc)};
	self = PyModule_Create2(module, PYTHON_API_VERSION);
	if (!self) return NULL;
	state = PyModule_GetState(self);
	*state = f;
	f->python = PyCFunction_NewEx(def, self, module_name);
	Py_DecRef(self);
	return f->python;
}

/* Whether this is the interpreter that has opened the library first. Another one of the same process has objects of its
   own, and its hooks would take the place of the first one's. 0 or -1. */
static int check_interpreter(void) {
	static int64_t first = -1;
	int64_t here = PyInterpreterState_GetID(PyInterpreterState_Get());
	if (first < 0) first = here;
	if (here == first) return 0;
	PyErr_Format(PyExc_ImportError, "another interpreter of this process has opened this library");
	return -1;
}

/* Hand out all functions, in a tuple. module: their `__module__`. specs: one a function, in the order of the table.
   hooks: what Python does for us: exception(…), array(memory, code), as_array(object). Called once a library, by
   gomagic/bind/plain.py; functions and what they are made of live as long as the library, that is to the end. */
PyObject *gomagic_open(PyObject *module, PyObject *specs, PyObject *hooks) {
	if (check_interpreter()) return NULL;
	gomagic_watch_forks();
	gomagic_run = (void (*)(void *))gomagic_runner();
	for (int i = 0; i < HOOKS; i++) {
		PyObject *hook = PyTuple_GetItem(hooks, i);
		if (!hook) return NULL;
		Py_IncRef(hook);
		gomagic_hooks[i] = hook;
	}
	if (gomagic_prepare_owner()) return NULL;
	const char *name = PyUnicode_AsUTF8AndSize(module, NULL);
	PyModuleDef *def = calloc(1, sizeof *def);
	if (!name) return NULL;
	def->base.references = 1;
	def->name = copied(name);
	def->size = sizeof(function *);
	Py_ssize_t n = PyTuple_Size(specs);
	PyObject *functions = n < 0 ? NULL : PyTuple_New(n);
	for (Py_ssize_t i = 0; functions && i < n; i++) {
		PyObject *one = make(PyTuple_GetItem(specs, i), (int)i, def, module);
		if (!one) return NULL;
		PyTuple_SetItem(functions, i, one);
	}
	return functions;
}
