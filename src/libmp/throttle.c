/* SPDX-License-Identifier: ISC */
/*
 * When a task may be started.
 */
#include "config.h"

#include "throttle.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dur.h"

#define ASK_AGAIN (200 * DUR_MS)
#define PATIENCE (10 * DUR_SECOND)
#define COUNT_STRLEN 16
#define PERIOD_STRLEN 32
#define PERIOD_MAX (1000000000 * DUR_SECOND)

/* A duration; of a unit alone it is one. */
static int
period_parse(const char *s, int64_t *ns)
{
	char text[PERIOD_STRLEN] = "1";
	size_t n = strlen(s);

	if (!isalpha((unsigned char)*s))
		return dur_parse(s, ns);
	if (n + 2 > sizeof(text)) {
		errno = EINVAL;
		return -1;
	}
	memcpy(text + 1, s, n + 1);
	return dur_parse(text, ns);
}

int
throttle_rate_parse(const char *s, struct throttle_conf *conf)
{
	size_t n = strspn(s, "0123456789");
	char digits[COUNT_STRLEN];
	const char *wrong = NULL;
	int64_t period;
	size_t starts;

	errno = EINVAL;
	if (n == 0 || n >= sizeof(digits) || s[n] != '/')
		return -1;
	memcpy(digits, s, n);
	digits[n] = '\0';
	starts = (size_t)strtonum(digits, 1, THROTTLE_STARTS_MAX, &wrong);
	if (wrong != NULL || period_parse(s + n + 1, &period) == -1 ||
	    period == 0 || period > PERIOD_MAX) {
		errno = EINVAL;
		return -1;
	}
	conf->starts = starts;
	conf->period = period;
	return 0;
}

bool
throttle_limits(const struct throttle_conf *c)
{
	unsigned kind;

	for (kind = 0; kind < GAUGE_PRESSURES; kind++)
		if (c->pressure[kind] > 0)
			return true;
	return c->delay > 0 || c->starts > 0 || c->load > 0 || c->memfree > 0;
}

int
throttle_init(struct throttle *t, const struct throttle_conf *conf)
{
	*t = (struct throttle){.conf = *conf, .root = ""};
	if (conf->starts == 0)
		return 0;
	t->start = calloc(conf->starts, sizeof(t->start[0]));
	return t->start == NULL ? -1 : 0;
}

void
throttle_free(struct throttle *t)
{
	free(t->start);
	t->start = NULL;
}

const char *
throttle_probe(const struct throttle_conf *c, const char *root)
{
	static const char *const file[GAUGE_PRESSURES] = {
	    "/proc/pressure/cpu", "/proc/pressure/memory", "/proc/pressure/io"};
	unsigned kind, share;
	uint64_t value;

	if (c->load > 0 && gauge_load(root, &value) == -1)
		return "/proc/loadavg";
	if (c->memfree > 0 && gauge_memory(root, &value) == -1)
		return "/proc/meminfo";
	for (kind = 0; kind < GAUGE_PRESSURES; kind++)
		if (c->pressure[kind] > 0 &&
		    gauge_pressure(root, (enum gauge_pressure)kind, &share) ==
			-1)
			return file[kind];
	return NULL;
}

static bool
too_busy(const struct throttle *t)
{
	const struct throttle_conf *c = &t->conf;
	unsigned kind, share;
	uint64_t value;

	if (c->load > 0 && gauge_load(t->root, &value) == 0 && value >= c->load)
		return true;
	if (c->memfree > 0 && gauge_memory(t->root, &value) == 0 &&
	    value < c->memfree)
		return true;
	for (kind = 0; kind < GAUGE_PRESSURES; kind++)
		if (c->pressure[kind] > 0 &&
		    gauge_pressure(
			t->root, (enum gauge_pressure)kind, &share) == 0 &&
		    share >= c->pressure[kind])
			return true;
	return false;
}

/* When enough time will have passed since other starts; 0: it has. */
static int64_t
too_soon(const struct throttle *t, int64_t now)
{
	int64_t when = 0, other;

	if (t->n > 0 && t->conf.delay > 0)
		when = t->last + t->conf.delay;
	if (t->conf.starts > 0 && t->n >= t->conf.starts) {
		other = t->start[t->next] + t->conf.period;
		if (other > when)
			when = other;
	}
	return when > now ? when : 0;
}

int64_t
throttle_ask(struct throttle *t, uint64_t running, int64_t now)
{
	int64_t when = too_soon(t, now);

	if (when > 0)
		return when;
	if (!too_busy(t) ||
	    (running == 0 && t->idle > 0 && now - t->idle >= PATIENCE)) {
		t->idle = 0;
		return 0;
	}
	if (running > 0)
		t->idle = 0;
	else if (t->idle == 0)
		t->idle = now;
	return now + ASK_AGAIN;
}

void
throttle_started(struct throttle *t, int64_t now)
{
	t->last = now;
	t->n++;
	if (t->conf.starts == 0)
		return;
	t->start[t->next] = now;
	t->next = (t->next + 1) % t->conf.starts;
}
