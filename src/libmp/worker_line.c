/* SPDX-License-Identifier: ISC */
/*
 * Workers that are commands: their start, records and replies.
 */
#include "config.h"

#include "worker_line.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "dur.h"
#include "io.h"
#include "proc.h"

#define REPLIES_KEEP ((size_t)64 * 1024)

struct task *
line_asked(const struct line_worker *w)
{
	if (w->last == NULL)
		return TAILQ_FIRST(&w->head.tasks);
	return TAILQ_NEXT(w->last, queue);
}

/* The worker has answered the task with n bytes at p. */
static void
task_done(struct line_worker *w, struct task *task, const char *p, size_t n)
{
	struct runner *head = &w->head.crew->head;

	if (w->first_id == 0)
		w->first_id = task->id;
	w->last_id = task->id;
	task->how = TASK_EXITED;
	task->code = 0;
	(void)head->events->output(head->arg, task, TASK_OUT, p, n);
	head->events->ended(head->arg, task);
}

void
line_commit(struct line_worker *w)
{
	struct runner_worker *r = (struct runner_worker *)w->head.crew;
	const char *p = buf_data(&w->replies), *end, *next;
	struct task *task;
	size_t n = 0;
	int64_t ns;

	if (w->last == NULL) {
		buf_reset(&w->replies, REPLIES_KEEP);
		return;
	}
	end = p + buf_len(&w->replies);
	ns = w->last->ended - w->began;
	for (; w->last != NULL; p = next, n++) {
		task = worker_take(&w->head);
		if (task == w->last)
			w->last = NULL;
		next = memchr(p, r->conf.delim, (size_t)(end - p));
		next++;
		task_done(w, task, p, (size_t)(next - p));
	}
	buf_reset(&w->replies, REPLIES_KEEP);
	crew_took(&r->crew, ns, n);
	w->head.fresh = false;
	w->head.sent = false;
	r->answered = true;
	r->fruitless = 0;
	/* What it says from now on is not about these tasks. */
	capture_resume(&w->capture, TASK_ERR);
	if (w->head.quota == 0)
		line_dismiss(&w->head);
}

/* Counts the replies that n bytes at p complete. Returns whether there is
 * something behind the reply to the last task. */
static bool
count_replies(struct line_worker *w, const char *p, size_t n)
{
	struct runner_worker *r = (struct runner_worker *)w->head.crew;
	const char *end = p + n;
	int64_t now = loop_now();
	struct task *task;

	while (p < end) {
		task = line_asked(w);
		if (task == NULL)
			return true;
		p = memchr(p, r->conf.delim, (size_t)(end - p));
		if (p == NULL)
			return false;
		p++;
		task->started = w->since;
		task->ended = w->since = now;
		w->last = task;
	}
	return false;
}

/* All its records have replies. */
static void
line_answered(struct line_worker *w)
{
	line_calm(w);
	if (w->head.fresh)
		line_wait(w);
	else
		line_commit(w);
}

static void
take_replies(struct line_worker *w, const char *p, size_t n)
{
	const struct task *before = w->last;

	if (w->ending)
		return;
	if (buf_add(&w->replies, p, n) == -1)
		line_end(w, LINE_MEMORY);
	else if (count_replies(w, p, n))
		line_end(w, LINE_SURPLUS);
	else if (line_asked(w) == NULL && line_early(w))
		line_end(w, LINE_EARLY);
	else if (line_asked(w) == NULL)
		line_answered(w);
	else if (buf_len(&w->replies) > LINE_REPLY_MAX)
		line_end(w, LINE_LONG);
	else if (w->last != before)
		line_begins(w);
}

/* What it says on standard error is about the task that it works on. */
static bool
take_words(struct line_worker *w, const char *p, size_t n)
{
	struct runner *head = &w->head.crew->head;
	struct task *task = line_asked(w);

	if (task == NULL)
		task = w->last;
	if (task != NULL)
		return head->events->output(head->arg, task, TASK_ERR, p, n);
	head->events->aside(head->arg, p, n);
	return true;
}

static bool
line_output(void *arg, int stream, const char *p, size_t n)
{
	if (stream == TASK_ERR)
		return take_words(arg, p, n);
	take_replies(arg, p, n);
	return true;
}

static struct worker *
line_make(struct crew *crew, unsigned no)
{
	struct line_worker *w = calloc(1, sizeof(*w));

	if (w == NULL)
		return NULL;
	worker_init(&w->head, crew, no);
	w->head.child.cb = line_ended;
	w->head.child.arg = w;
	w->note = -1;
	w->capture = (struct capture){.loop = crew->head.loop,
	    .output = line_output,
	    .closed = line_closed,
	    .words_first = true,
	    .arg = w};
	line_timers(w);
	return &w->head;
}

static void
line_free(struct worker *w)
{
	free(w);
}

/* Starts the command below a warden, so that all of it can be ended. */
static int
spawn(struct line_worker *w, int ask, const int wr[TASK_STREAMS])
{
	struct runner_worker *r = (struct runner_worker *)w->head.crew;
	struct proc_spec spec = {.method = PROC_VFORK,
	    .path = r->path,
	    .argv = r->conf.argv,
	    .envp = r->env.envp,
	    .fds = {{ask, 0}, {wr[TASK_OUT], 1}, {wr[TASK_ERR], 2}},
	    .nfds = 3,
	    .state = r->conf.state,
	    .group = PROC_OWN_GROUP,
	    .death_signal = SIGKILL};

	env_set_slot(&r->env, w->head.no);
	return warden_start(&r->warden, &spec, &w->head.child.pid, &w->note);
}

static int
line_start(struct worker *worker)
{
	struct line_worker *w = (struct line_worker *)worker;
	struct runner_worker *r = (struct runner_worker *)worker->crew;
	int ask[2], wr[TASK_STREAMS], rc;

	if (io_pipe(ask) == -1)
		return -1;
	rc = capture_open(&w->capture, TASK_OUT, wr);
	if (rc == 0) {
		rc = spawn(w, ask[0], wr);
		io_close(&wr[TASK_OUT]);
		io_close(&wr[TASK_ERR]);
		if (rc == -1)
			capture_close(&w->capture);
	}
	io_close(&ask[0]);
	if (rc == -1) {
		io_close(&ask[1]);
		return -1;
	}
	w->fault = LINE_NONE;
	w->ending = false;
	w->first_id = w->last_id = 0;
	worker_started(worker, ask[1], r->conf.max_tasks);
	worker->fresh = true;
	capture_resume(&w->capture, TASK_OUT);
	capture_resume(&w->capture, TASK_ERR);
	return 0;
}

static int
line_ask(struct worker *worker, const struct task *task)
{
	struct line_worker *w = (struct line_worker *)worker;
	struct runner_worker *r = (struct runner_worker *)worker->crew;
	size_t len = buf_len(&task->text) - 1;

	if (buf_reserve(&worker->send, len + 1) == NULL)
		return -1;
	if (worker->ntasks == 0) {
		line_begins(w);
		w->began = w->since;
	}
	(void)buf_add(&worker->send, buf_data(&task->text), len);
	return buf_addc(&worker->send, r->conf.delim);
}

const struct crew_kind worker_line = {
    .make = line_make,
    .free = line_free,
    .start = line_start,
    .ask = line_ask,
    .deaf = line_deaf,
    .dismiss = line_dismiss,
    .ahead_ns = 2 * DUR_MS,
    .ahead_max = 256,
    .batches = true,
};
