/* SPDX-License-Identifier: ISC */
/*
 * Getting tasks, and waiting for them.
 */
#include "config.h"

#include "store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dur.h"
#include "store_look.h"

struct get {
	const char *name;
	const struct queue_want *want;
	struct queue_task *task;
	struct store_look look;
	bool more; /* there is another one */
};

static int
copy_body(sqlite3_stmt *st, int col, struct buf *body)
{
	const void *p = sqlite3_column_blob(st, col);

	buf_clear(body);
	return buf_add(body, p, (size_t)sqlite3_column_bytes(st, col));
}

enum queue_rc
store_lease(struct store *s, struct store_q *q, const struct queue_want *want,
    struct queue_task *t)
{
	const struct queue_owner none = {0, 0};
	const struct queue_owner *o = want->owner ? want->owner : &none;
	int64_t ttr = store_ttr(q, want->ttr);
	sqlite3_stmt *st;
	int rc;

	st = store_stmt(s,
	    "UPDATE job SET state = 1, tries = tries + 1,"
	    " token = randomblob(8), due = ?, boot = ?, opid = ?, ostart = ?,"
	    " ons = ?, ohost = ? WHERE id = (SELECT id FROM job WHERE q = ?"
	    " AND state = 0 ORDER BY pri, id LIMIT 1)"
	    " RETURNING id, tries, token, body, pri",
	    "iiiiitt", store_later(store_boottime(), ttr), s->self.boot,
	    (int64_t)o->pid, (int64_t)o->start, s->self.ns, s->self.host,
	    q->name);
	if (st == NULL)
		return QUEUE_FAILED;
	rc = sqlite3_step(st);
	if (rc == SQLITE_ROW) {
		t->receipt.id = sqlite3_column_int64(st, 0);
		t->receipt.tries = sqlite3_column_int64(st, 1);
		memcpy(t->receipt.token, sqlite3_column_blob(st, 2),
		    RECEIPT_TOKEN);
		t->pri = sqlite3_column_int64(st, 4);
		t->ttr = ttr;
		if (copy_body(st, 3, &t->body) == -1) {
			(void)store_fail(s, "task", strerror(ENOMEM));
			rc = SQLITE_NOMEM;
		} else {
			rc = sqlite3_step(st);
		}
	} else if (rc == SQLITE_DONE) {
		rc = SQLITE_EMPTY;
	}
	if (rc != SQLITE_DONE && rc != SQLITE_EMPTY && rc != SQLITE_NOMEM)
		(void)store_bad(s, "db");
	store_done(s, st);
	if (rc == SQLITE_EMPTY)
		return QUEUE_EMPTY;
	if (rc != SQLITE_DONE)
		return QUEUE_FAILED;
	q->changed = true;
	q->n[QUEUE_READY]--;
	q->n[QUEUE_LEASED]++;
	return QUEUE_OK;
}

void
store_look_later(struct store *s, const struct store_q *q, struct store_look *l)
{
	sqlite3_stmt *st;

	l->due = store_next_due(s, q);
	l->n = 0;
	if (q->n[QUEUE_LEASED] == 0)
		return;
	st = store_stmt(s,
	    "SELECT DISTINCT opid FROM job WHERE q = ? AND state = 1"
	    " AND opid > 0 AND ons = ? AND ohost = ? LIMIT ?",
	    "titi", q->name, s->self.ns, s->self.host,
	    (int64_t)STORE_WATCH_MAX);
	while (st != NULL && sqlite3_step(st) == SQLITE_ROW)
		l->pid[l->n++] = (pid_t)sqlite3_column_int64(st, 0);
	store_done(s, st);
}

bool
store_may_lease(const struct store_q *q)
{
	return !q->paused && q->n[QUEUE_READY] > 0 &&
	    (q->set.limit == 0 || q->n[QUEUE_LEASED] < q->set.limit);
}

bool
store_worth_while(
    struct store *s, const struct store_q *q, struct store_look *l)
{
	if (store_may_lease(q))
		return true;
	store_look_later(s, q, l);
	return l->due <= loop_now();
}

enum queue_rc
store_nothing(const struct store_q *q)
{
	return q->closed && store_unfinished(q) == 0 ? QUEUE_DRAINED
						     : QUEUE_EMPTY;
}

/* One transaction. */
static enum queue_rc
get_once(struct store *s, struct get *g, int64_t until, bool force)
{
	struct store_q q;
	enum queue_rc rc = store_q_load(s, g->name, false, &q), got;

	if (rc != QUEUE_OK)
		return rc;
	if (!store_worth_while(s, &q, &g->look) && !force)
		return store_nothing(&q);
	rc = store_begin(s, until);
	if (rc != QUEUE_OK)
		return rc == QUEUE_TIMEOUT ? QUEUE_EMPTY : rc;
	rc = store_q_load(s, g->name, false, &q);
	if (rc == QUEUE_OK)
		rc = store_reap(s, &q);
	got = QUEUE_EMPTY;
	if (rc == QUEUE_OK && store_may_lease(&q))
		got = store_lease(s, &q, g->want, g->task);
	if (got == QUEUE_FAILED)
		rc = QUEUE_FAILED;
	if (rc == QUEUE_OK)
		rc = store_q_finish(s, &q);
	if (rc != QUEUE_OK) {
		store_rollback(s);
		return rc;
	}
	g->more = store_may_lease(&q);
	store_look_later(s, &q, &g->look);
	return got == QUEUE_OK ? QUEUE_OK : store_nothing(&q);
}

enum queue_rc
store_get(struct queue *queue, const char *name, const struct queue_want *want,
    struct queue_task *task)
{
	struct store *s = (struct store *)queue;
	struct get g = {.name = name, .want = want, .task = task};
	int64_t until = want->until;
	char bell[STORE_BELL];
	struct store_wait w;
	enum queue_rc rc;

	rc = get_once(s, &g, until == 0 ? LOOP_NEVER : until, true);
	if (rc != QUEUE_EMPTY || until == 0)
		return rc;
	store_q_bell(name, "items", bell);
	if (store_wait_begin(s, &w, bell, false) == -1)
		return store_fail(s, name, strerror(errno));
	do {
		rc = get_once(s, &g, until, g.look.n > 0);
		store_wait_watch(&w, g.look.pid, g.look.n, g.look.due);
	} while (rc == QUEUE_EMPTY && store_wait(&w, until) == 0);
	store_wait_end(&w, rc == QUEUE_DRAINED || g.more);
	return rc;
}
