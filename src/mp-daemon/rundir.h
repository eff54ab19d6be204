/* SPDX-License-Identifier: ISC */
/*
 * Where services are known: a directory with one for each name. In it are
 * the files
 *
 *	lock		locked as long as a supervisor lives
 *	super.pid	the supervisor (procid.h)
 *	pid		the service; not there while none runs
 *	status		statusfile.h
 *	ctl		the supervisor's socket (ctl.h)
 *	main, bound	whose end this service's end is (procid.h), if so
 *	log		a symbolic link to the log, if there is one
 *
 * The directories are opened without following links, are ours, and nobody
 * else may write to them; from then on all is done relative to them.
 */
#ifndef MP_RUNDIR_H
#define MP_RUNDIR_H

#include <stdbool.h>

#include "buf.h"

struct rundir {
	const char *name; /* of the service; the caller's */
	int root; /* the directory of all */
	int dir; /* this service's, -1: not open */
	int lock; /* -1: we do not have it */
};

/*
 * Opens the directory of all services: $MP_DAEMON_DIR, or for root
 * /run/mp-daemon, or $XDG_RUNTIME_DIR/mp-daemon, or
 * ~/.local/state/mp-utils/daemon. Returns a descriptor; or -1, errno (ENOENT
 * where there is none and it was not to be created) and in why "PATH:
 * reason".
 */
int rundir_root(bool create, struct buf *why);

/* Opens that of a service within it. Returns 0; or -1 and errno as above,
 * and in why a reason. root is copied, not taken over. */
int rundir_open(
    struct rundir *, int root, const char *name, bool create, struct buf *why);

/* Closes the service's directory and lets go of the lock. */
void rundir_close(struct rundir *);

/*
 * Takes the lock, without waiting. It is known by an open file, so that it
 * is handed on to a child of fork(2), and the last one to close it lets go.
 * Returns 0; or -1 and EWOULDBLOCK where another has it; or another errno
 * and in why a reason.
 */
int rundir_lock(struct rundir *, struct buf *why);

/* Whether somebody has it, which is not touched: 1, 0, or -1 and errno. */
int rundir_busy(const struct rundir *);

#endif
