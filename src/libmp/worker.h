/* SPDX-License-Identifier: ISC */
/*
 * The runner's side of one worker process of built-in work: its pipes, and
 * the tasks that were handed to it and have not ended.
 */
#ifndef MP_WORKER_H
#define MP_WORKER_H

#include "loop.h"
#include "runner.h"
#include "task.h"
#include "task_class.h"

struct worker;

/* What the runner is told. */
struct worker_calls {
	/* A task has taken ns nanoseconds. */
	void (*took)(struct runner *, int64_t ns);
	/* The class could not be made: errno. */
	void (*broken)(struct runner *, int err);
	/* The process is gone and its tasks were dealt with: the worker may
	 * be started again. */
	void (*gone)(struct runner *, struct worker *);
};

struct worker {
	struct runner *runner;
	const struct worker_calls *calls;
	unsigned no; /* slot number */
	struct loop_child child;
	struct loop_fd ask; /* we write; watched while the pipe is full */
	struct loop_fd reply; /* we read */
	struct buf send, recv;
	struct task_list tasks; /* in the order they were handed over */
	size_t ntasks;
	bool broken; /* it has no object of the class */
	struct worker *next; /* the runner's */
};

/* A worker that has no process yet; worker_free() releases it when it has
 * none any more. NULL and ENOMEM. */
struct worker *worker_new(
    struct runner *, const struct worker_calls *, unsigned no);
void worker_free(struct worker *);

/* Starts the process. Returns 0, or -1 and errno. */
int worker_start(struct worker *, const struct task_class *);

/* Hands a task over; worker_send() sends what was. Returns 0, or -1 and
 * ENOMEM with the task still the caller's. */
int worker_give(struct worker *, struct task *);
void worker_send(struct worker *);

/* The worker is given no more tasks and ends after those it has. */
void worker_hang_up(struct worker *);

#endif
