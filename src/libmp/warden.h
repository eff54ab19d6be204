/* SPDX-License-Identifier: ISC */
/*
 * A task's command under a time limit: a process of ours between the pool
 * and the command, which is the reaper of all that the command starts and
 * so can end exactly that (see limit.h), and tells how it went.
 */
#ifndef MP_WARDEN_H
#define MP_WARDEN_H

#include "ladder.h"
#include "proc.h"
#include "task.h"
#include "tree.h"

struct warden_conf {
	int64_t time; /* nanoseconds, 0: no limit and no warden */
	struct ladder ladder;
};

/*
 * Starts the command that spec describes below a warden. *note is a
 * descriptor to be given to warden_end(). Returns as proc_start() does,
 * but that a failure to execute is told only by warden_end().
 */
int warden_start(const struct warden_conf *, const struct proc_spec *spec,
    pid_t *pid, int *note);

/*
 * The warden was reaped: closes *note and fills in how and code of the
 * task and what of its tree could not be ended. Returns 0; or -1, errno and
 * *step if the command was not started. With no word from the warden the
 * task keeps what it has.
 */
int warden_end(
    int *note, struct task *, struct tree_report *left, enum proc_step *step);

#endif
