/* SPDX-License-Identifier: ISC */
/*
 * Putting tasks, and waiting for room.
 */
#include "config.h"

#include "store.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

#include "store_wait.h"

enum queue_rc
store_insert(
    struct store *s, struct store_q *q, const struct queue_new *v, int64_t *id)
{
	enum queue_state state = v->delay > 0 ? QUEUE_DELAYED : QUEUE_READY;
	int64_t now = store_realtime();
	sqlite3_stmt *st;
	int rc;

	st = store_stmt(s,
	    "INSERT INTO job(q, state, pri, due, tries, ukey, created, body)"
	    " VALUES(?, ?, ?, ?, 0, ?, ?, ?) ON CONFLICT(q, ukey)"
	    " WHERE ukey IS NOT NULL AND state IN (0, 1, 4) DO NOTHING"
	    " RETURNING id",
	    "tiiitib", q->name, (int64_t)state, v->pri,
	    v->delay > 0 ? store_later(now, v->delay) : 0, v->key, now, v->body,
	    v->len);
	if (st == NULL)
		return QUEUE_FAILED;
	*id = 0;
	while ((rc = sqlite3_step(st)) == SQLITE_ROW)
		*id = sqlite3_column_int64(st, 0);
	if (rc != SQLITE_DONE)
		(void)store_bad(s, "db");
	store_done(s, st);
	if (rc != SQLITE_DONE)
		return QUEUE_FAILED;
	if (*id == 0)
		return QUEUE_DUPLICATE;
	q->n[state]++;
	q->put++;
	return QUEUE_OK;
}

/* The task that has the key. */
static int64_t
id_of_key(struct store *s, const char *name, const char *key)
{
	sqlite3_stmt *st = store_stmt(s,
	    "SELECT id FROM job WHERE q = ? AND ukey = ?"
	    " AND state IN (0, 1, 4)",
	    "tt", name, key);
	int64_t id = 0;

	if (st != NULL && sqlite3_step(st) == SQLITE_ROW)
		id = sqlite3_column_int64(st, 0);
	store_done(s, st);
	return id;
}

static bool
is_full(const struct store_q *q, const struct queue_batch *p)
{
	int64_t room = p->max > 0 ? p->max : q->set.maxsize;

	return room > 0 && q->n[QUEUE_READY] + q->n[QUEUE_DELAYED] >= room;
}

/* What there is room for. */
static enum queue_rc
put_some(struct store *s, struct store_q *q, struct queue_batch *p)
{
	enum queue_rc rc = QUEUE_OK;
	size_t most = STORE_PUT_MAX;

	for (; p->done < p->n && most > 0 && !is_full(q, p);
	     p->done++, most--) {
		rc = store_insert(s, q, &p->v[p->done], &p->id[p->done]);
		if (rc == QUEUE_DUPLICATE && !p->pass_over)
			p->id[0] = id_of_key(s, q->name, p->v[p->done].key);
		if (rc == QUEUE_DUPLICATE && p->pass_over)
			rc = QUEUE_OK;
		if (rc != QUEUE_OK)
			return rc;
	}
	return QUEUE_OK;
}

/* One transaction. */
static enum queue_rc
put_once(
    struct store *s, const char *name, struct queue_batch *p, int64_t until)
{
	enum queue_rc rc = store_begin(s, until);
	struct store_q q;
	size_t before = p->done;

	if (rc != QUEUE_OK)
		return rc == QUEUE_TIMEOUT ? QUEUE_FULL : rc;
	rc = store_q_load(s, name, true, &q);
	if (rc == QUEUE_OK && q.closed)
		rc = QUEUE_CLOSED;
	if (rc == QUEUE_OK && (is_full(&q, p) || q.n[QUEUE_LEASED] > 0))
		rc = store_reap(s, &q);
	if (rc == QUEUE_OK)
		rc = put_some(s, &q, p);
	if (rc == QUEUE_OK)
		rc = store_q_save(s, &q);
	if (rc == QUEUE_OK)
		rc = store_commit(s);
	if (rc != QUEUE_OK) {
		store_rollback(s);
		p->done = before;
		return rc;
	}
	store_q_ring(s, &q);
	return p->done < p->n && is_full(&q, p) ? QUEUE_FULL : QUEUE_OK;
}

/* As many transactions as it takes, as long as there is room. */
static enum queue_rc
put_all(struct store *s, const char *name, struct queue_batch *p, int64_t until)
{
	enum queue_rc rc;

	do
		rc = put_once(s, name, p, until);
	while (rc == QUEUE_OK && p->done < p->n);
	return rc;
}

enum queue_rc
store_put(struct queue *queue, const char *name, struct queue_batch *batch,
    int64_t until)
{
	struct store *s = (struct store *)queue;
	char bell[STORE_BELL];
	struct store_wait w;
	enum queue_rc rc;

	batch->done = 0;
	rc = put_all(s, name, batch, until == 0 ? LOOP_NEVER : until);
	if (rc != QUEUE_FULL || until == 0)
		return rc;
	store_q_bell(name, "room", bell);
	if (store_wait_begin(s, &w, bell, false) == -1)
		return store_fail(s, name, strerror(errno));
	while ((rc = put_all(s, name, batch, until)) == QUEUE_FULL &&
	    store_wait(&w, until) == 0)
		continue;
	store_wait_end(&w, rc != QUEUE_FULL);
	return rc;
}
