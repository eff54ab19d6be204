/* SPDX-License-Identifier: ISC */
/*
 * GNU make's jobserver: a pipe with a byte, a token, for each job beyond the
 * first one of each process that uses it. The first one runs on the token
 * that our own parent has taken for us; each further one takes a byte, and
 * the same byte is put back.
 */
#ifndef MP_JOBSERVER_H
#define MP_JOBSERVER_H

#include <stdbool.h>
#include <stddef.h>

#include "buf.h"
#include "loop.h"
#include "makeflags.h"

struct jobserver {
	int rd, wr; /* descriptions of our own, non-blocking; or -1 */
	int pipe[2]; /* what the tasks are to have as the same descriptors, or
			-1 where they need none */
	bool own; /* made by us: then both of these are ours, and */
	size_t tokens; /* so many are in it when nothing runs */
	size_t jobs; /* we never use more than this */
	struct buf held; /* the bytes that were taken */
	bool dry; /* there was none left when we last looked */
	struct loop *loop;
	struct loop_fd w;
};

/* Uses the one that is offered, for up to jobs jobs of ours. Returns 0; or -1
 * and errno where it cannot be used: EBADF where its descriptors were not
 * handed down to us. */
int jobserver_join(struct jobserver *, const struct makeflags *, size_t jobs);

/* Makes one for jobs jobs in all. Returns 0, or -1 and errno. */
int jobserver_serve(struct jobserver *, size_t jobs);

void jobserver_free(struct jobserver *);

/* For the time in between the loop is used. Detaching puts back what is
 * held; jobserver_free() does that, too. */
void jobserver_attach(struct jobserver *, struct loop *);
void jobserver_detach(struct jobserver *);

/* While running jobs run, may one more? Takes a token for it if it needs
 * one. If there is none the loop is woken once there is. */
bool jobserver_take(struct jobserver *, size_t running);

/* Puts back what running jobs do not need. Tokens of our own jobserver that
 * somebody took and did not put back are replaced when running is 0. */
void jobserver_settle(struct jobserver *, size_t running);

#endif
