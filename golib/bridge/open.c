#include <stdlib.h>

#include "_cgo_export.h"
#include "call.h"
#include "direct.h"
#include "dress.h"
#include "callback.h"
#include "channels.h"
#include "classes.h"
#include "context.h"
#include "convert.h"
#include "flight.h"
#include "fork.h"
#include "forms.h"
#include "funcs.h"
#include "memory.h"
#include "owner.h"
#include "pages.h"
#include "refuse.h"
#include "sequence.h"
#include "shapes.h"

/* Of what values are. */
typedef struct {
	class *classes;
	form *forms;
} types;

/* Read ("name", "shape", "code", flags, length, class, form, what dresses it or None) into a kind whose slots begin at *slot. 0 or -1. */
static int describe(PyObject *spec, const types *of, kind *k, int index, int *slot, int is_result) {
	const char *name, *shape, *code;
	int class, form;
	PyObject *dress;
	if (!PyArg_ParseTuple(spec, "sssiniiO", &name, &shape, &code, &k->flags, &k->length, &class, &form, &dress)) return -1;
	k->class = &of->classes[class];
	k->form = &of->forms[form];
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
	if (slots && dress != NONE) {
		if (!(k->dress = gomagic_new_dresser(dress))) return -1;
		if (is_result) gomagic_dress(k);
	}
	if (slots) return 0;
	PyErr_Format(PyExc_SystemError, "gomagic: `%s` cannot have the shape `%s`", name, shape);
	return -1;
}

static int describe_all(PyObject *specs, const types *of, kind **kinds, int *count, int most, int *slot, int are_results) {
	*count = (int)PyTuple_Size(specs);
	if (*count < 0) return -1;
	if (*count > most) {
		PyErr_Format(PyExc_SystemError, "gomagic: more than %d values", most);
		return -1;
	}
	*kinds = calloc(*count + 1, sizeof **kinds);
	for (int i = 0; i < *count; i++)
		if (describe(PyTuple_GetItem(specs, i), of, &(*kinds)[i], i, slot, are_results)) return -1;
	return 0;
}

/* Make the function number `number` from (name, doc, params, results, variadic, fails, quick, namedtuple or None,
   whether it has a receiver, the keyword that limits its context or None). Each function has a module object of its own as its self, whose state points to what is
   known of it: so its repr, help and __module__ are those of any built-in function. Methods are called by their classes. */
static function *make(PyObject *spec, int number, const types *of, PyModuleDef *module, PyObject *module_name) {
	function *f = calloc(1, sizeof *f), **state;
	const char *name, *doc;
	PyObject *params, *results, *named, *timeout, *self;
	if (!PyArg_ParseTuple(spec, "ssOOiinOiO", &name, &doc, &params, &results, &f->variadic, &f->fails, (Py_ssize_t *)&f->quick, &named, &f->has_receiver, &timeout)) return NULL;
	if (timeout != NONE) Py_IncRef(f->timeout = timeout);
	int slot = HEAD_SLOTS + f->has_receiver + (f->timeout ? CONTEXT_SLOTS : 0);
	f->number = number;
	if (describe_all(params, of, &f->param, &f->params, MOST_PARAMS, &slot, 0)) return NULL;
	int first = slot;
	if (describe_all(results, of, &f->result, &f->results, MOST_RESULTS, &slot, 1)) return NULL;
	f->slots = slot;
	for (int i = 0; i < f->params; i++) f->param[i].of = f;
	for (int i = 0; i < f->results; i++)
		if (f->result[i].shape != NUMBER) f->clear = first; /* after a panic nothing must look like memory to free */
	for (int i = 0; i < f->params; i++) f->lists += f->param[i].shape == TEXTS;
	if (named != NONE) {
		Py_IncRef(named);
		f->named = named;
	}
	f->direct = gomagic_is_direct(f);
	void *entry = f->timeout ? gomagic_enter_with_context : f->direct ? gomagic_entry_of(f) : gomagic_enter;
	f->def = calloc(1, sizeof *f->def);
	*f->def = (PyMethodDef){gomagic_copied(name), entry, METH_FASTCALL_KEYWORDS, gomagic_copied(doc)};
	if (f->has_receiver) return f;
	self = PyModule_Create2(module, PYTHON_API_VERSION);
	if (!self) return NULL;
	state = PyModule_GetState(self);
	*state = f;
	f->python = PyCFunction_NewEx(f->def, self, module_name);
	Py_DecRef(self);
	return f->python ? f : NULL;
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

/* The functions as Python gets them, None in place of a method; NULL with an exception set. */
static PyObject *make_all(PyObject *specs, function **functions, const types *of, PyObject *module) {
	const char *name = PyUnicode_AsUTF8AndSize(module, NULL);
	PyModuleDef *def = calloc(1, sizeof *def);
	if (!name) return NULL;
	def->base.references = 1;
	def->name = gomagic_copied(name);
	def->size = sizeof(function *);
	Py_ssize_t n = PyTuple_Size(specs);
	PyObject *made = PyTuple_New(n);
	for (Py_ssize_t i = 0; made && i < n; i++) {
		functions[i] = make(PyTuple_GetItem(specs, i), (int)i, of, def, module);
		if (!functions[i]) return NULL;
		PyObject *one = functions[i]->python;
		if (!one) Py_IncRef(one = NONE);
		PyTuple_SetItem(made, i, one);
	}
	return made;
}

/* Hand out all functions and all classes, in two tuples. module: the functions' `__module__`. specs, class_specs: one a
   function, in the order of the table, and one a class. form_specs: see forms.h. hooks: what Python does for us, see refuse.h. Called once a
   library, by gomagic/bind/plain.py; all of it lives as long as the library, that is to the end. */
PyObject *gomagic_open(PyObject *module, PyObject *specs, PyObject *class_specs, PyObject *form_specs, PyObject *hooks) {
	if (check_interpreter()) return NULL;
	gomagic_watch_forks();
	gomagic_run = (void (*)(void *))gomagic_runner();
	for (int i = 0; i < HOOKS; i++) {
		PyObject *hook = PyTuple_GetItem(hooks, i);
		if (!hook) return NULL;
		Py_IncRef(hook);
		gomagic_hooks[i] = hook;
	}
	if (gomagic_prepare_owner() || gomagic_prepare_handles() || gomagic_prepare_contexts(gomagic_hooks[MAIN_THREAD])) return NULL;
	if (gomagic_prepare_callbacks() || gomagic_prepare_flights() || gomagic_prepare_sequences()) return NULL;
	function **functions = calloc(PyTuple_Size(specs) + 1, sizeof *functions);
	class *classes = calloc(PyTuple_Size(class_specs) + 1, sizeof *classes);
	types of = {classes, gomagic_make_forms(form_specs, classes)};
	PyObject *made = of.forms ? make_all(specs, functions, &of, module) : NULL;
	PyObject *made_classes = made ? gomagic_make_classes(class_specs, classes, of.forms, functions) : NULL;
	Py_ssize_t n = PyTuple_Size(form_specs);
	if (made_classes && (gomagic_make_func_classes(of.forms, n, functions) || gomagic_make_channel_classes(of.forms, n, functions))) return NULL;
	free(functions);
	PyObject *both = made_classes ? PyTuple_New(2) : NULL;
	if (!both) return NULL;
	PyTuple_SetItem(both, 0, made);
	PyTuple_SetItem(both, 1, made_classes);
	gomagic_give_back_pages();
	return both;
}
