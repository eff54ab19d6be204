/* SPDX-License-Identifier: ISC */
/*
 * Asking a supervisor for something (ctl.h), and holding on to it.
 */
#ifndef MP_ASK_H
#define MP_ASK_H

#include "buf.h"
#include "rundir.h"

struct ask {
	int line; /* -1: nothing was asked */
	int pidfd; /* the supervisor's, or -1 */
};

/* Sends a request. Waits for a supervisor that is about to be there, and
 * wakes one that was stopped. Returns 0; or -1 and errno, ESRCH where there
 * is none. ask_close() in any case. */
int ask_begin(struct ask *, const struct rundir *, const char *request);

/* Waits for the answer. Returns the status and appends what is said, and a
 * NUL; or -1 and errno, EPIPE where the supervisor has died. */
int ask_end(struct ask *, struct buf *said);
void ask_close(struct ask *);

/* Waits a moment until the supervisor has left, after its last answer. */
void ask_leave(const struct ask *);

/* A pidfd of the supervisor: waits for one that is about to be there.
 * Returns -1 and ESRCH where there is none, or another errno. */
int ask_supervisor(const struct rundir *);

#endif
