/* SPDX-License-Identifier: ISC */
/*
 * Asking a supervisor for something.
 */
#include "config.h"

#include "ask.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>

#include "ctl.h"
#include "dur.h"
#include "io.h"
#include "loop.h"
#include "procid.h"

/* Between the lock and what else there is to be of a supervisor lies one
 * fork(2). */
#define PATIENCE (30 * DUR_SECOND)
#define PACE 2 /* milliseconds */
#define LEAVE 1000

/* Whether to try again, a little later: there is one, but not all of it. */
static bool
again(const struct rundir *r, int64_t until)
{
	int busy = rundir_busy(r);

	if (busy == 1 && loop_now() < until) {
		(void)poll(NULL, 0, PACE);
		return true;
	}
	if (busy != -1)
		errno = busy == 0 ? ESRCH : ETIMEDOUT;
	return false;
}

int
ask_supervisor(const struct rundir *r)
{
	int64_t until = loop_now() + PATIENCE;
	struct procid id;
	int fd;

	do
		fd = procid_read(r->dir, "super.pid", &id) == 0
		    ? procid_open(&id)
		    : -1;
	while (fd == -1 && again(r, until));
	return fd;
}

int
ask_begin(struct ask *a, const struct rundir *r, const char *request)
{
	int64_t until = loop_now() + PATIENCE;

	a->line = -1;
	a->pidfd = rundir_busy(r) == 0 ? -1 : ask_supervisor(r);
	if (a->pidfd == -1) {
		errno = ESRCH;
		return -1;
	}
	(void)procid_signal(a->pidfd, SIGCONT);
	do
		a->line = ctl_connect(r->dir);
	while (a->line == -1 && again(r, until));
	return a->line == -1 ? -1 : ctl_send(a->line, request);
}

int
ask_end(struct ask *a, struct buf *said)
{
	return ctl_await(a->line, a->pidfd, LOOP_NEVER, said);
}

void
ask_leave(const struct ask *a)
{
	struct pollfd p = {a->pidfd, POLLIN, 0};

	(void)poll(&p, 1, LEAVE);
}

void
ask_close(struct ask *a)
{
	io_close(&a->line);
	io_close(&a->pidfd);
}
