/* SPDX-License-Identifier: ISC */
/*
 * What to start now.
 */
#include "config.h"

#include "sched.h"

#include <string.h>

#include "dur.h"

#define DELAY_MIN (10 * DUR_MS)
#define DELAY_MAX DUR_SECOND
#define RETRY_MAX (86400 * DUR_SECOND)

void
sched_init(struct sched *s, uint64_t ahead)
{
	memset(s, 0, sizeof(*s));
	TAILQ_INIT(&s->again);
	TAILQ_INIT(&s->later);
	s->ahead = ahead;
}

enum sched_what
sched_next(const struct sched *s, bool room, int64_t now, int64_t *when)
{
	const struct task *later = TAILQ_FIRST(&s->later);
	bool again = !TAILQ_EMPTY(&s->again);

	*when = SCHED_NEVER;
	if (s->running == 0 &&
	    (s->stopped || (s->drained && !again && later == NULL)))
		return SCHED_OVER;
	if (s->stopped || !room)
		return SCHED_WAIT;
	if (now < s->not_before || now < s->held) {
		*when = s->held > s->not_before ? s->held : s->not_before;
		return SCHED_WAIT;
	}
	if (again || (later != NULL && later->due <= now))
		return SCHED_AGAIN;
	if (later != NULL)
		*when = later->due;
	if (s->drained || s->full || s->open >= s->ahead)
		return SCHED_WAIT;
	return SCHED_NEW;
}

void
sched_hold(struct sched *s, int64_t until)
{
	s->held = until;
}

void
sched_begin(struct sched *s, uint64_t n)
{
	s->open += n;
}

void
sched_start(struct sched *s)
{
	s->running++;
}

/* In the order of their numbers: the head of the output first. */
static void
again_insert(struct sched *s, struct task *task)
{
	struct task *t;

	TAILQ_FOREACH(t, &s->again, queue) {
		if (t->seq > task->seq) {
			TAILQ_INSERT_BEFORE(t, task, queue);
			return;
		}
	}
	TAILQ_INSERT_TAIL(&s->again, task, queue);
}

struct task *
sched_again(struct sched *s, int64_t now)
{
	struct task *task;

	while ((task = TAILQ_FIRST(&s->later)) != NULL && task->due <= now) {
		TAILQ_REMOVE(&s->later, task, queue);
		again_insert(s, task);
	}
	task = TAILQ_FIRST(&s->again);
	if (task != NULL)
		TAILQ_REMOVE(&s->again, task, queue);
	return task;
}

bool
sched_refuse(struct sched *s, struct task *task, int64_t now)
{
	bool first = s->delay == 0;

	s->running--;
	again_insert(s, task);
	s->delay = first ? DELAY_MIN : 2 * s->delay;
	if (s->delay > DELAY_MAX)
		s->delay = DELAY_MAX;
	s->not_before = now + s->delay;
	return first;
}

void
sched_back(struct sched *s, struct task *task)
{
	s->running--;
	again_insert(s, task);
}

void
sched_end(struct sched *s)
{
	s->running--;
	s->not_before = 0;
	s->delay = 0;
}

/* Mostly it is the last one. */
void
sched_retry(struct sched *s, struct task *task)
{
	struct task *t;

	sched_end(s);
	TAILQ_FOREACH_REVERSE(t, &s->later, task_list, queue) {
		if (t->due <= task->due) {
			TAILQ_INSERT_AFTER(&s->later, t, task, queue);
			return;
		}
	}
	TAILQ_INSERT_HEAD(&s->later, task, queue);
}

int64_t
sched_retry_delay(int64_t base, unsigned attempt)
{
	int64_t delay = base;

	while (--attempt > 0 && delay > 0 && delay < RETRY_MAX / 2)
		delay *= 2;
	return delay;
}

void
sched_release(struct sched *s, uint64_t n)
{
	s->open -= n;
}
