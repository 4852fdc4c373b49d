#include "classes.h"

#include <stdlib.h>
#include <string.h>

#include "call.h"
#include "memory.h"
#include "methods.h"
#include "move.h"
#include "slots.h"

/* Python calls a method fastest by an entry of C in its class, which is not told what it was called as. So each method of
   the library has an entry of its own, out of a pool: cellgen knows how many there are. */
enum { MOST_METHODS = 1024 };
static const function *method[MOST_METHODS];
static int methods;

#if defined __x86_64__ && defined __ELF__
/* In assembly, since a C compiler takes more than a second for so many functions, a quarter of the C here: each says
   its number as one argument more, and has sixteen bytes, so that none needs a place in a table. */
enum { ENTRY_SIZE = 16 };
extern const char gomagic_entries[] __attribute__((visibility("hidden")));
__asm__(".pushsection .text\n"
	".balign 16\n"
	".globl gomagic_entries\n"
	".hidden gomagic_entries\n"
	"gomagic_entries:\n"
	".set .Lnumber, 0\n"
	".rept 1024\n"
	".balign 16\n"
	"endbr64\n"
	"movl $.Lnumber, %r8d\n"
	"jmp gomagic_enter_numbered\n"
	".set .Lnumber, .Lnumber + 1\n"
	".endr\n"
	".popsection\n");
_Static_assert(MOST_METHODS == 1024, "an entry for each method");

__attribute__((visibility("hidden"))) PyObject *gomagic_enter_numbered(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names, unsigned n) {
	return gomagic_enter_method(method[n], self, args, count, names);
}

static void *entry(int n) { return (void *)(gomagic_entries + n * ENTRY_SIZE); }
#else
#define SIXTEEN(X, n) \
	X(n##0) X(n##1) X(n##2) X(n##3) X(n##4) X(n##5) X(n##6) X(n##7) \
	X(n##8) X(n##9) X(n##a) X(n##b) X(n##c) X(n##d) X(n##e) X(n##f)
#define SIXTEENS(X, n) \
	SIXTEEN(X, n##0) SIXTEEN(X, n##1) SIXTEEN(X, n##2) SIXTEEN(X, n##3) SIXTEEN(X, n##4) SIXTEEN(X, n##5) SIXTEEN(X, n##6) \
	SIXTEEN(X, n##7) SIXTEEN(X, n##8) SIXTEEN(X, n##9) SIXTEEN(X, n##a) SIXTEEN(X, n##b) SIXTEEN(X, n##c) SIXTEEN(X, n##d) \
	SIXTEEN(X, n##e) SIXTEEN(X, n##f)
#define ALL(X) SIXTEENS(X, 0x0) SIXTEENS(X, 0x1) SIXTEENS(X, 0x2) SIXTEENS(X, 0x3)

#define ENTRY(n) \
	static PyObject *entry_##n(PyObject *self, PyObject *const *args, Py_ssize_t count, PyObject *names) { \
		return gomagic_enter_method(method[n], self, args, count, names); \
	}
#define NAME(n) (void *)entry_##n,
ALL(ENTRY)
static void *const entries[] = {ALL(NAME)};
_Static_assert(sizeof entries / sizeof *entries == MOST_METHODS, "an entry for each method");

static void *entry(int n) { return entries[n]; }
#endif

const function *gomagic_method_of(const void *wanted) {
	for (int i = 0; i < methods; i++)
		if (entry(i) == wanted) return method[i];
	return NULL;
}

/* The entries of a class, of functions with these numbers; has_plan: its objects can lie in
   Python. NULL with an exception set. */
static PyMethodDef *make_methods(PyObject *numbers, function *const *functions, int has_plan) {
	Py_ssize_t n = PyTuple_Size(numbers);
	PyMethodDef *defs = calloc(n + 2, sizeof *defs);
	if (has_plan) defs[n] = (PyMethodDef){"_column", (void *)gomagic_column, METH_FASTCALL_OF_CLASS, NULL};
	for (Py_ssize_t i = 0; i < n; i++) {
		const function *f = functions[PyLong_AsLongLong(PyTuple_GetItem(numbers, i))];
		if (methods == MOST_METHODS) {
			PyErr_Format(PyExc_SystemError, "gomagic: more than %d methods", MOST_METHODS);
			return NULL;
		}
		defs[i] = (PyMethodDef){f->def->name, entry(methods), METH_FASTCALL_KEYWORDS, f->def->doc};
		method[methods++] = f;
	}
	return defs;
}

static PyGetSetDef *make_fields(PyObject *fields, const class *of, function *const *functions) {
	Py_ssize_t n = PyTuple_Size(fields);
	PyGetSetDef *defs = calloc(n + 1, sizeof *defs);
	for (Py_ssize_t i = 0; i < n; i++) {
		const char *name, *doc;
		int read, write;
		member *m = calloc(1, sizeof *m);
		m->of = of;
		if (!PyArg_ParseTuple(PyTuple_GetItem(fields, i), "ssiiii", &name, &doc, &read, &write, &m->at, &m->through)) return NULL;
		m->read = functions[read];
		m->write = functions[write];
		defs[i] = (PyGetSetDef){gomagic_copied(name), (void *)gomagic_get_member, (void *)gomagic_set_member, gomagic_copied(doc), m};
	}
	return defs;
}

static PyObject *bases_of(PyObject *numbers, const class *classes) {
	Py_ssize_t n = PyTuple_Size(numbers);
	PyObject *bases = PyTuple_New(n ? n : 1);
	for (Py_ssize_t i = 0; bases && i < (n ? n : 1); i++) {
		PyObject *base = (PyObject *)(n ? classes[PyLong_AsLongLong(PyTuple_GetItem(numbers, i))].type : gomagic_handle_type);
		Py_IncRef(base);
		PyTuple_SetItem(bases, i, base);
	}
	return bases;
}

static PyTypeObject *make_class(class *made, PyObject *spec, class *classes, const form *forms, function *const *functions) {
	const char *name, *doc;
	PyObject *bases, *methods, *fields, *plan, *takes, *wants, *stream;
	char *bytes;
	Py_ssize_t n;
	if (!PyArg_ParseTuple(spec, "ssOOOOOiOO", &name, &doc, &bases, &methods, &fields, &plan, &takes, &made->equality, &wants, &stream)) return NULL;
	if (wants != NONE && gomagic_make_methods(made, wants, forms)) return NULL;
	if (stream != NONE) Py_IncRef(made->stream = stream);
	if (takes != NONE) {
		if (PyBytes_AsStringAndSize(takes, &bytes, &n)) return NULL;
		Py_IncRef(takes); /* for ever */
		made->takes = bytes;
	}
	PyMethodDef *method_defs = make_methods(methods, functions, made->plan != NULL);
	PyGetSetDef *field_defs = make_fields(fields, made, functions);
	if (!method_defs || !field_defs || !(bases = bases_of(bases, classes))) return NULL;
	PyType_Slot slots[12] = {
		{Py_tp_dealloc, (void *)gomagic_dealloc_handle},
		{Py_tp_setattro, (void *)gomagic_set_attribute},
		{Py_tp_methods, method_defs},
		{Py_tp_getset, field_defs},
		{Py_tp_doc, (void *)doc},
		{Py_tp_richcompare, (void *)gomagic_compare},
		{Py_tp_hash, (void *)gomagic_hash},
	};
	PyType_Slot *slot = &slots[7];
	unsigned flags = OPEN_TYPE;
	if (made->plan) {
		*slot++ = (PyType_Slot){Py_tp_new, (void *)gomagic_construct};
		*slot++ = (PyType_Slot){Py_tp_iter, (void *)gomagic_iterate};
	}
	if (made->plan && made->plan->traced) {
		flags |= HAS_GC;
		*slot++ = (PyType_Slot){Py_tp_traverse, (void *)gomagic_traverse_fields};
		*slot++ = (PyType_Slot){Py_tp_clear, (void *)gomagic_clear_fields};
	}
	PyType_Spec type = {gomagic_copied(name), 0, 0, flags, slots};
	PyObject *class = PyType_FromSpecWithBases(&type, bases);
	Py_DecRef(bases);
	if (class && class->type != (PyTypeObject *)gomagic_hooks[GO_CLASS]) { /* which adds nothing to how a class lies in memory */
		Py_IncRef(gomagic_hooks[GO_CLASS]); /* before 3.12 no function of CPython's makes a class of another class */
		class->type = (PyTypeObject *)gomagic_hooks[GO_CLASS];
	}
	return made->type = (PyTypeObject *)class;
}

/* All plans before all classes: whether a cycle can go through one depends on those that lie in it. 0 or -1. */
static int make_plans(PyObject *specs, class *classes, function *const *functions) {
	Py_ssize_t n = PyTuple_Size(specs);
	for (Py_ssize_t i = 0; i < n; i++) {
		PyObject *plan = PyTuple_GetItem(PyTuple_GetItem(specs, i), 5);
		if (plan != NONE && !(classes[i].plan = gomagic_make_plan(plan, functions))) return -1;
	}
	for (Py_ssize_t i = 0; i < n; i++)
		if (classes[i].plan) gomagic_settle_plan(classes[i].plan);
	return 0;
}

PyObject *gomagic_make_classes(PyObject *specs, class *classes, const form *forms, function *const *functions) {
	Py_ssize_t n = PyTuple_Size(specs);
	PyObject *made = make_plans(specs, classes, functions) ? NULL : PyTuple_New(n);
	gomagic_classes = classes;
	gomagic_class_count = (int)n;
	gomagic_prepare_move();
	for (Py_ssize_t i = 0; made && i < n; i++) {
		PyObject *type = (PyObject *)make_class(&classes[i], PyTuple_GetItem(specs, i), classes, forms, functions);
		if (!type) return NULL;
		Py_IncRef(type);
		PyTuple_SetItem(made, i, type);
	}
	return made;
}
