/* SPDX-License-Identifier: ISC */
/*
 * What becomes of tasks that were got: done, tried again, dead. A receipt
 * is good for the one lease that it came with.
 */
#include "config.h"

#include "store.h"

#include <stdio.h>
#include <string.h>

#include "loop.h"
#include "store_turn.h"

/* The queue of a lease that is good. */
static enum queue_rc
find_lease(struct store *s, const struct receipt *r, char name[256])
{
	sqlite3_stmt *st = store_stmt(s,
	    "SELECT q FROM job WHERE id = ? AND state = 1 AND tries = ?"
	    " AND token = ? AND boot = ?",
	    "iibi", r->id, r->tries, r->token, sizeof(r->token), s->self.boot);
	int rc;

	if (st == NULL)
		return QUEUE_FAILED;
	rc = sqlite3_step(st);
	if (rc == SQLITE_ROW)
		(void)snprintf(
		    name, 256, "%s", (const char *)sqlite3_column_text(st, 0));
	else if (rc != SQLITE_DONE)
		(void)store_bad(s, "db");
	store_done(s, st);
	if (rc == SQLITE_DONE)
		return QUEUE_LOST;
	return rc == SQLITE_ROW ? QUEUE_OK : QUEUE_FAILED;
}

/* Of the done ones only the last few are kept. */
static enum queue_rc
trim_done(struct store *s, struct store_q *q)
{
	int64_t n;

	if (q->n[QUEUE_DONE] <= q->set.keep)
		return QUEUE_OK;
	n = store_run(s,
	    "DELETE FROM job WHERE id IN (SELECT id FROM job WHERE q = ?"
	    " AND state = 2 ORDER BY id LIMIT ?)",
	    "ti", q->name, q->n[QUEUE_DONE] - q->set.keep);
	if (n == -1)
		return QUEUE_FAILED;
	q->n[QUEUE_DONE] -= n;
	return QUEUE_OK;
}

static enum queue_rc
ack(struct store *s, struct store_q *q, const struct receipt *r,
    const struct queue_end *end)
{
	int64_t n;

	if (q->set.keep == 0)
		n = store_run(s, "DELETE FROM job WHERE id = ?", "i", r->id);
	else
		n = store_run(s,
		    "UPDATE job SET state = 2, token = NULL, opid = NULL,"
		    " due = NULL, ended = ?, status = ?, err = NULL,"
		    " result = ? WHERE id = ?",
		    "iibi", store_realtime(), (int64_t)end->status, end->result,
		    end->len, r->id);
	if (n == -1)
		return QUEUE_FAILED;
	q->n[QUEUE_LEASED]--;
	q->done++;
	if (q->set.keep == 0)
		return QUEUE_OK;
	q->n[QUEUE_DONE]++;
	return trim_done(s, q);
}

/* The result goes to the other queue, in the same transaction. */
static enum queue_rc
hand_over(struct store *s, const struct queue_end *end, struct store_q *to)
{
	const struct queue_new v = {.body = end->result, .len = end->len};
	enum queue_rc rc = store_q_load(s, end->to, true, to);
	int64_t id;

	if (rc != QUEUE_OK)
		return rc;
	if (to->closed)
		return QUEUE_CLOSED;
	rc = store_insert(s, to, &v, &id);
	return rc == QUEUE_OK ? store_q_save(s, to) : rc;
}

static enum queue_rc
touch(struct store *s, const struct store_q *q, const struct receipt *r,
    int64_t ttr)
{
	return store_run(s, "UPDATE job SET due = ? WHERE id = ?", "ii",
		   store_later(store_boottime(), store_ttr(q, ttr)),
		   r->id) == -1
	    ? QUEUE_FAILED
	    : QUEUE_OK;
}

static enum queue_rc
apply(struct store *s, struct store_q *q, const struct receipt *r,
    const struct queue_end *end)
{
	switch (end->verdict) {
	case QUEUE_ACK:
		return ack(s, q, r, end);
	case QUEUE_NACK:
	case QUEUE_RETURN:
	case QUEUE_BURY:
		return store_retry(s, q, r, end);
	case QUEUE_TOUCH:
		return touch(s, q, r, end->ttr);
	}
	return QUEUE_FAILED;
}

enum queue_rc
store_end_lease(struct store *s, struct store_q *q, const struct receipt *r,
    const struct queue_end *end)
{
	char name[256];
	enum queue_rc rc = find_lease(s, r, name);

	if (rc == QUEUE_OK && strcmp(name, q->name) != 0)
		rc = QUEUE_LOST;
	return rc == QUEUE_OK ? apply(s, q, r, end) : rc;
}

enum queue_rc
store_end(
    struct queue *queue, const struct receipt *r, const struct queue_end *end)
{
	struct store *s = (struct store *)queue;
	enum queue_rc rc = store_begin(s, LOOP_NEVER);
	bool over = end->verdict == QUEUE_ACK && end->to != NULL;
	struct store_q q, to;
	char name[256];

	if (rc == QUEUE_OK)
		rc = find_lease(s, r, name);
	if (rc == QUEUE_OK)
		rc = store_q_load(s, name, false, &q);
	if (rc == QUEUE_OK)
		rc = apply(s, &q, r, end);
	if (rc == QUEUE_OK)
		rc = store_q_save(s, &q);
	if (rc == QUEUE_OK && over)
		rc = hand_over(s, end, &to);
	if (rc == QUEUE_OK)
		rc = store_commit(s);
	if (rc != QUEUE_OK) {
		store_rollback(s);
		return rc;
	}
	store_q_ring(s, &q);
	if (over)
		store_q_ring(s, &to);
	return QUEUE_OK;
}
