/* SPDX-License-Identifier: ISC */
/*
 * What a new place is made of, and whether one is ours and complete. The
 * number of the last transaction is in the database, and in the file of the
 * gate once it is committed: so it is noticed when the database, or its log
 * of which SQLite believes what has a good checksum, is not what it was.
 */
#include "config.h"

#include "store.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define APPLICATION_ID 0x6d707175 /* "mpqu" */
#define SCHEMA_VERSION 1

/* Each state has an index of its own: one for several is only used where
 * the query names the very same states. */
static const char schema[] =
    "CREATE TABLE q(name TEXT PRIMARY KEY, maxsize INT, ttr INT, tries INT,"
    " backoff INT, backoff_max INT, limit_n INT, keep INT, paused INT,"
    " closed INT, n_ready INT, n_leased INT, n_done INT, n_dead INT,"
    " n_delayed INT, t_put INT, t_done INT, t_dead INT, t_expired INT)"
    " WITHOUT ROWID;"
    "CREATE TABLE meta(seq INT NOT NULL); INSERT INTO meta VALUES(0);"
    "CREATE TABLE job(id INTEGER PRIMARY KEY AUTOINCREMENT, q TEXT NOT NULL,"
    " state INT NOT NULL, pri INT NOT NULL, due INT, boot INT,"
    " tries INT NOT NULL, token BLOB, opid INT, ostart INT, ons INT,"
    " ohost TEXT, ukey TEXT, created INT, ended INT, status INT, err TEXT,"
    " body BLOB, result BLOB);"
    "CREATE INDEX job_ready ON job(q, pri, id) WHERE state = 0;"
    "CREATE INDEX job_leased ON job(q, due) WHERE state = 1;"
    "CREATE INDEX job_boot ON job(q, boot) WHERE state = 1;"
    "CREATE INDEX job_owner ON job(q, opid, ostart, ons, ohost)"
    " WHERE state = 1 AND opid > 0;"
    "CREATE INDEX job_done ON job(q, id) WHERE state = 2;"
    "CREATE INDEX job_dead ON job(q, id) WHERE state = 3;"
    "CREATE INDEX job_delayed ON job(q, due) WHERE state = 4;"
    "CREATE UNIQUE INDEX job_ukey ON job(q, ukey)"
    " WHERE ukey IS NOT NULL AND state IN (0, 1, 4);";

#define MARK "mp-queue %020jd\n"

static int64_t
ask(struct store *s, const char *sql)
{
	sqlite3_stmt *st = store_stmt(s, sql, "");
	int64_t value = -1;

	if (st == NULL)
		return -1;
	if (sqlite3_step(st) == SQLITE_ROW)
		value = sqlite3_column_int64(st, 0);
	else
		(void)store_bad(s, "db");
	store_done(s, st);
	return value;
}

static enum queue_rc
make_schema(struct store *s)
{
	char sql[100];

	(void)snprintf(sql, sizeof(sql),
	    "PRAGMA application_id = %d; PRAGMA user_version = %d",
	    APPLICATION_ID, SCHEMA_VERSION);
	if (sqlite3_exec(s->db, "PRAGMA journal_mode = WAL", NULL, NULL,
		NULL) == SQLITE_OK &&
	    store_run(s, "BEGIN IMMEDIATE", "") != -1 &&
	    sqlite3_exec(s->db, schema, NULL, NULL, NULL) == SQLITE_OK &&
	    sqlite3_exec(s->db, sql, NULL, NULL, NULL) == SQLITE_OK &&
	    store_run(s, "COMMIT", "") != -1)
		return QUEUE_OK;
	return store_bad(s, "db");
}

/* The last transaction that was told; -1 where there is none yet. */
static intmax_t
read_mark(const struct store *s)
{
	char text[64] = "";
	intmax_t seq;

	if (pread(s->gate.fd, text, sizeof(text) - 1, 0) <= 0)
		return -1;
	return sscanf(text, "mp-queue %jd", &seq) == 1 ? seq : 0;
}

/* Not synced: it must not be ahead of the database, it may be behind. */
void
store_mark(struct store *s, int64_t seq)
{
	char text[64];
	int len = snprintf(text, sizeof(text), MARK, (intmax_t)seq);

	(void)!pwrite(s->gate.fd, text, (size_t)len, 0);
}

/* The database is ours: whether it holds all that it once held. */
static enum queue_rc
check_complete(struct store *s)
{
	int64_t seq = ask(s, "SELECT seq FROM meta");
	intmax_t mark = read_mark(s);
	char text[80];

	if (seq == -1)
		return QUEUE_FAILED;
	if (mark == -1)
		store_mark(s, seq);
	if (mark <= seq)
		return QUEUE_OK;
	(void)snprintf(text, sizeof(text),
	    "damaged: the last %jd changes are missing", mark - (intmax_t)seq);
	return store_fail(s, "db", text);
}

enum queue_rc
store_schema(struct store *s)
{
	int64_t id = ask(s, "PRAGMA application_id");
	int64_t version = ask(s, "PRAGMA user_version");
	int64_t tables = ask(s, "SELECT count(*) FROM sqlite_schema");

	if (id == -1 || version == -1 || tables == -1)
		return QUEUE_FAILED;
	if (id == APPLICATION_ID && version == SCHEMA_VERSION && tables > 0)
		return check_complete(s);
	if (id == APPLICATION_ID && version > SCHEMA_VERSION)
		return store_fail(s, "db", "made by a newer version");
	if (id != 0 || version != 0 || tables > 0)
		return store_fail(s, "db", "belongs to another program");
	if (read_mark(s) != -1)
		return store_fail(s, "db", "empty: what was in it is gone");
	if (make_schema(s) != QUEUE_OK)
		return QUEUE_FAILED;
	store_mark(s, 0);
	return QUEUE_OK;
}
