/* SPDX-License-Identifier: ISC */
/*
 * One command under limits: of time, silence, CPU time. When a limit is
 * reached, or somebody wants the command ended, its whole tree is: by the
 * signals of a ladder first, and what they leave by SIGKILL.
 */
#ifndef MP_LIMIT_H
#define MP_LIMIT_H

#include <sys/types.h>

#include <stdbool.h>
#include <stdint.h>

#include "ladder.h"
#include "proc.h"
#include "tree.h"

enum limit_reason {
	LIMIT_NONE, /* the command ended by itself */
	LIMIT_TIME,
	LIMIT_IDLE,
	LIMIT_CPU,
	LIMIT_CANCELLED /* we were told to end it */
};

/* What becomes of background processes after a normal end. */
enum limit_leftover { LIMIT_LEAVE, LIMIT_WAIT, LIMIT_KILL };

struct limit_conf {
	struct proc_spec spec; /* the command */
	pid_t pid; /* instead: a process that is not ours */
	int64_t time; /* nanoseconds; 0: none; the same below */
	int64_t idle; /* without a byte on the command's outputs */
	int64_t cpu; /* user and system time of the whole tree */
	struct ladder ladder; /* at least one step */
	int warn_signal; /* sent warn_before the time limit; 0: none */
	int64_t warn_before;
	enum limit_leftover leftover;
	bool foreground; /* stay in our process group */
	bool let_go; /* of descriptors 0, 1 and 2 once the command has them */
	bool pass_on; /* signals that we get go to the command */
	int guard; /* its end means that our parent is dead; or -1 */
	void (*say)(int sig); /* a signal is about to be sent; or NULL */
};

#define LIMIT_SENT_MAX 32

struct limit_result {
	enum limit_reason reason;
	bool ended; /* status tells how; false for a process not ours */
	int status; /* as wait(2) gives it */
	int signo; /* the signal that made us let go of it */
	int sent[LIMIT_SENT_MAX]; /* the first signals that were sent */
	size_t nsent;
	struct tree_report left; /* what could not be ended */
	int output_error; /* errno of a write, with idle; or 0 */
	int64_t wall, user, sys; /* nanoseconds */
	long maxrss; /* KiB */
};

/*
 * Runs the command to its end, or the tree's. Returns 0; or -1, errno and
 * *step if it could not be started: then no process was signalled.
 * Changes this process: it leads a process group (unless foreground), is a
 * subreaper, and ignores SIGTTIN and SIGTTOU.
 */
int limit_run(
    const struct limit_conf *, struct limit_result *, enum proc_step *step);

#endif
