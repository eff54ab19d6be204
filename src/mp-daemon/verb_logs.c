/* SPDX-License-Identifier: ISC */
/*
 * mp-daemon logs: the log that a service's output goes to.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "io.h"
#include "logview.h"
#include "prog.h"
#include "status.h"
#include "verbs.h"

struct reading {
	int error; /* why it is over, 0: it is not */
};

static int
put(void *arg, const char *p, size_t n)
{
	(void)arg;
	return io_write_all(STDOUT_FILENO, p, n);
}

static void
failed(void *arg, int error)
{
	struct reading *r = arg;

	r->error = error;
}

static int
read_log(struct job *job, struct logview *v, struct reading *r)
{
	struct loop loop;

	if (logview_tail(v, job->conf.lines) == -1 &&
	    (errno != ENOENT || !job->conf.follow))
		return -1;
	if (!job->conf.follow)
		return 0;
	if (loop_init(&loop, NULL, 0, NULL, NULL) == -1)
		return -1;
	if (logview_follow(v, &loop, failed) == -1)
		r->error = errno;
	while (r->error == 0)
		if (loop_step(&loop, LOOP_NEVER) == -1)
			r->error = errno;
	loop_free(&loop);
	errno = r->error;
	return -1;
}

/* Its directory, and in path its name there. */
static int
open_above(char *path, const char **base)
{
	char *slash = strrchr(path, '/');
	int fd;

	if (slash == NULL) {
		errno = EINVAL;
		return -1;
	}
	*base = slash + 1;
	*slash = '\0';
	fd = open(
	    slash == path ? "/" : path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fd;
}

static int
show(struct job *job, char *path)
{
	struct reading r = {0};
	struct logview view;
	const char *base;
	int fd = open_above(path, &base), rc = -1, saved;

	if (fd != -1) {
		logview_init(&view, fd, base, put, &r);
		rc = read_log(job, &view, &r);
		saved = errno;
		logview_free(&view);
		io_close(&fd);
		errno = saved;
	}
	if (rc == 0)
		return MP_OK;
	if (errno == EPIPE) /* nobody reads any more */
		return -SIGPIPE;
	return prog_complain(job->argv[0], strerror(errno));
}

int
verb_logs(struct job *job)
{
	const char *name = job->argv[0];
	char path[PATH_MAX];
	struct rundir r;
	ssize_t n;

	if (verb_open(job, name, &r) == -1) {
		if (errno == ENOENT)
			(void)prog_complain(name, "no such service");
		return MP_TOOL_FAILED;
	}
	n = readlinkat(r.dir, "log", path, sizeof(path) - 1);
	rundir_close(&r);
	if (n == -1)
		return prog_complain(
		    name, errno == ENOENT ? "has no log" : strerror(errno));
	path[n] = '\0';
	return show(job, path);
}
