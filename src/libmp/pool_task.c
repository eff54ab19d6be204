/* SPDX-License-Identifier: ISC */
/*
 * A task's way through the pool once it has begun: its output goes to the
 * sink, its end is told, and when all was written the source may forget it.
 */
#include "config.h"

#include "pool_impl.h"

#include <errno.h>
#include <string.h>

#include "digest.h"

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
say(void *pool, const char *line)
{
	struct pool *p = pool;

	sink_message(&p->sink, "%s", line);
}

const struct source_calls pool_source_calls = {source_wake, source_cancel, say};

static void
say_how(struct pool *p, const struct task *task)
{
	struct buf line = BUF_INIT;

	if (digest_task(&line, task) == 0 && buf_addc(&line, '\0') == 0)
		sink_message(&p->sink, "%s", buf_data(&line));
	buf_free(&line);
}

static void
say_start(struct pool *p, const struct task *task)
{
	uintmax_t id = task->id;

	if (task->attempt == 1)
		sink_message(
		    &p->sink, "task %ju: starts, slot %u", id, task->slot);
	else
		sink_message(&p->sink, "task %ju: starts, slot %u, attempt %u",
		    id, task->slot, task->attempt);
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
		say_start(p, task);
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

	task->bytes[stream] += n;
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
		pool_drop_file(p, task);
	else if (outfile_keep(p->conf->files, task) == -1)
		task->how = TASK_BROKEN;
}

/* Whether the task is to be run once more: not if nothing was run, or some
 * of what this attempt said was written. */
static bool
wants_again(const struct pool *p, const struct task *task)
{
	if (!task_failed(task) || task->unwanted || p->sched.stopped ||
	    task->how == TASK_REFUSED || task->how == TASK_NO_EXEC ||
	    task->how == TASK_CANCELLED)
		return false;
	return task->attempt <= p->conf->retries &&
	    (task->withheld || p->runner->whole);
}

static void
start_again(struct pool *p, struct task *task)
{
	if (p->conf->verbose)
		say_how(p, task);
	task->due = loop_now() +
	    sched_retry_delay(p->conf->retry_delay, task->attempt);
	sched_retry(&p->sched, task);
}

static void
event_ended(void *arg, struct task *task)
{
	struct pool *p = arg;

	if (task->file != NULL)
		end_file(p, task);
	pool_record_attempt(p, task);
	if (wants_again(p, task)) {
		start_again(p, task);
		return;
	}
	/* By our doing, most likely; what it managed to say without being
	 * first in line would look like a whole result. */
	if (task->unwanted || (p->stopping && task_failed(task)))
		task->how = TASK_CANCELLED;
	if (task->how == TASK_CANCELLED)
		sink_forget(&p->sink, task);
	else if (task_failed(task))
		p->result->failed += task_span(task);
	p->result->done += task_span(task);
	if (p->conf->verbose)
		say_how(p, task);
	block_free(&task->block);
	sched_end(&p->sched);
	pool_settle(p);
	pool_count(p, task);
	task->awaited = p->conf->records != NULL && task->said;
	if (!task->awaited)
		pool_record(p, task);
	sink_end(&p->sink, task);
}

static void
event_back(void *arg, struct task *task)
{
	struct pool *p = arg;

	task->attempt--;
	pool_drop_file(p, task);
	task->how = TASK_NOT_YET;
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
event_broken(
    void *arg, enum mp_status status, const char *object, const char *why)
{
	struct pool *p = arg;

	sink_message(&p->sink, "%s: %s", object, why);
	pool_close(p, status);
}

static void
event_aside(void *arg, const char *data, size_t n)
{
	struct pool *p = arg;

	sink_aside(&p->sink, data, n);
}

static struct task *
event_cut(void *arg, struct task *task, size_t n)
{
	struct pool *p = arg;
	struct task *rest = pool_cut(p, task, n);

	if (rest != NULL)
		sched_start(&p->sched);
	return rest;
}

const struct runner_events pool_events = {event_begins, event_output,
    event_ended, event_back, event_left, event_broken, say, event_aside,
    event_cut};

/* Its output was written: now the source may forget it. */
static void
sink_released(void *arg, struct task *task)
{
	struct pool *p = arg;
	struct buf line = BUF_INIT;

	/* Nobody has seen what it did. */
	if (task->unseen)
		task->how = TASK_CANCELLED;
	if (task->awaited)
		pool_record(p, task);
	if (!p->source->tells && task->how != TASK_CANCELLED &&
	    task_failed(task) && digest_task(&line, task) == 0)
		sink_digest(&p->sink, &line);
	buf_free(&line);
	source_done(p->source, task);
	sched_release(&p->sched, task_span(task) + task->joined);
	pool_task_put(p, task);
}

static void
sink_joined(void *arg, struct task *task)
{
	struct pool *p = arg;

	source_done(p->source, task);
	pool_task_put(p, task);
}

static void
sink_resume(void *arg, struct task *task, int stream)
{
	struct pool *p = arg;

	p->runner->ops->resume(p->runner, task, stream);
}

const struct sink_calls pool_sink_calls = {
    sink_released, sink_joined, sink_resume};
