/* SPDX-License-Identifier: ISC */
/*
 * One lease of a worker.
 */
#include "config.h"

#include <stdlib.h>

#include "digest.h"
#include "status.h"
#include "work_impl.h"

struct work_item *
work_item_new(const struct clerk_msg *m, const char *body)
{
	struct work_item *i = calloc(1, sizeof(*i));

	if (i == NULL)
		return NULL;
	i->receipt = m->receipt;
	i->ttr = m->ttr;
	if (buf_add(&i->body, body, m->len) == 0)
		return i;
	work_item_free(i);
	return NULL;
}

void
work_item_free(struct work_item *i)
{
	buf_free(&i->body);
	buf_free(&i->result);
	free(i);
}

/* The reason, or the last line on standard error, or how it ended. */
static void
why(struct buf *err, const struct task *task)
{
	const struct buf *said = buf_len(&task->reason) > 0 ? &task->reason
							    : &task->last;

	if (buf_len(said) > 0)
		(void)buf_add(err, buf_data(said), buf_len(said));
	else
		(void)digest_how(err, task);
}

static int
status(const struct task *task)
{
	if (task->how == TASK_TIMED_OUT)
		return MP_TIME_LIMIT;
	return task->how == TASK_SIGNALED ? -task->code : task->code;
}

struct clerk_msg
work_item_end(struct work_item *i, const struct task *task, struct buf *err)
{
	struct clerk_msg m = {.kind = CLERK_END,
	    .key = (uintptr_t)i,
	    .receipt = i->receipt,
	    .verdict = QUEUE_RETURN};

	if (task->how == TASK_CANCELLED)
		return m;
	m.status = status(task);
	if (!task_failed(task)) {
		m.verdict = QUEUE_ACK;
		m.len = buf_len(&i->result);
		return m;
	}
	m.verdict = QUEUE_NACK;
	m.delay = -1;
	why(err, task);
	return m;
}
