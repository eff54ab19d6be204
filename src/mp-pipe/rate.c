/* SPDX-License-Identifier: ISC */
/*
 * The bucket, kept as a time: the time that has passed since base is the
 * allowance. Bytes move base on; what was not used for longer than the depth
 * of the bucket is gone.
 */
#include "config.h"

#include "rate.h"

#include "dur.h"

/* Deep enough for a machine that is late, and worth a step. */
#define DEPTH (200 * DUR_MS)
#define STEP (10 * DUR_MS)

/* The time that n bytes take, rounded up. */
static int64_t
time_of(const struct rate *r, uint64_t n)
{
	const uint64_t second = (uint64_t)DUR_SECOND;

	return (int64_t)((n * second + r->per_second - 1) / r->per_second);
}

static int64_t
at_least_a_byte(const struct rate *r, int64_t ns)
{
	int64_t byte = time_of(r, 1);

	return byte > ns ? byte : ns;
}

void
rate_init(struct rate *r, uint64_t per_second, int64_t now)
{
	/* More than a byte in a nanosecond is more than there can be. */
	if (per_second > (uint64_t)DUR_SECOND * 1000)
		per_second = 0;
	r->per_second = per_second;
	r->base = now;
}

size_t
rate_allows(struct rate *r, int64_t now, size_t most)
{
	const uint64_t second = (uint64_t)DUR_SECOND;
	uint64_t ns, n;

	if (r->per_second == 0)
		return most;
	if (now - r->base > at_least_a_byte(r, DEPTH))
		r->base = now - at_least_a_byte(r, DEPTH);
	ns = now > r->base ? (uint64_t)(now - r->base) : 0;
	n = r->per_second / second * ns + r->per_second % second * ns / second;
	return n < most ? (size_t)n : most;
}

void
rate_used(struct rate *r, size_t n)
{
	if (r->per_second != 0)
		r->base += time_of(r, n);
}

int64_t
rate_next(const struct rate *r)
{
	return r->base + at_least_a_byte(r, STEP);
}
