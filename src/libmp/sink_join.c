/* SPDX-License-Identifier: ISC */
/*
 * Finished tasks in a row that have said little are kept as one, so that many
 * of them can wait for a slow one before them.
 */
#include "config.h"

#include <errno.h>

#include "sink_impl.h"

#define JOIN_MAX 4096

/* Whether the task has ended and can be joined with one before it. */
static bool
joinable(const struct task *task)
{
	const struct hold *out = &task->out[TASK_OUT];
	const struct hold *err = &task->out[TASK_ERR];

	return task->done && task->receipt == NULL && !task->awaited &&
	    !task_failed(task) && out->npieces == 0 &&
	    buf_len(&out->mem) <= JOIN_MAX && err->npieces == 0 &&
	    buf_len(&err->mem) <= JOIN_MAX;
}

static void
join(struct sink *s, struct task *into, struct task *task)
{
	const struct buf *mem;
	int stream;

	for (stream = 0; stream < TASK_STREAMS; stream++) {
		mem = &task->out[stream].mem;
		if (hold_add(&s->store, &into->out[stream], buf_data(mem),
			buf_len(mem)) == -1)
			sink_held_badly(s, into, errno);
	}
	into->joined += task_span(task) + task->joined;
	sink_forget(s, task);
	TAILQ_REMOVE(&s->order, task, order);
	s->calls->joined(s->arg, task);
}

void
sink_join(struct sink *s, struct task *task)
{
	struct task *prev = TAILQ_PREV(task, task_list, order);
	struct task *next = TAILQ_NEXT(task, order);

	if (next != NULL && joinable(next))
		join(s, task, next);
	if (prev != NULL && prev->done && joinable(task))
		join(s, prev, task);
}
