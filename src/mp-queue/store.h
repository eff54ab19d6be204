/* SPDX-License-Identifier: ISC */
/*
 * What the parts of the SQLite storage share.
 *
 * A directory holds the database "db", the lock "gate", and for each queue
 * Q the FIFOs "Q.items", "Q.room" and "Q.idle". Each transaction that writes, and each checkpoint, runs
 * under the gate: flock(2) is fair enough that nobody starves, where
 * SQLite's own waiting is not.
 */
#ifndef MP_STORE_H
#define MP_STORE_H

#include <sqlite3.h>

#include "gate.h"
#include "queue.h"
#include "store_ops.h"
#include "store_sql.h"

#define STORE_REAP_MAX 100 /* rows a transaction */
#define STORE_PUT_MAX 100000 /* rows a transaction */
#define STORE_BELL 300 /* bytes of a bell's name, and a NUL */

/* A queue's row. */
struct store_q {
	char name[256];
	struct queue_settings set;
	bool paused, closed;
	int64_t n[QUEUE_STATES];
	int64_t put, done, dead, expired;
	int64_t was_ready, was_unfinished; /* at the begin of the transaction */
	int64_t was_size, was_leased;
	bool changed; /* some task of it */
};

/* Who and where we are. */
struct store_self {
	char host[65];
	int64_t ns; /* inode of the PID namespace */
	int64_t boot; /* of boot_id, as a number */
};

struct store {
	struct queue head;
	int dirfd; /* the caller's */
	char *path;
	struct gate gate;
	sqlite3 *db;
	struct store_self self;
	struct store_kept kept[STORE_KEPT];
	struct buf why;
	struct store_worker *worker; /* see store_turn.c, or NULL */
	bool writing;
	int frames; /* in the log after the last commit */
};

/* Fails with "what: reason". Return QUEUE_FAILED. store_bad() takes the
 * reason from the database. */
enum queue_rc store_fail(struct store *, const char *what, const char *reason);
enum queue_rc store_bad(struct store *, const char *what);

/* Makes the tables of a new place, or checks those of an old one; under the
 * gate. */
enum queue_rc store_schema(struct store *);

/* Notes the number of a transaction that is committed. */
void store_mark(struct store *, int64_t seq);

/* A transaction that writes, begun under the gate; its end; its undoing,
 * which does nothing where there is none. */
enum queue_rc store_begin(struct store *, int64_t until);
enum queue_rc store_commit(struct store *);
void store_rollback(struct store *);

/* A queue's row, within a transaction. QUEUE_FAILED where there is none,
 * unless create. */
enum queue_rc store_q_load(
    struct store *, const char *name, bool create, struct store_q *);
enum queue_rc store_q_save(struct store *, const struct store_q *);

/* Its tasks that are ready, leased or delayed. */
int64_t store_unfinished(const struct store_q *);

/* Both, and the bells; what has changed nothing is not even written. */
enum queue_rc store_q_finish(struct store *, const struct store_q *);

/* The name of a queue's bell: items, room or idle. */
void store_q_bell(const char *name, const char *which, char bell[STORE_BELL]);

/* After the commit: wakes who waits for what has changed. */
void store_q_ring(struct store *, const struct store_q *);

/* How long a lease lasts: ttr, or what the queue says; 0 there is for
 * ever. */
int64_t store_ttr(const struct store_q *, int64_t ttr);

bool store_gone(const struct queue_owner *); /* is there no more */

/* Delayed tasks that are due become ready, leases that are over end. */
enum queue_rc store_reap(struct store *, struct store_q *);

/* Gives a task up that was tried: it is tried again later, or dead. why
 * and status are kept. */
enum queue_rc store_retry(struct store *, struct store_q *,
    const struct receipt *, const struct queue_end *);

/* The earliest time at which reaping may find something: LOOP_NEVER if
 * there is none; in the time of loop_now(). */
int64_t store_next_due(struct store *, const struct store_q *);

/* Puts tasks within a transaction. */
enum queue_rc store_insert(
    struct store *, struct store_q *, const struct queue_new *, int64_t *id);

/* A time that much later, or the end of all time. */
int64_t store_later(int64_t at, int64_t ns);
int64_t store_realtime(void); /* nanoseconds */
int64_t store_boottime(void);

#endif
