/* SPDX-License-Identifier: ISC */
/*
 * Whom mp-pool shares its processes with: GNU make's jobserver.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "makeflags.h"
#include "parts.h"
#include "prog.h"

#define MAKEFLAGS "MAKEFLAGS"

int
pool_set_jobserver(
    void *at, const struct opt *o, const char *value, struct buf *why)
{
	static const char *const names[] = {"auto", "client", "none", "server"};
	static const enum pool_jobserver modes[] = {
	    JOBSERVER_AUTO, JOBSERVER_CLIENT, JOBSERVER_NONE, JOBSERVER_SERVER};
	size_t i;

	(void)o;
	*(int *)at = JOBSERVER_AUTO;
	if (value == NULL)
		return 0;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(value, names[i]) != 0)
			continue;
		*(int *)at = modes[i];
		return 0;
	}
	return opt_bad(why, value, "not client, server, auto or none");
}

/* Where none can be used that is no error, unless one must be. */
static int
join(struct jobserver *js, size_t jobs, bool must)
{
	struct makeflags m;
	const char *why = NULL;
	int rc;

	rc = makeflags_parse(getenv(MAKEFLAGS), &m);
	if (rc == 0 && m.offer == MAKEFLAGS_NONE)
		why = "none is offered by MAKEFLAGS";
	else if (rc == 0)
		rc = jobserver_join(js, &m, jobs);
	if (rc == -1)
		why = errno == EBADF
		    ? "not handed down; put + before the recipe's line"
		    : strerror(errno);
	buf_free(&m.path);
	if (why == NULL)
		return 1;
	if (!must)
		return 0;
	(void)prog_complain("--jobserver", why);
	return -1;
}

/* The tasks are told of it by their environment. */
static int
serve(struct jobserver *js, size_t jobs)
{
	struct buf flags = BUF_INIT;
	int rc = jobserver_serve(js, jobs);

	if (rc == 0) {
		rc = makeflags_offer(
		    getenv(MAKEFLAGS), js->jobs, js->pipe, &flags);
		if (rc == 0)
			rc = setenv(MAKEFLAGS, buf_data(&flags), 1);
		if (rc == -1)
			jobserver_free(js);
	}
	buf_free(&flags);
	if (rc == 0)
		return 1;
	(void)prog_complain("--jobserver", strerror(errno));
	return -1;
}

int
pool_jobserver_open(const struct pool_opts *o, struct jobserver *js)
{
	size_t jobs = command_jobs(o->jobs);

	if (o->dry_run)
		return 0;
	switch ((enum pool_jobserver)o->jobserver) {
	case JOBSERVER_NONE:
		return 0;
	case JOBSERVER_SERVER:
		return serve(js, jobs);
	case JOBSERVER_AUTO:
		return join(js, jobs, false);
	case JOBSERVER_CLIENT:
		return join(js, jobs, true);
	}
	return 0;
}
