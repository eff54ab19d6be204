/* SPDX-License-Identifier: ISC */
/*
 * All output. The order is a list of tasks: all that have begun, by their
 * numbers, or those that have ended, by the time of that. Its head is
 * written first what is held of it, then, while it still runs, what comes;
 * when it has ended it leaves and the next one is the head.
 */
#include "config.h"

#include "sink_impl.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define MOVE_SIZE ((size_t)64 * 1024)

static void
drained(void *arg)
{
	sink_pump(arg);
}

void
sink_init(struct sink *s, enum sink_order how, size_t buffer, struct loop *loop)
{
	memset(s, 0, sizeof(*s));
	s->how = how;
	TAILQ_INIT(&s->order);
	TAILQ_INIT(&s->leaving);
	hold_store_init(&s->store, buffer);
	out_init(&s->out[TASK_OUT], loop, STDOUT_FILENO, drained, s);
	out_init(&s->out[TASK_ERR], loop, STDERR_FILENO, drained, s);
	s->shared = isatty(STDOUT_FILENO);
}

void
sink_free(struct sink *s)
{
	hold_drop(&s->store, &s->digest);
	hold_store_free(&s->store);
	sink_lines_free(s);
	out_free(&s->out[TASK_OUT]);
	out_free(&s->out[TASK_ERR]);
}

/* The task takes its place in the order, once. */
static void
line_up(struct sink *s, struct task *task)
{
	if (!task->lined_up)
		TAILQ_INSERT_TAIL(&s->order, task, order);
	task->lined_up = true;
}

void
sink_begin(struct sink *s, struct task *task)
{
	if (s->how == SINK_ORDERED || s->how == SINK_LINES)
		line_up(s, task);
}

void
sink_begin_rest(struct sink *s, struct task *task, struct task *rest)
{
	if (s->how != SINK_ORDERED)
		return;
	TAILQ_INSERT_AFTER(&s->order, task, rest, order);
	rest->lined_up = true;
}

/* Whether what comes from the task is written at once. */
static bool
live(const struct sink *s, const struct task *task, int stream)
{
	if (s->how == SINK_RAW)
		return true;
	if (task->withheld)
		return false;
	if (s->how == SINK_LINES)
		return hold_empty(&task->out[stream]);
	if (s->stopped && task != s->last_live)
		return false;
	return TAILQ_FIRST(&s->order) == task && hold_empty(&task->out[stream]);
}

void
sink_lost(struct sink *s, int err)
{
	if (s->err == 0)
		s->err = err;
}

void
sink_put(struct sink *s, int stream, const char *p, size_t n)
{
	if (n == 0)
		return;
	sink_make_way(s, stream);
	s->mid_line[stream] = p[n - 1] != '\n';
	if (out_add(&s->out[stream], p, n) == -1)
		sink_lost(s, errno);
}

void
sink_held_badly(struct sink *s, struct task *task, int err)
{
	if (err == ENOMEM) {
		sink_lost(s, err);
		return;
	}
	if (!s->warned)
		sink_message(s, "task %ju: its output must wait: %s",
		    (uintmax_t)task->id, strerror(err));
	s->warned = true;
	line_up(s, task);
}

static bool
deliver(struct sink *s, struct task *task, int stream, const char *p, size_t n)
{
	if (live(s, task, stream)) {
		sink_put(s, stream, p, n);
		return !out_full(&s->out[stream]);
	}
	if (hold_add(&s->store, &task->out[stream], p, n) == -1)
		sink_held_badly(s, task, errno);
	if (TAILQ_FIRST(&s->order) == task)
		return !out_full(&s->out[stream]);
	if (!hold_full(&s->store))
		return true;
	line_up(s, task);
	return false;
}

bool
sink_deliver(
    struct sink *s, struct task *task, int stream, const char *p, size_t n)
{
	bool more = deliver(s, task, stream, p, n);

	s->stalled[stream] |= !more;
	return more;
}

bool
sink_data(
    struct sink *s, struct task *task, int stream, const char *p, size_t n)
{
	if (n == 0)
		return true;
	if (stream == TASK_ERR)
		sink_last_line(task, p, n);
	else
		task->said = true;
	if (s->tags || s->how == SINK_LINES)
		return sink_lines(s, task, stream, p, n);
	return sink_deliver(s, task, stream, p, n);
}

void
sink_stop(struct sink *s)
{
	s->stopped = true;
	s->last_live = TAILQ_FIRST(&s->order);
}

void
sink_forget(struct sink *s, struct task *task)
{
	int stream;

	sink_lines_drop(s, task);
	for (stream = 0; stream < TASK_STREAMS; stream++)
		hold_drop(&s->store, &task->out[stream]);
}

void
sink_rewind(struct sink *s, struct task *task)
{
	sink_forget(s, task);
	buf_clear(&task->last);
	task->line_done = task->last_cut = task->said = false;
}

bool
sink_emit(struct sink *s, struct hold *h, int stream)
{
	ssize_t n = 1;
	char *p;

	if (!hold_empty(h))
		sink_make_way(s, stream);
	while (n > 0 && !out_full(&s->out[stream]) && !hold_empty(h)) {
		p = out_room(&s->out[stream], MOVE_SIZE);
		n = p == NULL ? -1 : hold_take(&s->store, h, p, MOVE_SIZE);
		if (n == -1) {
			sink_lost(s, errno);
			hold_drop(&s->store, h);
		} else if (n > 0) {
			s->mid_line[stream] = p[n - 1] != '\n';
			out_added(&s->out[stream], (size_t)n);
		}
	}
	return hold_empty(h);
}

/* What may be run again is not written, unless there is no room to hold it:
 * then this attempt is the last. One that has failed waits for the next. */
static bool
withheld(const struct sink *s, const struct task *task)
{
	return task->withheld && !task->done &&
	    (task->how != TASK_NOT_YET || !hold_full(&s->store));
}

/* Brings the head forward. Returns whether it can leave. */
static bool
emit_task(struct sink *s, struct task *task)
{
	bool out, err;

	if (withheld(s, task))
		return false;
	task->withheld = false;
	out = sink_emit(s, &task->out[TASK_OUT], TASK_OUT);
	err = sink_emit(s, &task->out[TASK_ERR], TASK_ERR);
	return out && err && task->done;
}

/* The first task's output is welcome where there is room for it. */
static void
welcome(struct sink *s, struct task *head)
{
	int stream;

	for (stream = 0; stream < TASK_STREAMS; stream++)
		if (!out_full(&s->out[stream]))
			s->calls->resume(s->arg, head, stream);
}

/* Who is waited for waits until the last of its bytes is written. */
static void
leave(struct sink *s, struct task *task)
{
	if (!task->said || (task->receipt == NULL && !task->awaited)) {
		s->calls->released(s->arg, task);
		return;
	}
	task->until = out_end(&s->out[TASK_OUT]);
	TAILQ_INSERT_TAIL(&s->leaving, task, order);
}

void
sink_end(struct sink *s, struct task *task)
{
	int stream;

	task->done = true;
	sink_lines_end(s, task);
	if (s->how == SINK_RAW) {
		s->calls->released(s->arg, task);
		return;
	}
	line_up(s, task);
	for (stream = 0; stream < TASK_STREAMS; stream++)
		hold_settle(&s->store, &task->out[stream]);
	if (s->how == SINK_ORDERED)
		sink_join(s, task);
}

static void
release_written(struct sink *s)
{
	const struct out *out = &s->out[TASK_OUT];
	struct task *task;

	while ((task = TAILQ_FIRST(&s->leaving)) != NULL) {
		if (out->written < task->until && out->err == 0)
			break;
		task->unseen = out->written < task->until;
		TAILQ_REMOVE(&s->leaving, task, order);
		s->calls->released(s->arg, task);
	}
}

/* The task is brought forward; if it can, it leaves. */
static bool
let_go(struct sink *s, struct task *task)
{
	if (!emit_task(s, task))
		return false;
	TAILQ_REMOVE(&s->order, task, order);
	sink_forget(s, task);
	leave(s, task);
	return true;
}

static void
advance(struct sink *s)
{
	struct task *head;

	while ((head = TAILQ_FIRST(&s->order)) != NULL) {
		if (s->stopped && head != s->last_live && !head->done)
			break;
		if (!let_go(s, head))
			break;
	}
	if (head != NULL && !head->done)
		welcome(s, head);
}

/* Line by line no task waits for another. */
static void
advance_all(struct sink *s)
{
	struct task *task, *next;

	for (task = TAILQ_FIRST(&s->order); task != NULL; task = next) {
		next = TAILQ_NEXT(task, order);
		(void)let_go(s, task);
	}
	sink_lines_welcome(s);
}

void
sink_pump(struct sink *s)
{
	if (s->how == SINK_LINES)
		advance_all(s);
	else
		advance(s);
	if (!hold_full(&s->store))
		s->warned = false;
	out_flush(&s->out[TASK_OUT]);
	out_flush(&s->out[TASK_ERR]);
	release_written(s);
}

bool
sink_full(const struct sink *s)
{
	return hold_full(&s->store);
}

bool
sink_idle(const struct sink *s)
{
	return TAILQ_EMPTY(&s->order) && TAILQ_EMPTY(&s->leaving) &&
	    hold_empty(&s->digest) && out_idle(&s->out[TASK_OUT]) &&
	    out_idle(&s->out[TASK_ERR]);
}

int
sink_error(const struct sink *s, int stream)
{
	return s->out[stream].err;
}
