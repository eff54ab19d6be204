/* SPDX-License-Identifier: ISC */
/*
 * A worker: a process that does many tasks, as its runner sees it. This is
 * what all kinds of workers share: the pipe that they are asked through,
 * and the tasks that they were given and have not done.
 */
#ifndef MP_WORKER_H
#define MP_WORKER_H

#include <stdbool.h>

#include "buf.h"
#include "loop.h"
#include "task.h"

struct crew;

struct worker {
	struct crew *crew;
	unsigned no; /* slot number */
	struct loop_child child;
	struct loop_fd ask; /* we write; watched while the pipe is full */
	struct loop_fd gone; /* the same pipe; tells that nobody reads it */
	struct buf send;
	struct task_list tasks; /* in the order they were handed over */
	size_t ntasks;
	size_t load; /* the same, but each of a bundle counts */
	size_t recalled; /* tasks taken back, and it does not know it yet */
	size_t quota; /* so many tasks may still be handed over */
	bool sent; /* it knows of the tasks that it has */
	bool fresh; /* it is to show what it does with one task first */
	bool deaf; /* it reads no more */
	struct worker *next; /* the crew's */
};

/* A worker that has no process. */
void worker_init(struct worker *, struct crew *, unsigned no);

/* Its process has started and reads from the other end of fd, which is made
 * non-blocking: a worker that is busy writing replies does not read, and the
 * other way round. */
void worker_started(struct worker *, int fd, size_t quota);

/* Sends what there is to send, as far as that is possible now. */
void worker_send(struct worker *);

/* It is given no more tasks, and learns that when it has read all. */
void worker_hang_up(struct worker *);

/* The task, which is in w->send by now, is the worker's. */
void worker_give(struct worker *, struct task *);

/* A bundle of the worker's was cut: the rest is its, too. */
void worker_part(struct worker *, struct task *, struct task *rest);

/* The worker's first, or last, task is no longer its own. */
struct task *worker_take(struct worker *);
struct task *worker_take_last(struct worker *);

/* All its tasks are given back: they have not begun. */
void worker_back(struct worker *);

/* The process is gone: closes the pipe. */
void worker_stopped(struct worker *);

#endif
