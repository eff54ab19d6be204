/* SPDX-License-Identifier: ISC */
/*
 * What is said about a task.
 */
#include "config.h"

#include "digest.h"

#include <string.h>

#include "dur.h"
#include "quote.h"
#include "sig.h"

#define RECORD_MAX 60
#define LINE_MAX_SHOWN 200

/* The first record, and how many more there are. */
static int
add_record(struct buf *b, const struct task *task)
{
	const char *p = buf_data(&task->text);
	size_t len = buf_len(&task->text);

	len = task->nrec > 1 ? strlen(p) : len - 1;
	if (quote_visible(b, p, len, RECORD_MAX) == -1)
		return -1;
	if (task->nrec > 1)
		return buf_addf(b, " and %zu more", task->nrec - 1);
	return 0;
}

int
digest_how(struct buf *b, const struct task *task)
{
	const char *name;

	switch (task->how) {
	case TASK_EXITED:
		return buf_addf(b, "exit status %d", task->code);
	case TASK_SIGNALED:
		name = sig_name(task->code);
		if (name == NULL)
			return buf_addf(b, "signal %d", task->code);
		return buf_addf(b, "signal %s", name);
	case TASK_NO_EXEC:
		return buf_adds(b, "not executed");
	case TASK_TIMED_OUT:
		return buf_adds(b, "time limit");
	case TASK_REFUSED:
		return buf_adds(b, "not run");
	case TASK_BROKEN:
		return buf_adds(b, "not done");
	case TASK_CANCELLED:
		return buf_adds(b, "cancelled");
	case TASK_NOT_YET:
		return buf_adds(b, "not yet run");
	}
	return 0;
}

static int
add_last(struct buf *b, const struct task *task)
{
	if (buf_len(&task->last) == 0)
		return 0;
	if (buf_adds(b, ": ") == -1)
		return -1;
	return quote_text(b, buf_data(&task->last), buf_len(&task->last),
	    LINE_MAX_SHOWN, task->last_cut);
}

int
digest_task(struct buf *b, const struct task *task)
{
	char time[DUR_STRLEN];

	if (buf_addf(b, "task %ju: ", (uintmax_t)task->id) == -1 ||
	    add_record(b, task) == -1 || buf_adds(b, ": ") == -1)
		return -1;
	/* A reason says it all, but for what the task said itself. */
	if (buf_len(&task->reason) > 0) {
		if (buf_add(b, buf_data(&task->reason),
			buf_len(&task->reason)) == -1)
			return -1;
		return task->how == TASK_BROKEN ? add_last(b, task) : 0;
	}
	if (digest_how(b, task) == -1)
		return -1;
	if (task->how == TASK_EXITED || task->how == TASK_SIGNALED ||
	    task->how == TASK_TIMED_OUT)
		if (buf_addf(b, " (%s s)",
			dur_format(task->ended - task->started, time)) == -1)
			return -1;
	return add_last(b, task);
}
