/* SPDX-License-Identifier: ISC */
/*
 * The argument vectors of tasks.
 */
#include "config.h"

#include "args.h"

#include <stdlib.h>
#include <string.h>

#include "quote.h"

void
args_init(struct args *a, struct tmpl *tmpl)
{
	*a = (struct args){.tmpl = tmpl};
}

void
args_free(struct args *a)
{
	tmpl_free(a->tmpl);
	free(a->recs);
	*a = (struct args){.tmpl = NULL};
}

/* What the template needs to know. Returns 0, or -1 and ENOMEM. */
static int
fill_in(struct args *a, const struct task *task, struct tmpl_task *t)
{
	const char *p = buf_data(&task->text), **recs;
	size_t i;

	*t = (struct tmpl_task){.nrec = a->none ? 0 : task->nrec,
	    .width = task->width,
	    .seq = task->id,
	    .slot = task->slot};
	if (t->nrec > a->cap) {
		recs = reallocarray(a->recs, t->nrec, sizeof(*recs));
		if (recs == NULL)
			return -1;
		a->recs = recs;
		a->cap = t->nrec;
	}
	for (i = 0; i < t->nrec; i++) {
		a->recs[i] = p;
		p += strlen(p) + 1;
	}
	t->rec = a->recs;
	return 0;
}

char **
args_expand(struct args *a, const struct task *task)
{
	struct tmpl_task t;

	if (fill_in(a, task, &t) == -1)
		return NULL;
	return tmpl_expand(a->tmpl, &t);
}

size_t
args_size(struct args *a, const struct task *task)
{
	struct tmpl_task t;

	if (fill_in(a, task, &t) == -1)
		return SIZE_MAX;
	return tmpl_size(a->tmpl, &t);
}

int
args_describe(struct args *a, const struct task *task, struct buf *out)
{
	char **argv = args_expand(a, task);
	size_t i;

	for (i = 0; argv != NULL && argv[i] != NULL; i++)
		if ((i > 0 && buf_addc(out, ' ') == -1) ||
		    quote_shell(out, argv[i]) == -1)
			return -1;
	return argv == NULL ? -1 : 0;
}
