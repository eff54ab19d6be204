/* SPDX-License-Identifier: ISC */
/*
 * Workers of built-in work, each with an object of a task class; builtin.h
 * has what they and we say to each other. Shared by worker_class.c (the
 * process, asking it) and worker_reply.c (what it answers).
 */
#ifndef MP_WORKER_CLASS_H
#define MP_WORKER_CLASS_H

#include "crew.h"
#include "outbox.h"
#include "task_class.h"

struct runner_builtin {
	struct crew crew;
	const struct task_class *class;
};

struct class_worker {
	struct worker head;
	struct loop_fd reply; /* we read */
	struct outbox *outbox;
	struct outbox_reader reader;
	struct buf recv;
	struct buf row; /* the output of the first tasks of a bundle */
	size_t done; /* so many of them have ended */
	struct loop_timer peek; /* the first bundle takes long */
	int64_t patience; /* until then */
	bool broken; /* it has no object of the class, or we no memory */
};

/* The kind of the workers of a struct runner_builtin. */
extern const struct crew_kind worker_class;

/* worker_reply.c */
/* Takes all whole frames of w->recv. */
void reply_take(struct class_worker *);
/* Those of the first bundle that have ended leave it. */
void reply_row_end(struct class_worker *);
/* The worker has ended, with the status of wait(2), and there is nothing more
 * to take: so has what it was running. */
void reply_missing(struct class_worker *, int status);

#endif
