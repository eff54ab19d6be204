/* SPDX-License-Identifier: ISC */
/*
 * The child's side of a start, up to exec. Only async-signal-safe calls
 * are made (signal-safety(7)), and nothing of the parent's memory is
 * written but what reports the failure.
 */
#include "config.h"

#include "proc_impl.h"

#include <sys/syscall.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#ifdef HAVE_SYS_PRCTL_H
#include <sys/prctl.h>
#endif

#include "io.h"

/* Whether there may be something to set to its default beside the two:
 * exec does away with handlers, and with signalfd we have none that could
 * run before it. */
static bool
has_handlers(const struct proc_spec *spec)
{
#ifdef USE_SIGNALFD
	return spec->all_default || spec->entry != NULL;
#else
	(void)spec;
	return true;
#endif
}

/* Those that the C library keeps to itself, and may have been ignored by
 * who started us: only the kernel gives them back. Zeros are the default,
 * whatever order a machine has for the members. */
static void
child_hidden_signals(void)
{
#ifdef SYS_rt_sigaction
	static const unsigned long zeros[16];
	int signo;

	for (signo = 32; signo < SIGRTMIN; signo++)
		(void)syscall(SYS_rt_sigaction, signo, zeros, NULL,
		    (size_t)(NSIG - 1) / 8);
#endif
}

/* Handlers of the parent must not run in the child, which may share its
 * memory; so they go before the mask does. */
static void
child_signals(const struct proc_spec *spec)
{
	struct sigaction sa, old;
	sigset_t none;
	int signo;

	memset(&sa, 0, sizeof(sa));
	sa.sa_handler = SIG_DFL;
	(void)sigaction(SIGPIPE, &sa, NULL);
	(void)sigaction(SIGCHLD, &sa, NULL);
	if (spec->tty_default) {
		(void)sigaction(SIGTTIN, &sa, NULL);
		(void)sigaction(SIGTTOU, &sa, NULL);
	}
	for (signo = 1; signo < NSIG && has_handlers(spec); signo++) {
		if (sigaction(signo, NULL, &old) == 0 &&
		    old.sa_handler != SIG_DFL &&
		    (spec->all_default || old.sa_handler != SIG_IGN))
			(void)sigaction(signo, &sa, NULL);
	}
	if (spec->all_default)
		child_hidden_signals();
	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

static int
child_group(const struct proc_spec *spec)
{
	switch (spec->group) {
	case PROC_SAME_GROUP:
		return 0;
	case PROC_OWN_GROUP:
		return setpgid(0, 0);
	case PROC_OWN_SESSION:
		return setsid() == -1 ? -1 : 0;
	}
	return 0;
}

/* The highest descriptor that the child is to have. */
static int
highest(const struct proc_spec *spec)
{
	int top = 2;
	size_t i;

	for (i = 0; i < spec->nfds; i++)
		if (spec->fds[i].to > top)
			top = spec->fds[i].to;
	return top;
}

/* dup2(2) onto a target must not destroy a source that is still needed, or
 * the line to the parent: what is below the highest target is moved above
 * it first. */
static int
child_fds(struct proc_try *t)
{
	const struct proc_spec *spec = t->spec;
	int from[PROC_FDS_MAX], top = highest(spec);
	size_t i;

	if (t->report != -1 && t->report <= top) {
		t->report = fcntl(t->report, F_DUPFD_CLOEXEC, top + 1);
		if (t->report == -1)
			return -1;
	}
	for (i = 0; i < spec->nfds; i++) {
		from[i] = spec->fds[i].from;
		if (from[i] > top || from[i] == spec->fds[i].to)
			continue;
		from[i] = fcntl(from[i], F_DUPFD_CLOEXEC, top + 1);
		if (from[i] == -1)
			return -1;
	}
	for (i = 0; i < spec->nfds; i++) {
		if (from[i] == spec->fds[i].to) {
			if (fcntl(from[i], F_SETFD, 0) == -1)
				return -1;
		} else if (dup2(from[i], spec->fds[i].to) == -1) {
			return -1;
		}
	}
	return 0;
}

bool
proc_names_fd(const struct proc_spec *spec, int fd)
{
	size_t i;

	for (i = 0; i < spec->nfds; i++)
		if (spec->fds[i].to == fd)
			return true;
	return false;
}

/* In a child that does not exec: closes what exec would have closed, the
 * report to the parent included. */
static void
child_close(const struct proc_spec *spec)
{
	int top = highest(spec), fd, max;

	for (fd = 3; fd <= top; fd++)
		if (!proc_names_fd(spec, fd))
			(void)close(fd);
#ifdef HAVE_CLOSE_RANGE
	if (close_range((unsigned)top + 1, UINT_MAX, 0) == 0)
		return;
#endif
	max = (int)sysconf(_SC_OPEN_MAX);
	while (++top < max)
		(void)close(top);
}

static int
child_death(const struct proc_try *t)
{
	if (t->spec->death_signal == 0)
		return 0;
#ifdef HAVE_SYS_PRCTL_H
	if (prctl(PR_SET_PDEATHSIG, t->spec->death_signal) == -1)
		return -1;
#endif
	/* The parent may have gone before that. */
	if (getppid() != t->parent)
		_exit(MP_SIGNALED + t->spec->death_signal);
	return 0;
}

/* With hold: a pipe with both ends in this process, which exec closes when
 * there is no way back any more; the end that goes last gets a signal as
 * the other one goes (F_SETSIG, fcntl(2)), which acts before the program's
 * first instruction. Both are armed, for the order is the kernel's. */
static int
child_hold(const struct proc_spec *spec)
{
#ifdef F_SETSIG
	int fd[2], i;

	if (!spec->hold)
		return 0;
	if (io_pipe(fd) == -1)
		return -1;
	for (i = 0; i < 2; i++)
		if (fcntl(fd[i], F_SETOWN, getpid()) == -1 ||
		    fcntl(fd[i], F_SETSIG, SIGSTOP) == -1 ||
		    fcntl(fd[i], F_SETFL, O_ASYNC) == -1)
			return -1;
	return 0;
#else
	errno = ENOTSUP;
	return spec->hold ? -1 : 0;
#endif
}

static int
child_state(struct proc_try *t)
{
	struct state_fault fault;

	if (t->spec->state == NULL || state_apply(t->spec->state, &fault) == 0)
		return 0;
	t->news.fault.step = fault.step;
	t->news.fault.limit = fault.limit;
	return -1;
}

enum proc_step
proc_become(struct proc_try *t)
{
	const struct proc_spec *spec = t->spec;

	if (child_group(spec) == -1 || child_fds(t) == -1 ||
	    child_hold(spec) == -1)
		return PROC_STEP_SETUP;
	if (child_state(t) == -1)
		return PROC_STEP_STATE;
	/* A change of the user would clear it. */
	if (child_death(t) == -1)
		return PROC_STEP_SETUP;
	child_signals(spec);
	if (spec->entry == NULL)
		(void)execve(spec->path, spec->argv, spec->envp);
	return PROC_STEP_EXEC;
}

int
proc_child(struct proc_try *t)
{
	const struct proc_spec *spec = t->spec;
	struct proc_news news;

	news.step = proc_become(t);
	if (news.step == PROC_STEP_EXEC && spec->entry != NULL) {
		child_close(spec);
		return spec->entry(spec->arg);
	}
	t->news.err = news.err = errno;
	t->news.step = news.step;
	news.fault.step = t->news.fault.step;
	news.fault.limit = t->news.fault.limit;
	if (t->report != -1)
		(void)!write(t->report, &news, sizeof(news));
	return MP_NOT_FOUND;
}
