/* SPDX-License-Identifier: ISC */
/*
 * The options of mp-pool that are about a run as a whole.
 */
#include "config.h"

#include "options_run.h"

#include <string.h>

#include "dur.h"

#define RETRIES_MAX 1000000

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
	if (dur_parse(value, &ns) == -1 || ns == DUR_INFINITE)
		return opt_bad(why, value, "invalid duration");
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

const char *
run_opts_wrong(const struct run_opts *o)
{
	if (o->retry_delay > 0 && o->retries == 0)
		return "--retry-delay: needs --retries";
	if (o->records.resume && o->records.joblog == NULL)
		return "--resume, --resume-failed: need --joblog";
	return NULL;
}
