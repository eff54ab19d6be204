/* SPDX-License-Identifier: ISC */
/*
 * Schedules of signals and times, in which a service is ended: the grammar
 * of start-stop-daemon(8)'s --retry. Pure.
 */
#ifndef MP_SCHEDULE_H
#define MP_SCHEDULE_H

#include <stddef.h>

#include "buf.h"
#include "ladder.h"

#define SCHEDULE_MAX 32

/* A step is a signal (0: none) and how long to wait then for the end. */
struct schedule {
	struct ladder_step step[SCHEDULE_MAX];
	size_t n; /* at least 1 */
	size_t
	    again; /* the step to go back to after the last one; n: it ends */
};

/*
 * Reads "TIME", which is sig, TIME, KILL, TIME; or items with slashes
 * between them, at least two: a signal as sig_number() takes it, with or
 * without a dash before it, but a number only with one; a time as
 * dur_parse() takes it, 0 being no wait and "infinity" one without end; or
 * "forever", once, from behind which on all is done again and again.
 * Refused: "forever" with no time behind it. sig is at least 1. Returns 0;
 * or -1 and in why "'TEXT': reason"; then *s is as it was.
 */
int schedule_parse(
    const char *text, int sig, struct schedule *s, struct buf *why);

/* A way through a schedule. */
struct schedule_walk {
	const struct schedule *schedule;
	size_t next;
};

void schedule_begin(struct schedule_walk *, const struct schedule *);

/* What to do now: send the signal, if there is one, and call again when the
 * time is over (DUR_INFINITE: never). NULL where the schedule is at its
 * end: who is alive then stays so. */
const struct ladder_step *schedule_next(struct schedule_walk *);

#endif
