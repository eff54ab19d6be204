/* SPDX-License-Identifier: ISC */
/*
 * A worker of built-in work without its process: the frames that it answers
 * with are made from a text, so that each row of ends, failures and words can
 * be tried. For unit tests and fuzzing.
 */
#ifndef MP_REPLY_TRIAL_H
#define MP_REPLY_TRIAL_H

#include <stdbool.h>

#include "worker_class.h"

#define REPLY_TASKS 64

/*
 * Each character is a step:
 *	1-9	the worker is given so many tasks as one
 *	d	it has done a task of a bundle, whose output is "d."
 *	o e r	it says "o." on standard output, "e" on standard error, why it
 *		fails: "r"
 *	E F	the task is done, with status 0 or 1
 *	k	it begins a task, as it does before it says something of it
 *	v b	the bundle is over; with all left that was taken back
 *	R	what has not begun is taken back
 *	B	it has no object
 *	? ,	a frame of no kind, one that is too short
 *	p	time has passed: what has ended leaves the bundle
 *	m	there is no memory to part bundles any more
 *	! #	it ends with status 3, is killed; nothing comes after that
 * and others mean nothing. Frames come one by one; what stands in brackets
 * comes at once.
 */
struct reply_trial {
	struct runner_builtin runner;
	struct class_worker w;
	struct builtin_shared shared;
	struct buf frames; /* that have not come */
	size_t given; /* tasks */
	size_t done, failed, back; /* tasks */
	bool at_work; /* it has begun a task */
	bool at_once;
	bool no_memory;
	bool broken; /* no task can be run any more */
	bool over;
	struct buf told;
};

/*
 * What is told is, for a task, its number and "=" with its output, or "!" with
 * why it has failed; both with ":" and words before that; for one that was
 * given back "<"; for several in one the first and the last number. In what is
 * said of a task a space is "_". pid is that of the process that will be killed
 * where there is no memory.
 */
void reply_trial_begin(struct reply_trial *, pid_t pid);
void reply_trial_end(struct reply_trial *);

/* One step; at the end of the script the worker is killed. Returns what is
 * behind it. */
const char *reply_trial_step(struct reply_trial *, const char *);

#endif
