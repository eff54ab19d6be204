/* SPDX-License-Identifier: ISC */
/*
 * Built-in work in worker processes.
 */
#include "config.h"

#include "runner.h"

#include <signal.h>
#include <stdlib.h>

#include "crew.h"
#include "quote.h"
#include "task_class.h"
#include "worker_class.h"

static const char *
builtin_unfit(struct runner *runner, const struct task *task)
{
	(void)runner;
	return task->too_long ? "record too long" : NULL;
}

/* Replies are short and always taken. */
static void
builtin_resume(struct runner *runner, struct task *task, int stream)
{
	(void)runner;
	(void)task;
	(void)stream;
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
	crew_free_all((struct crew *)runner);
	free(runner);
}

static const struct runner_ops builtin_ops = {.room = crew_room,
    .unfit = builtin_unfit,
    .bundle = crew_bundle,
    .start = crew_start,
    .flush = crew_flush,
    .resume = builtin_resume,
    .groups = crew_groups,
    .cancel = builtin_cancel,
    .resize = crew_resize,
    .finish = crew_finish,
    .describe = builtin_describe,
    .free = builtin_free};

struct runner *
runner_builtin_new(const struct task_class *class, size_t jobs)
{
	struct runner_builtin *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return NULL;
	r->crew.head.ops = &builtin_ops;
	r->crew.kind = &worker_class;
	r->crew.jobs = jobs;
	r->class = class;
	return (struct runner *)r;
}
