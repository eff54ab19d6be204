/* SPDX-License-Identifier: ISC */
/*
 * Built-in work in worker processes, each forked when there is work for it
 * and kept for the next task. Several short tasks are handed to a worker at
 * a time, so that it need not wait for us between two of them; long ones
 * one by one, so that none waits behind another while a worker is idle.
 */
#include "config.h"

#include "runner.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>

#include "quote.h"
#include "task_class.h"
#include "worker.h"

/* A worker is given tasks for about this long, but not too many. */
#define AHEAD_NS 500000
#define AHEAD_MAX 128

struct runner_builtin {
	struct runner head;
	const struct task_class *class;
	size_t jobs;
	struct worker *workers; /* alive */
	size_t nworkers;
	unsigned slots; /* numbers given so far */
	struct worker *unused; /* dead ones, to be used again */
	int64_t avg_ns; /* of a task, the last ones count most */
	bool broken;
};

static size_t
depth(const struct runner_builtin *r)
{
	int64_t n = r->avg_ns > 0 ? AHEAD_NS / r->avg_ns : 1;

	if (n < 1)
		return 1;
	return n > AHEAD_MAX ? AHEAD_MAX : (size_t)n;
}

/* The worker with the fewest tasks, or NULL. */
static struct worker *
least_busy(const struct runner_builtin *r)
{
	struct worker *w, *best = NULL;

	for (w = r->workers; w != NULL; w = w->next)
		if (best == NULL || w->ntasks < best->ntasks)
			best = w;
	return best;
}

static bool
builtin_room(struct runner *runner)
{
	struct runner_builtin *r = (struct runner_builtin *)runner;
	struct worker *w = least_busy(r);

	if (r->broken)
		return false;
	return r->nworkers < r->jobs || (w != NULL && w->ntasks < depth(r));
}

static void
worker_took(struct runner *runner, int64_t ns)
{
	struct runner_builtin *r = (struct runner_builtin *)runner;

	r->avg_ns = (7 * r->avg_ns + ns) / 8 + 1;
}

static void
worker_broken(struct runner *runner, int err)
{
	struct runner_builtin *r = (struct runner_builtin *)runner;

	if (!r->broken)
		runner->events->broken(
		    runner->arg, MP_TOOL_FAILED, r->class->name, err);
	r->broken = true;
}

static void
worker_gone(struct runner *runner, struct worker *w)
{
	struct runner_builtin *r = (struct runner_builtin *)runner;
	struct worker **p = &r->workers;

	while (*p != w)
		p = &(*p)->next;
	*p = w->next;
	r->nworkers--;
	w->next = r->unused;
	r->unused = w;
}

static const struct worker_calls worker_calls = {
    worker_took, worker_broken, worker_gone};

/* A worker without a process: one that has ended, or a new one. */
static struct worker *
worker_get(struct runner_builtin *r)
{
	struct worker *w = r->unused;

	if (w == NULL)
		return worker_new(&r->head, &worker_calls, ++r->slots);
	r->unused = w->next;
	return w;
}

/* One more worker, or NULL and errno. */
static struct worker *
worker_more(struct runner_builtin *r)
{
	struct worker *w = worker_get(r);

	if (w == NULL)
		return NULL;
	if (worker_start(w, r->class) == -1) {
		w->next = r->unused;
		r->unused = w;
		return NULL;
	}
	w->next = r->workers;
	r->workers = w;
	r->nworkers++;
	return w;
}

/* An idle worker, or a new one, or else the least busy one. */
static struct worker *
worker_choose(struct runner_builtin *r)
{
	struct worker *w = least_busy(r), *fresh;

	if ((w != NULL && w->ntasks == 0) || r->nworkers == r->jobs)
		return w;
	fresh = worker_more(r);
	return fresh != NULL ? fresh : w;
}

static const char *
builtin_unfit(struct runner *runner, const struct task *task)
{
	(void)runner;
	return task->too_long ? "record too long" : NULL;
}

static int
builtin_start(struct runner *runner, struct task *task)
{
	struct runner_builtin *r = (struct runner_builtin *)runner;
	struct worker *w = worker_choose(r);

	if (w == NULL || worker_give(w, task) == -1) {
		errno = EAGAIN;
		return -1;
	}
	task->slot = w->no;
	runner->events->begins(runner->arg, task);
	return 0;
}

static void
builtin_flush(struct runner *runner)
{
	struct runner_builtin *r = (struct runner_builtin *)runner;
	struct worker *w;

	for (w = r->workers; w != NULL; w = w->next)
		worker_send(w);
}

/* Replies are short and always taken. */
static void
builtin_resume(struct runner *runner, struct task *task, int stream)
{
	(void)runner;
	(void)task;
	(void)stream;
}

static size_t
builtin_groups(struct runner *runner, pid_t *pids, size_t n)
{
	struct runner_builtin *r = (struct runner_builtin *)runner;
	struct worker *w;
	size_t count = 0;

	for (w = r->workers; w != NULL; w = w->next) {
		if (count < n)
			pids[count] = w->child.pid;
		count++;
	}
	return count;
}

/* A task that its worker has not begun yet would not be reached. */
static void
builtin_cancel(struct runner *runner, struct task *task)
{
	struct worker *w = task->running;

	(void)runner;
	if (w != NULL && TAILQ_FIRST(&w->tasks) == task)
		(void)kill(w->child.pid, SIGKILL);
}

static bool
builtin_finish(struct runner *runner)
{
	struct runner_builtin *r = (struct runner_builtin *)runner;
	struct worker *w;

	for (w = r->workers; w != NULL; w = w->next)
		if (w->ntasks == 0)
			worker_hang_up(w);
	return r->nworkers > 0;
}

static int
builtin_describe(
    struct runner *runner, const struct task *task, struct buf *out)
{
	struct runner_builtin *r = (struct runner_builtin *)runner;

	if (buf_adds(out, r->class->name) == -1 || buf_addc(out, ' ') == -1)
		return -1;
	return quote_shell(out, buf_data(&task->text));
}

static void
builtin_free(struct runner *runner)
{
	struct runner_builtin *r = (struct runner_builtin *)runner;
	struct worker *w;

	while ((w = r->unused) != NULL) {
		r->unused = w->next;
		worker_free(w);
	}
	free(r);
}

static const struct runner_ops builtin_ops = {.room = builtin_room,
    .unfit = builtin_unfit,
    .start = builtin_start,
    .flush = builtin_flush,
    .resume = builtin_resume,
    .groups = builtin_groups,
    .cancel = builtin_cancel,
    .finish = builtin_finish,
    .describe = builtin_describe,
    .free = builtin_free};

struct runner *
runner_builtin_new(const struct task_class *class, size_t jobs)
{
	struct runner_builtin *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return NULL;
	r->head.ops = &builtin_ops;
	r->class = class;
	r->jobs = jobs;
	return &r->head;
}
