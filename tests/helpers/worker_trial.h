/* SPDX-License-Identifier: ISC */
/*
 * A worker that answers records with records, but without its process: what
 * it does is played from a text, so that each way to answer too much, too
 * little or too late can be tried at once. For unit tests and fuzzing.
 */
#ifndef MP_WORKER_TRIAL_H
#define MP_WORKER_TRIAL_H

#include "worker_line.h"

#define TRIAL_TASKS 32

/*
 * Each character is a step:
 *	1-9	so many more tasks are offered to the runner, and sent
 *	R	the worker reads all that it was sent
 *	a-z .	it writes that, "." being what ends a record; what stands
 *		together is written at once
 *	E	it writes "e" on standard error
 *	~	a moment has passed (if one is waited for)
 *	L T	the time limit, the time for a reply is reached (if there is
 *		one)
 *	< >	it closes its standard input, output
 *	C	nobody wants its tasks any more
 *	! #	it ends with status 3, is killed; nothing comes after that
 * and others only part what is written.
 */
struct trial {
	struct runner_worker *runner;
	struct line_worker *w;
	struct task *task[TRIAL_TASKS];
	size_t given; /* tasks that the worker was given, all in all */
	size_t done; /* those with replies that count */
	size_t failed, back; /* those that are at an end otherwise */
	bool broken; /* no task can be run any more */
	bool over; /* the worker has ended */
	int reads, writes[TASK_STREAMS]; /* the worker's ends */
	struct buf wrote; /* replies, from the beginning */
	struct buf counted; /* replies to the tasks that are done */
	struct buf told; /* what came of it, as text: "1=a. 2<" */
};

/* What is wrong in here ends the process: it is the test that is broken. */
void trial_begin(struct trial *, const struct runner_worker_conf *);

/* Plays the next step. Returns where the one after that begins. */
const char *trial_step(struct trial *, const char *step);

/* Releases everything; the worker has ended. */
void trial_end(struct trial *);

#endif
