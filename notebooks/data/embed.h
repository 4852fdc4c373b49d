#include <Python.h>
#include <numpy/arrayobject.h>
static PyObject *start(const char *module, const char *function) {
	Py_InitializeEx(0);  // 0: Ctrl-C stays Go's
	import_array1(NULL); // the table through which NumPy's functions are found
	PyObject *imported = PyImport_ImportModule(module);
	PyObject *found = imported ? PyObject_GetAttrString(imported, function) : NULL;
	Py_XDECREF(imported);
	if (!found)
		PyErr_Print();
	return found;
}
static PyObject *lend(double *data, npy_intp n) {
	return PyArray_SimpleNewFromData(1, &n, NPY_DOUBLE, data);
}

// watch prints at every 2,000th call how many blocks of memory Python has in use.
static void watch(int call) {
	if (call % 2000 == 0)
		PyRun_SimpleString("import sys; print(sys.getallocatedblocks(), flush=True)");
}
