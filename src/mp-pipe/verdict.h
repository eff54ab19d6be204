/* SPDX-License-Identifier: ISC */
/*
 * The verdict on members that were connected by pipes: who failed, who
 * ended only because of another's end, and what that makes of the whole.
 * Pure: no system call.
 */
#ifndef MP_PIPE_VERDICT_H
#define MP_PIPE_VERDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VERDICT_NOBODY ((size_t)-1)

/* A reader may close its end some instructions before it ends itself: the
 * kernel may note the end of the writer first, by no more than this, in
 * nanoseconds. */
#define VERDICT_SLACK INT64_C(500000000)

/* Who reads what a member writes: the next one. */
enum verdict_shape {
	VERDICT_LINE, /* and nobody behind the last one */
	VERDICT_RING /* and the first one behind the last one */
};

enum verdict_kind {
	VERDICT_RUNS, /* it has not ended */
	VERDICT_OK, /* exit status 0 */
	VERDICT_PIPE, /* its reader had succeeded and gone: no failure */
	VERDICT_RESULT, /* its reader had failed before, or is ending */
	VERDICT_ENDED, /* it did not succeed, but was being ended by us */
	VERDICT_FAILED /* by itself */
};

struct verdict_member {
	bool ended;
	bool by_us; /* its end came after we had begun to end all */
	bool unread; /* nobody had open what it wrote to when it was seen to
			have ended */
	int status; /* as wait(2) gives it */
	unsigned order; /* of its end: the lower one came first */
	int64_t end; /* when that was seen, in nanoseconds */
	enum verdict_kind kind; /* by verdict_judge() */
};

/* Which failure gives the status. */
enum verdict_pick {
	VERDICT_FIRST, /* the first in time */
	VERDICT_LAST, /* of the last member on the command line */
	VERDICT_MAX, /* the highest status */
	VERDICT_ANY /* 123 for any */
};

struct verdict_rules {
	enum verdict_shape shape;
	bool strict; /* an end for want of a reader is a failure, too */
	enum verdict_pick pick;
	bool epipe[256]; /* exit statuses that mean as much as SIGPIPE */
};

/* Whether a member's end says that nobody read what it wrote. */
bool verdict_no_reader(
    const struct verdict_rules *, const struct verdict_member *);

/* Fills in the kind of each of n members. now is in the time of their ends.
 */
void verdict_judge(const struct verdict_rules *, struct verdict_member *,
    size_t n, int64_t now);

/* Of judged members the one whose status is that of the whole, or NOBODY
 * where none failed. */
size_t verdict_culprit(
    const struct verdict_rules *, const struct verdict_member *, size_t n);

/* The exit status for that culprit: 0 for NOBODY; minus a signal to die
 * by. */
int verdict_status(const struct verdict_rules *, const struct verdict_member *,
    size_t culprit);

/* A wait(2) status as a shell shows it: 128+n for signal n. */
int verdict_number(int status);

#endif
