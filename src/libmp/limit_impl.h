/* SPDX-License-Identifier: ISC */
/*
 * The state of a command under limits, shared by limit.c (the run), by
 * limit_end.c (ending the tree) and limit_watch.c (silence and CPU time).
 */
#ifndef MP_LIMIT_IMPL_H
#define MP_LIMIT_IMPL_H

#include "capture.h"
#include "limit.h"
#include "loop.h"
#include "out.h"

struct limit {
	const struct limit_conf *conf;
	struct limit_result *result;
	struct loop loop;
	struct tree tree;
	struct loop_child child;
	pid_t pid; /* the command */
	int pidfd; /* of a process that is not ours, or -1 */
	bool running; /* the command has not ended */
	bool ending; /* the ladder is being climbed */
	bool over;
	size_t rung; /* of the ladder, the next one */
	int sig; /* what was sent last */
	bool rest; /* what has left the group has got it, too */

	struct loop_timer time, warn, step, idle, cpu;
	struct loop_fd foreign; /* pidfd */
	struct loop_fd guard;

	bool captured;
	int wr[TASK_STREAMS]; /* for the command */
	struct capture capture;
	struct out out[TASK_STREAMS];
};

/* limit_end.c */
/* Begins to end the command for that reason with the ladder's first
 * signal, or with sig where that is not 0. Does nothing the second time. */
void limit_end(struct limit *, enum limit_reason, int sig);
/* Sends one signal to the command and its group, and says so. */
void limit_send(struct limit *, int sig);
/* The command has ended: looks after what it has left. */
void limit_linger(struct limit *);
/* Kills what is left of the tree. */
void limit_kill(struct limit *);

/* limit_watch.c */
int limit_watch_open(struct limit *, struct proc_spec *);
void limit_watch_start(struct limit *);
/* The command has ended: takes what is in its pipes. */
void limit_watch_drain(struct limit *);
/* Whether all that was taken has been written, or cannot be. */
bool limit_watch_idle(struct limit *);
void limit_watch_close(struct limit *);

#endif
