/* SPDX-License-Identifier: ISC */
/*
 * mp-daemon status and list: how services are.
 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dur.h"
#include "json.h"
#include "logstamp.h"
#include "place.h"
#include "prog.h"
#include "quote.h"
#include "status.h"
#include "verbs.h"
#include "view.h"

static int
lsb(const struct view *v)
{
	if (v->supervised)
		return MP_OK;
	return v->pidfile ? DAEMON_DIED : DAEMON_DOWN;
}

static void
since(const struct view *v, char text[LOGSTAMP_LEN + 1])
{
	(void)logstamp_format(v->status.since * DUR_MS, text);
	text[LOGSTAMP_LEN - 1] = '\0'; /* no blank */
}

static void
add_json(struct buf *out, const char *name, const struct view *v)
{
	char time[LOGSTAMP_LEN + 1];
	struct buf line = BUF_INIT, *b = &line;

	since(v, time);
	(void)json_open(b, NULL, '{');
	(void)json_string(b, "name", name);
	(void)json_string(b, "state", view_state(v));
	if (v->status.pid != 0 && v->supervised)
		(void)json_number(b, "pid", v->status.pid);
	else
		(void)json_null(b, "pid");
	if (v->status.end == STATUSFILE_NO_END || v->lost)
		(void)json_null(b, "exitcode");
	else
		(void)json_number(b, "exitcode", view_code(v));
	(void)json_string(b, "since", time);
	(void)json_number(b, "restarts", (int64_t)v->status.restarts);
	(void)json_number(b, "dropped", (int64_t)v->status.drops);
	(void)json_string(b, "text", v->status.text);
	(void)json_close(b, '}');
	(void)buf_add(out, buf_data(b), buf_len(b));
	buf_free(b);
}

static void
add_end(struct buf *b, const struct view *v)
{
	int code = view_code(v);

	if (v->status.end == STATUSFILE_NOT_STARTED)
		(void)buf_addf(b, ", %s", strerror(v->status.code));
	else if (v->status.end != STATUSFILE_NO_END && code < 0)
		(void)buf_addf(b, ", ended by signal %d", -code);
	else if (v->status.end != STATUSFILE_NO_END)
		(void)buf_addf(b, ", exit status %d", code);
}

/* "web: running, pid 12, since …, 2 restarts: what it says" */
static void
add_line(struct buf *b, const char *name, const struct view *v)
{
	const struct statusfile *st = &v->status;
	char time[LOGSTAMP_LEN + 1];

	since(v, time);
	(void)buf_addf(b, "%s: %s", name, view_state(v));
	if (v->supervised && st->pid != 0)
		(void)buf_addf(b, ", pid %d", (int)st->pid);
	else if (!v->lost)
		add_end(b, v);
	if (st->since != 0) /* or nothing has been told yet */
		(void)buf_addf(b, ", since %s", time);
	if (st->restarts > 0)
		(void)buf_addf(b, ", %ju restarts", (uintmax_t)st->restarts);
	if (st->text[0] != '\0')
		(void)buf_addf(b, ": %s", st->text);
}

/* Returns the status; errno is ENOENT with DAEMON_UNKNOWN where there is no
 * such service, which is not said. */
static int
show(struct job *job, const char *name, struct buf *out)
{
	struct rundir r;
	struct view v;
	int rc;

	if (verb_open(job, name, &r) == -1)
		return DAEMON_UNKNOWN;
	rc = view_read(&r, &v);
	rundir_close(&r);
	if (rc == -1) {
		if (errno != ENOENT)
			(void)prog_complain(name, strerror(errno));
		return DAEMON_UNKNOWN;
	}
	if (job->conf.json)
		add_json(out, name, &v);
	else
		add_line(out, name, &v);
	(void)buf_addc(out, '\n');
	return lsb(&v);
}

int
verb_status(struct job *job)
{
	struct buf out = BUF_INIT;
	int i, status, worst = MP_OK;

	for (i = 0; i < job->argc; i++) {
		status = show(job, job->argv[i], &out);
		if (status == DAEMON_UNKNOWN && errno == ENOENT)
			(void)prog_complain(job->argv[i], "no such service");
		if (status > worst)
			worst = status;
	}
	status = prog_print(&out);
	return status != MP_OK ? status : worst;
}

/* Those that can have been made by start. */
static int
is_name(const struct dirent *d)
{
	return place_name_ok(d->d_name);
}

int
verb_list(struct job *job)
{
	struct buf out = BUF_INIT;
	struct dirent **entry;
	int i, n;

	if (job->root == -1)
		return MP_OK;
	n = scandirat(job->root, ".", &entry, is_name, alphasort);
	if (n == -1)
		return prog_complain("cannot list", strerror(errno));
	for (i = 0; i < n; i++) {
		(void)show(job, entry[i]->d_name, &out);
		free(entry[i]);
	}
	free(entry);
	return prog_print(&out);
}
