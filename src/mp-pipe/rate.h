/* SPDX-License-Identifier: ISC */
/*
 * So many bytes in a second, and no more: a bucket of allowance that fills
 * with time and holds a moment's worth. Pure: the time is handed in.
 */
#ifndef MP_RATE_H
#define MP_RATE_H

#include <stddef.h>
#include <stdint.h>

struct rate {
	uint64_t per_second; /* 0: no limit */
	int64_t base; /* what was used is paid up to here, ns */
};

/* Begins at now, in nanoseconds, with nothing allowed yet. */
void rate_init(struct rate *, uint64_t per_second, int64_t now);

/* How many of most bytes may go now. */
size_t rate_allows(struct rate *, int64_t now, size_t most);

/* n bytes have gone, no more than were allowed. */
void rate_used(struct rate *, size_t n);

/* When to ask again, where none were allowed. */
int64_t rate_next(const struct rate *);

#endif
