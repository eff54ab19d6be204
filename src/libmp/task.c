/* SPDX-License-Identifier: ISC */
/*
 * Tasks are made once and used again, so a long run allocates nothing for
 * each; what grew large is given back in between.
 */
#include "config.h"

#include "task.h"

#include <stdlib.h>
#include <string.h>

#include "status.h"

#define TASK_KEEP 512 /* bytes a used task's buffer may keep */

struct task *
task_new(void)
{
	return calloc(1, sizeof(struct task));
}

void
task_free(struct task *t)
{
	if (t == NULL)
		return;
	block_free(&t->block);
	buf_free(&t->text);
	buf_free(&t->reason);
	buf_free(&t->last);
	free(t);
}

void
task_reset(struct task *t)
{
	struct buf text = t->text, reason = t->reason, last = t->last;

	block_free(&t->block);
	buf_reset(&text, TASK_KEEP);
	buf_reset(&reason, TASK_KEEP);
	buf_reset(&last, TASK_KEEP);
	memset(t, 0, sizeof(*t));
	t->text = text;
	t->reason = reason;
	t->last = last;
}

void
task_rewind(struct task *t)
{
	t->how = TASK_NOT_YET;
	t->code = 0;
	t->shown = false;
	memset(t->bytes, 0, sizeof(t->bytes));
	buf_clear(&t->reason);
}

int
task_add_record(struct task *t, const char *rec, size_t len)
{
	char *p = buf_reserve(&t->text, len + 1);

	if (p == NULL)
		return -1;
	memcpy(p, rec, len);
	p[len] = '\0';
	buf_grown(&t->text, len + 1);
	t->nrec++;
	if (memchr(rec, '\0', len) != NULL)
		t->has_nul = true;
	return 0;
}

/* The others keep the buffer: they are more, mostly. */
int
task_cut(struct task *t, struct task *rest, size_t n)
{
	const char *p = buf_data(&t->text);
	struct buf first = rest->text;
	size_t i, len = 0;

	for (i = 0; i < n; i++)
		len += strlen(p + len) + 1;
	if (buf_add(&first, p, len) == -1)
		return -1;
	rest->text = t->text;
	buf_drop(&rest->text, len);
	t->text = first;
	rest->seq = t->seq + n;
	rest->id = t->id + n;
	rest->attempt = t->attempt;
	rest->nrec = t->nrec - n;
	rest->extra = t->extra - n;
	t->nrec = n;
	t->extra = n - 1;
	return 0;
}

bool
task_failed(const struct task *t)
{
	return t->how != TASK_EXITED || t->code != 0;
}

int
task_status(const struct task *t)
{
	switch (t->how) {
	case TASK_EXITED:
	case TASK_NO_EXEC:
		return t->code;
	case TASK_SIGNALED:
		return MP_SIGNALED + t->code;
	case TASK_TIMED_OUT:
		return MP_TIME_LIMIT;
	case TASK_REFUSED:
	case TASK_BROKEN:
	case TASK_NOT_YET:
	case TASK_CANCELLED:
		break;
	}
	return MP_TOOL_FAILED;
}
