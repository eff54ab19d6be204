/* SPDX-License-Identifier: ISC */
/*
 * Several tasks in one. Where a task takes less time than it takes to be a
 * task here, many of them go to the runner together and come back so, as long
 * as nothing is to be told of a single one; one of which there is something to
 * tell is cut off.
 */
#include "config.h"

#include "pool_impl.h"

bool
pool_bundles(const struct pool *p)
{
	const struct pool_conf *c = p->conf;

	return p->source->ops->more != NULL && p->runner->ops->bundle != NULL &&
	    (c->order == SINK_ORDERED || c->order == SINK_UNORDERED) &&
	    c->retries == 0 && c->halt.when == HALT_NEVER &&
	    !throttle_limits(&c->throttle) && c->records == NULL &&
	    c->jobserver == NULL && c->files == NULL && !c->tag && !c->show &&
	    !c->verbose;
}

void
pool_bundle(struct pool *p, struct task *task)
{
	size_t most = p->runner->ops->bundle(p->runner);
	uint64_t room = p->sched.ahead - p->sched.open;

	if (most > room)
		most = (size_t)room;
	if (most < 2 || task->has_nul || task->too_long)
		return;
	p->source->ops->more(p->source, task, most - 1);
	task->extra = task->nrec - 1;
	p->seq += task->extra;
}

struct task *
pool_cut(struct pool *p, struct task *task, size_t n)
{
	struct task *rest = pool_task_get(p);

	if (rest == NULL)
		return NULL;
	if (task_cut(task, rest, n) == -1) {
		pool_task_put(p, rest);
		return NULL;
	}
	sink_begin_rest(&p->sink, task, rest);
	return rest;
}
