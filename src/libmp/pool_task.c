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

#define SKIP_MAX 1000

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

static void
task_start(struct pool *p, struct task *task)
{
	const char *unfit = p->runner->ops->unfit(p->runner, task);

	if (task->how != TASK_NOT_YET) {
		/* What is whole has only words of the attempt before. */
		if (!p->runner->whole)
			sink_rewind(&p->sink, task);
		task_rewind(task);
	}
	task->attempt++;
	task->withheld = task->attempt <= p->conf->retries && !p->runner->whole;
	sched_start(&p->sched);
	if (task->unwanted) {
		pool_events.ended(p, task);
		return;
	}
	if (unfit != NULL) {
		task->how = TASK_REFUSED;
		task->started = task->ended = loop_now();
		(void)buf_adds(&task->reason, unfit);
		pool_events.ended(p, task);
		return;
	}
	if (p->runner->ops->start(p->runner, task) == 0) {
		throttle_started(&p->throttle, loop_now());
		return;
	}
	task->attempt--;
	if (sched_refuse(&p->sched, task, loop_now()) && p->sched.running == 0)
		sink_message(&p->sink, "cannot start a process: %s; waiting",
		    strerror(errno));
}

/* Starts it, unless it is to be put off. */
static void
task_try(struct pool *p, struct task *task)
{
	int64_t until = throttle_ask(
	    &p->throttle, p->sched.running, loop_now());

	if (until == 0) {
		task_start(p, task);
		return;
	}
	sched_start(&p->sched);
	sched_back(&p->sched, task);
	sched_hold(&p->sched, until);
}

uint64_t
pool_total(const struct pool *p)
{
	uint64_t all = p->sched.drained ? p->seq : p->source->total;

	return all > p->skipped ? all - p->skipped : 0;
}

/* The task need not be run. Returns whether to ask for the next one before
 * anything else is done. */
static bool
task_skip(struct pool *p, struct task *task)
{
	task->how = TASK_EXITED;
	p->source->ops->done(p->source, task);
	task_put(p, task);
	return ++p->skipped % SKIP_MAX != 0;
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
		if (pool_done_before(p, task))
			return task_skip(p, task);
		sched_begin(&p->sched);
		sink_begin(&p->sink, task);
		task_try(p, task);
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

int64_t
pool_fill(struct pool *p)
{
	int64_t when;

	for (;;) {
		p->sched.full = sink_full(&p->sink);
		switch (sched_next(&p->sched, p->runner->ops->room(p->runner),
		    loop_now(), &when)) {
		case SCHED_NEW:
			if (p->waits || !task_take(p))
				return when;
			break;
		case SCHED_AGAIN:
			task_try(p, sched_again(&p->sched, loop_now()));
			break;
		case SCHED_WAIT:
		case SCHED_OVER:
			return when;
		}
	}
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
		p->result->failed++;
	p->result->done++;
	if (p->conf->verbose)
		say_how(p, task);
	block_free(&task->block);
	sched_end(&p->sched);
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

const struct runner_events pool_events = {event_begins, event_output,
    event_ended, event_back, event_left, event_broken, say, event_aside};

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
