/* SPDX-License-Identifier: ISC */
/*
 * Commands of the supervisor's own that stand in an option: run by sh -c,
 * each in a process group of its own.
 */
#ifndef MP_SHELL_H
#define MP_SHELL_H

#include "loop.h"
#include "proc.h"

/* Starts the command, whose standard input becomes the descriptor in, -1:
 * ours. c->cb is called when it has ended; until then c->pid is not 0 but
 * its pid, unless cb makes it so. Returns 0, or -1, errno and *step. */
int shell_start(struct loop *, struct loop_child *c, const char *command,
    int in, enum proc_step *step);

/* Kills its process group, if c->pid is not 0, which it becomes. c->cb is not
 * called any more. */
void shell_kill(struct loop *, struct loop_child *c);

#endif
