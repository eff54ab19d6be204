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

#include "loop.h"
#include "relay_types.h"

struct relay;

/* All are called from the loop, say() from relay_meter(), too; none may be
 * NULL. */
struct relay_events {
	/* For people: "--tee: No space left on device: …". The stream goes
	 * on, or waits, unless it says that it is lost. */
	void (*say)(void *arg, const char *what, const char *why);

	/* No byte has moved for conf.idle; called once. */
	void (*idle)(void *arg);

	/* All wait for each other; text tells who for whom. */
	void (*deadlock)(void *arg, const char *text);

	/* Direction i, by its number, has ended; its descriptors are closed. */
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

/* Whether a direction has not ended, or something of a copy or the trace is
 * not written. The loop must run until it has, or relay_stop() is called. */
bool relay_running(const struct relay *);

/* Ends all directions at once and calls no event. */
void relay_stop(struct relay *);

/* What is known of direction i; of one that is open, so far. */
void relay_stat(const struct relay *, size_t i, struct relay_stat *);

/* Says the figures of each direction: say("A>", "12 bytes in …"). */
void relay_meter(const struct relay *);

/* Whether a copy, the trace or a direction is not complete because something
 * has failed, which was said. */
bool relay_failed(const struct relay *);

/* Stops, forgets what is not written, and releases all. */
void relay_free(struct relay *);

/* The letters of a member: A to Z, then AA. Returns name. */
#define RELAY_NAME 16
const char *relay_name(size_t member, char name[RELAY_NAME]);

#endif
