/* SPDX-License-Identifier: ISC */
/*
 * Readiness that must be looked at: soon at first, then more and more
 * rarely, and only until it has come.
 */
#include "config.h"

#include <sys/stat.h>
#include <sys/wait.h>

#include <errno.h>
#include <string.h>

#include "dur.h"
#include "io.h"
#include "ready_impl.h"
#include "shell.h"

#define FIRST (10 * DUR_MS)
#define LONGEST (250 * DUR_MS)

/* The next look. */
static void
later(struct ready *r)
{
	loop_timer_after(r->loop, &r->timer, r->interval);
	r->interval += r->interval / 2;
	if (r->interval > LONGEST)
		r->interval = LONGEST;
}

static void
check_ended(struct loop_child *c, int status, const struct rusage *ru)
{
	struct ready *r = c->arg;
	int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;

	(void)ru;
	c->pid = 0;
	if (code == 0)
		ready_done(r);
	else if (code == MP_NOT_FOUND)
		ready_failed(r, "the command of its check was not found");
	else if (code == MP_CANNOT_EXEC)
		ready_failed(r, "the command of its check cannot be executed");
	else
		later(r);
}

static void
start_check(struct ready *r)
{
	enum proc_step step;

	if (shell_start(r->loop, &r->child, r->spec->text, -1, &step) == 0)
		return;
	if (step == PROC_STEP_EXEC)
		ready_failed(r, "its check has no shell");
	else
		later(r); /* the limit of processes, say */
}

/*
 * A port that nobody listens to can be connected to all the same, by itself:
 * the kernel may choose it as the near end, too.
 */
static bool
is_itself(int fd, const struct ready_spec *spec, size_t i)
{
	struct sockaddr_storage near;
	socklen_t len = sizeof(near);

	memset(&near, 0, sizeof(near));
	return spec->kind == READY_TCP &&
	    getsockname(fd, (struct sockaddr *)&near, &len) == 0 &&
	    memcmp(&near, &spec->addr[i], spec->len[i]) == 0;
}

static void
hang_up(struct ready *r)
{
	loop_fd_del(r->loop, &r->watch);
	io_close(&r->watch.fd);
}

/* The connection has come about, or not. */
static void
connected(struct loop_fd *w, short revents)
{
	struct ready *r = w->arg;
	socklen_t len = sizeof(int);
	int err = 0;

	(void)revents;
	if (getsockopt(w->fd, SOL_SOCKET, SO_ERROR, &err, &len) == 0 &&
	    err == 0 && !is_itself(w->fd, r->spec, r->turn))
		ready_done(r);
	else
		hang_up(r); /* the next look comes in any case */
}

/* Tries one address. Returns whether no other is to be tried now. A socket of
 * another type than ours that is bound there will do, too. */
static bool
call(struct ready *r)
{
	const struct sockaddr *addr =
	    (const struct sockaddr *)&r->spec->addr[r->turn];
	int rc;

	r->watch.fd = socket(
	    addr->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (r->watch.fd == -1)
		return false;
	rc = connect(r->watch.fd, addr, r->spec->len[r->turn]);
	if (rc == -1 && errno == EINPROGRESS) {
		if (loop_fd_add(r->loop, &r->watch) == 0)
			return true;
	} else if ((rc == 0 && !is_itself(r->watch.fd, r->spec, r->turn)) ||
	    (rc == -1 && errno == EPROTOTYPE)) {
		ready_done(r);
		return true;
	}
	hang_up(r);
	return false;
}

static void
call_all(struct ready *r)
{
	size_t i;

	hang_up(r);
	later(r);
	for (i = 0; i < r->spec->naddrs; i++) {
		r->turn = (r->turn + 1) % r->spec->naddrs;
		if (call(r))
			return;
	}
}

static void
look_at_file(struct ready *r)
{
	struct stat st;

	if (stat(r->spec->text, &st) == 0)
		ready_done(r);
	else
		later(r);
}

static void
look(struct loop_timer *t)
{
	struct ready *r = t->arg;

	if (r->spec->kind == READY_CHECK)
		start_check(r);
	else if (r->spec->kind == READY_FILE)
		look_at_file(r);
	else
		call_all(r);
}

void
ready_poll(struct ready *r)
{
	r->watch.events = POLLOUT;
	r->watch.cb = connected;
	r->timer.cb = look;
	r->timer.arg = r;
	r->child.cb = check_ended;
	r->child.arg = r;
	r->interval = FIRST;
	r->turn = r->spec->naddrs - 1;
	look(&r->timer);
}

void
ready_poll_stop(struct ready *r)
{
	loop_timer_del(r->loop, &r->timer);
	shell_kill(r->loop, &r->child);
}
