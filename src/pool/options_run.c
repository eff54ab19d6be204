/* SPDX-License-Identifier: ISC */
/*
 * The options of mp-pool that are about a run as a whole.
 */
#include "config.h"

#include "options_run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cpus.h"
#include "dur.h"

#define RETRIES_MAX 1000000
#define DIGITS_MAX 12
#define LOAD_MAX 1000000
#define NICE_MAX 19
#define NICE_MIN (-20)
#define PAUSE_MAX (1000000000 * DUR_SECOND)

int
run_set_exit(void *at, const struct opt *o, const char *value, struct buf *why)
{
	if (strcmp(value, "count") != 0)
		return opt_bad(why, value, "not \"count\"");
	return opt_flag(at, o, value, why);
}

int
run_set_halt(void *at, const struct opt *o, const char *value, struct buf *why)
{
	(void)o;
	if (halt_parse(value, at) == 0)
		return 0;
	return opt_bad(why, value,
	    "not never, or soon or now,fail or success or done=N or N%");
}

/* A time that passes. */
int
run_set_pause(void *at, const struct opt *o, const char *value, struct buf *why)
{
	int64_t ns;

	(void)o;
	if (dur_parse(value, &ns) == -1 || ns > PAUSE_MAX)
		return opt_bad(why, value, "invalid time interval");
	*(int64_t *)at = ns;
	return 0;
}

int
run_set_retries(
    void *at, const struct opt *o, const char *value, struct buf *why)
{
	(void)o;
	return opt_number(value, 0, RETRIES_MAX, at, why);
}

/* Into an array of run_opts, whose beginning at is. */
int
run_set_limit(void *at, const struct opt *o, const char *value, struct buf *why)
{
	struct run_opts *run = at;
	size_t n = run->state.nlimits;
	struct rlim *limit;
	const char *reason;

	(void)o;
	limit = reallocarray(run->limit, n + 1, sizeof(*limit));
	if (limit == NULL)
		return opt_bad(why, value, strerror(errno));
	run->limit = limit;
	run->state.limits = limit;
	if (rlim_parse(value, &limit[n], &reason) == -1)
		return opt_bad(why, value, reason);
	if (rlim_complete(&limit[n]) == -1)
		return opt_bad(
		    why, value, "above the hard limit that there is");
	run->state.nlimits++;
	return 0;
}

int
run_set_nice(void *at, const struct opt *o, const char *value, struct buf *why)
{
	struct state *state = at;
	long long n;

	(void)o;
	if (opt_number(value, NICE_MIN, NICE_MAX, &n, why) == -1)
		return -1;
	state->set_nice = true;
	state->nice = (int)n;
	return 0;
}

/* N, or N% of the CPUs. */
int
run_set_load(void *at, const struct opt *o, const char *value, struct buf *why)
{
	size_t n = strspn(value, "0123456789");
	bool share = n > 0 && strcmp(value + n, "%") == 0;
	char digits[DIGITS_MAX];
	long long load;

	(void)o;
	if (n == 0 || n >= sizeof(digits) || (value[n] != '\0' && !share))
		return opt_bad(why, value, "not N or N%");
	memcpy(digits, value, n);
	digits[n] = '\0';
	if (opt_number(digits, 1, LOAD_MAX, &load, why) == -1)
		return -1;
	if (share)
		load = (load * cpus_usable() + 99) / 100;
	*(uint64_t *)at = (uint64_t)load;
	return 0;
}

int
run_set_rate(void *at, const struct opt *o, const char *value, struct buf *why)
{
	(void)o;
	if (throttle_rate_parse(value, at) == 0)
		return 0;
	return opt_bad(why, value, "not a number, a slash and a time");
}

/* KIND=PERCENT */
int
run_set_pressure(
    void *at, const struct opt *o, const char *value, struct buf *why)
{
	struct throttle_conf *conf = at;
	size_t n = strcspn(value, "="), kind;
	long long percent;

	(void)o;
	for (kind = 0; kind < GAUGE_PRESSURES; kind++)
		if (strlen(gauge_pressure_name[kind]) == n &&
		    memcmp(value, gauge_pressure_name[kind], n) == 0)
			break;
	if (kind == GAUGE_PRESSURES || value[n] == '\0')
		return opt_bad(why, value,
		    "not cpu, memory or io, and = and a percentage");
	if (opt_number(value + n + 1, 1, 100, &percent, why) == -1)
		return -1;
	conf->pressure[kind] = (unsigned)percent * 100;
	return 0;
}

bool
run_opts_state(const struct run_opts *o)
{
	return o->state.set_nice || o->state.nlimits > 0;
}
