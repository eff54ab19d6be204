/* SPDX-License-Identifier: ISC */
/*
 * Queues as the verbs see them: a storage is what stands behind these ops.
 */
#ifndef MP_QUEUE_H
#define MP_QUEUE_H

#include "buf.h"
#include "queue_turn.h"
#include "queue_types.h"
#include "queue_view.h"

struct queue; /* begins with its ops: struct queue { ops; … } */

/* Which tasks change() means: those of ids; or, without any, all of the
 * states (a mask of 1 << state). */
struct queue_choice {
	const int64_t *id;
	size_t n;
	unsigned states;
};

enum queue_change {
	QUEUE_KICK, /* dead and delayed ones become ready */
	QUEUE_CANCEL, /* ready, delayed and leased ones go */
	QUEUE_PURGE /* dead and done ones go */
};

/* Flags of a queue. */
enum queue_flag { QUEUE_SET_CLOSED, QUEUE_SET_PAUSED };

/* All return QUEUE_FAILED where it could not be done; then why says it.
 * Times until which to wait are those of loop_now(); 0 does not wait. */
struct queue_ops {
	/* Puts tasks, as many as there is room for in one transaction, and
	 * waits for room for the others. A key that is taken is
	 * QUEUE_DUPLICATE, id[0] that of the other task, and nothing is put;
	 * or the task is passed over. Makes the queue where there is none. */
	enum queue_rc (*put)(struct queue *, const char *name,
	    struct queue_batch *, int64_t until);

	/* Takes the first ready task. task->body is the caller's to free. */
	enum queue_rc (*get)(struct queue *, const char *name,
	    const struct queue_want *, struct queue_task *task);

	enum queue_rc (*end)(
	    struct queue *, const struct receipt *, const struct queue_end *);

	/* Ends leases and takes tasks, in one transaction. QUEUE_CLOSED: the
	 * queue of the results takes none, and nothing was done. Otherwise
	 * without a task: QUEUE_EMPTY or QUEUE_DRAINED, be any wanted or not.
	 */
	enum queue_rc (*turn)(
	    struct queue *, const char *name, struct queue_turn *);

	/* Waits after a turn that gave nothing: until the next one may give
	 * something, fd can be read, or a second has passed. */
	void (*await)(struct queue *, int fd);

	/* Waits until none of the n queues has an unfinished task. */
	enum queue_rc (*join)(
	    struct queue *, char *const *names, size_t n, int64_t until);

	/* Makes a queue, with those settings if there is none. */
	enum queue_rc (*make)(struct queue *, const char *name);
	enum queue_rc (*stat)(
	    struct queue *, const char *name, struct queue_stat *);
	/* which: a mask of 1 << the place of each member that is given. */
	enum queue_rc (*set)(struct queue *, const char *name,
	    const struct queue_settings *, unsigned which);
	enum queue_rc (*flag)(
	    struct queue *, const char *name, enum queue_flag, bool on);

	/* Calls back for each queue; for each task of one, by id from after
	 * on, in those states. The callback returns whether to go on. */
	enum queue_rc (*names)(struct queue *,
	    bool (*each)(void *arg, const char *name), void *arg);
	enum queue_rc (*list)(struct queue *, const char *name, unsigned states,
	    bool (*each)(void *arg, const struct queue_row *), void *arg);

	enum queue_rc (*change)(struct queue *, const char *name,
	    enum queue_change, const struct queue_choice *, int64_t *count);

	/* Looks through all that is stored for damage. */
	enum queue_rc (*check)(struct queue *);

	/* Tells what the storage is like; then looks for damage that shows
	 * quickly. */
	enum queue_rc (*about)(struct queue *, queue_fact_fn *, void *arg);

	/* Why the last call failed: what and the reason. */
	const char *(*why)(struct queue *);
	void (*close)(struct queue *);
};

struct queue {
	const struct queue_ops *ops;
};

/* Opens the place in that directory (place_open()), which stays the
 * caller's to close, with SQLite; see store.c. Without create there must be
 * one. NULL and in why a reason. */
struct queue *queue_sqlite(
    int dirfd, const char *path, bool create, struct buf *why);

#endif
