/* SPDX-License-Identifier: ISC */
/*
 * mp-daemon stop, restart, reload, signal: what is asked of supervisors.
 */
#include "config.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ask.h"
#include "ctl.h"
#include "io.h"
#include "orphan.h"
#include "prog.h"
#include "sig.h"
#include "status.h"
#include "verbs.h"

/* As many are asked before the first has answered. */
#define AT_A_TIME 64

/* One service. */
struct call {
	struct rundir dir;
	struct ask ask;
	int error; /* it could not be asked, 0: it was */
	bool known;
};

struct request {
	const char *text;
	bool last; /* the supervisor ends with it */

	/* The supervisor has gone, or was never there. Returns the exit
	 * status. */
	int (*none)(struct job *, struct call *);
};

static int
not_running(struct job *job, struct call *c)
{
	(void)job;
	(void)prog_complain(c->dir.name, "not running");
	return DAEMON_NOT_RUNNING;
}

static void
call_begin(struct job *job, struct call *c, const char *name,
    const struct request *request)
{
	memset(c, 0, sizeof(*c));
	c->dir = (struct rundir){name, job->root, -1, -1};
	c->ask.line = c->ask.pidfd = -1;
	c->known = verb_open(job, name, &c->dir) == 0;
	if (!c->known || ask_begin(&c->ask, &c->dir, request->text) == -1)
		c->error = errno;
}

/* Each line of it. */
static void
say(const char *name, char *text)
{
	char *line;

	while ((line = strsep(&text, "\n")) != NULL)
		if (*line != '\0')
			(void)prog_complain(name, line);
}

static int
call_end(struct job *job, struct call *c, const struct request *request)
{
	struct buf said = BUF_INIT;
	int status = -1;

	if (!c->known && c->error != ENOENT)
		return MP_TOOL_FAILED; /* that was said */
	if (c->error == 0) {
		status = ask_end(&c->ask, &said);
		c->error = errno;
	}
	if (status == MP_OK && request->last)
		ask_leave(&c->ask);
	if (status != -1)
		say(c->dir.name, buf_data(&said));
	else if (c->error == ESRCH || c->error == EPIPE || c->error == ENOENT)
		status = request->none(job, c);
	else
		status = prog_complain(c->dir.name, strerror(c->error));
	buf_free(&said);
	return status;
}

static void
call_close(struct call *c)
{
	ask_close(&c->ask);
	rundir_close(&c->dir);
}

/* Asks all; the greatest exit status is that of all. */
static int
ask_all(struct job *job, int first, const struct request *request)
{
	struct call call[AT_A_TIME];
	int i, n, status, worst = MP_OK;

	for (; first < job->argc; first += n) {
		n = job->argc - first;
		if (n > AT_A_TIME)
			n = AT_A_TIME;
		for (i = 0; i < n; i++)
			call_begin(
			    job, &call[i], job->argv[first + i], request);
		for (i = 0; i < n; i++) {
			status = call_end(job, &call[i], request);
			if (status > worst)
				worst = status;
			call_close(&call[i]);
		}
	}
	return worst;
}

/* The request, with the schedule that was given. */
static void
with_schedule(struct job *job, const char *word, char text[CTL_MAX])
{
	const char *s = job->conf.schedule;

	(void)snprintf(text, CTL_MAX, "%s%s%s", word, s != NULL ? " " : "",
	    s != NULL ? s : "");
}

/* Nobody looks after it: what there is to be done is done here, under the
 * lock. */
static int
stop_orphan(struct job *job, struct call *c)
{
	struct schedule sched = job->conf.service.schedule;
	struct buf why = BUF_INIT;
	bool died = c->error == EPIPE; /* it ran when it was asked */
	int rc;

	if (!c->known)
		return not_running(job, c);
	if (job->conf.schedule != NULL)
		(void)schedule_parse(job->conf.schedule, SIGTERM, &sched, &why);
	if (rundir_lock(&c->dir, &why) == -1) {
		buf_free(&why);
		return prog_complain(c->dir.name, "was started meanwhile");
	}
	buf_free(&why);
	rc = orphan_stop(&c->dir, &sched);
	if (rc == -1)
		(void)prog_complain(c->dir.name, "still alive");
	if (rc != 0)
		return rc == 1 ? MP_OK : DAEMON_ALIVE;
	return died ? MP_OK : not_running(job, c);
}

int
verb_stop(struct job *job)
{
	char text[CTL_MAX];
	const struct request request = {text, true, stop_orphan};

	with_schedule(job, "stop", text);
	return ask_all(job, 0, &request);
}

int
verb_restart(struct job *job)
{
	char text[CTL_MAX];
	const struct request request = {text, false, not_running};

	with_schedule(job, "restart", text);
	return ask_all(job, 0, &request);
}

int
verb_reload(struct job *job)
{
	static const struct request request = {"reload", false, not_running};

	return ask_all(job, 0, &request);
}

int
verb_signal(struct job *job)
{
	int sig = sig_number(job->argv[0]);
	char text[32];
	const struct request request = {text, false, not_running};

	if (sig == -1)
		return prog_complain(job->argv[0], "no such signal");
	(void)snprintf(text, sizeof(text), "signal %d", sig);
	return ask_all(job, 1, &request);
}
