#include "views.h"

#include <string.h>

#include "arrays.h"
#include "convert.h"
#include "memory.h"
#include "refuse.h"

int gomagic_fits(char is, char wanted) { return is == wanted || (wanted == 'B' && is == 'b'); } /* []byte: any byte buffer */

static void copy_number(char *to, const char *from, int size, int part, int foreign) {
	if (!foreign) {
		memcpy(to, from, size);
		return;
	}
	for (int k = 0; k < size; k++) to[k / part * part + part - 1 - k % part] = from[k]; /* a complex is two parts */
}

/* Go through a view of one or two dimensions and its copy in temp: `back` copies what differs from before to the view. */
static void copy_view(loan *l, int back) {
	const Py_buffer *v = &l->view;
	Py_ssize_t rows = v->ndim == 2 ? v->shape[0] : 1, columns = v->shape[v->ndim - 1], k = 0;
	int size = gomagic_size(l->code), part = l->code == 'F' || l->code == 'D' ? size / 2 : size;
	Py_ssize_t step = v->strides ? v->strides[v->ndim - 1] : size, down = v->strides ? v->strides[0] : columns * size;
	for (Py_ssize_t r = 0; r < rows; r++) {
		char *row = (char *)v->buf + r * down;
		for (Py_ssize_t j = 0; j < columns; j++) {
			char *one = row + j * step, *copy = l->temp + k;
			if (!back) copy_number(copy, one, size, part, l->foreign);
			else if (memcmp(copy, l->before + k, size)) copy_number(one, copy, size, part, l->foreign);
			k += size;
		}
	}
}

static int bring_back(crossing *c, loan *l) {
	int lost = 0;
	PyThreadState *thread = gomagic_step_aside(c, l->bytes);
	if (l->frozen) lost = memcmp(l->temp, l->before, l->bytes);
	else copy_view(l, 1);
	gomagic_step_back(thread);
	return lost ? gomagic_refuse(c->f, l->param, "frozen", l->source, -1) : 0;
}

void gomagic_copy_number(char *to, const char *from, char code, int foreign) {
	int size = gomagic_size(code);
	copy_number(to, from, size, code == 'F' || code == 'D' ? size / 2 : size, foreign);
}

static int is_contiguous(const Py_buffer *v) {
	Py_ssize_t wanted = v->itemsize;
	if (!v->strides) return 1; /* ctypes gives none, though they are asked for */
	for (int d = v->ndim - 1; d >= 0; d--) {
		if (v->shape[d] > 1 && v->strides[d] != wanted) return 0;
		wanted *= v->shape[d];
	}
	return 1;
}

/* Whether each byte is 0 or 1: all that a bool of Go's may be, while to numpy every byte but 0 is true. */
static int are_bools(const char *p, Py_ssize_t n) {
	uint64_t all[4] = {0}, eight[4];
	Py_ssize_t k = 0;
	for (; k + (Py_ssize_t)sizeof eight <= n; k += sizeof eight) {
		memcpy(eight, p + k, sizeof eight);
		for (int j = 0; j < 4; j++) all[j] |= eight[j];
	}
	for (; k < n; k++) all[0] |= (unsigned char)p[k];
	return !((all[0] | all[1] | all[2] | all[3]) & ~0x0101010101010101ull);
}

static void make_bools(char *p, Py_ssize_t n) {
	for (Py_ssize_t k = 0; k < n; k++) p[k] = p[k] != 0;
}

/* Whether Go can have the memory of a view itself. */
static int can_be_lent(crossing *c, const loan *l, int size, int writes) {
	const Py_buffer *v = &l->view;
	int align = l->code == 'F' || l->code == 'D' ? size / 2 : size;
	if (!is_contiguous(v) || l->foreign || (uintptr_t)v->buf % align || (v->readonly && writes)) return 0;
	if (l->code != '?') return 1;
	PyThreadState *thread = gomagic_step_aside(c, v->len);
	int can = are_bools(v->buf, v->len);
	gomagic_step_back(thread);
	return can;
}

int gomagic_lend_own_view(crossing *c, loan *l, char **numbers) {
	static char nothing[16] __attribute__((aligned(16)));
	const kind *k = &c->f->param[l->param];
	Py_buffer *v = &l->view;
	l->code = k->code;
	l->n = v->shape[0];
	l->bytes = v->len;
	*numbers = v->buf;
	if (v->len == 0) *numbers = nothing;
	if (v->len == 0 || can_be_lent(c, l, k->size, k->flags & GO_WRITES)) return LENT;
	l->temp = gomagic_room(v->len, 1);
	if (!l->temp) return gomagic_no_memory();
	PyThreadState *thread = gomagic_step_aside(c, v->len);
	copy_view(l, 0);
	if (l->code == '?') make_bools(l->temp, v->len);
	gomagic_step_back(thread);
	*numbers = l->temp;
	l->frozen = v->readonly;
	if (k->flags & GO_WRITES) l->bring_back = bring_back;
	return gomagic_remember(c, l);
}

int gomagic_lend_view(crossing *c, loan *l, PyObject *array, int dimensions, Py_ssize_t at, char **numbers) {
	const kind *k = &c->f->param[l->param];
	Py_buffer *v = &l->view;
	if (gomagic_is_masked(array)) return gomagic_refuse(c->f, l->param, "masked", l->source, at);
	if (PyObject_GetBuffer(array, v, PyBUF_RECORDS_RO)) {
		v->obj = NULL;
		PyErr_Clear(); /* numpy cannot describe its dates, a released memoryview is gone: the message says which type came */
		return gomagic_refuse(c->f, l->param, "dtype", l->source, at);
	}
	if (v->ndim != dimensions) return gomagic_refuse(c->f, l->param, "dimensions", l->source, at);
	char code = gomagic_code(v->format, v->itemsize, &l->foreign);
	if (!gomagic_fits(code, k->code)) {
		if (dimensions != 1 || !gomagic_has(array, "typecode")) return gomagic_refuse(c->f, l->param, "dtype", l->source, at);
		PyBuffer_Release(v);
		return ITEMS_ONLY;
	}
	if (!l->foreign) gomagic_learn_array(array, v, code);
	return gomagic_lend_own_view(c, l, numbers);
}
