/* SPDX-License-Identifier: ISC */
/*
 * What the supervisor's parts share: super.c is the run, super_start.c a
 * service's way to being ready, super_end.c its end, super_tell.c the files
 * that tell of it; super_ctl.h is apart.
 */
#ifndef MP_SUPER_IMPL_H
#define MP_SUPER_IMPL_H

#include "loop.h"
#include "notify.h"
#include "pidpath.h"
#include "statusfile.h"
#include "super.h"
#include "super_ctl.h"
#include "tree.h"

enum super_mode {
	SUPER_STARTING, /* not ready yet */
	SUPER_RUNNING,
	SUPER_ENDING, /* is being ended, or has, but not all below it */
	SUPER_WAITING, /* until it is started again */
	SUPER_CLOSING, /* nothing runs; the log is being written out */
	SUPER_OVER
};

/* What is to come when nothing is left. */
enum super_goal {
	SUPER_UP, /* as the policy says */
	SUPER_AGAIN, /* another start */
	SUPER_DOWN
};

struct super {
	struct service *service;
	struct rundir *dir; /* or NULL */
	struct super_result *result;
	enum super_mode mode;
	enum super_goal goal;

	struct loop loop;
	struct tree tree;
	struct loop_fd main[MAINS];
	struct loop_fd ctl;
	struct peers peers;
	size_t npeers;

	/* The service, or the last one. */
	struct loop_child child;
	bool alive; /* not reaped */
	int status; /* as wait(2) gives it */
	int64_t began, ended;
	bool ready; /* it is, or was */
	bool ever; /* and any was */
	struct loop_timer patience; /* for it to be ready; or the next start */
	struct ready waiting;
	struct notify notify;
	struct logs logs;
	bool notifying, logging; /* these two are open */
	struct restart restart;

	/* Its end. */
	struct schedule schedule;
	struct schedule_walk walk;
	struct loop_timer step;
	int sig; /* what was sent last */
	bool killing; /* within tree_end() */

	struct pidpath pidfile; /* --pidfile */
	struct statusfile told;
	enum statusfile_state last; /* what it is to be at the end */
};

/* super_start.c */

/* Starts the service. What goes wrong is in the result, and settled. */
void super_start(struct super *);

/* Notes why it is not ready, unless a reason is known already. */
__attribute__((format(printf, 3, 4))) void super_fail(
    struct super *, int code, const char *, ...);
void super_fail_by(struct super *, int code, const struct buf *why);

/* super_end.c */

/* Ends what runs by that schedule, then goes for the goal; DOWN replaces
 * AGAIN, and never the other way round. */
void super_end(
    struct super *, enum super_goal, const struct schedule *schedule);

/* The service has been reaped: what it has left. */
void super_sweep(struct super *);

/* Whether nothing is left of the service. */
bool super_gone(struct super *);

/* super_tell.c */

/* Writes the files that are there from the beginning. Returns 0; or -1 and
 * why. */
int super_tell_open(struct super *, struct buf *why);

/* Writes the last status, takes all else away, and lets go of the lock. */
void super_tell_close(struct super *, enum statusfile_state);

/* Writes the status. Returns 0, or -1 and errno. */
int super_tell(struct super *, enum statusfile_state);

/* The service runs; or does no more. Returns 0, or -1 and why. */
int super_tell_pid(struct super *, struct buf *why);
void super_tell_end(struct super *);

#endif
