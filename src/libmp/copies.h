/* SPDX-License-Identifier: ISC */
/*
 * Several processes that begin together or not at all, their output, and
 * their end.
 */
#ifndef MP_COPIES_H
#define MP_COPIES_H

#include <sys/resource.h>
#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loop.h"
#include "proc.h"
#include "sink.h"
#include "tree.h"

enum copies_output {
	COPIES_RAW, /* the copies have our descriptors */
	COPIES_GROUPED, /* as if they had run one after the other */
	COPIES_TAGGED /* line by line, with names */
};

enum copies_wait { COPIES_ALL, COPIES_ANY, COPIES_NONE };

/* What becomes of processes that outlive the copies they belong to. */
enum copies_leftover {
	COPIES_LEAVE, /* they go on, and we do not wait for them */
	COPIES_AWAIT, /* we wait until they have ended */
	COPIES_END /* they have a moment, and then they are ended */
};

/* One that has ended. */
struct copies_end {
	pid_t pid;
	int status; /* as wait(2) gives it */
	int64_t wall; /* nanoseconds */
	struct rusage ru;
};

/* What the caller is asked and told; i counts from 0. */
struct copies_calls {
	/* Fills spec for copy i. Returns 0; or -1 when it cannot, which was
	 * told; then nothing will run. */
	int (*prepare)(void *arg, size_t i, struct proc_spec *spec);
	/* What prepare() made is not needed any more. */
	void (*prepared)(void *arg, size_t i, struct proc_spec *spec);
	/* Copy i could not be started: err. Nothing will run. */
	void (*failed)(void *arg, size_t i, enum proc_step step, int err);
	/* All stand, none has run. What the caller puts into the loop is to be
	 * taken out by over(). Returns 0; or -1, and nothing will run. */
	int (*standing)(void *arg, struct loop *loop, const pid_t *pids);
	void (*ended)(void *arg, size_t i, const struct copies_end *);
	/* Whether the copies are to be ended early: the signal by which, or
	 * 0. Asked again and again, when all that has ended was told. */
	int (*enough)(void *arg);
	/* Whether the caller has something in the loop that is to be waited
	 * for when all copies have ended by themselves; or NULL. */
	bool (*busy)(void *arg);
	/* The loop is about to go; or NULL. */
	void (*over)(void *arg);
	const char *(*name)(void *arg, size_t i);
};

struct copies_conf {
	const char *prog; /* for messages */
	size_t n; /* at least 1 */
	enum copies_output output;
	enum copies_wait wait; /* COPIES_NONE needs COPIES_RAW */
	enum copies_leftover leftover;
	int64_t time, kill_after; /* nanoseconds, 0: none */
	const struct copies_calls *calls;
	void *arg;
};

struct copies_result {
	bool ran; /* the copies were let go */
	int signo; /* the signal that ended it, or 0 */
	bool timed_out;
	bool killed; /* some had to be */
	size_t failed; /* copies */
	size_t first; /* which one ended first */
	int status; /* of that one, as wait(2) gives it */
	struct tree_report left; /* what could not be ended */
	int output_error; /* errno of a write, or 0 */
};

/*
 * Runs the copies. Returns 0 and the result, with ran false where the
 * caller was told why; or -1 and errno. Changes this process: it is a
 * subreaper, unless it does not wait.
 */
int copies_run(const struct copies_conf *, struct copies_result *);

#endif
