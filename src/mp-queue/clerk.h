/* SPDX-License-Identifier: ISC */
/*
 * The clerk: the process of a worker that has the queue open. It waits for
 * tasks, for the gate and for the disk, so that the one which runs the
 * commands never does, and stays as thin as one should be that forks for
 * each of them. Messages go both ways over a socket.
 */
#ifndef MP_CLERK_H
#define MP_CLERK_H

#include <sys/types.h>

#include <stdbool.h>
#include <stdint.h>

#include "queue.h"
#include "verb.h"

enum clerk_kind {
	/* To the clerk. END and TOUCH are about a lease. Each task that it
	 * sends costs a credit. */
	CLERK_END,
	CLERK_TOUCH,
	CLERK_CREDIT, /* n more */
	CLERK_ENOUGH, /* there are none any more; answered by NO_MORE */
	CLERK_STOP, /* it leaves when all ends are told */

	/* From the clerk. */
	CLERK_READY, /* the queue is there: the first message */
	CLERK_TASK,
	CLERK_NO_MORE, /* tasks will come, that is */
	CLERK_ENDED, /* rc and dead say how; an END has one answer */
	CLERK_LOST, /* a TOUCH was too late */
	CLERK_EMPTY, /* there are credits, but no tasks for now */
	CLERK_DRAINED, /* and there will be none */
	CLERK_CLOSED, /* the queue of the results: tasks go back */
	CLERK_FAILED /* the queue cannot be used: body says why */
};

/* What is written: this, then len bytes of body (a task, a result) and
 * errlen of err. */
struct clerk_msg {
	enum clerk_kind kind;
	enum queue_verdict verdict;
	enum queue_rc rc;
	bool dead;
	int status;
	uint64_t key; /* the worker's own, sent back */
	uint64_t n;
	int64_t ttr, delay;
	struct receipt receipt;
	size_t len, errlen;
};

/* Appends a message. Returns 0, or -1 and ENOMEM. */
int clerk_add(
    struct buf *, const struct clerk_msg *, const void *body, const char *err);

/* The first whole message in b, which is dropped with buf_drop() of what is
 * returned, or 0. *body is valid until then, err behind it. */
size_t clerk_next(const struct buf *b, struct clerk_msg *, const char **body);

struct clerk_conf {
	struct job *job; /* opens the queue */
	const char *name;
	const char *results; /* that gets what tasks have written, or NULL */
	int64_t ttr;
	bool create;
	pid_t owner; /* of the leases */
};

/* Starts the clerk and waits until it has the queue open. Returns our end of
 * the socket, which blocks; or -1, and it has said why. */
int clerk_start(const struct clerk_conf *, pid_t *pid);

#endif
