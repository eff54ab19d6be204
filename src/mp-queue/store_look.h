/* SPDX-License-Identifier: ISC */
/*
 * Looking for tasks: what those share who take them, be it that they wait
 * for them here or have other things to do meanwhile.
 */
#ifndef MP_STORE_LOOK_H
#define MP_STORE_LOOK_H

#include "store.h"
#include "store_wait.h"

/* When to look again: at that time of loop_now(), and at the end of any of
 * these processes, which own leases. */
struct store_look {
	int64_t due;
	pid_t pid[STORE_WATCH_MAX];
	size_t n;
};

void store_look_later(
    struct store *, const struct store_q *, struct store_look *);

/* Whether a look under the gate can find something: else nothing is
 * written, and nothing synced. Fills in the look where not. */
bool store_worth_while(
    struct store *, const struct store_q *, struct store_look *);

/* Whether there is a task to be had, now. */
bool store_may_lease(const struct store_q *);

/* Leases the first ready one, within a transaction. QUEUE_EMPTY where there
 * is none. */
enum queue_rc store_lease(struct store *, struct store_q *,
    const struct queue_want *, struct queue_task *);

/* What to say where there is none: QUEUE_EMPTY or QUEUE_DRAINED. */
enum queue_rc store_nothing(const struct store_q *);

#endif
