/* SPDX-License-Identifier: ISC */
/*
 * Ending a run early. The first signal is passed on to the tasks' process
 * groups and the run goes on until the tasks have ended; what they leave
 * behind gets the same signal and a moment, then it is killed. A second
 * signal kills all at once.
 */
#include "config.h"

#include "pool_impl.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dur.h"

#define KILL_BOUND (10 * DUR_SECOND)
#define PATIENCE DUR_SECOND

/* Tasks that wait to be started again never will be; what has failed stays
 * so. */
static void
drop_again(struct pool *p)
{
	struct task *task;

	while ((task = sched_again(&p->sched, SCHED_NEVER)) != NULL) {
		sched_start(&p->sched);
		if (task->how == TASK_NOT_YET)
			task->how = TASK_CANCELLED;
		pool_events.ended(p, task);
	}
}

void
pool_close(struct pool *p, enum mp_status status)
{
	if (p->result->status == MP_OK)
		p->result->status = status;
	p->sched.stopped = true;
	source_stop(p->source);
	drop_again(p);
}

/* The process groups of what runs; and our own, where the tasks are in it
 * and a key on the terminal has signalled all of it. */
static void
groups_take(struct pool *p, bool ours)
{
	size_t n = p->runner->ops->groups(p->runner, NULL, 0);

	p->groups = calloc(n + 1, sizeof(p->groups[0]));
	if (p->groups == NULL)
		return;
	p->ngroups = p->runner->ops->groups(p->runner, p->groups, n);
	tree_signal_groups(p->stop_signal, p->groups, p->ngroups);
	if (ours)
		p->groups[p->ngroups++] = getpgrp();
}

/* Sends the stop's signal to what has not got it. */
static void
signal_rest(struct pool *p)
{
	if (tree_signal_rest(&p->tree, p->stop_signal, p->groups, p->ngroups) ==
	    -1)
		sink_message(&p->sink, "/proc: %s", strerror(errno));
}

static bool
reap(void *loop)
{
	return loop_reap(loop);
}

void
pool_say_left(struct pool *p, const struct tree_report *r)
{
	char text[TREE_TEXT];
	size_t i;

	for (i = 0; tree_left_text(r, i, text); i++)
		sink_message(&p->sink, "%s", text);
}

void
pool_sweep(struct pool *p)
{
	struct tree_report report;

	if (p->left)
		return;
	if (tree_end(&p->tree, KILL_BOUND, reap, &p->loop, &report) == 0)
		return;
	p->left = true;
	pool_say_left(p, &report);
	p->result->status = MP_TOOL_FAILED;
	p->result->signo = 0;
}

static void
patience_ends(struct loop_timer *t)
{
	pool_sweep(t->arg);
}

static void
set_patience(struct pool *p)
{
	p->kill.cb = patience_ends;
	p->kill.arg = p;
	if (!p->kill.set)
		loop_timer_after(&p->loop, &p->kill, PATIENCE);
}

bool
pool_linger(struct pool *p)
{
	if (!p->stopping || p->left)
		return true;
	(void)loop_reap(&p->loop);
	if (tree_empty(&p->tree))
		return true;
	if (p->lingering)
		return false;
	p->lingering = true;
	if (p->ngroups > 0)
		signal_rest(p);
	set_patience(p);
	return false;
}

/* Tasks in groups of their own get the signal as groups. In ours, where a
 * terminal is, all descendants get it one by one, unless they have it. */
static void
stop(struct pool *p, int sig, bool ours)
{
	p->stopping = true;
	p->stop_signal = sig;
	sink_stop(&p->sink);
	pool_close(p, p->result->status);
	groups_take(p, ours);
	if (p->ngroups == 0)
		signal_rest(p);
}

void
pool_signal(void *pool, const struct loop_signal *sig)
{
	struct pool *p = pool;

	if (pool_control(p, sig->signo))
		return;
	if (p->left)
		return; /* which is the verdict */
	if (p->stopping) {
		if (p->result->signo == 0)
			p->result->signo = sig->signo;
		p->killed = true;
		pool_sweep(p);
		return;
	}
	p->result->signo = sig->signo;
	stop(p, sig->signo, sig->from_kernel);
}

void
pool_count(struct pool *p, const struct task *task)
{
	const struct halt_tally tally = {.done = p->result->done,
	    .failed = p->result->failed,
	    .total = pool_total(p)};

	if (p->sched.stopped || task->how == TASK_CANCELLED ||
	    !halt_reached(&p->conf->halt, &tally))
		return;
	p->sched.stopped = true;
	p->halted = true;
	p->verdict = task_status(task);
	if (p->conf->verbose)
		sink_message(
		    &p->sink, "task %ju: halts the run", (uintmax_t)task->id);
}

/* A task that is ended by this has a moment to clean up. */
void
pool_check_halt(struct pool *p)
{
	if (!p->halted || p->halt_done)
		return;
	p->halt_done = true;
	if (p->conf->halt.when == HALT_SOON) {
		pool_close(p, p->result->status);
		return;
	}
	set_patience(p);
	stop(p, SIGTERM, false);
}

/* Nobody reads: the tasks are ended as if by the pipe, but with a signal
 * that lets them clean up, and are not waited for for long. */
static void
stop_output(struct pool *p, int err, const char *name)
{
	set_patience(p);
	if (err == EPIPE) {
		p->result->signo = SIGPIPE;
	} else {
		sink_message(&p->sink, "%s: %s", name, strerror(err));
		p->result->status = MP_TOOL_FAILED;
	}
	stop(p, SIGTERM, false);
}

void
pool_check_output(struct pool *p)
{
	int out = sink_error(&p->sink, TASK_OUT);
	int err = sink_error(&p->sink, TASK_ERR);

	if (p->sink.err != 0 && p->result->status != MP_TOOL_FAILED) {
		sink_message(
		    &p->sink, "output lost: %s", strerror(p->sink.err));
		p->result->status = MP_TOOL_FAILED;
	}
	/* What cannot be said does not stop the work, but a reader that has
	 * gone does. Who closed standard error does not want to know. */
	if (err != 0 && err != EPIPE && err != EBADF &&
	    p->result->status == MP_OK)
		p->result->status = MP_TOOL_FAILED;
	if (p->stopping)
		return;
	if (out != 0)
		stop_output(p, out, "standard output");
	else if (err == EPIPE)
		stop_output(p, err, "standard error");
}
