/* SPDX-License-Identifier: ISC */
/*
 * Rows of a joblog: the nine columns of GNU parallel, with a tab between
 * them. Pure.
 */
#ifndef MP_JOBLOG_H
#define MP_JOBLOG_H

#include <stddef.h>
#include <stdint.h>

#include "buf.h"

/* The first line, without its newline. */
extern const char joblog_header[];

struct joblog_row {
	uint64_t seq;
	int64_t start; /* nanoseconds since the Epoch */
	int64_t runtime; /* nanoseconds */
	uint64_t send, receive; /* bytes */
	int exitval, signal;
	const char *command; /* len bytes, no newline among them */
	size_t len;
};

/* Appends the row and a newline; the host is ":", which is this one. Returns
 * 0, or -1 and ENOMEM. */
int joblog_format(struct buf *, const struct joblog_row *);

/* Reads a row of len bytes, without its newline; command points into it. The
 * host may be any. Returns 0, or -1 and EINVAL. */
int joblog_parse(const char *line, size_t len, struct joblog_row *);

#endif
