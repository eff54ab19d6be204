/* SPDX-License-Identifier: ISC */
/*
 * Frames without a worker. What a task has said is kept in its buffer for the
 * last line, which is the sink's in a real run.
 */
#include "config.h"

#include "reply_trial.h"

#include <err.h>
#include <errno.h>
#include <signal.h>
#include <string.h>

#define NEED(cond) \
	do { \
		if (!(cond)) \
			errx(1, "%s:%d: %s", __FILE__, __LINE__, #cond); \
	} while (0)

static bool
output(void *arg, struct task *task, int stream, const char *p, size_t n)
{
	(void)arg;
	NEED(n > 0 && task->running != NULL);
	if (stream == TASK_ERR)
		NEED(buf_addc(&task->last, ':') == 0);
	NEED(buf_add(&task->last, p, n) == 0);
	return true;
}

static void
tell_numbers(struct reply_trial *t, const struct task *task)
{
	NEED(buf_addf(&t->told, "%ju", (uintmax_t)task->id) == 0);
	if (task->extra > 0)
		NEED(buf_addf(&t->told, "-%ju",
			 (uintmax_t)(task->id + task->extra)) == 0);
}

/* A space ends what is told of a task. */
static void
tell_text(struct reply_trial *t, const struct buf *b)
{
	const char *p = buf_data(b);
	size_t i;

	for (i = 0; i < buf_len(b); i++)
		NEED(buf_addc(&t->told, p[i] == ' ' ? '_' : p[i]) == 0);
}

static void
ended(void *arg, struct task *task)
{
	struct reply_trial *t = arg;
	bool good = !task_failed(task);

	NEED(task->running == NULL && task->nrec == task_span(task));
	NEED(good || task->extra == 0);
	tell_numbers(t, task);
	NEED(buf_addc(&t->told, good ? '=' : '!') == 0);
	tell_text(t, &task->last);
	if (task->how == TASK_SIGNALED)
		NEED(buf_addf(&t->told, "signal%d", task->code) == 0);
	else if (!good)
		tell_text(t, &task->reason);
	NEED(buf_addc(&t->told, ' ') == 0);
	*(good ? &t->done : &t->failed) += task_span(task);
	task_free(task);
}

static void
back(void *arg, struct task *task)
{
	struct reply_trial *t = arg;

	tell_numbers(t, task);
	NEED(buf_adds(&t->told, "< ") == 0);
	t->back += task_span(task);
	task_free(task);
}

static void
broken(void *arg, enum mp_status status, const char *object, const char *why)
{
	struct reply_trial *t = arg;

	NEED(status == MP_TOOL_FAILED && !t->broken);
	NEED(buf_addf(&t->told, "[%s: %s] ", object, why) == 0);
	t->broken = true;
}

static struct task *
cut(void *arg, struct task *task, size_t n)
{
	struct reply_trial *t = arg;
	struct task *rest = NULL;

	if (t->no_memory)
		errno = ENOMEM;
	else
		rest = task_new();
	NEED(n < task_span(task));
	NEED(rest == NULL || task_cut(task, rest, n) == 0);
	return rest;
}

static const struct runner_events events = {.output = output,
    .ended = ended,
    .back = back,
    .broken = broken,
    .cut = cut};

void
reply_trial_begin(struct reply_trial *t, pid_t pid)
{
	static const struct task_class class = {.name = "class"};

	memset(t, 0, sizeof(*t));
	t->runner.class = &class;
	t->runner.crew.head.events = &events;
	t->runner.crew.head.arg = t;
	worker_init(&t->w.head, &t->runner.crew, 1);
	t->w.head.child.pid = pid;
	t->w.head.quota = SIZE_MAX;
	t->w.shared = &t->shared;
}

static void
give(struct reply_trial *t, size_t n)
{
	struct task *task = task_new();
	size_t i;

	NEED(task != NULL);
	task->seq = task->id = t->given + 1;
	task->extra = n - 1;
	for (i = 0; i < n; i++)
		NEED(task_add_record(task, "rec", 3) == 0);
	t->given += n;
	worker_give(&t->w.head, task);
	claim_give(&t->shared.claim, (uint32_t)n);
}

static void
come(struct reply_trial *t)
{
	if (t->at_once)
		return;
	NEED(buf_add(&t->w.recv, buf_data(&t->frames), buf_len(&t->frames)) ==
	    0);
	buf_clear(&t->frames);
	reply_take(&t->w);
	NEED(buf_len(&t->w.recv) == 0 && buf_len(&t->w.row) == 0);
}

static void
frame(struct reply_trial *t, unsigned kind, const void *p, size_t n)
{
	struct builtin_frame f = {kind, (uint32_t)n};

	NEED(buf_add(&t->frames, &f, sizeof(f)) == 0);
	NEED(buf_add(&t->frames, p, n) == 0);
	come(t);
}

static void
frame_end(struct reply_trial *t, int code)
{
	struct builtin_end end = {.ns = 1000, .code = code};

	frame(t, BUILTIN_END, &end, sizeof(end));
}

static void
frame_over(struct reply_trial *t, uint32_t left)
{
	struct builtin_over over = {.ns = 1000, .n = 1, .left = left};

	frame(t, BUILTIN_OVER, &over, sizeof(over));
}

static void
worker_ends(struct reply_trial *t, int status)
{
	t->at_once = false;
	come(t);
	reply_missing(&t->w, status);
	worker_back(&t->w.head);
	t->over = true;
}

static void
step_frame(struct reply_trial *t, char c)
{
	int no = ENXIO;

	if (c == 'd')
		frame(t, BUILTIN_DONE, "d.", 2);
	else if (c == 'o')
		frame(t, BUILTIN_OUT, "o.", 2);
	else if (c == 'e')
		frame(t, BUILTIN_ERR, "e", 1);
	else if (c == 'r')
		frame(t, BUILTIN_REASON, "r", 1);
	else if (c == 'E' || c == 'F')
		frame_end(t, c == 'F');
	else if (c == 'v' || c == 'b')
		frame_over(t, c == 'b' ? (uint32_t)t->w.head.recalled : 0);
	else if (c == 'B')
		frame(t, BUILTIN_BROKEN, &no, sizeof(no));
	else if (c == '?')
		frame(t, 77, "abc", 3);
	else
		frame(t, BUILTIN_END, "abc", 3);
}

/* Begins a task that something is said of. One that it may not begin it has not
 * got; a worker that has gone mad says something all the same. */
static void
work(struct reply_trial *t, char c)
{
	if (c == '\0' || strchr("kdoerEF", c) == NULL)
		return;
	if (!t->at_work)
		(void)claim_begin(&t->shared.claim);
	t->at_work = strchr("dEF", c) == NULL;
}

const char *
reply_trial_step(struct reply_trial *t, const char *step)
{
	work(t, *step);
	if (*step >= '1' && *step <= '9') {
		if (t->given + 9 <= REPLY_TASKS)
			give(t, (size_t)(*step - '0'));
	} else if (*step != '\0' && strchr("doerEFvbB?,", *step) != NULL) {
		step_frame(t, *step);
	} else if (*step == '(') {
		t->at_once = true;
	} else if (*step == ')') {
		t->at_once = false;
		come(t);
	} else if (*step == 'R') {
		reply_recall(&t->w);
	} else if (*step == 'p') {
		reply_row_end(&t->w);
	} else if (*step == 'm') {
		t->no_memory = true;
	} else if (*step == '!') {
		worker_ends(t, 3 << 8);
	} else if (*step == '#' || *step == '\0') {
		worker_ends(t, SIGKILL);
	}
	return *step == '\0' ? step : step + 1;
}

void
reply_trial_end(struct reply_trial *t)
{
	NEED(t->over && t->w.head.ntasks == 0 && t->w.head.load == 0);
	buf_free(&t->frames);
	buf_free(&t->w.recv);
	buf_free(&t->w.row);
	buf_free(&t->told);
}
