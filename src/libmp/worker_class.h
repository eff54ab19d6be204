/* SPDX-License-Identifier: ISC */
/*
 * Workers of built-in work, each with an object of a task class; builtin.h
 * has what they and we say to each other. Shared by worker_class.c (the
 * process, asking it) and worker_reply.c (what it answers).
 */
#ifndef MP_WORKER_CLASS_H
#define MP_WORKER_CLASS_H

#include "builtin.h"
#include "crew.h"
#include "task_class.h"

struct runner_builtin {
	struct crew crew;
	const struct task_class *class;
};

struct class_worker {
	struct worker head;
	struct loop_fd reply; /* we read */
	struct builtin_shared *shared;
	struct outbox_reader reader;
	struct buf recv;
	uint32_t ended; /* tasks, since it has started */
	struct buf row; /* the output of the first tasks of a bundle */
	size_t done; /* so many of them have ended, too */
	struct loop_timer late; /* set if tasks wait behind the first one */
	int64_t since; /* when it began with that, about */
	bool broken; /* it has no object of the class, or we no memory */
};

/* The kind of the workers of a struct runner_builtin. */
extern const struct crew_kind worker_class;

/* worker_reply.c */
/* Takes all whole frames of w->recv. */
void reply_take(struct class_worker *);
/* Those of the first bundle that have ended leave it. */
void reply_row_end(struct class_worker *);
/* The same; and what the worker has not begun is given back, but for what it
 * begins next where it is idle. */
void reply_recall(struct class_worker *);
/* The worker has ended, with the status of wait(2), and there is nothing more
 * to take: so has what it was running. */
void reply_missing(struct class_worker *, int status);

#endif
