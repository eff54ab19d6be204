/* SPDX-License-Identifier: ISC */
/*
 * Whole lines written to a file or a pipe that may be full: what does not
 * fit is dropped line by line, counted, and told in the output itself when
 * there is room again. A line is never begun anew in the middle: what was
 * half written is kept and finished first.
 */
#ifndef MP_LINEOUT_H
#define MP_LINEOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "buf.h"

/* The longest line, or piece of one, that is given at once; bytes. */
#define LINEOUT_PIECE ((size_t)193 * 1024)

struct lineout {
	int fd; /* the caller's; -1: nothing can be written */
	const char *program; /* for the notice */
	bool stamp; /* the notice begins with the time */
	struct buf rest; /* of a line that is half written */
	uint64_t dropped; /* lines, since ever */
	uint64_t untold; /* of them, not told in the output */
	uint64_t written; /* bytes, since ever */
	int error; /* of the last write(2) that failed, or 0 */
	bool open_line; /* what was given last did not end in a newline */
	bool skipping; /* and goes on being dropped */
};

/* program must stay. Returns 0, or -1 and ENOMEM. lineout_free() keeps the
 * numbers. */
int lineout_init(struct lineout *, const char *program, bool stamp);
void lineout_free(struct lineout *);

/* Whether the next byte that is given is written right after the end of a
 * line. */
bool lineout_between(const struct lineout *);

/*
 * Writes n bytes, which begin a line or go on with the one that was given
 * last. Drops what does not go. Waits only where fd does.
 */
void lineout_write(struct lineout *, const char *, size_t n);

/* The same, but stops at the first line that does not go and drops none.
 * Returns how many bytes are done with. */
size_t lineout_try(struct lineout *, const char *, size_t n);

/* Drops what is left of a line, for the output is not the same any more. */
void lineout_forget(struct lineout *);

/* Writes what is left of a line, and the notice. Returns whether nothing is
 * left to write. */
bool lineout_flush(struct lineout *);

#endif
