/* SPDX-License-Identifier: ISC */
/*
 * A worker's turns: the leases that ended and the tasks that come next are
 * one transaction, so that a task costs one commit and not two. A worker has
 * somebody else to listen to while it waits.
 */
#include "config.h"

#include "store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bell.h"
#include "store_look.h"
#include "store_turn.h"

struct store_worker {
	char bell[STORE_BELL];
	struct store_wait wait;
	struct store_look look;
};

/* The bell is open before the first look, and stays so: no put is missed.
 * What has rung so far is known by looking. */
static enum queue_rc
listen(struct store *s, const char *name)
{
	struct store_worker *w = s->worker;

	if (w == NULL) {
		w = calloc(1, sizeof(*w));
		if (w == NULL)
			return store_fail(s, name, strerror(errno));
		store_q_bell(name, "items", w->bell);
		if (store_wait_begin(s, &w->wait, w->bell, false) == -1) {
			free(w);
			return store_fail(s, name, strerror(errno));
		}
		w->look.due = LOOP_NEVER;
		s->worker = w;
	}
	(void)bell_drain(w->wait.bell.fd);
	return QUEUE_OK;
}

void
store_turn_over(struct store *s)
{
	if (s->worker == NULL)
		return;
	store_wait_end(&s->worker->wait, true);
	free(s->worker);
	s->worker = NULL;
}

void
store_await(struct queue *queue, int fd)
{
	struct store_worker *w = ((struct store *)queue)->worker;

	store_wait_also(&w->wait, fd);
	store_wait_watch(&w->wait, w->look.pid, w->look.n, w->look.due);
	(void)store_wait(&w->wait, LOOP_NEVER);
	/* Who is busy does not keep watch. */
	store_wait_pause(&w->wait);
}

static bool
has_results(const struct queue_turn *t)
{
	size_t i;

	for (i = 0; i < t->nend; i++)
		if (t->to != NULL && t->end[i]->end.verdict == QUEUE_ACK)
			return true;
	return false;
}

/* The queue of the results, which may be the same; *to is NULL where there
 * are none. */
static enum queue_rc
load_results(struct store *s, const struct queue_turn *t, struct store_q *q,
    struct store_q *room, struct store_q **to)
{
	enum queue_rc rc = QUEUE_OK;

	*to = NULL;
	if (!has_results(t))
		return QUEUE_OK;
	*to = strcmp(t->to, q->name) == 0 ? q : room;
	if (*to == room)
		rc = store_q_load(s, t->to, true, room);
	return rc == QUEUE_OK && (*to)->closed ? QUEUE_CLOSED : rc;
}

static enum queue_rc
end_one(struct store *s, struct store_q *q, struct store_q *to,
    struct queue_ending *e)
{
	const struct queue_new v = {.body = e->end.result, .len = e->end.len};
	int64_t dead = q->dead, id;
	enum queue_rc rc;

	rc = store_end_lease(s, q, &e->receipt, &e->end);
	e->rc = rc;
	e->dead = q->dead > dead;
	if (rc == QUEUE_LOST)
		return QUEUE_OK;
	q->changed = true;
	if (rc == QUEUE_OK && to != NULL && e->end.verdict == QUEUE_ACK)
		rc = store_insert(s, to, &v, &id);
	return rc;
}

static enum queue_rc
end_all(struct store *s, struct queue_turn *t, struct store_q *q,
    struct store_q *room, struct store_q **to)
{
	enum queue_rc rc = load_results(s, t, q, room, to);
	size_t i;

	for (i = 0; rc == QUEUE_OK && i < t->nend; i++)
		rc = end_one(s, q, *to, t->end[i]);
	return rc;
}

static enum queue_rc
take_all(struct store *s, struct queue_turn *t, struct store_q *q)
{
	enum queue_rc rc = store_reap(s, q);

	while (rc == QUEUE_OK && t->got < t->nwant && store_may_lease(q)) {
		rc = store_lease(s, q, t->want, &t->task[t->got]);
		if (rc == QUEUE_OK)
			t->got++;
	}
	return rc == QUEUE_EMPTY ? QUEUE_OK : rc;
}

/* The gate may have opened for us when nobody wants them any more. */
static bool
still_wants(const struct queue_turn *t)
{
	const struct queue_owner *o;

	if (t->nwant == 0)
		return false;
	o = t->want->owner;
	return o == NULL || o->pid == 0 || !store_gone(o);
}

/* Within the transaction. */
static enum queue_rc
work(struct store *s, struct queue_turn *t, struct store_q *q)
{
	struct store_q room, *to = NULL;
	enum queue_rc rc = end_all(s, t, q, &room, &to);

	if (rc == QUEUE_OK && still_wants(t))
		rc = take_all(s, t, q);
	if (rc == QUEUE_OK && to == &room)
		rc = store_q_save(s, to);
	if (rc == QUEUE_OK)
		rc = store_q_finish(s, q);
	if (rc == QUEUE_OK && to == &room)
		store_q_ring(s, to);
	return rc;
}

enum queue_rc
store_turn(struct queue *queue, const char *name, struct queue_turn *t)
{
	struct store *s = (struct store *)queue;
	bool first = s->worker == NULL;
	enum queue_rc rc = listen(s, name);
	struct store_q q;

	t->got = 0;
	if (rc == QUEUE_OK)
		rc = store_q_load(s, name, false, &q);
	if (rc != QUEUE_OK)
		return rc;
	if (!first && t->nend == 0 && s->worker->look.n == 0 &&
	    !store_worth_while(s, &q, &s->worker->look))
		return store_nothing(&q);
	rc = store_begin(s, LOOP_NEVER);
	if (rc == QUEUE_OK)
		rc = store_q_load(s, name, false, &q);
	if (rc == QUEUE_OK)
		rc = work(s, t, &q);
	if (rc != QUEUE_OK) {
		store_rollback(s);
		t->got = 0;
		return rc;
	}
	store_look_later(s, &q, &s->worker->look);
	t->more = store_may_lease(&q);
	if (t->more)
		bell_ring(s->dirfd, s->worker->bell, 1);
	return t->got > 0 ? QUEUE_OK : store_nothing(&q);
}
