/* SPDX-License-Identifier: ISC */
/*
 * A task's command under a time limit.
 */
#include "config.h"

#include "warden.h"

#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

#include "io.h"
#include "limit.h"

struct note {
	enum limit_reason reason;
	int status;
	enum proc_step step; /* if it was not started: */
	int err;
	struct tree_report left;
};

_Static_assert(sizeof(struct note) <= PIPE_BUF, "written at once");

/* What the child needs to know; a copy of ours by fork(2). */
struct warden {
	const struct warden_conf *conf;
	const struct proc_spec *spec;
	int note; /* a descriptor that the command has not */
};

/* The first one above those of the command. */
static int
note_fd(const struct proc_spec *spec)
{
	int fd = STDERR_FILENO + 1;
	size_t i;

	for (i = 0; i < spec->nfds; i++)
		if (spec->fds[i].to >= fd)
			fd = spec->fds[i].to + 1;
	return fd;
}

static int
warden_main(void *arg)
{
	const struct warden *w = arg;
	struct limit_conf conf = {
	    .time = w->conf->time, .ladder = w->conf->ladder, .guard = -1};
	struct limit_result result;
	struct note note = {.err = 0};

	/* Signals of the pool's go to our group, the command included, so
	 * none is passed on. The command's pipes are not held: who is at
	 * their other ends has to see when the command closes them. */
	conf.let_go = true;
	conf.spec = *w->spec;
	conf.spec.group = PROC_SAME_GROUP;
	conf.spec.nfds = 0;
	conf.foreground = w->spec->group == PROC_SAME_GROUP;
	(void)fcntl(w->note, F_SETFD, FD_CLOEXEC);
	if (limit_run(&conf, &result, &note.step) == -1)
		note.err = errno;
	note.reason = result.reason;
	note.status = result.status;
	note.left = result.left;
	return io_write_all(w->note, &note, sizeof(note)) == -1;
}

int
warden_start(const struct warden_conf *conf, const struct proc_spec *spec,
    pid_t *pid, int *note)
{
	struct warden w = {conf, spec, note_fd(spec)};
	struct proc_spec own = *spec;
	enum proc_step step;
	int fd[2], rc;

	if (io_pipe(fd) == -1)
		return -1;
	own.state = NULL; /* it is the command's */
	own.entry = warden_main;
	own.arg = &w;
	own.fds[own.nfds++] = (struct proc_fd){fd[1], w.note};
	rc = proc_start(&own, pid, &step);
	io_close(&fd[1]);
	if (rc == -1)
		io_close(&fd[0]);
	*note = fd[0];
	return rc;
}

static void
fill_in(struct task *task, const struct note *note)
{
	if (note->reason != LIMIT_NONE) {
		task->how = TASK_TIMED_OUT;
	} else if (WIFSIGNALED(note->status)) {
		task->how = TASK_SIGNALED;
		task->code = WTERMSIG(note->status);
	} else {
		task->how = TASK_EXITED;
		task->code = WEXITSTATUS(note->status);
	}
}

int
warden_end(
    int *fd, struct task *task, struct tree_report *left, enum proc_step *step)
{
	struct note note;
	ssize_t n;

	left->nleft = 0;

	/* A process that escaped with a copy of the other end does not hold
	 * us up: the note came before the end or not at all. */
	(void)fcntl(*fd, F_SETFL, O_NONBLOCK);
	n = io_read(*fd, &note, sizeof(note));
	io_close(fd);
	if (n != (ssize_t)sizeof(note))
		return 0;
	if (note.err != 0) {
		*step = note.step;
		errno = note.err;
		return -1;
	}
	fill_in(task, &note);
	*left = note.left;
	return 0;
}
