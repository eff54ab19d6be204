/* SPDX-License-Identifier: ISC */
/*
 * Looking at tasks, and changing many at once. A listing is read in pages:
 * a reader that takes long would keep the log from being emptied.
 */
#include "config.h"

#include "store.h"

#include <string.h>

#include "loop.h"

#define PAGE 200

static void
read_row(sqlite3_stmt *st, struct queue_row *row)
{
	row->id = sqlite3_column_int64(st, 0);
	row->state = (enum queue_state)sqlite3_column_int(st, 1);
	row->pri = sqlite3_column_int64(st, 2);
	row->tries = sqlite3_column_int64(st, 3);
	row->created = sqlite3_column_int64(st, 4);
	row->due = sqlite3_column_int64(st, 5);
	row->key = (const char *)sqlite3_column_text(st, 6);
	row->err = (const char *)sqlite3_column_text(st, 7);
	row->status = sqlite3_column_int(st, 8);
	row->body = sqlite3_column_blob(st, 9);
	row->len = (size_t)sqlite3_column_bytes(st, 9);
}

/* A listing, read up to the task after. */
struct listing {
	const char *name;
	unsigned states;
	int64_t after, pri; /* the last one's id and, in order, priority */
	bool (*each)(void *arg, const struct queue_row *);
	void *arg;
};

#define COLUMNS \
	"SELECT id, state, pri, tries, created, due, ukey, err, status, body" \
	" FROM job WHERE q = ?"

/* Ready ones alone in the order in which they are handed out. */
static sqlite3_stmt *
page_stmt(struct store *s, const struct listing *l)
{
	if (l->states == 1U << QUEUE_READY)
		return store_stmt(s,
		    COLUMNS " AND state = 0 AND (pri, id) > (?, ?)"
			    " ORDER BY pri, id LIMIT ?",
		    "tiii", l->name, l->pri, l->after, (int64_t)PAGE);
	return store_stmt(s,
	    COLUMNS " AND id > ? AND ((1 << state) & ?) <> 0"
		    " ORDER BY id LIMIT ?",
	    "tiii", l->name, l->after, (int64_t)l->states, (int64_t)PAGE);
}

/* One page more. Returns how many rows there were, -1 where the callback
 * has had enough, -2 on failure. */
static int
page(struct store *s, struct listing *l)
{
	struct queue_row row;
	sqlite3_stmt *st;
	int n = 0, rc;

	st = page_stmt(s, l);
	if (st == NULL)
		return -2;
	while ((rc = sqlite3_step(st)) == SQLITE_ROW) {
		memset(&row, 0, sizeof(row));
		read_row(st, &row);
		l->after = row.id;
		l->pri = row.pri;
		n++;
		if (!l->each(l->arg, &row)) {
			n = -1;
			break;
		}
	}
	if (rc != SQLITE_ROW && rc != SQLITE_DONE) {
		(void)store_bad(s, "db");
		n = -2;
	}
	store_done(s, st);
	return n;
}

enum queue_rc
store_list(struct queue *queue, const char *name, unsigned states,
    bool (*each)(void *arg, const struct queue_row *), void *arg)
{
	struct store *s = (struct store *)queue;
	struct listing l = {.name = name,
	    .states = states,
	    .pri = INT64_MIN,
	    .each = each,
	    .arg = arg};
	struct store_q q;
	int n;

	if (store_q_load(s, name, false, &q) != QUEUE_OK)
		return QUEUE_FAILED;
	do
		n = page(s, &l);
	while (n == PAGE);
	return n == -2 ? QUEUE_FAILED : QUEUE_OK;
}

/* What a change does to a task in that state. */
static const char *const changes[] = {
    [QUEUE_KICK] = ("UPDATE OR IGNORE job SET state = 0, due = NULL, tries = 0,"
		    " err = NULL WHERE id = ?"),
    [QUEUE_CANCEL] = "DELETE FROM job WHERE id = ?",
    [QUEUE_PURGE] = "DELETE FROM job WHERE id = ?"};

static const unsigned changeable[] = {
    [QUEUE_KICK] = 1U << QUEUE_BURIED | 1U << QUEUE_DELAYED,
    [QUEUE_CANCEL] = 1U << QUEUE_READY | 1U << QUEUE_DELAYED |
	1U << QUEUE_LEASED,
    [QUEUE_PURGE] = 1U << QUEUE_BURIED | 1U << QUEUE_DONE};

/* The state of one task of the queue, or -1. */
static int
state_of(struct store *s, const char *name, int64_t id)
{
	sqlite3_stmt *st = store_stmt(
	    s, "SELECT state FROM job WHERE id = ? AND q = ?", "it", id, name);
	int state = -1;

	if (st != NULL && sqlite3_step(st) == SQLITE_ROW)
		state = sqlite3_column_int(st, 0);
	store_done(s, st);
	return state;
}

static enum queue_rc
change_one(struct store *s, struct store_q *q, enum queue_change what,
    int64_t id, int64_t *count)
{
	int state = state_of(s, q->name, id);
	int64_t n;

	if (state < 0 || (changeable[what] & 1U << state) == 0)
		return QUEUE_OK;
	n = store_run(s, changes[what], "i", id);
	if (n == -1)
		return QUEUE_FAILED;
	if (n == 0) /* its key has been given to another one */
		return QUEUE_OK;
	q->n[state]--;
	if (what == QUEUE_KICK)
		q->n[QUEUE_READY]++;
	++*count;
	return QUEUE_OK;
}

/* The next tasks to be changed, behind after. Returns how many, or -1. */
static int
next_ids(struct store *s, const char *name, unsigned states, int64_t after,
    int64_t id[PAGE])
{
	sqlite3_stmt *st = store_stmt(s,
	    "SELECT id FROM job WHERE q = ? AND id > ?"
	    " AND ((1 << state) & ?) <> 0 ORDER BY id LIMIT ?",
	    "tiii", name, after, (int64_t)states, (int64_t)PAGE);
	int n = 0, rc;

	if (st == NULL)
		return -1;
	while ((rc = sqlite3_step(st)) == SQLITE_ROW)
		id[n++] = sqlite3_column_int64(st, 0);
	if (rc != SQLITE_DONE)
		(void)store_bad(s, "db");
	store_done(s, st);
	return rc == SQLITE_DONE ? n : -1;
}

static enum queue_rc
change_all(struct store *s, struct store_q *q, enum queue_change what,
    unsigned states, int64_t *count)
{
	int64_t id[PAGE], after = 0;
	int n, i;

	do {
		n = next_ids(s, q->name, states & changeable[what], after, id);
		for (i = 0; i < n; i++)
			if (change_one(s, q, what, id[i], count) != QUEUE_OK)
				return QUEUE_FAILED;
		if (n > 0)
			after = id[n - 1];
	} while (n == PAGE);
	return n == -1 ? QUEUE_FAILED : QUEUE_OK;
}

static enum queue_rc
change_chosen(struct store *s, struct store_q *q, enum queue_change what,
    const struct queue_choice *choice, int64_t *count)
{
	size_t i;

	if (choice->n == 0)
		return change_all(s, q, what, choice->states, count);
	for (i = 0; i < choice->n; i++)
		if (change_one(s, q, what, choice->id[i], count) != QUEUE_OK)
			return QUEUE_FAILED;
	return QUEUE_OK;
}

enum queue_rc
store_change(struct queue *queue, const char *name, enum queue_change what,
    const struct queue_choice *choice, int64_t *count)
{
	struct store *s = (struct store *)queue;
	enum queue_rc rc = store_begin(s, LOOP_NEVER);
	struct store_q q;

	*count = 0;
	if (rc == QUEUE_OK)
		rc = store_q_load(s, name, false, &q);
	if (rc == QUEUE_OK)
		rc = change_chosen(s, &q, what, choice, count);
	if (rc == QUEUE_OK)
		rc = store_q_save(s, &q);
	if (rc == QUEUE_OK)
		rc = store_commit(s);
	if (rc != QUEUE_OK) {
		store_rollback(s);
		return rc;
	}
	store_q_ring(s, &q);
	return QUEUE_OK;
}
