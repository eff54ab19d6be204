/* SPDX-License-Identifier: ISC */
/*
 * Workers that are commands: what they do wrong, how they are ended, and
 * what becomes of their tasks then. The first task without a reply was the
 * worker's work and is to blame for its end; the others have not begun.
 */
#include "config.h"

#include "worker_line.h"

#include <sys/wait.h>

#include <errno.h>
#include <signal.h>
#include <string.h>

#include "digest.h"
#include "dur.h"
#include "io.h"
#include "proc.h"
#include "starved.h"

/* A second reply to a worker's first record would be there by then. */
#define SETTLE (20 * DUR_MS)
/* A worker that has closed a descriptor is about to end, mostly. */
#define GRACE DUR_SECOND
/* So long without a reply is worth a word, or a look at the worker. */
#define SILENCE (10 * DUR_SECOND)
/* So many workers in a row that do not answer are enough, retries apart. */
#define FRUITLESS_MAX 10

static const char *const faults[] = {
    [LINE_SILENT] = "no reply within the time of --reply-timeout",
    [LINE_STARVED] = "no reply, and the worker waits for more input",
    [LINE_SURPLUS] = "more than one reply",
    [LINE_EARLY] = "a reply before the record was read",
    [LINE_LONG] = "reply too long",
    [LINE_MEMORY] = "no memory for the reply",
    [LINE_CLOSED] = "the worker has closed its standard output",
    [LINE_DEAF] = "the worker has closed its standard input",
    [LINE_CANCELLED] = "cancelled",
};

static struct runner_worker *
runner_of(const struct line_worker *w)
{
	return (struct runner_worker *)w->head.crew;
}

void
line_begins(struct line_worker *w)
{
	const struct runner_worker *r = runner_of(w);
	struct loop *loop = r->crew.head.loop;
	int64_t silence = r->conf.reply_timeout;

	w->since = loop_now();
	if (r->conf.timeout > 0)
		loop_timer_after(loop, &w->limit, r->conf.timeout);
	if (silence > 0 && w->head.ask.fd != -1)
		loop_timer_after(loop, &w->reply, silence);
	else
		loop_timer_after(loop, &w->reply, SILENCE);
}

void
line_calm(struct line_worker *w)
{
	struct loop *loop = w->head.crew->head.loop;

	loop_timer_del(loop, &w->limit);
	loop_timer_del(loop, &w->reply);
}

void
line_wait(struct line_worker *w)
{
	loop_timer_after(w->head.crew->head.loop, &w->settle, SETTLE);
}

/* Its warden takes this signal for a time limit that is reached. */
void
line_end(struct line_worker *w, enum line_fault fault)
{
	if (w->ending)
		return;
	w->ending = true;
	w->fault = fault;
	w->head.deaf = true;
	line_calm(w);
	loop_timer_del(w->head.crew->head.loop, &w->settle);
	capture_shut(&w->capture, TASK_OUT);
	(void)kill(w->head.child.pid, SIGALRM);
}

void
line_dismiss(struct worker *worker)
{
	struct line_worker *w = (struct line_worker *)worker;

	if (worker->ask.fd == -1)
		return;
	worker_hang_up(worker);
	line_begins(w);
}

void
line_deaf(struct worker *worker)
{
	struct line_worker *w = (struct line_worker *)worker;

	loop_timer_after(worker->crew->head.loop, &w->settle, GRACE);
}

void
line_closed(void *worker, int stream)
{
	struct line_worker *w = worker;

	if (stream == TASK_ERR)
		return;
	w->head.deaf = true;
	loop_timer_after(w->head.crew->head.loop, &w->settle, GRACE);
}

/* Bytes that the worker has not read. */
static size_t
unread(const struct line_worker *w)
{
	return io_pending(w->head.ask.fd) + buf_len(&w->head.send);
}

/* Bytes of the tasks without a reply. */
static size_t
owed(const struct line_worker *w)
{
	const struct task *task = line_asked(w);
	size_t n = 0;

	for (; task != NULL; task = TAILQ_NEXT(task, queue))
		n += buf_len(&task->text);
	return n;
}

/* Whether the worker has read something of the first task without a reply,
 * or of one behind it. */
static bool
has_begun(const struct line_worker *w)
{
	return unread(w) < owed(w);
}

bool
line_early(const struct line_worker *w)
{
	return w->last != NULL &&
	    unread(w) >= owed(w) + buf_len(&w->last->text);
}

static void
settle_due(struct loop_timer *t)
{
	struct line_worker *w = t->arg;

	if (w->capture.pipe[TASK_OUT].fd == -1)
		line_end(w, LINE_CLOSED);
	else if (!w->head.deaf || w->head.ask.fd == -1)
		line_commit(w);
	else if (has_begun(w))
		loop_timer_after(w->head.crew->head.loop, t, GRACE);
	else
		line_end(w, LINE_DEAF);
}

static void
limit_due(struct loop_timer *t)
{
	struct line_worker *w = t->arg;

	line_end(w, LINE_LIMIT);
}

static void
still_runs(struct line_worker *w)
{
	struct runner *head = &w->head.crew->head;
	struct buf line = BUF_INIT;

	if (buf_addf(&line, "worker %u: still runs after the end of its input",
		w->head.no) == 0 &&
	    buf_addc(&line, '\0') == 0)
		head->events->say(head->arg, buf_data(&line));
	buf_free(&line);
}

/* What is wrong with it, if anything is, that has not replied. */
static enum line_fault
silence_is(const struct line_worker *w)
{
	if (runner_of(w)->conf.reply_timeout > 0)
		return LINE_SILENT;
	return unread(w) == 0 && starved_child(w->head.child.pid) ? LINE_STARVED
								  : LINE_NONE;
}

static void
reply_due(struct loop_timer *t)
{
	struct line_worker *w = t->arg;
	enum line_fault fault;

	if (w->head.ntasks == 0) {
		still_runs(w);
		return;
	}
	fault = silence_is(w);
	runner_worker_explain(runner_of(w), line_asked(w),
	    loop_now() - w->since, fault != LINE_NONE);
	if (fault != LINE_NONE)
		line_end(w, fault);
	else
		loop_timer_after(w->head.crew->head.loop, t, SILENCE);
}

void
line_timers(struct line_worker *w)
{
	w->limit.cb = limit_due;
	w->reply.cb = reply_due;
	w->settle.cb = settle_due;
	w->limit.arg = w->reply.arg = w->settle.arg = w;
}

/* The worker's end is that of its first task, too. */
static void
fail_first(struct line_worker *w, const struct task *end)
{
	struct runner *head = &w->head.crew->head;
	struct task *task = worker_take(&w->head);

	task->started = w->since;
	task->ended = loop_now();
	task->how = TASK_BROKEN;
	task->code = end->code;
	if (w->fault == LINE_LIMIT)
		task->how = TASK_TIMED_OUT;
	else if (w->fault != LINE_NONE)
		(void)buf_adds(&task->reason, faults[w->fault]);
	else if (end->how == TASK_SIGNALED)
		task->how = TASK_SIGNALED;
	else
		(void)buf_addf(&task->reason,
		    "the worker ended with status %d before its reply",
		    end->code);
	head->events->ended(head->arg, task);
}

/* It answered a record twice some time ago, or something in between. */
static void
distrust(struct line_worker *w)
{
	struct runner_worker *r = runner_of(w);
	struct buf why = BUF_INIT;

	if (buf_addf(&why,
		"a worker has answered more often than it was asked; some of "
		"its replies to tasks %ju to %ju may belong to others",
		(uintmax_t)w->first_id, (uintmax_t)w->last_id) == 0 &&
	    buf_addc(&why, '\0') == 0)
		crew_broken(
		    &r->crew, MP_TOOL_FAILED, r->conf.argv[0], buf_data(&why));
	buf_free(&why);
}

/* It has ended without a reply, as others before it. */
static void
count_fruitless(struct line_worker *w, const struct task *end)
{
	struct runner_worker *r = runner_of(w);
	struct buf why = BUF_INIT;

	if (++r->fruitless < FRUITLESS_MAX + r->conf.retries)
		return;
	if (buf_addf(&why, "%u workers in a row have ended without a reply: ",
		r->fruitless) == 0 &&
	    (w->fault != LINE_NONE && w->fault != LINE_LIMIT
		    ? buf_adds(&why, faults[w->fault])
		    : digest_how(&why, end)) == 0 &&
	    buf_addc(&why, '\0') == 0)
		crew_broken(
		    &r->crew, MP_TOOL_FAILED, r->conf.argv[0], buf_data(&why));
	buf_free(&why);
}

/* What becomes of its tasks, after it has ended like that. */
static void
deal_with_tasks(struct line_worker *w, const struct task *end)
{
	bool surplus;

	if (line_early(w))
		w->fault = LINE_EARLY;
	surplus = w->fault == LINE_SURPLUS || w->fault == LINE_EARLY;
	if (surplus && !w->head.fresh) {
		distrust(w);
	} else {
		if (!surplus)
			line_commit(w);
		if (w->head.ntasks > 0 &&
		    (w->fault != LINE_NONE || has_begun(w)))
			fail_first(w, end);
		if (w->head.fresh)
			count_fruitless(w, end);
	}
	worker_back(&w->head);
}

/* Its command could not be executed. */
static void
not_started(struct line_worker *w, int why)
{
	struct runner_worker *r = runner_of(w);

	if (why != EAGAIN && why != ENOMEM && why != EMFILE && why != ENFILE)
		crew_broken(
		    &r->crew, proc_status(why), r->conf.argv[0], strerror(why));
	worker_back(&w->head);
}

void
line_ended(struct loop_child *c, int status, const struct rusage *ru)
{
	struct line_worker *w = c->arg;
	struct runner *head = &w->head.crew->head;
	struct task end = {.how = TASK_EXITED, .code = WEXITSTATUS(status)};
	struct tree_report left;
	enum proc_step step;

	(void)ru;
	if (WIFSIGNALED(status)) {
		end.how = TASK_SIGNALED;
		end.code = WTERMSIG(status);
	}
	capture_drain(&w->capture);
	if (warden_end(&w->note, &end, &left, &step) == -1)
		not_started(w, errno);
	else
		deal_with_tasks(w, &end);
	if (left.nleft > 0)
		head->events->left(head->arg, &left);
	line_calm(w);
	loop_timer_del(head->loop, &w->settle);
	w->last = NULL;
	buf_free(&w->replies);
	worker_stopped(&w->head);
	crew_gone(&w->head);
}
