/* SPDX-License-Identifier: ISC */
/*
 * What turns a task into something that runs: a process for each (exec), a
 * worker process for many (builtin). A runner owns its processes, slots
 * and pipes; it reports what comes of a task by the pool's events.
 */
#ifndef MP_RUNNER_H
#define MP_RUNNER_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "loop.h"
#include "status.h"
#include "task.h"
#include "tree.h"

struct task_class;

/* What a runner tells. None of them starts a task from within. */
struct runner_events {
	/* The task has its slot and is about to start. */
	void (*begins)(void *arg, struct task *);
	/* Bytes of a task's stream. Returns whether more is welcome; if not,
	 * resume() is called later. */
	bool (*output)(
	    void *arg, struct task *, int stream, const char *, size_t);
	/* The task has ended: how, code, reason and times are filled in. */
	void (*ended)(void *arg, struct task *);
	/* The task was accepted, but never begun: start it again. */
	void (*back)(void *arg, struct task *);
	/* Processes of the task could not be ended. */
	void (*left)(void *arg, const struct tree_report *);
	/* No task can be run at all: what, and why. What runs goes on to its
	 * end. */
	void (*broken)(
	    void *arg, enum mp_status, const char *object, const char *why);
	/* A line on standard error. */
	void (*say)(void *arg, const char *line);
	/* Bytes of a worker's standard error that belong to no task. */
	void (*aside)(void *arg, const char *, size_t);
	/* The first n tasks of a bundle that runs are on their own from now
	 * on. Returns the rest of it, which runs as well, or NULL and
	 * ENOMEM. */
	struct task *(*cut)(void *arg, struct task *, size_t n);
};

struct runner;

struct runner_ops {
	/* Whether start() would take a task now. */
	bool (*room)(struct runner *);

	/* Why the task cannot be run whatever happens, or NULL. */
	const char *(*unfit)(struct runner *, const struct task *);

	/* How many tasks start() had best get as one, at least 1. NULL: 1. */
	size_t (*bundle)(struct runner *);

	/* Takes a task that is fit. Returns 0, or -1 and EAGAIN where the
	 * system has no process or descriptor for it now. A task that cannot
	 * be run for reasons of its own is taken, and has ended() called for
	 * it at once. */
	int (*start)(struct runner *, struct task *);

	/* Sends what start() has gathered. Call before waiting. */
	void (*flush)(struct runner *);

	/* A stream of the task's output is welcome (again). */
	void (*resume)(struct runner *, struct task *, int stream);

	/* Puts the process groups of all running children into pids, at most
	 * n; returns how many there are. Children that are in our own group
	 * are not counted. */
	size_t (*groups)(struct runner *, pid_t *pids, size_t n);

	/* Ends what runs of a task that was started, politely first. It may
	 * have to be waited for, but ended() or back() is called. */
	void (*cancel)(struct runner *, struct task *);

	/* One more task at a time (by is 1), or one fewer (-1) but at least
	 * one; what runs goes on. Returns how many at a time. */
	size_t (*resize)(struct runner *, int by);

	/* There will be no more tasks: idle children are let go. Returns
	 * whether children are left. */
	bool (*finish)(struct runner *);

	/* Appends the task's command, quoted for the shell. 0 or -1. */
	int (*describe)(struct runner *, const struct task *, struct buf *);

	/* Releases the runner; no child may be left. */
	void (*free)(struct runner *);
};

/* The common head; what follows whole is set by the pool. */
struct runner {
	const struct runner_ops *ops;
	bool whole; /* what a task prints comes at once, if it succeeds */
	uint64_t ahead; /* with bundles, what all of them may hold; else 0 */
	struct loop *loop;
	const struct runner_events *events;
	void *arg;
};

/* Worker processes, at most jobs of them, each with an object of the
 * class. NULL and ENOMEM. */
struct runner *runner_builtin_new(const struct task_class *, size_t jobs);

/* Runs nothing: the output of each task is the description that the other
 * runner gives of it, on a line. Owns other. NULL and ENOMEM. */
struct runner *runner_print_new(struct runner *other);

#endif
