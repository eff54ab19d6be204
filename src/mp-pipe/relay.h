/* SPDX-License-Identifier: ISC */
/*
 * The relay: the process between members that are not connected directly.
 * It carries bytes in any number of directions, all of them in one poll
 * loop, and looks after each one's buffer, rate, copy, trace and figures.
 *
 * A direction goes from a member to another one. It ends when the writer
 * has closed its end and all was handed on; then the reader sees the end of
 * its input. Or when the reader has closed its end; then the writer is
 * broken off at once (SIGPIPE), as on a pipe of its own, and what was on
 * its way is lost. Directions end one by one.
 */
#ifndef MP_RELAY_H
#define MP_RELAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "loop.h"

struct relay;

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
	int tee; /* a copy of all bytes goes there; -1: none. The same */
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

/* All are called from the loop; none may be NULL. */
struct relay_events {
	/* For people: "--tee: No space left on device; …". The stream goes
	 * on, or waits; nothing of it is lost. */
	void (*say)(void *arg, const char *what, const char *why);

	/* No byte has moved for conf.idle; called once. */
	void (*idle)(void *arg);

	/* All wait for each other; text tells who for whom. */
	void (*deadlock)(void *arg, const char *text);

	/* A direction has ended, its descriptors are closed; i is its number.
	 * relay_running() tells whether it was the last one. */
	void (*ended)(void *arg, size_t i);
	void *arg;
};

/*
 * A relay with room for n directions, in that loop. Nothing moves before
 * relay_start(). SIGPIPE is ignored from now on. conf and events are copied.
 * NULL and errno.
 */
struct relay *relay_new(struct loop *, size_t n, const struct relay_conf *,
    const struct relay_events *);

/*
 * Adds the next direction, whose number is the count of those before it.
 * The descriptors are the relay's from now on, also when this fails. Their
 * descriptions must be nobody else's, but for sockets, of which a duplicate
 * serves the other direction. All it will need is allocated here. Returns
 * 0, or -1 and errno.
 */
int relay_add(struct relay *, const struct relay_link *);

/* Begins: times count from now on. */
void relay_start(struct relay *);

/* How many directions have not ended. */
size_t relay_running(const struct relay *);

/* Ends all directions at once and calls no event. */
void relay_stop(struct relay *);

/* What is known of direction i; of one that is open, so far. */
void relay_stat(const struct relay *, size_t i, struct relay_stat *);

/* Says the figures of each direction: say("A>", "12 bytes in …"). */
void relay_meter(const struct relay *);

/* Whether a copy or a trace is not complete, which was said. */
bool relay_failed(const struct relay *);

/* Writes out what is left of the trace, waiting for it; stops. */
void relay_free(struct relay *);

/* The letters of a member: A to Z, then AA. Returns name. */
#define RELAY_NAME 16
const char *relay_name(size_t member, char name[RELAY_NAME]);

#endif
