#include "call.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "_cgo_export.h"

/* How many slots a value takes: a complex number two, a slice that comes out its handle as well. */
static int width(const value *v, int is_result) {
	if (v->shape == NUMBER) return v->code == 'F' || v->code == 'D' ? 2 : 1;
	return is_result && v->shape == ARRAY ? WIDEST_RESULT : 2;
}

/* Read ("name", "shape", "code", flags, length) into a value that begins at *slot; results are wider than parameters. */
static int describe(PyObject *spec, value *v, int *slot, int is_result) {
	const char *name, *shape, *code;
	if (!PyArg_ParseTuple(spec, "sssin", &name, &shape, &code, &v->flags, &v->length)) return -1;
	v->name = PyUnicode_InternFromString(name);
	v->shape = *shape, v->code = *code, v->size = gomagic_size(*code), v->slot = *slot;
	*slot += width(v, is_result);
	return v->name ? 0 : -1;
}

static int describe_all(PyObject *specs, value **values, int *count, int most, int *slot, int are_results) {
	*count = (int)PyTuple_Size(specs);
	if (*count < 0) return -1;
	if (*count > most) return PyErr_Format(PyExc_SystemError, "gomagic: more than %d values", most), -1;
	*values = calloc(*count + 1, sizeof **values);
	for (int i = 0; i < *count; i++)
		if (describe(PyTuple_GetItem(specs, i), &(*values)[i], slot, are_results)) return -1;
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
	if (named != NONE) Py_IncRef(f->named = named);
	*def = (PyMethodDef){copied(name), (void *)gomagic_enter, METH_FASTCALL_KEYWORDS, copied(doc)};
	if (!(self = PyModule_Create2(module, PYTHON_API_VERSION))) return NULL;
	state = PyModule_GetState(self);
	*state = f;
	f->python = PyCFunction_NewEx(def, self, module_name);
	Py_DecRef(self);
	return f->python;
}

static void in_child(void) { gomagic_forked = 1; }

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
	static int is_open;
	if (check_interpreter()) return NULL;
	if (!is_open) pthread_atfork(NULL, NULL, in_child);
	is_open = 1;
	gomagic_run = (void (*)(void *))gomagic_runner();
	for (int i = 0; i < HOOKS; i++) {
		PyObject *hook = PyTuple_GetItem(hooks, i);
		if (!hook) return NULL;
		Py_IncRef(gomagic_hooks[i] = hook);
	}
	if (gomagic_prepare_owner()) return NULL;
	const char *name = PyUnicode_AsUTF8AndSize(module, NULL);
	PyModuleDef *def = calloc(1, sizeof *def);
	if (!name) return NULL;
	def->base.references = 1, def->name = copied(name), def->size = sizeof(function *);
	Py_ssize_t n = PyTuple_Size(specs);
	PyObject *functions = n < 0 ? NULL : PyTuple_New(n);
	for (Py_ssize_t i = 0; functions && i < n; i++) {
		PyObject *one = make(PyTuple_GetItem(specs, i), (int)i, def, module);
		if (!one) return NULL;
		PyTuple_SetItem(functions, i, one);
	}
	return functions;
}
