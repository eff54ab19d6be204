/* SPDX-License-Identifier: ISC */
/*
 * A queue as a source of tasks. Leases are taken on credit: one for each
 * process that may run, and some in advance where tasks are so short that
 * processes would wait for the queue.
 */
#include "config.h"

#include "work.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "digest.h"
#include "work_impl.h"

#define LEAD (5 * DUR_MS) /* of work at hand, */
#define LEAD_MAX 64 /* but not more tasks */

void
work_say(struct work *w, const char *format, ...)
{
	char text[400];
	va_list ap;

	va_start(ap, format);
	(void)vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	w->head.calls->say(w->head.arg, text);
}

void
work_wake(struct work *w)
{
	if (!w->waits)
		return;
	w->waits = false;
	w->head.calls->wake(w->head.arg);
}

/* It was not run. */
static void
give_back(struct work *w, struct work_item *i)
{
	const struct clerk_msg m = {.kind = CLERK_END,
	    .key = (uintptr_t)i,
	    .receipt = i->receipt,
	    .verdict = QUEUE_RETURN};

	TAILQ_INSERT_TAIL(&w->ended, i, link);
	work_send(w, &m, NULL, NULL);
}

void
work_enough(struct work *w)
{
	const struct clerk_msg m = {.kind = CLERK_ENOUGH};
	struct work_item *i;

	while ((i = TAILQ_FIRST(&w->inbox)) != NULL) {
		TAILQ_REMOVE(&w->inbox, i, link);
		give_back(w, i);
	}
	if (w->over)
		return;
	w->over = true;
	work_send(w, &m, NULL, NULL);
}

void
work_over(struct work *w)
{
	work_enough(w);
	loop_timer_del(w->head.loop, &w->patience);
	work_wake(w);
}

void
work_failed(struct work *w, enum queue_rc rc, const char *why)
{
	if (w->result.rc == QUEUE_OK)
		work_say(w, "%s: %s", w->conf.name, why);
	w->result.rc = rc;
	if (!w->alone)
		work_over(w);
}

/* Leases that are due to us. */
static void
ask(struct work *w)
{
	uint64_t lead = 0, due;
	struct clerk_msg m = {.kind = CLERK_CREDIT};

	if (w->avg > 0)
		lead = w->conf.jobs * (uint64_t)LEAD / (uint64_t)w->avg;
	due = w->conf.jobs + (lead < LEAD_MAX ? lead : LEAD_MAX);
	if (w->over || due <= w->promised)
		return;
	m.n = due - w->promised;
	w->promised = due;
	work_send(w, &m, NULL, NULL);
}

void
work_task(struct work *w, const struct clerk_msg *m, const char *body)
{
	struct work_item *i = work_item_new(m, body);

	if (i == NULL) {
		work_failed(w, QUEUE_FAILED, strerror(errno));
		return;
	}
	if (w->over) {
		give_back(w, i);
		return;
	}
	loop_timer_del(w->head.loop, &w->patience);
	TAILQ_INSERT_TAIL(&w->inbox, i, link);
	work_wake(w);
}

/* Whoever has the lease now, or nobody, the work is not wanted. */
void
work_lost(struct work *w, struct work_item *i)
{
	if (i->lost)
		return;
	i->lost = true;
	work_say(w, "task %jd: the lease is over", (intmax_t)i->receipt.id);
	if (i->task != NULL && !w->alone)
		w->head.calls->cancel(w->head.arg, i->task);
}

void
work_ended(struct work *w, const struct clerk_msg *m)
{
	struct work_item *i = (struct work_item *)(uintptr_t)m->key;

	if (m->rc == QUEUE_LOST)
		work_lost(w, i);
	if (m->dead) {
		w->result.dead++;
		work_say(w, "task %jd: dead after %jd tries",
		    (intmax_t)i->receipt.id, (intmax_t)i->receipt.tries);
	}
	if (m->dead && !w->conf.keep_going && !w->alone)
		work_over(w);
	TAILQ_REMOVE(&w->ended, i, link);
	work_item_free(i);
}

/* What runs may yet put tasks, or be put back. */
void
work_empty(struct work *w)
{
	if (!TAILQ_EMPTY(&w->inbox) || !TAILQ_EMPTY(&w->running) ||
	    !TAILQ_EMPTY(&w->ended))
		return;
	if (w->conf.timeout == 0)
		work_over(w);
	else if (!w->patience.set && !w->over)
		loop_timer_after(w->head.loop, &w->patience, w->conf.timeout);
}

static void
patience_ends(struct loop_timer *t)
{
	work_over(t->arg);
}

/* The leases are renewed long before the first of them ends. */
static void
set_touch(struct work *w)
{
	int64_t ttr = INT64_MAX;
	struct work_item *i;

	TAILQ_FOREACH(i, &w->running, link)
		if (i->ttr < ttr)
			ttr = i->ttr;
	if (ttr == INT64_MAX)
		return;
	loop_timer_after(w->head.loop, &w->touch,
	    ttr / 3 < WORK_TOUCH_MIN ? WORK_TOUCH_MIN : ttr / 3);
}

static void
touch(struct loop_timer *t)
{
	struct work *w = t->arg;
	struct clerk_msg m = {.kind = CLERK_TOUCH, .verdict = QUEUE_TOUCH};
	struct work_item *i;

	TAILQ_FOREACH(i, &w->running, link) {
		m.key = (uintptr_t)i;
		m.receipt = i->receipt;
		m.ttr = i->ttr;
		work_send(w, &m, NULL, NULL);
	}
	set_touch(w);
}

/* Passes the lease on. */
static enum source_got
give(struct work *w, struct work_item *i, struct task *task)
{
	if (task_add_record(task, buf_data(&i->body), buf_len(&i->body)) == -1)
		return SOURCE_FAILED;
	buf_free(&i->body);
	i->task = task;
	task->receipt = i;
	task->id = (uint64_t)i->receipt.id;
	task->attempt = (unsigned)i->receipt.tries - 1;
	TAILQ_REMOVE(&w->inbox, i, link);
	TAILQ_INSERT_TAIL(&w->running, i, link);
	if (!w->touch.set)
		set_touch(w);
	return SOURCE_TASK;
}

static enum source_got
work_next(struct source *source, struct task *task)
{
	struct work *w = (struct work *)source;
	struct work_item *i;

	if (!w->begun && work_link(w) == -1)
		return SOURCE_FAILED;
	if (!w->begun)
		ask(w);
	w->begun = true;
	i = TAILQ_FIRST(&w->inbox);
	if (i != NULL)
		return give(w, i, task);
	if (w->over)
		return SOURCE_END;
	w->waits = true;
	return SOURCE_WAIT;
}

static int
work_output(struct source *source, struct task *task, const char *p, size_t n)
{
	struct work_item *i = task->receipt;

	(void)source;
	if (n > QUEUE_BODY_MAX - buf_len(&i->result)) {
		errno = EFBIG;
		return -1;
	}
	return buf_add(&i->result, p, n);
}

/* A failure is told at once: the run may last for weeks. */
static void
say_failed(struct work *w, const struct task *task)
{
	struct buf line = BUF_INIT;

	if (digest_task(&line, task) == 0 && buf_addc(&line, '\0') == 0)
		w->head.calls->say(w->head.arg, buf_data(&line));
	buf_free(&line);
}

static void
work_done(struct source *source, const struct task *task)
{
	struct work *w = (struct work *)source;
	struct work_item *i = task->receipt;
	struct buf err = BUF_INIT;
	struct clerk_msg m = work_item_end(i, task, &err);

	if (m.verdict == QUEUE_NACK && task->code != WORK_LATER)
		say_failed(w, task);
	TAILQ_REMOVE(&w->running, i, link);
	TAILQ_INSERT_TAIL(&w->ended, i, link);
	i->task = NULL;
	w->promised--;
	w->avg = (7 * w->avg + task->ended - task->started) / 8 + 1;
	work_send(w, &m, buf_data(&i->result),
	    buf_addc(&err, '\0') == 0 && buf_len(&err) > 1 ? buf_data(&err)
							   : NULL);
	buf_free(&err);
	buf_free(&i->result);
	ask(w);
}

static void
work_stop(struct source *source)
{
	struct work *w = (struct work *)source;

	w->waits = false;
	work_over(w);
}

static void
free_items(struct work_items *items)
{
	struct work_item *i;

	while ((i = TAILQ_FIRST(items)) != NULL) {
		TAILQ_REMOVE(items, i, link);
		work_item_free(i);
	}
}

static void
work_free(struct source *source)
{
	struct work *w = (struct work *)source;

	free_items(&w->inbox);
	free_items(&w->running);
	free_items(&w->ended);
	buf_free(&w->in);
	buf_free(&w->out);
	free(w);
}

/* The pool is over, and its way to speak. */
static void
plain_say(void *arg, const char *line)
{
	(void)arg;
	(void)fprintf(stderr, "%s: %s\n", getprogname(), line);
}

static const struct source_calls plain_calls = {.say = plain_say};

struct work_result
work_finish(struct source *source, int64_t until)
{
	struct work *w = (struct work *)source;

	w->head.calls = &plain_calls;
	w->waits = false;
	work_link_end(w, until);
	return w->result;
}

static const struct source_ops work_ops = {
    .next = work_next, .done = work_done, .stop = work_stop, .free = work_free};

static const struct source_ops work_results_ops = {.next = work_next,
    .done = work_done,
    .stop = work_stop,
    .free = work_free,
    .output = work_output};

struct source *
work_new(const struct work_conf *conf)
{
	struct work *w = calloc(1, sizeof(*w));

	if (w == NULL)
		return NULL;
	w->conf = *conf;
	w->head.ops = conf->results != NULL ? &work_results_ops : &work_ops;
	w->head.name = conf->name;
	w->head.tells = true;
	TAILQ_INIT(&w->inbox);
	TAILQ_INIT(&w->running);
	TAILQ_INIT(&w->ended);
	w->touch.cb = touch;
	w->patience.cb = patience_ends;
	w->touch.arg = w->patience.arg = w;
	return &w->head;
}
