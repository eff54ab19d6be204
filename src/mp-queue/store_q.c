/* SPDX-License-Identifier: ISC */
/*
 * Queues: their rows, which hold their settings and counters, so that
 * sizes cost nothing, and the bells that tell of changes.
 */
#include "config.h"

#include "store.h"

#include <stdio.h>
#include <string.h>

#include "bell.h"
#include "dur.h"
#include "loop.h"

#define COLUMNS \
	"maxsize, ttr, tries, backoff, backoff_max, limit_n, keep, paused," \
	" closed, n_ready, n_leased, n_done, n_dead, n_delayed, t_put," \
	" t_done, t_dead, t_expired"

static const struct queue_settings settings_default = {.ttr = 60 * DUR_SECOND,
    .tries = 5,
    .backoff = DUR_SECOND,
    .backoff_max = 3600 * DUR_SECOND};

int64_t
store_unfinished(const struct store_q *q)
{
	return q->n[QUEUE_READY] + q->n[QUEUE_LEASED] + q->n[QUEUE_DELAYED];
}

static int64_t
size(const struct store_q *q)
{
	return q->n[QUEUE_READY] + q->n[QUEUE_DELAYED];
}

static void
remember(struct store_q *q)
{
	q->was_ready = q->n[QUEUE_READY];
	q->was_size = size(q);
	q->was_leased = q->n[QUEUE_LEASED];
	q->changed = false;
	q->was_unfinished = store_unfinished(q);
}

static void
read_row(sqlite3_stmt *st, struct store_q *q)
{
	int64_t *const field[] = {&q->set.maxsize, &q->set.ttr, &q->set.tries,
	    &q->set.backoff, &q->set.backoff_max, &q->set.limit, &q->set.keep};
	int64_t *const total[] = {&q->put, &q->done, &q->dead, &q->expired};
	int i, col = 0;

	for (i = 0; i < 7; i++)
		*field[i] = sqlite3_column_int64(st, col++);
	q->paused = sqlite3_column_int(st, col++);
	q->closed = sqlite3_column_int(st, col++);
	for (i = 0; i < QUEUE_STATES; i++)
		q->n[i] = sqlite3_column_int64(st, col++);
	for (i = 0; i < 4; i++)
		*total[i] = sqlite3_column_int64(st, col++);
}

static enum queue_rc
insert(struct store *s, const char *name)
{
	const struct queue_settings *d = &settings_default;

	return store_run(s,
		   "INSERT INTO q VALUES(?, ?, ?, ?, ?, ?, ?, ?,"
		   " 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)",
		   "tiiiiiii", name, d->maxsize, d->ttr, d->tries, d->backoff,
		   d->backoff_max, d->limit, d->keep) == -1
	    ? QUEUE_FAILED
	    : QUEUE_OK;
}

enum queue_rc
store_q_load(struct store *s, const char *name, bool create, struct store_q *q)
{
	sqlite3_stmt *st = store_stmt(
	    s, "SELECT " COLUMNS " FROM q WHERE name = ?", "t", name);
	int rc;

	if (st == NULL)
		return QUEUE_FAILED;
	(void)snprintf(q->name, sizeof(q->name), "%s", name);
	rc = sqlite3_step(st);
	if (rc == SQLITE_ROW)
		read_row(st, q);
	else if (rc != SQLITE_DONE)
		(void)store_bad(s, "db");
	store_done(s, st);
	if (rc == SQLITE_ROW) {
		remember(q);
		return QUEUE_OK;
	}
	if (rc != SQLITE_DONE)
		return QUEUE_FAILED;
	if (!create)
		return store_fail(s, name, "no such queue");
	if (insert(s, name) != QUEUE_OK)
		return QUEUE_FAILED;
	return store_q_load(s, name, false, q);
}

enum queue_rc
store_q_save(struct store *s, const struct store_q *q)
{
	return store_run(s,
		   "UPDATE q SET n_ready = ?, n_leased = ?, n_done = ?,"
		   " n_dead = ?, n_delayed = ?, t_put = ?, t_done = ?,"
		   " t_dead = ?, t_expired = ? WHERE name = ?",
		   "iiiiiiiiit", q->n[0], q->n[1], q->n[2], q->n[3], q->n[4],
		   q->put, q->done, q->dead, q->expired, q->name) == -1
	    ? QUEUE_FAILED
	    : QUEUE_OK;
}

void
store_q_bell(const char *name, const char *which, char bell[STORE_BELL])
{
	(void)snprintf(bell, STORE_BELL, "%s.%s", name, which);
}

static void
ring(struct store *s, const struct store_q *q, const char *which, int64_t n)
{
	char name[STORE_BELL];

	store_q_bell(q->name, which, name);
	bell_ring(s->dirfd, name, n > 0 ? (size_t)n : 0);
}

/* Who waits for tasks also wants to know that none will come, and who joins
 * that there is something to wait for again. */
void
store_q_ring(struct store *s, const struct store_q *q)
{
	char name[STORE_BELL];

	if (q->n[QUEUE_READY] > q->was_ready)
		ring(s, q, "items", q->n[QUEUE_READY] - q->was_ready);
	else if (q->set.limit > 0 && q->n[QUEUE_LEASED] < q->was_leased)
		ring(s, q, "items", q->was_leased - q->n[QUEUE_LEASED]);
	if (size(q) < q->was_size)
		ring(s, q, "room", q->was_size - size(q));
	if (store_unfinished(q) == 0 && q->was_unfinished > 0) {
		ring(s, q, "idle", 4096);
		if (q->closed)
			ring(s, q, "items", 4096);
	}
	if (store_unfinished(q) > 0 && q->was_unfinished == 0) {
		store_q_bell(q->name, "idle", name);
		bell_silence(s->dirfd, name);
	}
}

int64_t
store_ttr(const struct store_q *q, int64_t ttr)
{
	if (ttr == 0)
		ttr = q->set.ttr;
	return ttr == 0 ? INT64_MAX : ttr;
}

enum queue_rc
store_q_finish(struct store *s, const struct store_q *q)
{
	enum queue_rc rc;

	if (!q->changed) {
		store_rollback(s);
		return QUEUE_OK;
	}
	rc = store_q_save(s, q);
	if (rc == QUEUE_OK)
		rc = store_commit(s);
	if (rc == QUEUE_OK)
		store_q_ring(s, q);
	return rc;
}

enum queue_rc
store_make(struct queue *queue, const char *name)
{
	struct store *s = (struct store *)queue;
	enum queue_rc rc = store_begin(s, LOOP_NEVER);
	struct store_q q;

	if (rc == QUEUE_OK)
		rc = store_q_load(s, name, true, &q);
	if (rc == QUEUE_OK)
		return store_commit(s);
	store_rollback(s);
	return rc;
}

/* How long the first ready task has waited. */
static enum queue_rc
oldest(struct store *s, const char *name, int64_t *ns)
{
	sqlite3_stmt *st = store_stmt(s,
	    "SELECT created FROM job WHERE q = ? AND state = 0"
	    " ORDER BY pri, id LIMIT 1",
	    "t", name);
	int rc;

	*ns = 0;
	if (st == NULL)
		return QUEUE_FAILED;
	rc = sqlite3_step(st);
	if (rc == SQLITE_ROW)
		*ns = store_realtime() - sqlite3_column_int64(st, 0);
	else if (rc != SQLITE_DONE)
		(void)store_bad(s, "db");
	store_done(s, st);
	if (*ns < 0)
		*ns = 0;
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? QUEUE_OK : QUEUE_FAILED;
}

enum queue_rc
store_stat(struct queue *queue, const char *name, struct queue_stat *stat)
{
	struct store *s = (struct store *)queue;
	struct store_q q;

	if (store_q_load(s, name, false, &q) != QUEUE_OK)
		return QUEUE_FAILED;
	memset(stat, 0, sizeof(*stat));
	stat->set = q.set;
	stat->paused = q.paused;
	stat->closed = q.closed;
	memcpy(stat->n, q.n, sizeof(stat->n));
	stat->put = q.put;
	stat->done = q.done;
	stat->dead = q.dead;
	stat->expired = q.expired;
	return oldest(s, name, &stat->oldest);
}

/* Those of the settings that are given. */
static enum queue_rc
change_settings(struct store *s, struct store_q *q,
    const struct queue_settings *given, unsigned which)
{
	struct queue_settings *n = &q->set;
	int64_t *const to[] = {&n->maxsize, &n->ttr, &n->tries, &n->backoff,
	    &n->backoff_max, &n->limit, &n->keep};
	const int64_t from[] = {given->maxsize, given->ttr, given->tries,
	    given->backoff, given->backoff_max, given->limit, given->keep};
	unsigned i;

	for (i = 0; i < sizeof(to) / sizeof(to[0]); i++)
		if (which & 1U << i)
			*to[i] = from[i];
	return store_run(s,
		   "UPDATE q SET maxsize = ?, ttr = ?, tries = ?,"
		   " backoff = ?, backoff_max = ?, limit_n = ?, keep = ?"
		   " WHERE name = ?",
		   "iiiiiiit", n->maxsize, n->ttr, n->tries, n->backoff,
		   n->backoff_max, n->limit, n->keep, q->name) == -1
	    ? QUEUE_FAILED
	    : QUEUE_OK;
}

enum queue_rc
store_set(struct queue *queue, const char *name,
    const struct queue_settings *set, unsigned which)
{
	struct store *s = (struct store *)queue;
	enum queue_rc rc = store_begin(s, LOOP_NEVER);
	struct store_q q;

	if (rc == QUEUE_OK)
		rc = store_q_load(s, name, true, &q);
	if (rc == QUEUE_OK)
		rc = change_settings(s, &q, set, which);
	if (rc == QUEUE_OK)
		rc = store_commit(s);
	if (rc != QUEUE_OK) {
		store_rollback(s);
		return rc;
	}
	/* There may be room now, and more may be leased. */
	ring(s, &q, "room", 4096);
	ring(s, &q, "items", q.n[QUEUE_READY]);
	return QUEUE_OK;
}

enum queue_rc
store_flag(struct queue *queue, const char *name, enum queue_flag flag, bool on)
{
	struct store *s = (struct store *)queue;
	enum queue_rc rc = store_begin(s, LOOP_NEVER);
	struct store_q q;

	if (rc == QUEUE_OK)
		rc = store_q_load(s, name, false, &q);
	if (rc == QUEUE_OK &&
	    store_run(s,
		flag == QUEUE_SET_CLOSED
		    ? "UPDATE q SET closed = ? WHERE name = ?"
		    : "UPDATE q SET paused = ? WHERE name = ?",
		"it", (int64_t)on, name) == -1)
		rc = QUEUE_FAILED;
	if (rc == QUEUE_OK)
		rc = store_commit(s);
	if (rc != QUEUE_OK) {
		store_rollback(s);
		return rc;
	}
	/* All who wait have to look. */
	ring(s, &q, "items", 4096);
	ring(s, &q, "room", 4096);
	return QUEUE_OK;
}

enum queue_rc
store_names(
    struct queue *queue, bool (*each)(void *arg, const char *name), void *arg)
{
	struct store *s = (struct store *)queue;
	sqlite3_stmt *st = store_stmt(
	    s, "SELECT name FROM q ORDER BY name", "");
	int rc;

	if (st == NULL)
		return QUEUE_FAILED;
	while ((rc = sqlite3_step(st)) == SQLITE_ROW)
		if (!each(arg, (const char *)sqlite3_column_text(st, 0)))
			break;
	if (rc != SQLITE_ROW && rc != SQLITE_DONE)
		(void)store_bad(s, "db");
	store_done(s, st);
	return rc == SQLITE_ROW || rc == SQLITE_DONE ? QUEUE_OK : QUEUE_FAILED;
}
