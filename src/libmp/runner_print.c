/* SPDX-License-Identifier: ISC */
/*
 * The runner of a dry run: each task's command becomes its output.
 */
#include "config.h"

#include "runner.h"

#include <stdlib.h>

struct runner_print {
	struct runner head;
	struct runner *other;
};

static bool
print_room(struct runner *runner)
{
	(void)runner;
	return true;
}

static const char *
print_unfit(struct runner *runner, const struct task *task)
{
	struct runner *other = ((struct runner_print *)runner)->other;

	return other->ops->unfit(other, task);
}

static int
print_describe(struct runner *runner, const struct task *task, struct buf *out)
{
	struct runner *other = ((struct runner_print *)runner)->other;

	return other->ops->describe(other, task, out);
}

static int
print_start(struct runner *runner, struct task *task)
{
	struct buf line = BUF_INIT;

	task->slot = 1;
	task->started = task->ended = loop_now();
	task->how = TASK_EXITED;
	if (print_describe(runner, task, &line) == 0 &&
	    buf_addc(&line, '\n') == 0)
		(void)runner->events->output(runner->arg, task, TASK_OUT,
		    buf_data(&line), buf_len(&line));
	else
		task->how = TASK_REFUSED;
	buf_free(&line);
	runner->events->ended(runner->arg, task);
	return 0;
}

static void
print_flush(struct runner *runner)
{
	(void)runner;
}

static void
print_resume(struct runner *runner, struct task *task, int stream)
{
	(void)runner;
	(void)task;
	(void)stream;
}

static size_t
print_groups(struct runner *runner, pid_t *pids, size_t n)
{
	(void)runner;
	(void)pids;
	(void)n;
	return 0;
}

static void
print_cancel(struct runner *runner, struct task *task)
{
	(void)runner;
	(void)task;
}

static size_t
print_resize(struct runner *runner, int by)
{
	(void)runner;
	(void)by;
	return 1;
}

static bool
print_finish(struct runner *runner)
{
	(void)runner;
	return false;
}

static void
print_free(struct runner *runner)
{
	struct runner *other = ((struct runner_print *)runner)->other;

	other->ops->free(other);
	free(runner);
}

static const struct runner_ops print_ops = {.room = print_room,
    .unfit = print_unfit,
    .start = print_start,
    .flush = print_flush,
    .resume = print_resume,
    .groups = print_groups,
    .cancel = print_cancel,
    .resize = print_resize,
    .finish = print_finish,
    .describe = print_describe,
    .free = print_free};

struct runner *
runner_print_new(struct runner *other)
{
	struct runner_print *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return NULL;
	r->head.ops = &print_ops;
	r->other = other;
	return &r->head;
}
