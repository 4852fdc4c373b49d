#ifndef GOMAGIC_PYTHON_H
#define GOMAGIC_PYTHON_H
#include <stddef.h>
#include <stdint.h>

/* What is used of CPython's C interface, declared by hand: the reader's machine need not have Python.h, and one library
   serves every CPython from 3.10 on. All of it is weak: the running Python has it, `go test` does without.
   Source: docs.python.org/3/c-api; buffers and heap types with them are the same in 3.10 to 3.15, though they joined
   the stable interface in 3.11. */
#define WEAK __attribute__((weak))

typedef intptr_t Py_ssize_t;
typedef struct PyTypeObject PyTypeObject;
typedef struct PyObject {
	Py_ssize_t references;
	PyTypeObject *type;
} PyObject;
typedef struct {
	void *buf;
	PyObject *obj;
	Py_ssize_t len, itemsize;
	int readonly, ndim;
	char *format;
	Py_ssize_t *shape, *strides, *suboffsets;
	void *internal;
} Py_buffer;
typedef struct {
	const char *name;
	void *function;
	int flags;
	const char *doc;
} PyMethodDef;
typedef struct {
	const char *name;
	int type;
	Py_ssize_t offset;
	int flags;
	const char *doc;
} PyMemberDef;
typedef struct {
	const char *name;
	void *get, *set;
	const char *doc;
	void *closure;
} PyGetSetDef;
typedef struct {
	PyObject base;
	void *init;
	Py_ssize_t index;
	PyObject *copy;
	const char *name, *doc;
	Py_ssize_t size;
	void *methods, *slots, *traverse, *clear, *free;
} PyModuleDef;
typedef struct {
	int slot;
	void *value;
} PyType_Slot;
typedef struct {
	const char *name;
	int basicsize, itemsize;
	unsigned flags;
	PyType_Slot *slots;
} PyType_Spec;
typedef struct {
	double real, imag;
} Py_complex;
typedef struct PyThreadState PyThreadState;
typedef struct PyInterpreterState PyInterpreterState;

enum { METH_NOARGS = 4, METH_FASTCALL_KEYWORDS = 0x82, METH_FASTCALL_OF_CLASS = 0x90, PYTHON_API_VERSION = 1013 };
enum { PyBUF_WRITABLE = 1, PyBUF_FORMAT = 4, PyBUF_ND = 8, PyBUF_STRIDES = 0x18, PyBUF_RECORDS_RO = 0x1c };
enum { Py_bf_getbuffer = 1, Py_bf_releasebuffer = 2, Py_mp_subscript = 5, Py_tp_call = 50, Py_tp_dealloc = 52, Py_tp_descr_get = 54, Py_tp_doc = 56 };
enum { Py_tp_methods = 64, Py_tp_new = 65, Py_tp_repr = 66, Py_tp_setattro = 69, Py_tp_members = 72, Py_tp_getset = 73 };
enum { Py_tp_clear = 51, Py_tp_hash = 59, Py_tp_iter = 62, Py_tp_iternext = 63, Py_tp_richcompare = 67, Py_tp_traverse = 71 };
enum { Py_nb_bool = 9, Py_sq_length = 45 };
enum { MEMBER_SSIZE = 19, MEMBER_READONLY = 1 }; /* Py_T_PYSSIZET, Py_READONLY */
enum { FINAL_TYPE = 1 << 7 | 1 << 18 }; /* Py_TPFLAGS_DISALLOW_INSTANTIATION, Py_TPFLAGS_DEFAULT */
enum { PLAIN_TYPE = 1 << 18 }; /* Py_TPFLAGS_DEFAULT */
enum { OPEN_TYPE = 1 << 10 | 1 << 18 }; /* Py_TPFLAGS_BASETYPE */
enum { HAS_VECTORCALL = 1 << 11, HAS_GC = 1 << 14 };
enum { EQUAL = 2, UNEQUAL = 3 }; /* Py_EQ, Py_NE */
#define VECTORCALL_OFFSET ((size_t)1 << (8 * sizeof(size_t) - 1))
enum { HEAP_TYPE = 1 << 9 }; /* Py_TPFLAGS_HEAPTYPE */
enum { IS_LONG = 1 << 24, IS_LIST = 1 << 25, IS_TUPLE = 1 << 26, IS_BYTES = 1 << 27, IS_STR = 1 << 28, IS_DICT = 1 << 29, IS_EXCEPTION = 1 << 30 };

extern char _Py_NoneStruct WEAK, _Py_TrueStruct WEAK, _Py_FalseStruct WEAK, PyLong_Type WEAK, PyFloat_Type WEAK;
extern char PyUnicode_Type WEAK, PyComplex_Type WEAK, PyCFunction_Type WEAK, PyDict_Type WEAK, _Py_NotImplementedStruct WEAK;
extern PyObject *PyExc_TypeError WEAK, *PyExc_OverflowError WEAK, *PyExc_BufferError WEAK, *PyExc_SystemError WEAK;
extern PyObject *PyExc_RuntimeError WEAK, *PyExc_ImportError WEAK, *PyExc_AttributeError WEAK;
extern PyObject *PyExc_FileNotFoundError WEAK, *PyExc_FileExistsError WEAK, *PyExc_PermissionError WEAK, *PyExc_EOFError WEAK;
extern PyObject *PyExc_TimeoutError WEAK, *PyExc_OSError WEAK;
extern PyObject *PyExc_ValueError WEAK, *PyExc_KeyError WEAK, *PyExc_RecursionError WEAK, *PyExc_Exception WEAK;

WEAK unsigned long PyType_GetFlags(PyTypeObject *);
WEAK void Py_IncRef(PyObject *);
WEAK void Py_DecRef(PyObject *);

WEAK int Py_EnterRecursiveCall(const char *);
WEAK void Py_LeaveRecursiveCall(void);

WEAK PyObject *PyErr_Occurred(void);
WEAK void PyErr_Clear(void);
WEAK int PyErr_ExceptionMatches(PyObject *);
WEAK int PyErr_GivenExceptionMatches(PyObject *, PyObject *);
WEAK int PyErr_CheckSignals(void);
WEAK void PyErr_SetObject(PyObject *, PyObject *);
WEAK PyObject *PyErr_Format(PyObject *, const char *, ...);
WEAK PyObject *PyErr_NoMemory(void);
WEAK void PyErr_Fetch(PyObject **, PyObject **, PyObject **);
WEAK void PyErr_Restore(PyObject *, PyObject *, PyObject *);
WEAK void PyErr_NormalizeException(PyObject **, PyObject **, PyObject **);
WEAK void PyException_SetContext(PyObject *, PyObject *);
WEAK int PyException_SetTraceback(PyObject *, PyObject *);
WEAK PyObject *PyException_GetTraceback(PyObject *);

WEAK long long PyLong_AsLongLong(PyObject *);
WEAK unsigned long long PyLong_AsUnsignedLongLong(PyObject *);
WEAK PyObject *PyLong_FromLongLong(long long);
WEAK PyObject *PyLong_FromUnsignedLongLong(unsigned long long);
WEAK PyObject *PyLong_FromSsize_t(Py_ssize_t);
WEAK PyObject *PyNumber_Index(PyObject *);
WEAK int PyIndex_Check(PyObject *);
WEAK double PyFloat_AsDouble(PyObject *);
WEAK PyObject *PyFloat_FromDouble(double);
WEAK Py_complex PyComplex_AsCComplex(PyObject *);
WEAK PyObject *PyComplex_FromDoubles(double, double);

WEAK const char *PyUnicode_AsUTF8AndSize(PyObject *, Py_ssize_t *);
WEAK PyObject *PyUnicode_AsEncodedString(PyObject *, const char *, const char *);
WEAK PyObject *PyUnicode_DecodeUTF8(const char *, Py_ssize_t, const char *);
WEAK PyObject *PyUnicode_InternFromString(const char *);
WEAK PyObject *PyUnicode_FromFormat(const char *, ...);
WEAK int PyUnicode_Compare(PyObject *, PyObject *);
WEAK int PyBytes_AsStringAndSize(PyObject *, char **, Py_ssize_t *);
WEAK PyObject *PyBytes_FromStringAndSize(const char *, Py_ssize_t);

WEAK PyObject *PyTuple_New(Py_ssize_t);
WEAK Py_ssize_t PyTuple_Size(PyObject *);
WEAK PyObject *PyTuple_GetItem(PyObject *, Py_ssize_t);
WEAK int PyTuple_SetItem(PyObject *, Py_ssize_t, PyObject *);
WEAK const char *Py_GetVersion(void);
WEAK PyObject *PyList_New(Py_ssize_t);
WEAK Py_ssize_t PyList_Size(PyObject *);
WEAK PyObject *PyList_GetItem(PyObject *, Py_ssize_t);
WEAK PyObject *PyList_GetSlice(PyObject *, Py_ssize_t, Py_ssize_t);
WEAK int PyList_SetItem(PyObject *, Py_ssize_t, PyObject *);
WEAK int PyList_SetSlice(PyObject *, Py_ssize_t, Py_ssize_t, PyObject *);
WEAK int PyList_Append(PyObject *, PyObject *);
WEAK PyObject *PySet_New(PyObject *);
WEAK int PySet_Add(PyObject *, PyObject *);
WEAK PyObject *PyDict_New(void);
WEAK int PyDict_SetItem(PyObject *, PyObject *, PyObject *);
WEAK PyObject *PyDict_GetItemWithError(PyObject *, PyObject *);
WEAK int PyDict_DelItem(PyObject *, PyObject *);
WEAK Py_ssize_t PyDict_Size(PyObject *);
WEAK int PyDict_Next(PyObject *, Py_ssize_t *, PyObject **, PyObject **);
WEAK int PySequence_Check(PyObject *);
WEAK Py_ssize_t PySequence_Size(PyObject *);
WEAK PyObject *PySequence_GetItem(PyObject *, Py_ssize_t);
WEAK int PySequence_SetItem(PyObject *, Py_ssize_t, PyObject *);

WEAK PyObject *PyObject_GetItem(PyObject *, PyObject *);
WEAK int PyObject_SetItem(PyObject *, PyObject *, PyObject *);
WEAK int PyObject_DelItem(PyObject *, PyObject *);
WEAK int PyObject_RichCompareBool(PyObject *, PyObject *, int);
WEAK int PyObject_GenericSetAttr(PyObject *, PyObject *, PyObject *);
WEAK PyObject *PyObject_GetAttr(PyObject *, PyObject *);
WEAK PyObject *PyObject_GetAttrString(PyObject *, const char *);
WEAK int PyObject_SetAttr(PyObject *, PyObject *, PyObject *);
WEAK int PyObject_SetAttrString(PyObject *, const char *, PyObject *);
WEAK PyObject *PyObject_RichCompare(PyObject *, PyObject *, int);
WEAK int PyObject_IsTrue(PyObject *);
WEAK Py_ssize_t PyObject_Hash(PyObject *);
WEAK Py_ssize_t PyObject_HashNotImplemented(PyObject *);
WEAK PyObject *PyObject_GetIter(PyObject *);
WEAK PyObject *PyIter_Next(PyObject *);
WEAK PyObject *PyObject_CallFunction(PyObject *, const char *, ...);
WEAK PyObject *PyObject_CallFunctionObjArgs(PyObject *, ...);
WEAK PyObject *PyObject_CallObject(PyObject *, PyObject *);
WEAK PyObject *PyObject_Vectorcall(PyObject *, PyObject *const *, size_t, PyObject *); /* missing in 3.10 */
WEAK PyObject *PyObject_VectorcallMethod(PyObject *, PyObject *const *, size_t, PyObject *);
WEAK int PyCallable_Check(PyObject *);
WEAK int PyArg_ParseTuple(PyObject *, const char *, ...);

WEAK int PyObject_GetBuffer(PyObject *, Py_buffer *, int);
WEAK void PyBuffer_Release(Py_buffer *);
WEAK int PyObject_CheckBuffer(PyObject *);
WEAK PyObject *PyMemoryView_FromObject(PyObject *);

WEAK PyObject *PyType_FromSpec(PyType_Spec *);
WEAK PyObject *PyType_FromSpecWithBases(PyType_Spec *, PyObject *);
WEAK int PyType_IsSubtype(PyTypeObject *, PyTypeObject *);
WEAK void *PyType_GetSlot(PyTypeObject *, int);
WEAK PyObject *PyType_GenericAlloc(PyTypeObject *, Py_ssize_t);
WEAK void PyObject_Free(void *);
WEAK void PyObject_ClearWeakRefs(PyObject *);
WEAK void PyObject_GC_Del(void *);
WEAK void PyObject_GC_UnTrack(void *);
WEAK PyObject *PyImport_GetModuleDict(void);
WEAK PyObject *PyModule_Create2(PyModuleDef *, int);
WEAK void *PyModule_GetState(PyObject *);
WEAK PyObject *PyCFunction_NewEx(PyMethodDef *, PyObject *, PyObject *);
WEAK PyObject *PyCFunction_GetSelf(PyObject *);
WEAK void *PyCFunction_GetFunction(PyObject *);
WEAK PyObject *PyVectorcall_Call(PyObject *, PyObject *, PyObject *);

WEAK PyInterpreterState *PyInterpreterState_Get(void);
WEAK int64_t PyInterpreterState_GetID(PyInterpreterState *);
WEAK unsigned long PyThread_get_thread_ident(void);
WEAK PyThreadState *PyEval_SaveThread(void);
WEAK void PyEval_RestoreThread(PyThreadState *);
WEAK PyThreadState *PyGILState_GetThisThreadState(void);
WEAK int PyGILState_Ensure(void);
WEAK void PyGILState_Release(int);
WEAK int Py_AddPendingCall(int (*)(void *), void *);

#define NONE ((PyObject *)&_Py_NoneStruct)
#define IS(object, flag) (PyType_GetFlags((object)->type) & (flag))
#endif
