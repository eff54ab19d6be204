/* SPDX-License-Identifier: ISC */
/*
 * How far a run has come, as one line.
 */
#include "config.h"

#include "progress.h"

#include <inttypes.h>

#include "dur.h"

#define BAR_MAX 30
#define BAR_MIN 5
#define BAR_AROUND 3 /* brackets and a blank */
#define PERMILLE 1000

/* Tasks in a thousand seconds. */
static uint64_t
rate(const struct progress *p)
{
	uint64_t ms = (uint64_t)(p->elapsed / DUR_MS);

	return ms == 0 ? 0 : p->done * PERMILLE * PERMILLE / ms;
}

/* 0:00:07 */
static int
add_time(struct buf *b, const char *name, uint64_t s)
{
	return buf_addf(b, "  %s%" PRIu64 ":%02u:%02u", name, s / 3600,
	    (unsigned)(s / 60 % 60), (unsigned)(s % 60));
}

static int
add_counts(struct buf *b, const struct progress *p)
{
	uint64_t r = rate(p), left = 0;

	if (p->total > 0 &&
	    buf_addf(b, "%3u%%  %" PRIu64 "/%" PRIu64,
		(unsigned)(100 * p->done / p->total), p->done, p->total) == -1)
		return -1;
	if (p->total == 0 && buf_addf(b, "%" PRIu64 " done", p->done) == -1)
		return -1;
	if (buf_addf(b,
		"  %" PRIu64 " failed  %" PRIu64 " running  %" PRIu64
		".%" PRIu64 "/s",
		p->failed, p->running, r / PERMILLE, r % PERMILLE / 100) == -1)
		return -1;
	if (p->total == 0 || r == 0)
		return add_time(b, "", (uint64_t)(p->elapsed / DUR_SECOND));
	if (p->total > p->done)
		left = (p->total - p->done) * PERMILLE / r;
	return add_time(b, "ETA ", left);
}

static int
add_bar(struct buf *b, const struct progress *p, size_t room)
{
	size_t width = room < BAR_AROUND ? 0 : room - BAR_AROUND, i, full;

	if (p->total == 0 || width < BAR_MIN)
		return 0;
	if (width > BAR_MAX)
		width = BAR_MAX;
	full = (size_t)(width * p->done / p->total);
	if (buf_addc(b, '[') == -1)
		return -1;
	for (i = 0; i < width; i++)
		if (buf_addc(b, i < full ? '#' : '.') == -1)
			return -1;
	return buf_adds(b, "] ");
}

int
progress_format(struct buf *b, const struct progress *p, unsigned width)
{
	struct buf counts = BUF_INIT;
	size_t n;
	int rc;

	rc = add_counts(&counts, p);
	n = buf_len(&counts);
	if (n > width)
		n = width;
	if (rc == 0)
		rc = add_bar(b, p, width - n);
	if (rc == 0)
		rc = buf_add(b, buf_data(&counts), n);
	buf_free(&counts);
	return rc;
}
