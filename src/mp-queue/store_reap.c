/* SPDX-License-Identifier: ISC */
/*
 * What time and death do to tasks: delays that are over, leases that have
 * run out, owners that are gone.
 */
#include "config.h"

#include "store.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "loop.h"
#include "scan.h"

/* A delay up to a quarter shorter, so that tasks that failed together do
 * not come back together. */
static int64_t
jitter(int64_t ns)
{
	return ns - (int64_t)arc4random_uniform(1000) * (ns / 4000);
}

/* What the queue says after so many tries. */
static int64_t
backoff(const struct store_q *q, int64_t tries)
{
	int64_t ns = q->set.backoff, i;

	if (ns > q->set.backoff_max)
		ns = q->set.backoff_max;
	for (i = 1; i < tries && ns < q->set.backoff_max / 2; i++)
		ns *= 2;
	if (i < tries && ns > 0)
		ns = q->set.backoff_max;
	return jitter(ns);
}

static enum queue_rc
bury(
    struct store *s, struct store_q *q, int64_t id, const struct queue_end *end)
{
	if (store_run(s,
		"UPDATE job SET state = 3, token = NULL, opid = NULL,"
		" due = NULL, ended = ?, status = ?, err = ? WHERE id = ?",
		"iiti", store_realtime(), (int64_t)end->status, end->err,
		id) == -1)
		return QUEUE_FAILED;
	q->changed = true;
	q->n[QUEUE_LEASED]--;
	q->n[QUEUE_BURIED]++;
	q->dead++;
	return QUEUE_OK;
}

/* As if it had not been taken. */
static enum queue_rc
give_back(struct store *s, struct store_q *q, int64_t id)
{
	if (store_run(s,
		"UPDATE job SET state = 0, token = NULL, opid = NULL,"
		" due = NULL, tries = tries - 1 WHERE id = ?",
		"i", id) == -1)
		return QUEUE_FAILED;
	q->changed = true;
	q->n[QUEUE_LEASED]--;
	q->n[QUEUE_READY]++;
	return QUEUE_OK;
}

enum queue_rc
store_retry(struct store *s, struct store_q *q, const struct receipt *r,
    const struct queue_end *end)
{
	int64_t delay = end->delay >= 0 ? end->delay : backoff(q, r->tries);
	enum queue_state to = delay > 0 ? QUEUE_DELAYED : QUEUE_READY;

	if (end->verdict == QUEUE_RETURN)
		return give_back(s, q, r->id);
	if (end->verdict == QUEUE_BURY ||
	    (q->set.tries > 0 && r->tries >= q->set.tries))
		return bury(s, q, r->id, end);
	if (store_run(s,
		"UPDATE job SET state = ?, token = NULL, opid = NULL, due = ?,"
		" status = ?, err = ? WHERE id = ?",
		"iiiti", (int64_t)to, store_later(store_realtime(), delay),
		(int64_t)end->status, end->err, r->id) == -1)
		return QUEUE_FAILED;
	q->changed = true;
	q->n[QUEUE_LEASED]--;
	q->n[to]++;
	return QUEUE_OK;
}

static enum queue_rc
reap_delayed(struct store *s, struct store_q *q)
{
	int64_t n = store_run(s,
	    "UPDATE job SET state = 0, due = NULL WHERE id IN"
	    " (SELECT id FROM job WHERE q = ? AND state = 4 AND due <= ?"
	    " ORDER BY due LIMIT ?)",
	    "tii", q->name, store_realtime(), (int64_t)STORE_REAP_MAX);

	if (n == -1)
		return QUEUE_FAILED;
	q->changed |= n > 0;
	q->n[QUEUE_DELAYED] -= n;
	q->n[QUEUE_READY] += n;
	return QUEUE_OK;
}

/* Leases that are over, each once. */
struct over {
	struct {
		struct receipt receipt;
		const char *why;
	} lease[STORE_REAP_MAX];
	int n;
};

static bool
has_lease(const struct over *o, int64_t id)
{
	int i;

	for (i = 0; i < o->n; i++)
		if (o->lease[i].receipt.id == id)
			return true;
	return false;
}

/* Adds what the statement finds, which gives ids and tries. */
static enum queue_rc
collect(struct store *s, sqlite3_stmt *st, const char *why, struct over *o)
{
	int rc = SQLITE_DONE;
	int64_t id;

	if (st == NULL)
		return QUEUE_FAILED;
	while (o->n < STORE_REAP_MAX && (rc = sqlite3_step(st)) == SQLITE_ROW) {
		id = sqlite3_column_int64(st, 0);
		if (has_lease(o, id))
			continue;
		o->lease[o->n].receipt.id = id;
		o->lease[o->n].receipt.tries = sqlite3_column_int64(st, 1);
		o->lease[o->n++].why = why;
	}
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		(void)store_bad(s, "db");
	store_done(s, st);
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? QUEUE_OK : QUEUE_FAILED;
}

bool
store_gone(const struct queue_owner *o)
{
	struct scan_proc p;

	if (scan_read(o->pid, &p) == -1)
		return errno == ENOENT || errno == ESRCH ||
		    (kill(o->pid, 0) == -1 && errno == ESRCH);
	return p.dead || p.start != o->start;
}

static enum queue_rc
find_owned(struct store *s, const struct store_q *q,
    const struct queue_owner *by, struct over *o)
{
	return collect(s,
	    store_stmt(s,
		"SELECT id, tries FROM job WHERE q = ? AND state = 1"
		" AND opid > 0 AND opid = ? AND ostart = ? AND ons = ?"
		" AND ohost = ?",
		"tiiit", q->name, (int64_t)by->pid, (int64_t)by->start,
		s->self.ns, s->self.host),
	    "the owner is gone", o);
}

/* Leases bound to processes that are gone; of another host or PID namespace
 * nothing can be said. */
static enum queue_rc
find_gone(struct store *s, const struct store_q *q, struct over *o)
{
	sqlite3_stmt *st = store_stmt(s,
	    "SELECT DISTINCT opid, ostart FROM job WHERE q = ? AND state = 1"
	    " AND opid > 0 AND ons = ? AND ohost = ?",
	    "tit", q->name, s->self.ns, s->self.host);
	enum queue_rc rc = st == NULL ? QUEUE_FAILED : QUEUE_OK;
	struct queue_owner by;

	while (rc == QUEUE_OK && sqlite3_step(st) == SQLITE_ROW) {
		by.pid = (pid_t)sqlite3_column_int64(st, 0);
		by.start = (uint64_t)sqlite3_column_int64(st, 1);
		if (store_gone(&by))
			rc = find_owned(s, q, &by, o);
	}
	store_done(s, st);
	return rc;
}

static enum queue_rc
find_over(struct store *s, const struct store_q *q, struct over *o)
{
	const char *boot = "the system was started again";

	o->n = 0;
	if (collect(s,
		store_stmt(s,
		    "SELECT id, tries FROM job WHERE q = ? AND state = 1"
		    " AND boot < ?",
		    "ti", q->name, s->self.boot),
		boot, o) != QUEUE_OK ||
	    collect(s,
		store_stmt(s,
		    "SELECT id, tries FROM job WHERE q = ? AND state = 1"
		    " AND boot > ?",
		    "ti", q->name, s->self.boot),
		boot, o) != QUEUE_OK ||
	    collect(s,
		store_stmt(s,
		    "SELECT id, tries FROM job WHERE q = ? AND state = 1"
		    " AND due <= ? ORDER BY due",
		    "ti", q->name, store_boottime()),
		"the lease ran out", o) != QUEUE_OK)
		return QUEUE_FAILED;
	return find_gone(s, q, o);
}

enum queue_rc
store_reap(struct store *s, struct store_q *q)
{
	/* At once: it may not have been the task that failed. */
	struct queue_end end = {.verdict = QUEUE_NACK, .delay = 0};
	struct over over = {.n = 0};
	int i;

	if (q->n[QUEUE_DELAYED] > 0 && reap_delayed(s, q) != QUEUE_OK)
		return QUEUE_FAILED;
	if (q->n[QUEUE_LEASED] > 0 && find_over(s, q, &over) != QUEUE_OK)
		return QUEUE_FAILED;
	for (i = 0; i < over.n; i++) {
		end.err = over.lease[i].why;
		if (store_retry(s, q, &over.lease[i].receipt, &end) != QUEUE_OK)
			return QUEUE_FAILED;
		q->expired++;
	}
	return QUEUE_OK;
}

/* The earliest due that the query finds, or INT64_MAX. */
static int64_t
first_due(struct store *s, const struct store_q *q, const char *sql)
{
	sqlite3_stmt *st = store_stmt(s, sql, "t", q->name);
	int64_t due = INT64_MAX;

	if (st != NULL && sqlite3_step(st) == SQLITE_ROW)
		due = sqlite3_column_int64(st, 0);
	store_done(s, st);
	return due;
}

int64_t
store_next_due(struct store *s, const struct store_q *q)
{
	int64_t now = loop_now(), at = LOOP_NEVER, due;

	if (q->n[QUEUE_DELAYED] > 0) {
		due = first_due(s, q,
		    "SELECT due FROM job WHERE q = ? AND state = 4"
		    " ORDER BY due LIMIT 1");
		if (due != INT64_MAX)
			at = now + (due - store_realtime());
	}
	if (q->n[QUEUE_LEASED] > 0) {
		due = first_due(s, q,
		    "SELECT due FROM job WHERE q = ? AND state = 1"
		    " ORDER BY due LIMIT 1");
		if (due != INT64_MAX && now + (due - store_boottime()) < at)
			at = now + (due - store_boottime());
	}
	return at < now ? now : at;
}
