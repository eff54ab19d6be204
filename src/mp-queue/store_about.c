/* SPDX-License-Identifier: ISC */
/*
 * What the storage is, and whether it is damaged.
 */
#include "config.h"

#include "store.h"

#include <sys/stat.h>

#include <fcntl.h>
#include <string.h>

/* Looks for damage; sql answers "ok" where there is none. */
static enum queue_rc
look(struct store *s, const char *sql)
{
	sqlite3_stmt *st = store_stmt(s, sql, "");
	const char *said;
	enum queue_rc rc = QUEUE_FAILED;

	if (st == NULL)
		return QUEUE_FAILED;
	if (sqlite3_step(st) == SQLITE_ROW) {
		said = (const char *)sqlite3_column_text(st, 0);
		rc = said != NULL && strcmp(said, "ok") == 0
		    ? QUEUE_OK
		    : store_fail(s, "db", said != NULL ? said : "damaged");
	} else {
		(void)store_bad(s, "db");
	}
	store_done(s, st);
	return rc;
}

enum queue_rc
store_check(struct queue *queue)
{
	return look((struct store *)queue, "PRAGMA integrity_check(1)");
}

/* What sql answers: a number, or a text, which can be only one. */
struct fact {
	const char *name;
	const char *sql;
	const char *text; /* or NULL */
};

static const struct fact facts[] = {
    {"journal_mode", "PRAGMA journal_mode", "wal"},
    {"synchronous", "PRAGMA synchronous", NULL},
    {"page_size", "PRAGMA page_size", NULL},
    {"queues", "SELECT count(*) FROM q", NULL},
    {"tasks",
	"SELECT total(n_ready + n_leased + n_done + n_dead + n_delayed) FROM q",
	NULL},
    {"changes", "SELECT seq FROM meta", NULL},
};

static enum queue_rc
tell(struct store *s, const struct fact *fact, queue_fact_fn *each, void *arg)
{
	sqlite3_stmt *st = store_stmt(s, fact->sql, "");
	const char *text;
	enum queue_rc rc = QUEUE_OK;

	if (st == NULL)
		return QUEUE_FAILED;
	if (sqlite3_step(st) != SQLITE_ROW) {
		rc = store_bad(s, "db");
	} else if (fact->text == NULL) {
		each(arg, fact->name, NULL, sqlite3_column_int64(st, 0));
	} else {
		text = (const char *)sqlite3_column_text(st, 0);
		if (text == NULL || strcmp(text, fact->text) != 0)
			rc = store_fail(s, fact->name, "not as it should be");
		each(arg, fact->name, text != NULL ? text : "", 0);
	}
	store_done(s, st);
	return rc;
}

/* Bytes of a file; what is not there has none. */
static int64_t
size(const struct store *s, const char *name)
{
	struct stat st;

	return fstatat(s->dirfd, name, &st, AT_SYMLINK_NOFOLLOW) == 0
	    ? (int64_t)st.st_size
	    : 0;
}

enum queue_rc
store_about(struct queue *queue, queue_fact_fn *each, void *arg)
{
	struct store *s = (struct store *)queue;
	enum queue_rc rc = QUEUE_OK;
	size_t i;

	each(arg, "sqlite", sqlite3_libversion(), 0);
	each(arg, "threadsafe", NULL, sqlite3_threadsafe());
	for (i = 0; i < sizeof(facts) / sizeof(facts[0]); i++)
		if (rc == QUEUE_OK)
			rc = tell(s, &facts[i], each, arg);
	each(arg, "db_bytes", NULL, size(s, "db"));
	each(arg, "wal_bytes", NULL, size(s, "db-wal"));
	return rc == QUEUE_OK ? look(s, "PRAGMA quick_check(1)") : rc;
}
