/* SPDX-License-Identifier: ISC */
/*
 * mp-daemon wait: until services have ended, from any process and at any
 * time. A supervisor is waited for by its pidfd; what it wrote last is the
 * truth.
 */
#include "config.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ask.h"
#include "dur.h"
#include "io.h"
#include "loop.h"
#include "prog.h"
#include "status.h"
#include "verbs.h"
#include "view.h"

enum { LOST = -1000, NOT_YET = -1001 };

struct waits {
	struct job *job;
	struct pollfd *fd; /* a supervisor each, or -1: has ended */
	int *code; /* view_code(), LOST, NOT_YET */
	size_t n;
	int64_t until;
};

/* Looks at one that is not known to have ended. Returns 0, or -1 when it was
 * said why not. */
static int
look(struct waits *w, size_t i)
{
	const char *name = w->job->argv[i];
	struct rundir r;
	struct view v;
	int rc = -1;

	io_close(&w->fd[i].fd);
	if (verb_open(w->job, name, &r) == -1) {
		if (errno == ENOENT)
			(void)prog_complain(name, "no such service");
		return -1;
	}
	/* One that has ended meanwhile is seen by the second look. */
	while ((rc = view_read(&r, &v)) == 0 && v.supervised) {
		w->fd[i].fd = ask_supervisor(&r);
		if (w->fd[i].fd != -1 || errno != ESRCH)
			break;
	}
	if (rc == 0 && !v.supervised)
		w->code[i] = v.lost ? LOST : view_code(&v);
	else if (rc == -1 || w->fd[i].fd == -1)
		rc = prog_complain(name,
			 errno == ENOENT ? "no such service"
					 : strerror(errno)) == MP_OK
		    ? 0
		    : -1;
	rundir_close(&r);
	return rc;
}

static int
left(const struct waits *w)
{
	int64_t ms;

	if (w->until == LOOP_NEVER)
		return -1;
	ms = (w->until - loop_now() + DUR_MS - 1) / DUR_MS;
	return ms < 0 ? 0 : ms > INT32_MAX ? INT32_MAX : (int)ms;
}

/* Whether there is nothing more to wait for. */
static bool
enough(const struct waits *w)
{
	size_t i, ended = 0;

	for (i = 0; i < w->n; i++)
		ended += w->code[i] != NOT_YET;
	return ended == w->n || (w->job->conf.any && ended > 0);
}

static int
say_lost(const struct waits *w, size_t i)
{
	return prog_complain(
	    w->job->argv[i], "its supervisor was killed, its end is not known");
}

/* The exit status for all, when enough is known. */
static int
verdict(const struct waits *w)
{
	size_t i, first = w->n, failed = 0;
	int status = MP_OK;

	for (i = 0; i < w->n; i++) {
		if (w->code[i] == NOT_YET)
			continue;
		if (first == w->n)
			first = i;
		failed += w->code[i] != 0;
		if (w->code[i] == LOST)
			status = say_lost(w, i);
	}
	if (w->job->conf.any)
		(void)printf("%s\n", w->job->argv[first]);
	if (status != MP_OK)
		return status;
	if (w->n == 1 || w->job->conf.any)
		return w->code[first];
	return failed > 0 ? MP_SOME_FAILED : MP_OK;
}

static int
wait_all(struct waits *w)
{
	size_t i;
	int n;

	for (i = 0; i < w->n; i++)
		if (look(w, i) == -1)
			return MP_TOOL_FAILED;
	while (!enough(w)) {
		n = poll(w->fd, (nfds_t)w->n, left(w));
		if (n == 0)
			return MP_TIME_LIMIT;
		for (i = 0; n > 0 && i < w->n; i++)
			if (w->fd[i].fd != -1 && w->fd[i].revents != 0 &&
			    look(w, i) == -1)
				return MP_TOOL_FAILED;
	}
	return verdict(w);
}

int
verb_wait(struct job *job)
{
	struct waits w = {.job = job, .n = (size_t)job->argc};
	int status;
	size_t i;

	w.until = LOOP_NEVER;
	if (job->conf.timeout > 0 &&
	    job->conf.timeout < LOOP_NEVER - loop_now())
		w.until = loop_now() + job->conf.timeout;
	w.fd = calloc(w.n, sizeof(w.fd[0]));
	w.code = calloc(w.n, sizeof(w.code[0]));
	if (w.fd == NULL || w.code == NULL)
		return prog_complain("cannot wait", strerror(errno));
	for (i = 0; i < w.n; i++) {
		w.fd[i] = (struct pollfd){-1, POLLIN, 0};
		w.code[i] = NOT_YET;
	}
	status = wait_all(&w);
	for (i = 0; i < w.n; i++)
		io_close(&w.fd[i].fd);
	free(w.fd);
	free(w.code);
	return status;
}
