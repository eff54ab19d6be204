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
#define LAST_MAX 200
#define JOIN_MAX 4096

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

/* Whether what comes from the task is written at once. */
static bool
live(const struct sink *s, const struct task *task, int stream)
{
	if (s->how == SINK_RAW || s->how == SINK_LINES)
		return true;
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
	if (stream == TASK_ERR && n > 0)
		s->mid_line = p[n - 1] != '\n';
	if (out_add(&s->out[stream], p, n) == -1)
		sink_lost(s, errno);
}

/* Remembers the last line that is not empty, for the digest. */
static void
last_line(struct task *task, const char *p, size_t n)
{
	size_t end = n, start = 0, room;
	const char *nl;

	while (end > 0 && p[end - 1] == '\n')
		end--;
	if (end > 0) {
		nl = memrchr(p, '\n', end);
		if (nl != NULL)
			start = (size_t)(nl + 1 - p);
		if (nl != NULL || task->line_done) {
			buf_clear(&task->last);
			task->last_cut = false;
		}
		room = LAST_MAX - buf_len(&task->last);
		task->last_cut |= end - start > room;
		if (end - start < room)
			room = end - start;
		(void)buf_add(&task->last, p + start, room);
	}
	task->line_done = end < n;
}

/* The file cannot take what is over the limit: said once each time, for
 * the first task that it hits. Nothing is lost, for that task is not read
 * any further until its turn comes; out of order, it lines up for that. */
static void
held_badly(struct sink *s, struct task *task, int err)
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

bool
sink_deliver(
    struct sink *s, struct task *task, int stream, const char *p, size_t n)
{
	bool full;

	if (live(s, task, stream)) {
		sink_put(s, stream, p, n);
		full = out_full(&s->out[stream]);
		s->stalled[stream] |= full;
		return !full;
	}
	if (hold_add(&s->store, &task->out[stream], p, n) == -1)
		held_badly(s, task, errno);
	if (TAILQ_FIRST(&s->order) == task)
		return !out_full(&s->out[stream]);
	if (!hold_full(&s->store))
		return true;
	line_up(s, task);
	return false;
}

bool
sink_data(
    struct sink *s, struct task *task, int stream, const char *p, size_t n)
{
	if (n == 0)
		return true;
	if (stream == TASK_ERR)
		last_line(task, p, n);
	else
		task->said = true;
	if (s->tags || s->how == SINK_LINES)
		return sink_lines(s, task, stream, p, n);
	return sink_deliver(s, task, stream, p, n);
}

/* Whether the task has ended and can be joined with one before it. */
static bool
joinable(const struct task *task)
{
	const struct hold *out = &task->out[TASK_OUT];
	const struct hold *err = &task->out[TASK_ERR];

	return task->done && task->receipt == NULL && !task_failed(task) &&
	    out->npieces == 0 && buf_len(&out->mem) <= JOIN_MAX &&
	    err->npieces == 0 && buf_len(&err->mem) <= JOIN_MAX;
}

static void
join(struct sink *s, struct task *into, struct task *task)
{
	const struct buf *mem;
	int stream;

	for (stream = 0; stream < TASK_STREAMS; stream++) {
		mem = &task->out[stream].mem;
		if (hold_add(&s->store, &into->out[stream], buf_data(mem),
			buf_len(mem)) == -1)
			held_badly(s, into, errno);
	}
	into->joined += 1 + task->joined;
	sink_forget(s, task);
	TAILQ_REMOVE(&s->order, task, order);
	s->calls->joined(s->arg, task);
}

/* Finished tasks in a row that have said little are kept as one, so that
 * many of them can wait for a slow one before them. */
static void
join_neighbours(struct sink *s, struct task *task)
{
	struct task *prev = TAILQ_PREV(task, task_list, order);
	struct task *next = TAILQ_NEXT(task, order);

	if (next != NULL && joinable(next))
		join(s, task, next);
	if (prev != NULL && prev->done && joinable(task))
		join(s, prev, task);
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

bool
sink_emit(struct sink *s, struct hold *h, int stream)
{
	ssize_t n = 1;
	char *p;

	while (n > 0 && !out_full(&s->out[stream]) && !hold_empty(h)) {
		p = out_room(&s->out[stream], MOVE_SIZE);
		n = p == NULL ? -1 : hold_take(&s->store, h, p, MOVE_SIZE);
		if (n == -1) {
			sink_lost(s, errno);
			hold_drop(&s->store, h);
		} else if (n > 0) {
			if (stream == TASK_ERR)
				s->mid_line = p[n - 1] != '\n';
			out_added(&s->out[stream], (size_t)n);
		}
	}
	return hold_empty(h);
}

/* Brings the head forward. Returns whether it can leave. */
static bool
emit_task(struct sink *s, struct task *task)
{
	bool out = sink_emit(s, &task->out[TASK_OUT], TASK_OUT);
	bool err = sink_emit(s, &task->out[TASK_ERR], TASK_ERR);

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

/* Line by line, that of all tasks is. */
static void
welcome_all(struct sink *s, int stream)
{
	struct task *task;

	if (!s->stalled[stream] || out_full(&s->out[stream]))
		return;
	s->stalled[stream] = false;
	TAILQ_FOREACH(task, &s->order, order)
		s->calls->resume(s->arg, task, stream);
}

/* With a receipt the task waits until the last of its bytes is written. */
static void
leave(struct sink *s, struct task *task)
{
	if (task->receipt == NULL || !task->said) {
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
	if (s->how == SINK_LINES) {
		TAILQ_REMOVE(&s->order, task, order);
		leave(s, task);
		return;
	}
	line_up(s, task);
	for (stream = 0; stream < TASK_STREAMS; stream++)
		hold_settle(&s->store, &task->out[stream]);
	if (s->how == SINK_ORDERED)
		join_neighbours(s, task);
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

static void
advance(struct sink *s)
{
	struct task *head;

	if (s->how == SINK_LINES) {
		welcome_all(s, TASK_OUT);
		welcome_all(s, TASK_ERR);
		return;
	}
	while ((head = TAILQ_FIRST(&s->order)) != NULL) {
		if (s->stopped && head != s->last_live && !head->done)
			break;
		if (!emit_task(s, head))
			break;
		TAILQ_REMOVE(&s->order, head, order);
		sink_forget(s, head);
		leave(s, head);
	}
	if (head != NULL && !head->done)
		welcome(s, head);
	if (!hold_full(&s->store))
		s->warned = false;
}

void
sink_pump(struct sink *s)
{
	advance(s);
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
