#include "loan.h"

#include <string.h>

#include "memory.h"
#include "owner.h"
#include "refuse.h"

loan *gomagic_new_loan(crossing *c, int i, PyObject *object) {
	loan *l = &c->loan[c->loans++];
	l->param = i;
	l->source = object;
	l->held = NULL;
	l->view.obj = NULL;
	l->temp = NULL;
	l->before = NULL;
	l->memory = NULL;
	l->bytes = 0;
	l->n = 0;
	l->foreign = 0;
	l->frozen = 0;
	l->is_source = 0;
	l->headers = NULL;
	l->rows = NULL;
	l->bring_back = NULL;
	return l;
}

void gomagic_mark(crossing *c, const loan *l) {
	head *h = (head *)c->block;
	uint64_t bit = 1ull << l->param;
	int flags = c->f->param[l->param].flags;
	/* Memory of this library's own Go is kept alive by Go itself: no copy, whatever it does with it. */
	int in_go = flags & GO_KEEPS && l->view.obj && !l->temp && gomagic_stays_in_go(l->view.obj);
	if (flags & GO_KEEPS && !in_go) h->own |= bit;
	if (flags & GO_WRITES) h->wrote |= bit;
}

void gomagic_lend_region(crossing *c, void *start, size_t size, int64_t rows) {
	c->lent[c->lents++] = (region){start, size, rows};
}

int gomagic_remember(crossing *c, loan *l) {
	if (!(c->f->param[l->param].flags & GO_WRITES)) return 0;
	l->before = gomagic_room(l->bytes, 1);
	if (!l->before) return gomagic_no_memory();
	PyThreadState *thread = gomagic_step_aside(c, l->bytes);
	memcpy(l->before, l->temp, l->bytes);
	gomagic_step_back(thread);
	return 0;
}

void (*gomagic_see_off)(const crossing *c, const loan *l);

void gomagic_return(crossing *c, loan *l) {
	if (l->view.obj) PyBuffer_Release(&l->view);
	if (!l->temp && !l->held && !l->headers) return; /* most arrays: there is nothing else */
	for (Py_ssize_t r = 0; l->rows && r < l->n; r++) gomagic_return(c, &l->rows[r]);
	if (l->held) {
		if (c->has_begun) gomagic_see_off(c, l);
		Py_DecRef(l->held);
	}
	if (l->memory) Py_DecRef(l->memory);
	PyThreadState *thread = gomagic_step_aside(c, (l->temp ? l->bytes : 0) + (l->headers ? l->n * sizeof(go_slice) : 0));
	if (!l->memory) gomagic_free(l->temp);
	gomagic_free(l->before);
	gomagic_free(l->headers);
	gomagic_free(l->rows);
	gomagic_step_back(thread);
}
