/* SPDX-License-Identifier: ISC */
/*
 * For unit tests of the relay: a ring of members, all of whom the test is.
 */
#ifndef MP_AID_RELAY_H
#define MP_AID_RELAY_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "relay.h"

#define AID_RING_MAX 4

struct aid_ring {
	size_t n;
	struct relay_conf conf;
	int tee; /* of the first direction */
	bool sockets; /* two members with a socket each, not pipes */
	struct loop loop;
	struct relay *relay;
	int wr[AID_RING_MAX], rd[AID_RING_MAX]; /* of direction i; ours,
						    non-blocking */
	struct buf said; /* what was said, a line each */
	int idle, deadlocks;
	size_t ended;
};

/* Without buffer, trace or anything, for n directions; and makes it. */
void aid_ring_init(struct aid_ring *, size_t n);
void aid_ring_begin(struct aid_ring *);
void aid_ring_end(struct aid_ring *);

/* Lets the loop run while more(arg) holds, for 20 seconds at most, which
 * must do; or for some milliseconds: returns how many events there were. */
void aid_ring_run(struct aid_ring *, bool (*more)(struct aid_ring *));
int aid_ring_wait(struct aid_ring *, int ms);

/* Writes in direction i as much as is taken, n bytes of a pattern at most,
 * and lets the loop run, until nothing is taken any more. Returns how many
 * in all. */
size_t aid_ring_fill(struct aid_ring *, size_t i, size_t n);

/* Reads in direction i what is there, the loop running, until there is no
 * more; it must be the pattern from byte at on. Returns how many bytes. */
size_t aid_ring_read(struct aid_ring *, size_t i, size_t at);

/* What was said, as text. */
const char *aid_ring_said(struct aid_ring *);

#endif
