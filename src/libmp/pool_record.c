/* SPDX-License-Identifier: ISC */
/*
 * What the pool has written down of its tasks.
 */
#include "config.h"

#include "pool_impl.h"

#include <string.h>

/* The task's command as a string, which does not depend on its slot; or NULL
 * where memory is short. */
static const char *
describe(struct pool *p, const struct task *task)
{
	struct task shown = *task;

	shown.slot = 0;
	buf_clear(&p->command);
	if (p->runner->ops->describe(p->runner, &shown, &p->command) == -1 ||
	    buf_addc(&p->command, '\0') == -1)
		return NULL;
	return buf_data(&p->command);
}

bool
pool_done_before(struct pool *p, const struct task *task)
{
	struct records *r = p->conf->records;
	const char *command;

	if (r == NULL || !records_resumes(r))
		return false;
	command = describe(p, task);
	return command != NULL && records_done(r, command);
}

void
pool_record_attempt(struct pool *p, const struct task *task)
{
	struct records *r = p->conf->records;
	const char *command;

	if (r == NULL || !records_traces(r) || task->started == 0)
		return;
	command = describe(p, task);
	records_attempt(r, task, command != NULL ? command : "");
}

void
pool_record(struct pool *p, const struct task *task)
{
	struct records *r = p->conf->records;
	const char *command;

	if (r == NULL || task->started == 0)
		return;
	command = describe(p, task);
	records_task(r, task, command != NULL ? command : "");
}

bool
pool_write_records(struct pool *p)
{
	struct records *r = p->conf->records;
	const char *name;
	bool failed = false;
	int why;

	if (r == NULL)
		return false;
	records_write(r);
	while ((name = records_failed(r, &why)) != NULL) {
		sink_message(&p->sink, "%s: %s", name, strerror(why));
		pool_close(p, MP_TOOL_FAILED);
		failed = true;
	}
	return failed;
}
