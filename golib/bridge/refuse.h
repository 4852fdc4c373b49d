#ifndef GOMAGIC_REFUSE_H
#define GOMAGIC_REFUSE_H
#include "function.h"

#pragma GCC visibility push(hidden)

/* What Python does for us: gomagic/bind/plain.py. */
enum {
	EXCEPTION, MAKE_ARRAY, AS_ARRAY, AS_LIST, AS_DICT, CONVERT, REVERT, AS_FIELDS, PUT_FIELD, SAME, AS_KEY, AS_COLUMNS, IS_LAID_OUT,
	NUMBER_OF_ERROR, AS_POINTER, TOLD, CHANGE_SET, IS_FILE, USE_FILE, STANDARD_INPUT, GO_CLASS, MAIN_THREAD, HOOKS
};
extern PyObject *gomagic_hooks[HOOKS];

/* Exceptions, made in Python so that their words are in one place. All of these return -1. */
int gomagic_refuse(const function *f, int i, const char *why, PyObject *object, Py_ssize_t at);
int gomagic_refuse_value(const function *f, int i, const char *why, PyObject *object, int form, PyObject *way);
int gomagic_refuse_result(const function *f, const char *why, PyObject *what); /* that Python cannot have */
int gomagic_refuse_arguments(const function *f, PyObject *const *args, Py_ssize_t n, PyObject *names);
int gomagic_refuse_call(const function *f, PyObject *args, PyObject *keywords); /* a tuple; a dict or NULL */
int gomagic_refuse_forked(const function *f);
int gomagic_refuse_attribute(PyObject *object, PyObject *name); /* that cannot be set */
int gomagic_no_memory(void);

/* The exception for the error or panic with a handle; more (stolen, may be NULL): results or arguments. -1 as well. */
int gomagic_fail(const function *f, const char *what, uint64_t handle, PyObject *more);

/* The exception for the error with a handle, not raised: a new reference, or NULL with another one set. */
PyObject *gomagic_exception(const function *f, uint64_t handle);

/* The number of the error of Go's that an exception stands for, 0: there is none; -1 with an exception set. */
int64_t gomagic_number_of_error(PyObject *object);

/* An exception that is set aside, since Python must not be called while one is set. */
typedef struct {
	PyObject *type, *value, *traceback;
} raised;

/* Make `earlier` (stolen) the context of the exception that is set now, or raise it if there is none. */
void gomagic_chain(raised earlier);

/* Do not show the context of the exception that is set. */
void gomagic_hide_context(void);

#pragma GCC visibility pop
#endif
