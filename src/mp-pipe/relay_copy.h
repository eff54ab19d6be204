/* SPDX-License-Identifier: ISC */
/*
 * --tee: a copy of the bytes of one direction. Where the kernel can duplicate
 * what is in a pipe, tee(2), the bytes never come here. A copy that cannot
 * be written ends at that byte and holds nobody up any more; one that is
 * not taken, as by a pipe that nobody reads, does.
 */
#ifndef MP_RELAY_COPY_H
#define MP_RELAY_COPY_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>

#include "loop.h"
#include "out.h"

struct relay_copy {
	int fd; /* -1: none, or not any more */
	int pipe[2]; /* what tee(2) has duplicated; -1: not by tee(2) */
	size_t ahead; /* bytes at the front of the input that are copied */
	struct out out; /* what came as bytes */
	int err; /* why it ended early, or 0 */
};

/* Takes fd over, -1 for no copy. drained is called when bytes that had to
 * wait were taken, or never will be. */
void relay_copy_init(struct relay_copy *, struct loop *, int fd,
    void (*drained)(void *arg), void *arg);

/* Releases all. */
void relay_copy_free(struct relay_copy *);

/*
 * Copies what is at the front of the pipe in, most bytes at most. Returns
 * how many of the bytes there are copied by now, and may be moved; 0 at the
 * end of the input; or -1 and errno, EINVAL where in is no pipe.
 */
ssize_t relay_copy_front(struct relay_copy *, int in, size_t most);

/* n bytes were moved on from the front. */
void relay_copy_moved(struct relay_copy *, size_t n);

/* These bytes were read from the front; copies them unless they are. */
void relay_copy_bytes(struct relay_copy *, const char *, size_t n);

/* Why it has ended early, or 0. */
int relay_copy_error(struct relay_copy *);

/* Whether relay_copy_front() can do it. True where there is no copy. */
bool relay_copy_direct(const struct relay_copy *);

/* Whether no more is to be read for now. */
bool relay_copy_full(const struct relay_copy *);

/* Whether nothing waits to be written. */
bool relay_copy_idle(const struct relay_copy *);

#endif
