/* SPDX-License-Identifier: ISC */
/*
 * A queue as the pool's source of tasks: next takes a lease, done ends it.
 * A task that was run is acknowledged when its output is written; one that
 * failed is given back to be tried again, or is dead; one that was ended
 * with the run goes back as if it had not been taken.
 */
#ifndef MP_WORK_H
#define MP_WORK_H

#include <stdbool.h>
#include <stdint.h>

#include "clerk.h"
#include "source.h"

#define WORK_LATER 75 /* EX_TEMPFAIL, sysexits(3) */

struct work_conf {
	int clerk; /* clerk_start() */
	const char *name; /* of the queue */
	const char *results; /* that gets the outputs, or NULL */
	size_t jobs; /* at least 1 */
	int64_t timeout; /* to wait for a task; LOOP_NEVER */
	bool keep_going; /* when a task is dead, too */
};

/* How it went. */
struct work_result {
	enum queue_rc rc; /* of the queue: why it ended */
	uint64_t dead; /* tasks that are now */
};

/* NULL and ENOMEM; ops->free releases, but not the clerk's socket. */
struct source *work_new(const struct work_conf *);

/* When the pool is over: waits until the queue knows all that has ended, or
 * that time of loop_now() has come; the clerk goes on with it. */
struct work_result work_finish(struct source *, int64_t until);

#endif
