/* SPDX-License-Identifier: ISC */
/*
 * One command under limits: the run.
 */
#include "config.h"

#include "limit_impl.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "dur.h"
#include "io.h"
#include "sig.h"

static bool
wants_end(int sig)
{
	return sig == SIGHUP || sig == SIGINT || sig == SIGQUIT ||
	    sig == SIGTERM;
}

static void
on_signal(void *arg, const struct loop_signal *sig)
{
	struct limit *l = arg;

	if (sig->pid == getpid()) /* what we sent to our group */
		return;
	if (sig->signo == SIGALRM) {
		limit_end(l, LIMIT_TIME, 0);
		return;
	}
	/* A process that is not ours is let go. */
	if (l->pidfd != -1 && wants_end(sig->signo)) {
		l->result->reason = LIMIT_CANCELLED;
		l->result->signo = sig->signo;
		l->over = true;
		return;
	}
	/* A key on the terminal has reached the command as well as us. */
	if (!l->conf->pass_on || sig->from_kernel)
		return;
	if (!l->running && !l->ending) /* what is left is being written */
		l->over = true;
	else if (wants_end(sig->signo) && !l->ending)
		limit_end(l, LIMIT_CANCELLED, sig->signo);
	else
		limit_send(l, sig->signo);
}

static void
time_due(struct loop_timer *t)
{
	limit_end(t->arg, LIMIT_TIME, 0);
}

static void
warn_due(struct loop_timer *t)
{
	struct limit *l = t->arg;

	limit_send(l, l->conf->warn_signal);
}

static void
guard_gone(struct loop_fd *w, short revents)
{
	struct limit *l = w->arg;

	(void)revents;
	loop_fd_del(&l->loop, w);
	l->result->reason = LIMIT_CANCELLED;
	limit_kill(l);
	l->over = true;
}

static void
foreign_ended(struct loop_fd *w, short revents)
{
	struct limit *l = w->arg;

	(void)revents;
	loop_fd_del(&l->loop, w);
	l->running = false;
	l->over = true;
}

/* The command has ended by itself: its background processes. */
static void
look_after_leftover(struct limit *l)
{
	switch (l->conf->leftover) {
	case LIMIT_LEAVE:
		loop_timer_del(&l->loop, &l->time);
		break;
	case LIMIT_WAIT:
		break;
	case LIMIT_KILL:
		if (!tree_empty(&l->tree))
			limit_end(l, LIMIT_NONE, 0);
		break;
	}
}

static void
command_ended(struct loop_child *c, int status, const struct rusage *ru)
{
	struct limit *l = c->arg;

	(void)ru;
	l->running = false;
	l->result->ended = true;
	l->result->status = status;
	limit_watch_drain(l);
	if (l->ending)
		limit_linger(l);
	else
		look_after_leftover(l);
}

/* Whether nothing is left to wait for. */
static bool
finished(struct limit *l)
{
	if (l->over)
		return true;
	if (l->running || !limit_watch_idle(l))
		return false;
	if (!l->ending && l->conf->leftover == LIMIT_LEAVE)
		return true;
	(void)loop_reap(&l->loop);
	return tree_empty(&l->tree);
}

static void
timer(struct limit *l, struct loop_timer *t, void (*cb)(struct loop_timer *),
    int64_t after)
{
	t->cb = cb;
	t->arg = l;
	loop_timer_after(&l->loop, t, after);
}

static int
watch_fd(struct limit *l, struct loop_fd *w, int fd,
    void (*cb)(struct loop_fd *, short))
{
	*w = (struct loop_fd){.fd = fd, .events = POLLIN, .cb = cb, .arg = l};
	return loop_fd_add(&l->loop, w);
}

static int
start_foreign(struct limit *l)
{
	l->pid = l->conf->pid;
	l->pidfd = (int)syscall(SYS_pidfd_open, l->pid, 0);
	if (l->pidfd == -1 ||
	    syscall(SYS_pidfd_send_signal, l->pidfd, 0, NULL, 0) == -1)
		return -1;
	return watch_fd(l, &l->foreign, l->pidfd, foreign_ended);
}

static int
start_command(struct limit *l, enum proc_step *step)
{
	struct proc_spec spec = l->conf->spec;

	/* A background job that touches the terminal is to be stopped, which
	 * is done to all of its group; but not we who lead it. */
	if (!l->conf->foreground)
		(void)setpgid(0, 0);
	(void)signal(SIGTTIN, SIG_IGN);
	(void)signal(SIGTTOU, SIG_IGN);
	spec.tty_default = true;
	if (limit_watch_open(l, &spec) == -1 ||
	    proc_start(&spec, &l->pid, step) == -1)
		return -1;
	l->child.pid = l->pid;
	l->child.cb = command_ended;
	l->child.arg = l;
	loop_child_add(&l->loop, &l->child);
	if (l->conf->let_go) {
		io_to_null(STDIN_FILENO); /* for reading and writing */
		(void)dup2(STDIN_FILENO, STDOUT_FILENO);
		(void)dup2(STDIN_FILENO, STDERR_FILENO);
	}
	limit_watch_start(l);
	return 0;
}

static int
start(struct limit *l, enum proc_step *step)
{
	const struct limit_conf *conf = l->conf;
	int rc;

	*step = PROC_STEP_START;
	rc = conf->pid != 0 ? start_foreign(l) : start_command(l, step);
	if (rc == -1)
		return -1;
	l->running = true;
	if (conf->time > 0)
		timer(l, &l->time, time_due, conf->time);
	if (conf->warn_signal > 0 && conf->time > conf->warn_before)
		timer(l, &l->warn, warn_due, conf->time - conf->warn_before);
	if (conf->guard != -1)
		return watch_fd(l, &l->guard, conf->guard, guard_gone);
	return 0;
}

static void
account(struct limit *l, int64_t started)
{
	struct limit_result *r = l->result;
	struct rusage ru;

	r->wall = loop_now() - started;
	if (l->pidfd != -1 || getrusage(RUSAGE_CHILDREN, &ru) == -1)
		return;
	r->user = ru.ru_utime.tv_sec * DUR_SECOND + ru.ru_utime.tv_usec * 1000;
	r->sys = ru.ru_stime.tv_sec * DUR_SECOND + ru.ru_stime.tv_usec * 1000;
	r->maxrss = ru.ru_maxrss;
}

static int
run(struct limit *l, enum proc_step *step)
{
	int64_t started = loop_now();

	if (start(l, step) == -1)
		return -1;
	while (!finished(l))
		if (loop_step(&l->loop, LOOP_NEVER) == -1)
			return -1;
	account(l, started);
	return 0;
}

int
limit_run(const struct limit_conf *conf, struct limit_result *result,
    enum proc_step *step)
{
	int rc = -1, saved, sigs[NSIG];
	struct limit l;
	size_t nsigs;

	memset(&l, 0, sizeof(l));
	memset(result, 0, sizeof(*result));
	l.conf = conf;
	l.result = result;
	l.pidfd = l.wr[TASK_OUT] = l.wr[TASK_ERR] = -1;
	*step = PROC_STEP_START;
	if (tree_init(&l.tree) == -1)
		return -1;
	nsigs = sig_terminating(sigs);
	if (loop_init(&l.loop, sigs, nsigs, on_signal, &l) == 0) {
		rc = run(&l, step);
		saved = errno;
		limit_watch_close(&l);
		io_close(&l.wr[TASK_OUT]);
		io_close(&l.wr[TASK_ERR]);
		io_close(&l.pidfd);
		loop_free(&l.loop);
		errno = saved;
	}
	tree_free(&l.tree);
	return rc;
}
