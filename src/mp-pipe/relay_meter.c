/* SPDX-License-Identifier: ISC */
/*
 * Figures for people: sizes in powers of 1024 with one decimal, seconds.
 */
#include "config.h"

#include "relay_meter.h"

#include <inttypes.h>

#include "dur.h"
#include "relay.h"

/* Of less than a tenth of a second nobody speaks. */
#define WAIT_MIN (100 * DUR_MS)

/* A number of bytes: "12 B", "1.5 KiB". */
static int
add_size(struct buf *b, double n)
{
	static const char *const units[] = {
	    "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
	size_t i = 0;

	if (n < 1024)
		return buf_addf(b, "%.0f B", n);
	for (n /= 1024; n >= 1024 && i + 1 < sizeof(units) / sizeof(units[0]);
	     i++)
		n /= 1024;
	return buf_addf(b, "%.1f %s", n, units[i]);
}

static int
add_rate(struct buf *b, uint64_t n, int64_t ns)
{
	double seconds = (double)(ns > 0 ? ns : 1) / (double)DUR_SECOND;

	return add_size(b, (double)n / seconds) | buf_adds(b, "/s");
}

int
relay_meter_total(struct buf *b, const struct relay_link *link,
    const struct relay_stat *s, int64_t ns)
{
	char from[RELAY_NAME], to[RELAY_NAME], text[DUR_STRLEN];
	int rc;

	rc = buf_addf(
	    b, "%" PRIu64 " bytes in %s s, ", s->bytes, dur_format(ns, text));
	rc |= add_rate(b, s->bytes, ns);
	if (s->stall >= WAIT_MIN)
		rc |= buf_addf(b, "; %s made %s wait %.1f s",
		    relay_name(link->to, to), relay_name(link->from, from),
		    (double)s->stall / (double)DUR_SECOND);
	if (s->lost > 0)
		rc |= buf_addf(b, "; %" PRIu64 " more were not read", s->lost);
	return rc;
}

int
relay_meter_short(struct buf *b, size_t from, const struct relay_stat *s,
    uint64_t n, int64_t ns)
{
	char name[RELAY_NAME];
	int rc;

	rc = buf_addf(b, "%s> ", relay_name(from, name));
	rc |= add_size(b, (double)s->bytes);
	rc |= buf_addc(b, ' ');
	rc |= add_rate(b, n, ns);
	return rc;
}
