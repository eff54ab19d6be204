/* SPDX-License-Identifier: ISC */
/*
 * A place in SQLite: opening it, transactions, statements.
 */
#include "config.h"

#include "store.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#ifdef HAVE_MALLOPT
#include <malloc.h>
#endif
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "dur.h"
#include "loop.h"
#include "store_turn.h"

#define BUSY_MS 10000
#define CHECKPOINT_FRAMES 1000

static int64_t
clock_ns(clockid_t id)
{
	struct timespec ts;

	(void)clock_gettime(id, &ts);
	return (int64_t)ts.tv_sec * DUR_SECOND + ts.tv_nsec;
}

int64_t
store_realtime(void)
{
	return clock_ns(CLOCK_REALTIME);
}

int64_t
store_boottime(void)
{
#ifdef CLOCK_BOOTTIME
	return clock_ns(CLOCK_BOOTTIME);
#else
	return clock_ns(CLOCK_MONOTONIC);
#endif
}

int64_t
store_later(int64_t at, int64_t ns)
{
	return ns > INT64_MAX - at ? INT64_MAX : at + ns;
}

enum queue_rc
store_fail(struct store *s, const char *what, const char *reason)
{
	buf_clear(&s->why);
	(void)buf_addf(&s->why, "%s: %s", what, reason);
	(void)buf_addc(&s->why, '\0');
	return QUEUE_FAILED;
}

enum queue_rc
store_bad(struct store *s, const char *what)
{
	int rc = sqlite3_errcode(s->db), err = sqlite3_system_errno(s->db);

	if ((rc & 0xff) == SQLITE_IOERR && err != 0)
		return store_fail(s, what, strerror(err));
	return store_fail(s, what, sqlite3_errmsg(s->db));
}

enum queue_rc
store_begin(struct store *s, int64_t until)
{
	if (gate_lock(&s->gate, until) == -1) {
		if (errno == ETIMEDOUT)
			return QUEUE_TIMEOUT;
		return store_fail(s, "gate", strerror(errno));
	}
	s->writing = true;
	if (store_run(s, "BEGIN IMMEDIATE", "") != -1)
		return QUEUE_OK;
	store_rollback(s);
	return QUEUE_FAILED;
}

/* After each commit: how many pages the log holds by then. */
static int
count_frames(void *store, sqlite3 *db, const char *name, int frames)
{
	struct store *s = store;

	(void)db;
	(void)name;
	s->frames = frames;
	return SQLITE_OK;
}

/* What was committed goes from the log to the database now and then, and
 * the log is emptied: to the next process, alone, all that is in it would be
 * new. What reads at the moment is not waited for. What fails here fails
 * again, and is told, when the log cannot grow. */
static void
checkpoint(struct store *s)
{
	if (s->frames > CHECKPOINT_FRAMES) {
		(void)sqlite3_busy_timeout(s->db, 0);
		(void)sqlite3_wal_checkpoint_v2(
		    s->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
		(void)sqlite3_busy_timeout(s->db, BUSY_MS);
	}
	s->frames = 0;
}

/* The number of this transaction, or -1. */
static int64_t
count(struct store *s)
{
	sqlite3_stmt *st = store_stmt(
	    s, "UPDATE meta SET seq = seq + 1 RETURNING seq", "");
	int64_t seq = -1;

	if (st == NULL)
		return -1;
	if (sqlite3_step(st) == SQLITE_ROW)
		seq = sqlite3_column_int64(st, 0);
	if (sqlite3_step(st) != SQLITE_DONE) {
		(void)store_bad(s, "db");
		seq = -1;
	}
	store_done(s, st);
	return seq;
}

enum queue_rc
store_commit(struct store *s)
{
	int64_t seq = count(s);

	if (seq == -1 || store_run(s, "COMMIT", "") == -1) {
		store_rollback(s);
		return QUEUE_FAILED;
	}
	store_mark(s, seq);
	checkpoint(s);
	s->writing = false;
	gate_unlock(&s->gate);
	return QUEUE_OK;
}

void
store_rollback(struct store *s)
{
	if (!s->writing)
		return;
	if (!sqlite3_get_autocommit(s->db))
		(void)sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	s->writing = false;
	gate_unlock(&s->gate);
}

/* Each commit takes 150 KiB and gives them back, for which the heap is not to
 * grow and shrink. */
static void
keep_heap(void)
{
#ifdef HAVE_MALLOPT
	(void)mallopt(M_MMAP_THRESHOLD, 1 << 20);
	(void)mallopt(M_TRIM_THRESHOLD, 1 << 20);
#endif
}

static enum queue_rc
open_db(struct store *s)
{
	const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
	    SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_NOFOLLOW;
	char name[4096];
	enum queue_rc rc;

	if ((size_t)snprintf(name, sizeof(name), "%s/db", s->path) >=
	    sizeof(name))
		return store_fail(s, "db", strerror(ENAMETOOLONG));
	keep_heap();
	if (sqlite3_open_v2(name, &s->db, flags, NULL) != SQLITE_OK)
		return s->db == NULL ? store_fail(s, "db", strerror(ENOMEM))
				     : store_bad(s, "db");
	(void)sqlite3_extended_result_codes(s->db, 1);
	(void)sqlite3_busy_timeout(s->db, BUSY_MS);
	(void)sqlite3_db_config(
	    s->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	(void)sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	if (sqlite3_exec(s->db,
		"PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;"
		"PRAGMA mmap_size = 0; PRAGMA trusted_schema = OFF",
		NULL, NULL, NULL) != SQLITE_OK)
		return store_bad(s, "db");
	/* wal_autocheckpoint has one of its own. */
	(void)sqlite3_wal_hook(s->db, count_frames, s);
	if (gate_lock(&s->gate, LOOP_NEVER) == -1)
		return store_fail(s, "gate", strerror(errno));
	rc = store_schema(s);
	gate_unlock(&s->gate);
	return rc;
}

/* FNV-1a, for an identifier that is only compared. */
static int64_t
hash(const char *text)
{
	uint64_t h = UINT64_C(14695981039346656037);

	for (; *text != '\0'; text++)
		h = (h ^ (unsigned char)*text) * UINT64_C(1099511628211);
	return (int64_t)(h & INT64_MAX);
}

static void
find_self(struct store_self *self)
{
	char text[64] = "";
	struct stat st;
	FILE *f = fopen("/proc/sys/kernel/random/boot_id", "re");

	if (f != NULL) {
		(void)!fgets(text, sizeof(text), f);
		(void)fclose(f);
	}
	self->boot = hash(text);
	if (gethostname(self->host, sizeof(self->host)) == -1)
		self->host[0] = '\0';
	self->host[sizeof(self->host) - 1] = '\0';
	self->ns = stat("/proc/self/ns/pid", &st) == 0 ? (int64_t)st.st_ino : 0;
}

static const char *
store_why(struct queue *q)
{
	struct store *s = (struct store *)q;

	return buf_len(&s->why) > 0 ? buf_data(&s->why) : "";
}

static void
store_close(struct queue *q)
{
	struct store *s = (struct store *)q;

	store_rollback(s);
	store_turn_over(s);
	store_forget(s);
	(void)sqlite3_close(s->db);
	gate_close(&s->gate);
	buf_free(&s->why);
	free(s->path);
	free(s);
}

static const struct queue_ops store_ops = {.put = store_put,
    .get = store_get,
    .end = store_end,
    .turn = store_turn,
    .await = store_await,
    .join = store_join,
    .make = store_make,
    .stat = store_stat,
    .set = store_set,
    .flag = store_flag,
    .names = store_names,
    .list = store_list,
    .change = store_change,
    .check = store_check,
    .about = store_about,
    .why = store_why,
    .close = store_close};

struct queue *
queue_sqlite(int dirfd, const char *path, bool create, struct buf *why)
{
	struct store *s;

	if (!create && faccessat(dirfd, "db", F_OK, 0) == -1) {
		(void)buf_adds(
		    why, errno == ENOENT ? "no queues there" : strerror(errno));
		return NULL;
	}
	s = calloc(1, sizeof(*s));
	if (s == NULL)
		return NULL;
	s->head.ops = &store_ops;
	s->dirfd = dirfd;
	s->gate.fd = -1;
	s->path = realpath(path, NULL);
	find_self(&s->self);
	if (s->path != NULL && gate_open(&s->gate, dirfd, "gate") == -1)
		(void)store_fail(s, "gate", strerror(errno));
	else if (s->path != NULL && open_db(s) == QUEUE_OK)
		return &s->head;
	(void)buf_adds(why, store_why(&s->head));
	store_close(&s->head);
	return NULL;
}
