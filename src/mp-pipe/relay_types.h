/* SPDX-License-Identifier: ISC */
/*
 * What the relay is told and what it tells: settings, directions, figures.
 */
#ifndef MP_RELAY_TYPES_H
#define MP_RELAY_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What happens when all wait for each other: a ring of members each of
 * which has filled all there is to the next one, which does not read. */
enum relay_deadlock {
	RELAY_REPORT, /* it is said, once for each time it comes to that */
	RELAY_GROW, /* and the buffers of the ring grow, see below */
	RELAY_KILL /* and the caller ends the members */
};

/* For all directions. Sizes are in bytes and for each direction, times in
 * nanoseconds. */
struct relay_conf {
	uint64_t buffer; /* held in memory, besides the pipes; 0: nothing */
	uint64_t spool; /* then in a file without a name; 0: nothing */
	bool automatic; /* both are limits, and what is used of them begins at
			   0 and grows when all wait for each other; a limit
			   of 0 is RELAY_AUTO_BUFFER, or none for the file */
	uint64_t rate; /* at most, in a second; 0: no limit */
	int64_t idle; /* no byte anywhere for so long is an event; 0: never */
	int64_t deadlock_after; /* nothing moves for so long; 0: no check */
	enum relay_deadlock deadlock;
	int trace; /* where the trace goes, the caller's to close; -1: none */
	bool hex; /* the trace is a dump in hexadecimal */
	bool meter; /* a line of figures on standard error from time to time,
		       if that is a terminal */
};

#define RELAY_AUTO_BUFFER ((uint64_t)64 << 20)

/* A direction. Members have numbers from 0 on; messages call them A, B, C. */
struct relay_link {
	int in; /* read what member from writes; non-blocking from now on */
	int out; /* write what member to reads; the same */
	int tee; /* a copy of all bytes goes there; -1: none */
	size_t from, to;
};

enum relay_end {
	RELAY_OPEN,
	RELAY_ALL, /* the writer has closed, and the reader got everything */
	RELAY_BROKEN, /* the reader has closed before the writer */
	RELAY_STOPPED /* by relay_stop() */
};

struct relay_stat {
	uint64_t bytes; /* handed to the reader */
	uint64_t lost; /* taken from the writer, but never handed on */
	uint64_t held; /* the most that was in the buffer, and in the file */
	uint64_t spooled;
	int64_t first, last; /* loop_now() of handing on; 0: never */
	int64_t stall; /* ns for which there was something for the reader, but
			  it did not take it, so that the writer waited */
	enum relay_end end;
	int err; /* errno where RELAY_BROKEN is for another reason */
};

#endif
