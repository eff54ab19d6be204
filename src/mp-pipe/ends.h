/* SPDX-License-Identifier: ISC */
/*
 * Which end of a wire was closed first. A writer that dies of SIGPIPE while
 * its reader ends has had no reader, or has made it see the end of its
 * input by dying of something else: by the time both have ended, only the
 * order in which they closed their ends tells. inotify(7) keeps it.
 */
#ifndef MP_PIPE_ENDS_H
#define MP_PIPE_ENDS_H

#include <sys/types.h>

#include <stdbool.h>
#include <stddef.h>

#include "loop.h"

/* A member, and the wire behind it. Times are a count of closings, 0: not
 * yet. */
struct ends_wire {
	pid_t pid;
	int reader, writer; /* watches, of a pipe the same one; or -1 */
	unsigned long read_closed, write_closed; /* the last time */
	unsigned long ending; /* the member's first one as it was ending */
};

struct ends {
	struct loop_fd w;
	struct loop *loop; /* or NULL */
	struct ends_wire *wire;
	bool sockets; /* the wires are */
	size_t n;
	unsigned long closed;
};

/* For n wires, behind each member one. ends_free() releases. Returns 0, or -1 and ENOMEM: where
 * the kernel cannot help there is no failure. */
int ends_init(struct ends *, size_t n, bool sockets);
void ends_free(struct ends *);

/* Wire i goes from descriptor out to descriptor in, both open. */
void ends_watch(struct ends *, size_t i, int out, int in);

/* The members have these pids. Takes what the kernel tells in that loop, at
 * once; no more. Returns 0, or -1 and ENOMEM. */
int ends_follow(struct ends *, struct loop *, const pid_t *pids);
void ends_leave(struct ends *);

/* Takes what it tells by now. To be called before asking: */
void ends_take(struct ends *);

/* Whether the reading end of wire i was closed, and before the writing end
 * was. Where the kernel cannot tell it is taken to be so. */
bool ends_unread(const struct ends *, size_t i);

/* Whether member i is ending, or has ended, and began to close its ends as
 * it did so before member k did. */
bool ends_before(const struct ends *, size_t i, size_t k);

#endif
