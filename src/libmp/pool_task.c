/* SPDX-License-Identifier: ISC */
/*
 * A task's way through the pool: from the source to the runner, from there
 * to the sink, and back to the source as done.
 */
#include "config.h"

#include "pool_impl.h"

#include <errno.h>
#include <string.h>

#include "digest.h"

static struct task *
task_get(struct pool *p)
{
	struct task *task = TAILQ_FIRST(&p->spare);

	if (task == NULL)
		return task_new();
	TAILQ_REMOVE(&p->spare, task, queue);
	return task;
}

static void
task_put(struct pool *p, struct task *task)
{
	task_reset(task);
	TAILQ_INSERT_HEAD(&p->spare, task, queue);
}

void
pool_spare_free(struct pool *p)
{
	struct task *task;

	while ((task = TAILQ_FIRST(&p->spare)) != NULL) {
		TAILQ_REMOVE(&p->spare, task, queue);
		task_free(task);
	}
}

/* Why the task cannot be run, in its reason. Returns whether it can. */
static bool
task_fits(struct pool *p, struct task *task)
{
	const char *unfit = p->runner->ops->unfit(p->runner, task);

	if (unfit != NULL) {
		(void)buf_adds(&task->reason, unfit);
		return false;
	}
	return p->conf->files == NULL ||
	    outfile_open(p->conf->files, task) == 0;
}

/* It is not running: what it may have written is of no use. */
static void
drop_file(struct pool *p, struct task *task)
{
	if (task->file != NULL)
		outfile_drop(p->conf->files, task);
}

static void
task_start(struct pool *p, struct task *task)
{
	task->attempt++;
	sched_start(&p->sched);
	if (task->unwanted) {
		pool_events.ended(p, task);
		return;
	}
	if (!task_fits(p, task)) {
		task->how = TASK_REFUSED;
		pool_events.ended(p, task);
		return;
	}
	if (p->runner->ops->start(p->runner, task) == 0)
		return;
	task->attempt--;
	drop_file(p, task);
	if (sched_refuse(&p->sched, task, loop_now()) && p->sched.running == 0)
		sink_message(&p->sink, "cannot start a process: %s; waiting",
		    strerror(errno));
}

/* Asks the source for a task. Returns whether it gave one. */
static bool
task_take(struct pool *p)
{
	struct task *task = task_get(p);
	enum source_got got = SOURCE_FAILED;

	if (task != NULL)
		got = p->source->ops->next(p->source, task);
	if (got == SOURCE_TASK) {
		task->seq = ++p->seq;
		if (task->id == 0)
			task->id = task->seq;
		sched_begin(&p->sched);
		sink_begin(&p->sink, task);
		task_start(p, task);
		return true;
	}
	if (got == SOURCE_FAILED) {
		sink_message(
		    &p->sink, "%s: %s", p->source->name, strerror(errno));
		pool_close(p, MP_TOOL_FAILED);
	}
	p->waits = got == SOURCE_WAIT;
	p->sched.drained = got == SOURCE_END;
	if (task != NULL)
		task_put(p, task);
	return false;
}

/* Whether the jobserver, if any, lets one more task run. */
static bool
may_start(struct pool *p)
{
	return p->conf->jobserver == NULL ||
	    jobserver_take(p->conf->jobserver, p->sched.running);
}

static void
settle(struct pool *p)
{
	if (p->conf->jobserver != NULL)
		jobserver_settle(p->conf->jobserver, p->sched.running);
}

static int64_t
fill(struct pool *p)
{
	int64_t when;

	for (;;) {
		p->sched.full = sink_full(&p->sink);
		switch (sched_next(&p->sched, p->runner->ops->room(p->runner),
		    loop_now(), &when)) {
		case SCHED_NEW:
			if (p->waits || !may_start(p) || !task_take(p))
				return LOOP_NEVER;
			break;
		case SCHED_AGAIN:
			if (!may_start(p))
				return LOOP_NEVER;
			task_start(p, sched_again(&p->sched));
			break;
		case SCHED_WAIT:
		case SCHED_OVER:
			return when;
		}
	}
}

int64_t
pool_fill(struct pool *p)
{
	int64_t when = fill(p);

	settle(p);
	return when;
}

static void
source_wake(void *pool)
{
	struct pool *p = pool;

	p->waits = false;
}

static void
task_cancel(struct pool *p, struct task *task)
{
	task->unwanted = true;
	p->runner->ops->cancel(p->runner, task);
}

static void
source_cancel(void *pool, struct task *task)
{
	task_cancel(pool, task);
}

static void
source_say(void *pool, const char *line)
{
	struct pool *p = pool;

	sink_message(&p->sink, "%s", line);
}

const struct source_calls pool_source_calls = {
    source_wake, source_cancel, source_say};

static void
say_how(struct pool *p, const struct task *task)
{
	struct buf line = BUF_INIT;

	if (digest_task(&line, task) == 0 && buf_addc(&line, '\0') == 0)
		sink_message(&p->sink, "%s", buf_data(&line));
	buf_free(&line);
}

static void
event_begins(void *arg, struct task *task)
{
	struct pool *p = arg;
	struct buf line = BUF_INIT;

	/* A start that was refused is tried again. */
	if (task->shown)
		return;
	task->shown = true;
	if (p->conf->verbose)
		sink_message(&p->sink, "task %ju: starts, slot %u",
		    (uintmax_t)task->id, task->slot);
	if (p->conf->show &&
	    p->runner->ops->describe(p->runner, task, &line) == 0)
		sink_line(&p->sink, &line);
	buf_free(&line);
}

static bool
event_output(
    void *arg, struct task *task, int stream, const char *data, size_t n)
{
	struct pool *p = arg;
	struct source *source = p->source;

	if (stream == TASK_OUT && task->file != NULL) {
		outfile_write(task, data, n);
		return true;
	}
	if (stream != TASK_OUT || source->ops->output == NULL)
		return sink_data(&p->sink, task, stream, data, n);
	if (!task->unwanted &&
	    source->ops->output(source, task, data, n) == -1) {
		sink_message(&p->sink, "task %ju: output: %s",
		    (uintmax_t)task->id, strerror(errno));
		task_cancel(p, task);
	}
	return true;
}

/* Only what succeeded has a file to show. */
static void
end_file(struct pool *p, struct task *task)
{
	if (task_failed(task) || task->unwanted)
		drop_file(p, task);
	else if (outfile_keep(p->conf->files, task) == -1)
		task->how = TASK_BROKEN;
}

static void
event_ended(void *arg, struct task *task)
{
	struct pool *p = arg;

	if (task->file != NULL)
		end_file(p, task);
	/* By our doing, most likely; what it managed to say without being
	 * first in line would look like a whole result. */
	if (task->unwanted || (p->stopping && task_failed(task)))
		task->how = TASK_CANCELLED;
	if (task->how == TASK_CANCELLED)
		sink_forget(&p->sink, task);
	else if (task_failed(task))
		p->result->failed++;
	p->result->done++;
	if (p->conf->verbose)
		say_how(p, task);
	sched_end(&p->sched);
	settle(p);
	sink_end(&p->sink, task);
}

static void
event_back(void *arg, struct task *task)
{
	struct pool *p = arg;

	task->attempt--;
	drop_file(p, task);
	if (!p->sched.stopped && !task->unwanted) {
		sched_back(&p->sched, task);
		return;
	}
	task->how = TASK_CANCELLED;
	event_ended(p, task);
}

static void
event_left(void *arg, const struct tree_report *left)
{
	struct pool *p = arg;

	pool_say_left(p, left);
	p->result->status = MP_TOOL_FAILED;
}

static void
event_broken(void *arg, enum mp_status status, const char *object, int why)
{
	struct pool *p = arg;

	sink_message(&p->sink, "%s: %s", object, strerror(why));
	pool_close(p, status);
}

const struct runner_events pool_events = {event_begins, event_output,
    event_ended, event_back, event_left, event_broken};

/* Its output was written: now the source may forget it. */
static void
sink_released(void *arg, struct task *task)
{
	struct pool *p = arg;
	struct buf line = BUF_INIT;

	/* Nobody has seen what it did. */
	if (task->unseen)
		task->how = TASK_CANCELLED;
	if (!p->source->tells && task->how != TASK_CANCELLED &&
	    task_failed(task) && digest_task(&line, task) == 0)
		sink_digest(&p->sink, &line);
	buf_free(&line);
	p->source->ops->done(p->source, task);
	sched_release(&p->sched, 1 + task->joined);
	task_put(p, task);
}

static void
sink_joined(void *arg, struct task *task)
{
	struct pool *p = arg;

	p->source->ops->done(p->source, task);
	task_put(p, task);
}

static void
sink_resume(void *arg, struct task *task, int stream)
{
	struct pool *p = arg;

	p->runner->ops->resume(p->runner, task, stream);
}

const struct sink_calls pool_sink_calls = {
    sink_released, sink_joined, sink_resume};
