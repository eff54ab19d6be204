/* SPDX-License-Identifier: ISC */
/*
 * A service whose supervisor was killed.
 */
#include "config.h"

#include "orphan.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <unistd.h>

#include "dur.h"
#include "io.h"
#include "procid.h"

#define MOMENT (5 * DUR_SECOND)

/* Whether it ends within that time. A zombie has ended. */
static bool
ends_within(int pidfd, int64_t ns)
{
	struct pollfd p = {pidfd, POLLIN, 0};
	int64_t ms = ns / DUR_MS;

	return poll(&p, 1,
		   ns == DUR_INFINITE || ms > INT32_MAX ? -1 : (int)ms) == 1;
}

static bool
end(int pidfd, const struct schedule *sched)
{
	const struct ladder_step *step;
	struct schedule_walk walk;

	schedule_begin(&walk, sched);
	while ((step = schedule_next(&walk)) != NULL) {
		if (step->sig != 0)
			(void)procid_signal(pidfd, step->sig);
		if (ends_within(pidfd, step->wait))
			return true;
	}
	return false;
}

/* The process that the pidfile means, or -1. */
static int
open_it(const struct rundir *r, struct procid *id)
{
	return procid_read(r->dir, "pid", id) == -1 ? -1 : procid_open(id);
}

pid_t
orphan_left(const struct rundir *r)
{
	struct procid id;
	int fd = open_it(r, &id);
	bool gone = fd == -1 || ends_within(fd, MOMENT);

	io_close(&fd);
	return gone ? 0 : id.pid;
}

int
orphan_stop(const struct rundir *r, const struct schedule *sched)
{
	struct procid id;
	int fd = open_it(r, &id), rc = 0;

	if (fd != -1 && !ends_within(fd, 0))
		rc = end(fd, sched) ? 1 : -1;
	io_close(&fd);
	if (rc != -1)
		(void)unlinkat(r->dir, "pid", 0);
	return rc;
}
