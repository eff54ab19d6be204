/* SPDX-License-Identifier: ISC */
/*
 * Commands as workers: each answers the records that it is given, one reply
 * to each. The command is looked up once; each worker has a warden, so that
 * it can be ended with all that it has started.
 */
#include "config.h"

#include "runner_worker.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "dur.h"
#include "proc.h"
#include "quote.h"
#include "worker_line.h"

/* A worker that does not end by itself is killed so long after SIGTERM. */
#define KILL_AFTER (2 * DUR_SECOND)

static const char *
worker_unfit(struct runner *runner, const struct task *task)
{
	const struct runner_worker *r = (const struct runner_worker *)runner;
	size_t len = buf_len(&task->text) - 1;

	if (task->too_long)
		return "record too long";
	if (memchr(buf_data(&task->text), r->conf.delim, len) != NULL)
		return "the record holds what ends a record";
	return NULL;
}

static void
worker_resume(struct runner *runner, struct task *task, int stream)
{
	struct line_worker *w = task->running;

	(void)runner;
	if (w != NULL && stream == TASK_ERR)
		capture_resume(&w->capture, stream);
}

/* One that it has not come to yet would not be reached. */
static void
worker_cancel(struct runner *runner, struct task *task)
{
	struct line_worker *w = task->running;

	(void)runner;
	if (w != NULL && line_asked(w) == task)
		line_end(w, LINE_CANCELLED);
}

/* As one would give it that record alone. */
static int
worker_describe(struct runner *runner, const struct task *task, struct buf *out)
{
	struct runner_worker *r = (struct runner_worker *)runner;
	char *const *word = r->conf.argv;

	if (buf_addf(out, "printf '%%s\\%03o' ",
		(unsigned char)r->conf.delim) == -1 ||
	    quote_shell(out, buf_data(&task->text)) == -1 ||
	    buf_adds(out, " |") == -1)
		return -1;
	for (; *word != NULL; word++)
		if (buf_addc(out, ' ') == -1 || quote_shell(out, *word) == -1)
			return -1;
	return 0;
}

void
runner_worker_explain(
    struct runner_worker *r, const struct task *task, int64_t ns, bool ended)
{
	static const char remedies[] =
	    "a worker answers each record at once, so it must not keep its "
	    "input or output in a buffer: stdbuf -oL, sed -u, python3 -u, "
	    "grep --line-buffered, mawk -W interactive";
	struct runner *head = &r->crew.head;
	struct buf line = BUF_INIT;
	char time[DUR_STRLEN];
	bool ends = ended && !r->answered;

	if (r->explained && !ends)
		return;
	r->explained = true;
	if (buf_addf(&line, "no reply to task %ju for %s s; %s",
		(uintmax_t)task->id, dur_format(ns, time), remedies) == -1 ||
	    buf_addc(&line, '\0') == -1)
		ends = false;
	else if (ends)
		crew_broken(
		    &r->crew, MP_TOOL_FAILED, r->conf.argv[0], buf_data(&line));
	else
		head->events->say(head->arg, buf_data(&line));
	buf_free(&line);
}

static void
worker_free(struct runner *runner)
{
	struct runner_worker *r = (struct runner_worker *)runner;

	crew_free_all(&r->crew);
	env_free(&r->env);
	free(r->path);
	free(r);
}

static const struct runner_ops worker_ops = {.room = crew_room,
    .unfit = worker_unfit,
    .start = crew_start,
    .flush = crew_flush,
    .resume = worker_resume,
    .groups = crew_groups,
    .cancel = worker_cancel,
    .resize = crew_resize,
    .finish = crew_finish,
    .describe = worker_describe,
    .free = worker_free};

struct runner *
runner_worker_new(const struct runner_worker_conf *conf)
{
	struct runner_worker *r = calloc(1, sizeof(*r));
	int64_t kill_after = conf->kill_after;

	if (r == NULL)
		return NULL;
	r->crew.head.ops = &worker_ops;
	r->crew.head.whole = true;
	r->crew.kind = &worker_line;
	r->crew.jobs = conf->jobs;
	r->crew.depth = conf->depth;
	r->conf = *conf;
	if (conf->max_tasks == 0)
		r->conf.max_tasks = SIZE_MAX;
	(void)ladder_add(&r->warden.ladder, SIGTERM, 0);
	(void)ladder_add(&r->warden.ladder, SIGKILL,
	    kill_after > 0 ? kill_after : KILL_AFTER);
	r->path = proc_find(conf->argv[0]);
	if (r->path != NULL && env_init(&r->env) == 0)
		return &r->crew.head;
	worker_free(&r->crew.head);
	return NULL;
}
