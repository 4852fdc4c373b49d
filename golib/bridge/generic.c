#include "generic.h"

#include <stddef.h>
#include <stdlib.h>

#include "block.h"
#include "call.h"
#include "choose.h"
#include "direct.h"
#include "refuse.h"

/* A built-in function takes no subscript, so this is a type of its own. Without a dealloc: it lives as long as the library. */
typedef struct generic {
	PyObject object;
	PyObject *(*call)(PyObject *self, PyObject *const *args, size_t n, PyObject *names);
	PyObject *attributes, *pick;
	family of;
} generic;

static PyTypeObject *generic_type;

/* w: the context of what takes one, else NULL. */
INLINED PyObject *choose_and_call(family *g, PyObject *const *args, size_t n, PyObject *names, context *w) {
	PyObject *ordered[MOST_PARAMS], *rest = NULL, *out = NULL;
	const function *f;
	taken t;
	if (!w && !names && (Py_ssize_t)n == g->f.params && !g->f.variadic && !g->untold &&
		args[g->at[0]]->type == g->arrays && (f = gomagic_choose_by_array(g, args[g->at[0]], &t)))
		goto chosen;
	if (names || g->f.variadic || (Py_ssize_t)n != g->f.params) {
		if (gomagic_arrange(&g->f, args, (Py_ssize_t)n, names, ordered, &rest)) goto done;
		args = ordered;
	}
	if (g->untold) {
		gomagic_refuse(&g->f, -1, "untold", NONE, -1);
		goto done;
	}
	f = gomagic_choose(g, args, &t);
	if (!f) goto done;
chosen:
	out = w ? gomagic_enter_variant_with_context(f, args, &t, w) : gomagic_enter_variant(f, args, &t);
	if (t.view.obj) PyBuffer_Release(&t.view);
done:
	if (rest) Py_DecRef(rest);
	return out;
}

static __attribute__((noinline)) PyObject *call_any(family *g, PyObject *const *args, size_t n, PyObject *names) {
	return choose_and_call(g, args, n, names, NULL);
}

/* Most calls need none of what `choose_and_call` has room for. */
static PyObject *call(PyObject *self, PyObject *const *args, size_t n, PyObject *names) {
	family *g = &((generic *)self)->of;
	const function *f = NULL;
	n &= ~VECTORCALL_OFFSET;
	if (!names && (Py_ssize_t)n == g->f.params && !g->f.variadic && !g->untold) {
		f = gomagic_choose_plainly(g, args);
		if (!f && g->arrays) f = gomagic_choose_by_read_arrays(g, args);
	}
	return f ? gomagic_enter_variant_directly(f, args) : call_any(g, args, n, names);
}

static PyObject *call_with_context(PyObject *self, PyObject *const *args, size_t n, PyObject *names) {
	family *g = &((generic *)self)->of;
	given rest = {args, names, NULL, NULL};
	context w;
	PyObject *out = NULL;
	n &= ~VECTORCALL_OFFSET;
	if (!gomagic_take_timeout(&g->f, &rest, n, &w)) out = choose_and_call(g, rest.args, n, rest.names, &w);
	gomagic_forget_given(&rest);
	return out;
}

family *gomagic_family_of(PyObject *object) {
	return generic_type && object->type == generic_type ? &((generic *)object)->of : NULL;
}

static PyObject *subscript(PyObject *self, PyObject *key) {
	return PyObject_CallFunctionObjArgs(((generic *)self)->pick, self, key, NULL);
}

static PyObject *attribute(PyObject *self, const char *name) { return PyObject_GetAttrString(self, name); }

static PyObject *repr(PyObject *self) {
	PyObject *name = attribute(self, "__name__");
	PyObject *text = name ? PyUnicode_FromFormat("<generic Go function %U>", name) : NULL;
	if (name) Py_DecRef(name);
	return text;
}

/* Pickle looks it up by its name, as it does a built-in function. */
static PyObject *reduce(PyObject *self, PyObject *nothing) {
	(void)nothing;
	return attribute(self, "__qualname__");
}

static int set_attribute(PyObject *self, PyObject *name, PyObject *value) {
	(void)self, (void)value;
	PyErr_Format(PyExc_AttributeError, "'gomagic.GenericFunction' object attribute '%U' is read-only", name);
	return -1;
}

/* As a built-in function it does not bind, but what has this counts as a routine for help(). */
static PyObject *get(PyObject *self, PyObject *object, PyObject *type) {
	(void)object, (void)type;
	Py_IncRef(self);
	return self;
}

static int prepare(void) {
	static PyMemberDef members[] = {
		{"__vectorcalloffset__", MEMBER_SSIZE, offsetof(generic, call), MEMBER_READONLY, NULL},
		{"__dictoffset__", MEMBER_SSIZE, offsetof(generic, attributes), MEMBER_READONLY, NULL},
		{NULL, 0, 0, 0, NULL},
	};
	static PyMethodDef methods[] = {{"__reduce__", (void *)reduce, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
	static PyType_Slot slots[] = {
		{Py_tp_call, (void *)PyVectorcall_Call},
		{Py_tp_descr_get, (void *)get},
		{Py_tp_members, members},
		{Py_tp_methods, methods},
		{Py_tp_repr, (void *)repr},
		{Py_tp_setattro, (void *)set_attribute},
		{Py_mp_subscript, (void *)subscript},
		{0, NULL},
	};
	static PyType_Spec spec = {"gomagic.GenericFunction", sizeof(generic), 0, FINAL_TYPE | HAS_VECTORCALL, slots};
	if (!generic_type) generic_type = (PyTypeObject *)PyType_FromSpec(&spec);
	return generic_type ? 0 : -1;
}

/* What of Python's functions are the variants. 0 or -1. */
static int find_variants(family *g, PyObject *functions) {
	g->count = (int)PyTuple_Size(functions);
	if (g->count < 1 || g->count > MOST_VARIANTS) {
		PyErr_Format(PyExc_SystemError, "gomagic: a function with %d variants", g->count);
		return -1;
	}
	g->variant = calloc(g->count, sizeof *g->variant);
	if (!g->variant) return gomagic_no_memory();
	for (int i = 0; i < g->count; i++) {
		PyObject *own = PyCFunction_GetSelf(PyTuple_GetItem(functions, i));
		if (!own) return -1;
		g->variant[i] = *(function **)PyModule_GetState(own);
	}
	return 0;
}

static int name_parameters(function *f, PyObject *names) {
	f->params = (int)PyTuple_Size(names);
	f->param = calloc(f->params + 1, sizeof *f->param);
	if (!f->param) return gomagic_no_memory();
	for (int i = 0; i < f->params; i++) {
		const char *name = PyUnicode_AsUTF8AndSize(PyTuple_GetItem(names, i), NULL);
		f->param[i].name = name ? PyUnicode_InternFromString(name) : NULL;
		if (!f->param[i].name) return -1;
	}
	return 0;
}

PyObject *gomagic_generic(PyObject *spec) {
	PyObject *attributes, *names, *functions, *pick, *timeout;
	generic *g = prepare() ? NULL : (generic *)PyType_GenericAlloc(generic_type, 0);
	if (!g) return NULL;
	family *of = &g->of;
	if (!PyArg_ParseTuple(spec, "OOiiOiiOO", &attributes, &names, &of->f.variadic, &of->f.number, &functions, &of->untold, &of->asks, &pick, &timeout)) return NULL;
	if (timeout != NONE) Py_IncRef(of->f.timeout = timeout);
	if (name_parameters(&of->f, names) || find_variants(of, functions) || gomagic_prepare_choice(of)) return NULL;
	Py_IncRef(attributes);
	Py_IncRef(pick);
	g->attributes = attributes;
	g->pick = pick;
	g->call = of->f.timeout ? call_with_context : call;
	Py_IncRef(&g->object); /* for ever */
	return &g->object;
}
