/* SPDX-License-Identifier: ISC */
/*
 * A block on its way into the pipe that a command reads. The kernel moves
 * it: the bytes do not pass through this process.
 */
#ifndef MP_FEED_H
#define MP_FEED_H

#include "block.h"
#include "loop.h"

struct feed {
	struct loop *loop;
	struct loop_fd pipe; /* we write; fd is -1 when it is over */
	int from;
	off_t at; /* of the file */
	uint64_t left;
	const char *fault; /* why the command has not got all; or NULL */
};

/* A feed that is over. */
void feed_init(struct feed *, struct loop *);

/* Begins to feed the block to whoever reads *rd, which is the caller's to
 * close. Returns 0, or -1 and errno. */
int feed_open(struct feed *, const struct block *, int *rd);

/* Nobody reads any more. f->fault stays. */
void feed_close(struct feed *);

#endif
