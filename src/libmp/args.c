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

char **
args_expand(struct args *a, const struct task *task)
{
	const char *p = buf_data(&task->text), **recs;
	struct tmpl_task t = {.nrec = a->none ? 0 : task->nrec,
	    .width = task->width,
	    .seq = task->id,
	    .slot = task->slot};
	size_t i;

	if (t.nrec > a->cap) {
		recs = reallocarray(a->recs, t.nrec, sizeof(*recs));
		if (recs == NULL)
			return NULL;
		a->recs = recs;
		a->cap = t.nrec;
	}
	for (i = 0; i < t.nrec; i++) {
		a->recs[i] = p;
		p += strlen(p) + 1;
	}
	t.rec = a->recs;
	return tmpl_expand(a->tmpl, &t);
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
