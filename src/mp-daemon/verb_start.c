/* SPDX-License-Identifier: ISC */
/*
 * mp-daemon start and run. start takes the lock before there is a second
 * process, hands it to the supervisor, and waits for what that has to say.
 */
#include "config.h"

#include <sys/stat.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ctl.h"
#include "files.h"
#include "io.h"
#include "loop.h"
#include "orphan.h"
#include "prog.h"
#include "status.h"
#include "super.h"
#include "verbs.h"

/* What the supervisor begins with. */
struct begin {
	struct service service;
	struct rundir dir;
	int line[2]; /* [0] is ours, [1] the supervisor's */
};

/* What is said has its NUL already. */
static int
complain(const char *name, struct buf *why)
{
	(void)prog_complain(name, buf_data(why));
	buf_free(why);
	return MP_TOOL_FAILED;
}

static int
complain_raw(const char *name, struct buf *why)
{
	if (buf_addc(why, '\0') == 0)
		return complain(name, why);
	return MP_TOOL_FAILED;
}

/* The supervisor's life. */
static int
supervise(void *arg)
{
	struct begin *b = arg;
	struct super_result r = {.code = 0};

	io_keep_to_ourselves();
	(void)umask(077);
	if (super_run(&b->service, &b->dir, b->line[1], &r) == -1)
		return MP_TOOL_FAILED;
	buf_free(&r.text);
	return MP_OK;
}

static void
keep(struct proc_spec *spec, int fd)
{
	if (fd != -1)
		spec->fds[spec->nfds++] = (struct proc_fd){fd, fd};
}

/* A child with a session of its own and the descriptors that it needs. */
static int
fork_supervisor(struct begin *b)
{
	struct proc_spec spec = {.entry = supervise,
	    .arg = b,
	    .group = PROC_OWN_SESSION,
	    .all_default = true};
	struct service *s = &b->service;
	enum proc_step step;
	pid_t pid;
	int i;

	for (i = 0; i < 3; i++)
		spec.fds[spec.nfds++] = (struct proc_fd){s->null, i};
	keep(&spec, s->null);
	keep(&spec, s->out);
	keep(&spec, s->err);
	keep(&spec, b->dir.root);
	keep(&spec, b->dir.dir);
	keep(&spec, b->dir.lock);
	keep(&spec, b->line[1]);
	for (i = 0; i < MAINS; i++)
		keep(&spec, s->main[i].fd);
	return proc_start(&spec, &pid, &step);
}

/* What is left from the last time; and whose end is this one's. */
static int
prepare(struct begin *b)
{
	static const char *const old[] = {
	    "status", "pid", "super.pid", "ctl", "main", "bound", "log"};
	static const char *const mains[MAINS] = {"bound", "main"};
	const struct service *s = &b->service;
	struct buf text = BUF_INIT;
	size_t i;
	int rc = 0;

	for (i = 0; i < sizeof(old) / sizeof(old[0]); i++)
		(void)unlinkat(b->dir.dir, old[i], 0);
	if (s->log != NULL)
		rc = symlinkat(s->log, b->dir.dir, "log");
	for (i = 0; rc == 0 && i < MAINS; i++) {
		if (s->main[i].id.pid == 0)
			continue;
		buf_clear(&text);
		rc = procid_format(&s->main[i].id, &text);
		if (rc == 0)
			rc = files_put(b->dir.dir, mains[i], &text, 0600);
	}
	buf_free(&text);
	return rc;
}

static int
say_busy(const struct rundir *r, pid_t pid)
{
	char text[64] = "already running";

	if (pid != 0)
		(void)snprintf(
		    text, sizeof(text), "already running, pid %d", (int)pid);
	(void)prog_complain(r->name, text);
	return DAEMON_BUSY;
}

/* Another has the lock. */
static int
is_busy(const struct rundir *r)
{
	struct procid id;

	return say_busy(r, procid_read(r->dir, "pid", &id) == 0 ? id.pid : 0);
}

/* The answer, be it that there is none. */
static int
await(struct begin *b)
{
	struct buf said = BUF_INIT;
	int status = ctl_await(b->line[0], -1, LOOP_NEVER, &said);

	if (status == -1)
		return prog_complain(b->dir.name, "its supervisor has died");
	if (status != MP_OK)
		(void)complain(b->dir.name, &said);
	buf_free(&said);
	return status;
}

static int
begin(struct begin *b)
{
	pid_t left = orphan_left(&b->dir);
	int status;

	if (left != 0)
		return say_busy(&b->dir, left);
	if (prepare(b) == -1 || ctl_pair(b->line) == -1)
		return prog_complain(b->dir.name, files_why(errno));
	if (fork_supervisor(b) == -1) {
		status = prog_complain(b->dir.name, strerror(errno));
	} else {
		/* From here on it ends with the supervisor. */
		io_close(&b->dir.lock);
		io_close(&b->line[1]);
		status = await(b);
	}
	io_close(&b->line[0]);
	io_close(&b->line[1]);
	return status;
}

int
verb_start(struct job *job)
{
	const char *name = job->argv[0];
	struct begin b = {.service = {.name = name,
			      .o = &job->conf.service,
			      .argv = job->command,
			      .background = true}};
	struct buf why = BUF_INIT;
	int status;

	b.dir.dir = b.dir.lock = -1;
	if (service_init(&b.service, job->parent, &why) == -1)
		status = complain_raw(name, &why);
	else if (rundir_open(&b.dir, job->root, name, true, &why) == -1)
		status = complain_raw(name, &why);
	else if (rundir_lock(&b.dir, &why) == 0)
		status = begin(&b);
	else if (errno == EWOULDBLOCK)
		status = is_busy(&b.dir);
	else
		status = complain_raw(name, &why);
	rundir_close(&b.dir);
	service_free(&b.service);
	buf_free(&why);
	return status;
}

int
verb_run(struct job *job)
{
	struct service s = {.o = &job->conf.service, .argv = job->command};
	struct super_result r = {.code = 0};
	struct buf why = BUF_INIT;
	int status = MP_TOOL_FAILED;

	if (service_init(&s, job->parent, &why) == -1) {
		(void)complain_raw(job->command[0], &why);
	} else if (super_run(&s, NULL, -1, &r) == -1) {
		(void)prog_complain("cannot run", strerror(errno));
	} else if (r.code != MP_OK) {
		status = r.code;
		(void)complain(job->command[0], &r.text);
	} else {
		status = WIFSIGNALED(r.status) ? -WTERMSIG(r.status)
					       : WEXITSTATUS(r.status);
	}
	service_free(&s);
	buf_free(&r.text);
	return status;
}
