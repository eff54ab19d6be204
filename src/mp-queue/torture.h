/* SPDX-License-Identifier: ISC */
/*
 * Commands that put, get and acknowledge tasks of one queue, many at a time,
 * of which many are killed: what torture does to a place.
 */
#ifndef MP_TORTURE_H
#define MP_TORTURE_H

#include "tally.h"

#define TORTURE_QUEUE "torture"

/* What is to be done, and what was. */
struct torture {
	const char *place;
	bool unsafe; /* as --unsafe-fs */
	int64_t time; /* nanoseconds; 0: until a signal */
	size_t procs;

	struct tally tally;
	int64_t steps, killed;
	int signo; /* the signal that ended it, or 0 */
};

/* The queue has to be there. Sets the members of the second part; whatever
 * goes wrong is in the tally. */
void torture_run(struct torture *);

#endif
