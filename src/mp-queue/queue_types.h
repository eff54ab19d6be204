/* SPDX-License-Identifier: ISC */
/*
 * What is said of queues, whatever stores them.
 *
 * A queue holds tasks. A task is ready, or delayed until a time, or leased
 * by somebody who works on it, or dead after too many tries. It is
 * unfinished until it is acknowledged, cancelled or dead.
 */
#ifndef MP_QUEUE_TYPES_H
#define MP_QUEUE_TYPES_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "receipt.h"

/* What became of a call: exit statuses. */
enum queue_rc {
	QUEUE_OK = 0,
	QUEUE_EMPTY = 3, /* no task in time */
	QUEUE_DRAINED = 4, /* closed, and no task will come */
	QUEUE_LOST = 5, /* the receipt is not good any more */
	QUEUE_DUPLICATE = 6, /* the key is taken */
	QUEUE_FULL = 7, /* no room in time */
	QUEUE_CLOSED = 8, /* takes no more tasks */
	QUEUE_DEAD = 9, /* joined, but tasks have died meanwhile */
	QUEUE_TIMEOUT = 124, /* not joined in time */
	QUEUE_FAILED = 125 /* queue_why() says why */
};

enum queue_state {
	QUEUE_READY,
	QUEUE_LEASED,
	QUEUE_DONE,
	QUEUE_BURIED, /* dead */
	QUEUE_DELAYED,
	QUEUE_STATES
};

#define QUEUE_BODY_MAX ((size_t)512 << 20)
#define QUEUE_KEY_MAX 1000 /* bytes */
#define QUEUE_PRI_MAX 1000000000

/* A task to be put. */
struct queue_new {
	const void *body;
	size_t len;
	int64_t pri; /* smaller ones first */
	int64_t delay; /* nanoseconds */
	const char *key; /* or NULL */
};

/* Tasks to be put, and what became of them. */
struct queue_batch {
	const struct queue_new *v;
	size_t n;
	int64_t *id; /* n of them */
	size_t done; /* how many are put */
	int64_t max; /* room, 0: as the queue says */
	bool pass_over; /* a task whose key is taken: its id is 0 */
};

/* Who holds a lease, by the process that is to live as long. */
struct queue_owner {
	pid_t pid; /* 0: nobody, only time counts */
	uint64_t start; /* as in /proc/PID/stat */
};

/* What is wanted of a task. */
struct queue_want {
	const struct queue_owner *owner; /* or NULL */
	int64_t ttr; /* of the lease, nanoseconds; 0: as the queue says */
	int64_t until; /* to wait for one, in the time of loop_now() */
};

/* A task that was got. */
struct queue_task {
	struct receipt receipt;
	struct buf body;
	int64_t ttr; /* nanoseconds until the lease ends */
	int64_t pri;
};

enum queue_verdict {
	QUEUE_ACK,
	QUEUE_NACK,
	QUEUE_RETURN, /* it was not tried */
	QUEUE_BURY,
	QUEUE_TOUCH
};

/* How a task ended, or goes on. */
struct queue_end {
	enum queue_verdict verdict;
	int64_t delay; /* of a nack, nanoseconds; -1: as the queue says */
	int64_t ttr; /* of a touch; 0: as the queue says */
	int status; /* exit status, or minus a signal; 0 */
	const char *err; /* a few words, or NULL */
	const char *to; /* with an ack: the queue that gets result */
	const void *result;
	size_t len;
};

/* Settings of a queue. */
struct queue_settings {
	int64_t maxsize; /* ready and delayed tasks, 0: no limit */
	int64_t ttr; /* nanoseconds */
	int64_t tries; /* 0: no limit */
	int64_t backoff, backoff_max; /* nanoseconds */
	int64_t limit; /* leases at a time, 0: no limit */
	int64_t keep; /* done tasks that are kept */
};

#endif
