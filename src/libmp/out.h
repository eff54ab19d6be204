/* SPDX-License-Identifier: ISC */
/*
 * One of our output descriptors: bytes are gathered and written when the
 * descriptor takes them, so that a slow reader never stops the loop.
 */
#ifndef MP_OUT_H
#define MP_OUT_H

#include <stdbool.h>
#include <stdint.h>

#include "buf.h"
#include "loop.h"

struct out {
	struct loop *loop;
	struct loop_fd w;
	struct buf pending;
	int fd; /* the descriptor as we got it */
	int own; /* the same with a description of its own, or -1 */
	size_t most; /* bytes that one write may take */
	uint64_t written; /* bytes so far */
	int err; /* errno of the write that failed; then all is dropped */
	void (*drained)(void *arg); /* there is room again */
	void *arg;
};

/* drained is called when out_full() has become false again, or out_idle()
 * true. out_free() forgets what is pending. */
void out_init(
    struct out *, struct loop *, int fd, void (*drained)(void *arg), void *arg);
void out_free(struct out *);

/* Takes all n bytes. Returns 0, or -1 and ENOMEM. */
int out_add(struct out *, const void *, size_t n);

/* The same without a copy: where to put n bytes, or NULL and ENOMEM; and
 * how many of them were put there. */
char *out_room(struct out *, size_t n);
void out_added(struct out *, size_t n);

/* Writes what the descriptor takes now; the loop does the rest. To be
 * called before the loop waits. */
void out_flush(struct out *);

/* What written will be when all that is pending has been. */
uint64_t out_end(const struct out *);

/* Whether the caller should bring no more for now. */
bool out_full(const struct out *);

/* Whether everything was written, or nothing can be. */
bool out_idle(const struct out *);

#endif
