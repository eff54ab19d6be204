/* SPDX-License-Identifier: ISC */
/*
 * Waiting for a change of a queue. Of all that wait for the same, one is at
 * the bell, a FIFO; the others are behind it at a turnstile, a lock. So a
 * byte wakes one, who goes on alone. Who waits at the turnstile looks for
 * himself each second: the one before may be stopped.
 */
#ifndef MP_STORE_WAIT_H
#define MP_STORE_WAIT_H

#include <poll.h>

#include "loop.h"
#include "store.h"

#define STORE_WATCH_MAX 64

struct store_wait {
	struct store *s;
	char bell[300]; /* its name */
	struct gate turnstile;
	bool first; /* through the turnstile */
	struct pollfd pfd[1 + STORE_WATCH_MAX]; /* the bell, then pidfds */
	size_t n;
};

/* Opens the turnstile and the bell of the queue. Look once more after it:
 * what changes from then on rings. Returns 0, or -1 and errno. */
int store_wait_begin(struct store *, struct store_wait *, const char *q,
    const char *turnstile, const char *bell);

/* Wait for the ends of these processes, too, instead of earlier ones. */
void store_wait_watch(struct store_wait *, const pid_t *, size_t n);

/* Waits until something may have changed, or due, or a second has passed.
 * Returns 0; or -1 when that time of loop_now() has come, until. */
int store_wait(struct store_wait *, int64_t until, int64_t due);

/* more: there is perhaps more for the next one, who is woken. */
void store_wait_end(struct store_wait *, bool more);

#endif
