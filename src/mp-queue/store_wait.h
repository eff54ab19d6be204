/* SPDX-License-Identifier: ISC */
/*
 * Waiting for a change of a queue, at a bell, which is a FIFO: a byte wakes
 * one of all that wait there, the one that came first, and not one that is
 * stopped or dead. One of them, who holds the lock of the FIFO, also waits for
 * what rings no bell: a time that is due, the end of the owner of a lease; for
 * new owners he looks ten times a second. Each looks for himself every second,
 * for a bell is no promise.
 */
#ifndef MP_STORE_WAIT_H
#define MP_STORE_WAIT_H

#include "gate.h"
#include "loop.h"
#include "store.h"

#define STORE_WATCH_MAX 64

struct store_wait {
	struct store *s;
	const char *name; /* of the bell; the caller's */
	struct gate bell;
	int epoll;
	bool all; /* a byte wakes all that wait there, and all keep watch */
	bool watches; /* keeps watch */
	int64_t due; /* when to look again */
	int owner[STORE_WATCH_MAX]; /* pidfds */
	size_t n;
};

/* Opens the bell. Look once more after it: what changes from then on rings.
 * Returns 0, or -1 and errno. */
int store_wait_begin(
    struct store *, struct store_wait *, const char *bell, bool all);

/* What else there is to wait for, instead of earlier things: the end of one
 * of these processes, and a time of loop_now(), or LOOP_NEVER. */
void store_wait_watch(
    struct store_wait *, const pid_t *, size_t n, int64_t due);

/* Waits until something may have changed, or a second has passed. Returns 0;
 * or -1 when that time of loop_now() has come, until. */
int store_wait(struct store_wait *, int64_t until);

/* Wait for this descriptor, too, until it can be read. Adding one again does
 * nothing. */
void store_wait_also(struct store_wait *, int fd);

/* Keeps no watch until the next store_wait_watch(). */
void store_wait_pause(struct store_wait *);

/* more: there is perhaps more for the next one, who is woken. */
void store_wait_end(struct store_wait *, bool more);

#endif
