/* SPDX-License-Identifier: ISC */
/*
 * Getting tasks, and waiting for them and for the end of all.
 */
#include "config.h"

#include "store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dur.h"
#include "store_wait.h"

/* Whose ends may end leases before their time. */
struct owners {
	pid_t pid[STORE_WATCH_MAX];
	size_t n;
};

struct get {
	const char *name;
	const struct queue_want *want;
	struct queue_task *task;
	int64_t due; /* when to look again, in the time of loop_now() */
	struct owners owners;
	bool more; /* there is another one */
};

static int
copy_body(sqlite3_stmt *st, int col, struct buf *body)
{
	const void *p = sqlite3_column_blob(st, col);

	buf_clear(body);
	return buf_add(body, p, (size_t)sqlite3_column_bytes(st, col));
}

/* The first ready one, leased. */
static enum queue_rc
lease(struct store *s, struct store_q *q, struct get *g)
{
	const struct queue_want *want = g->want;
	const struct queue_owner none = {0, 0};
	const struct queue_owner *o = want->owner ? want->owner : &none;
	int64_t ttr = store_ttr(q, want->ttr);
	struct queue_task *t = g->task;
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

static void
find_owners(struct store *s, const struct store_q *q, struct owners *o)
{
	sqlite3_stmt *st;

	o->n = 0;
	if (q->n[QUEUE_LEASED] == 0)
		return;
	st = store_stmt(s,
	    "SELECT DISTINCT opid FROM job WHERE q = ? AND state = 1"
	    " AND opid > 0 AND ons = ? AND ohost = ? LIMIT ?",
	    "titi", q->name, s->self.ns, s->self.host,
	    (int64_t)STORE_WATCH_MAX);
	while (st != NULL && sqlite3_step(st) == SQLITE_ROW)
		o->pid[o->n++] = (pid_t)sqlite3_column_int64(st, 0);
	store_done(s, st);
}

static bool
may_lease(const struct store_q *q)
{
	return !q->paused && q->n[QUEUE_READY] > 0 &&
	    (q->set.limit == 0 || q->n[QUEUE_LEASED] < q->set.limit);
}

/* Whether a look under the gate can find something: else nothing is
 * written, and nothing synced. */
static bool
worth_while(struct store *s, const struct store_q *q, struct get *g)
{
	int64_t due;

	if (may_lease(q))
		return true;
	due = store_next_due(s, q);
	find_owners(s, q, &g->owners);
	g->due = due;
	return due <= loop_now();
}

static enum queue_rc
nothing(const struct store_q *q)
{
	bool over = q->n[QUEUE_READY] + q->n[QUEUE_LEASED] +
		q->n[QUEUE_DELAYED] ==
	    0;

	return q->closed && over ? QUEUE_DRAINED : QUEUE_EMPTY;
}

/* One transaction. */
static enum queue_rc
get_once(struct store *s, struct get *g, int64_t until, bool force)
{
	struct store_q q;
	enum queue_rc rc = store_q_load(s, g->name, false, &q), got;

	if (rc != QUEUE_OK)
		return rc;
	if (!worth_while(s, &q, g) && !force)
		return nothing(&q);
	rc = store_begin(s, until);
	if (rc != QUEUE_OK)
		return rc == QUEUE_TIMEOUT ? QUEUE_EMPTY : rc;
	rc = store_q_load(s, g->name, false, &q);
	if (rc == QUEUE_OK)
		rc = store_reap(s, &q);
	got = QUEUE_EMPTY;
	if (rc == QUEUE_OK && may_lease(&q))
		got = lease(s, &q, g);
	if (got == QUEUE_FAILED)
		rc = QUEUE_FAILED;
	if (rc == QUEUE_OK)
		rc = store_q_finish(s, &q);
	if (rc != QUEUE_OK) {
		store_rollback(s);
		return rc;
	}
	g->more = may_lease(&q);
	g->due = store_next_due(s, &q);
	find_owners(s, &q, &g->owners);
	return got == QUEUE_OK ? QUEUE_OK : nothing(&q);
}

enum queue_rc
store_get(struct queue *queue, const char *name, const struct queue_want *want,
    struct queue_task *task)
{
	struct store *s = (struct store *)queue;
	struct get g = {.name = name, .want = want, .task = task};
	int64_t until = want->until;
	struct store_wait w;
	enum queue_rc rc;

	rc = get_once(s, &g, until == 0 ? LOOP_NEVER : until, true);
	if (rc != QUEUE_EMPTY || until == 0)
		return rc;
	if (store_wait_begin(s, &w, name, "get", "items") == -1)
		return store_fail(s, name, strerror(errno));
	do {
		rc = get_once(s, &g, until, g.owners.n > 0);
		if (rc != QUEUE_EMPTY)
			break;
		store_wait_watch(&w, g.owners.pid, g.owners.n);
	} while (store_wait(&w, until, g.due) == 0);
	store_wait_end(&w, rc == QUEUE_DRAINED || g.more);
	return rc;
}

/* A queue that somebody waits for. */
struct joined {
	const char *name;
	int64_t dead; /* tasks, ever */
	int64_t due; /* when to look again */
	struct owners owners;
};

/* Whether nothing is unfinished. */
static enum queue_rc
is_idle(struct store *s, struct joined *j)
{
	enum queue_rc rc = store_begin(s, LOOP_NEVER);
	struct store_q q;

	if (rc == QUEUE_OK)
		rc = store_q_load(s, j->name, false, &q);
	if (rc == QUEUE_OK)
		rc = store_reap(s, &q);
	if (rc == QUEUE_OK)
		rc = store_q_finish(s, &q);
	if (rc != QUEUE_OK) {
		store_rollback(s);
		return rc;
	}
	j->dead = q.dead;
	j->due = store_next_due(s, &q);
	find_owners(s, &q, &j->owners);
	return q.n[QUEUE_READY] + q.n[QUEUE_LEASED] + q.n[QUEUE_DELAYED] == 0
	    ? QUEUE_OK
	    : QUEUE_EMPTY;
}

static enum queue_rc
join_one(struct store *s, const char *name, int64_t until, int64_t *dead)
{
	struct joined j = {.name = name};
	struct store_wait w;
	enum queue_rc rc;

	rc = is_idle(s, &j);
	if (rc == QUEUE_EMPTY) {
		if (store_wait_begin(s, &w, name, NULL, "idle") == -1)
			return store_fail(s, name, strerror(errno));
		do {
			rc = is_idle(s, &j);
			store_wait_watch(&w, j.owners.pid, j.owners.n);
		} while (
		    rc == QUEUE_EMPTY && store_wait(&w, until, j.due) == 0);
		store_wait_end(&w, rc == QUEUE_OK);
	}
	*dead = j.dead;
	return rc == QUEUE_EMPTY ? QUEUE_TIMEOUT : rc;
}

enum queue_rc
store_join(struct queue *queue, char *const *names, size_t n, int64_t until)
{
	struct store *s = (struct store *)queue;
	int64_t *before = calloc(n, sizeof(before[0])), dead = 0;
	enum queue_rc rc = QUEUE_OK;
	bool died = false;
	struct store_q q;
	size_t i;

	if (before == NULL)
		return store_fail(s, "join", strerror(errno));
	for (i = 0; i < n && rc == QUEUE_OK; i++) {
		rc = store_q_load(s, names[i], false, &q);
		if (rc == QUEUE_OK)
			before[i] = q.dead;
	}
	for (i = 0; i < n && rc == QUEUE_OK; i++) {
		rc = join_one(s, names[i], until, &dead);
		died |= rc == QUEUE_OK && dead > before[i];
	}
	free(before);
	return rc == QUEUE_OK && died ? QUEUE_DEAD : rc;
}
