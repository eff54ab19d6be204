/* SPDX-License-Identifier: ISC */
/*
 * What GNU make's MAKEFLAGS says of a jobserver. Pure.
 */
#ifndef MP_MAKEFLAGS_H
#define MP_MAKEFLAGS_H

#include "buf.h"

enum makeflags_offer {
	MAKEFLAGS_NONE,
	MAKEFLAGS_PIPE, /* descriptors rd and wr */
	MAKEFLAGS_FIFO, /* path */
	MAKEFLAGS_DENIED /* there is one, but not for this process */
};

struct makeflags {
	enum makeflags_offer offer;
	int rd, wr;
	struct buf path; /* a string; to be freed */
};

/*
 * Reads the value of MAKEFLAGS; NULL is none. Knows --jobserver-auth=R,W and
 * --jobserver-auth=fifo:PATH, of which the last one counts, and the older
 * --jobserver-fds=R,W. What it cannot read is MAKEFLAGS_DENIED. Returns 0, or
 * -1 and ENOMEM.
 */
int makeflags_parse(const char *text, struct makeflags *);

/*
 * Appends, as a string, the value with a pipe of ours for so many jobs in
 * place of what it says of them. Returns 0, or -1 and ENOMEM.
 */
int makeflags_offer(
    const char *text, size_t jobs, const int pipe[2], struct buf *out);

#endif
