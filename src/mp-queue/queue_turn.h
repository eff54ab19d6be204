/* SPDX-License-Identifier: ISC */
/*
 * Turns of a worker: what has ended and what comes next, at once.
 */
#ifndef MP_QUEUE_TURN_H
#define MP_QUEUE_TURN_H

#include "queue_types.h"

/* A lease that ends, or goes on, in a turn; rc and dead are what came of
 * it. */
struct queue_ending {
	struct receipt receipt;
	struct queue_end end; /* to: see the turn */
	enum queue_rc rc; /* QUEUE_OK, QUEUE_LOST */
	bool dead; /* it is now */
};

/* What a worker does in one transaction. */
struct queue_turn {
	struct queue_ending **end;
	size_t nend;
	const char *to; /* the queue that gets the results, or NULL */
	const struct queue_want *want; /* until is not used */
	struct queue_task *task; /* room for nwant */
	size_t nwant;
	size_t got;
	bool more; /* there are more that are ready */
};

#endif
