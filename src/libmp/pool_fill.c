/* SPDX-License-Identifier: ISC */
/*
 * What the pool starts: tasks come from the source and go to the runner, as
 * the schedule, the throttle and the jobserver say.
 */
#include "config.h"

#include "pool_impl.h"

#include <errno.h>
#include <string.h>

#define SKIP_MAX 1000

struct task *
pool_task_get(struct pool *p)
{
	struct task *task = TAILQ_FIRST(&p->spare);

	if (task == NULL)
		return task_new();
	TAILQ_REMOVE(&p->spare, task, queue);
	return task;
}

void
pool_task_put(struct pool *p, struct task *task)
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

void
pool_drop_file(struct pool *p, struct task *task)
{
	if (task->file != NULL)
		outfile_drop(p->conf->files, task);
}

static void
task_start(struct pool *p, struct task *task)
{
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
	if (!task_fits(p, task)) {
		task->how = TASK_REFUSED;
		task->started = task->ended = loop_now();
		pool_events.ended(p, task);
		return;
	}
	if (p->runner->ops->start(p->runner, task) == 0) {
		throttle_started(&p->throttle, loop_now());
		return;
	}
	task->attempt--;
	pool_drop_file(p, task);
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

/* What was given back may be more than a worker should get again. */
static void
task_again(struct pool *p, struct task *task)
{
	struct task *rest = NULL;
	size_t most;

	if (task->extra > 0) {
		most = p->runner->ops->bundle(p->runner);
		if (task_span(task) > most)
			rest = pool_cut(p, task, most);
	}
	if (rest != NULL) {
		sched_start(&p->sched);
		sched_back(&p->sched, rest);
	}
	task_try(p, task);
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
	source_done(p->source, task);
	pool_task_put(p, task);
	return ++p->skipped % SKIP_MAX != 0;
}

/* Asks the source for a task. Returns whether it gave one. */
static bool
task_take(struct pool *p)
{
	struct task *task = pool_task_get(p);
	enum source_got got = SOURCE_FAILED;

	if (task != NULL)
		got = p->source->ops->next(p->source, task);
	if (got == SOURCE_TASK) {
		task->seq = ++p->seq;
		if (task->id == 0)
			task->id = task->seq;
		if (pool_done_before(p, task))
			return task_skip(p, task);
		if (p->runner->ahead > 0)
			pool_bundle(p, task);
		sched_begin(&p->sched, task_span(task));
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
		pool_task_put(p, task);
	return false;
}

/* Whether the jobserver, if any, lets one more task run. */
static bool
may_start(struct pool *p)
{
	return p->conf->jobserver == NULL ||
	    jobserver_take(p->conf->jobserver, p->sched.running);
}

void
pool_settle(struct pool *p)
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
				return when;
			break;
		case SCHED_AGAIN:
			if (!may_start(p))
				return when;
			task_again(p, sched_again(&p->sched, loop_now()));
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

	pool_settle(p);
	return when;
}
