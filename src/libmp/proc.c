/* SPDX-License-Identifier: ISC */
/*
 * Starting a process. Between vfork(2) or fork(2) and exec only async-
 * signal-safe calls are made (signal-safety(7)), and nothing of the
 * parent's memory is written but what reports the failure.
 */
#include "config.h"

#include "proc.h"

#include <sys/stat.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <paths.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef HAVE_SYS_PRCTL_H
#include <sys/prctl.h>
#endif

#include "io.h"

/* What child and parent share: memory with vfork, else over a pipe. */
struct proc_news {
	enum proc_step step;
	int err;
};

/* State of one start. */
struct proc_try {
	const struct proc_spec *spec;
	pid_t parent;
	volatile struct proc_news news;
	int report; /* the pipe's writing end, or -1 */
};

_Noreturn static void
child_fail(struct proc_try *t, enum proc_step step)
{
	struct proc_news news = {step, errno};

	t->news.step = news.step;
	t->news.err = news.err;
	if (t->report != -1)
		(void)!write(t->report, &news, sizeof(news));
	_exit(127);
}

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
		    (spec->all_default || old.sa_handler != SIG_IGN))
			(void)sigaction(signo, &sa, NULL);
	}
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

static bool
is_target(const struct proc_spec *spec, int fd)
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
		if (!is_target(spec, fd))
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
		_exit(128 + t->spec->death_signal);
	return 0;
}

_Noreturn static void
child(struct proc_try *t)
{
	const struct proc_spec *spec = t->spec;

	if (child_group(spec) == -1 || child_fds(t) == -1 ||
	    child_death(t) == -1)
		child_fail(t, PROC_STEP_SETUP);
	child_signals(spec);
	if (spec->entry != NULL) {
		child_close(spec);
		_exit(spec->entry(spec->arg));
	}
	(void)execve(spec->path, spec->argv, spec->envp);
	child_fail(t, PROC_STEP_EXEC);
}

/* A function of its own, so that no variable of the caller lives across
 * the second return. */
__attribute__((noinline)) static pid_t
start_vfork(struct proc_try *t)
{
	pid_t pid = vfork();

	if (pid == 0)
		child(t);
	return pid;
}

/* The pipe closes with exec, or before entry() runs; what was written to
 * it until then says why not. */
static pid_t
start_fork(struct proc_try *t)
{
	struct proc_news news;
	int fd[2];
	pid_t pid;

	if (io_pipe(fd) == -1)
		return -1;
	t->report = fd[1];
	pid = fork();
	if (pid == 0)
		child(t);
	io_close(&fd[1]);
	if (pid != -1 &&
	    io_read_all(fd[0], &news, sizeof(news)) == sizeof(news)) {
		t->news.step = news.step;
		t->news.err = news.err;
	}
	io_close(&fd[0]);
	return pid;
}

static int
start_once(const struct proc_spec *spec, pid_t *pid, enum proc_step *step)
{
	struct proc_try t = {spec, getpid(), {PROC_STEP_START, 0}, -1};
	bool forks = spec->method == PROC_FORK || spec->entry != NULL;
	sigset_t all, old;
	int saved;

	*step = PROC_STEP_START;
	sigfillset(&all);
	if (sigprocmask(SIG_SETMASK, &all, &old) == -1)
		return -1;
	*pid = forks ? start_fork(&t) : start_vfork(&t);
	saved = errno;
	(void)sigprocmask(SIG_SETMASK, &old, NULL);
	errno = saved;
	if (*pid == -1)
		return -1;
	if (t.news.err == 0)
		return 0;
	while (waitpid(*pid, NULL, 0) == -1 && errno == EINTR)
		;
	*step = t.news.step;
	errno = t.news.err;
	return -1;
}

/* The file as a script of /bin/sh. */
static int
start_script(const struct proc_spec *spec, pid_t *pid, enum proc_step *step)
{
	struct proc_spec sh = *spec;
	char name[] = "sh", **argv;
	size_t n = 0;
	int rc;

	while (spec->argv[n] != NULL)
		n++;
	argv = calloc(n + 3, sizeof(argv[0]));
	if (argv == NULL)
		return -1;
	argv[0] = name;
	memcpy(&argv[1], &spec->path, sizeof(argv[1]));
	if (n > 1)
		memcpy(&argv[2], &spec->argv[1], (n - 1) * sizeof(argv[0]));
	sh.path = _PATH_BSHELL;
	sh.argv = argv;
	rc = start_once(&sh, pid, step);
	free(argv);
	return rc;
}

int
proc_start(const struct proc_spec *spec, pid_t *pid, enum proc_step *step)
{
	if (start_once(spec, pid, step) == 0)
		return 0;
	if (*step == PROC_STEP_EXEC && errno == ENOEXEC)
		return start_script(spec, pid, step);
	return -1;
}

/* Whether path is a file that may be executed. */
static bool
executable(const char *path)
{
	struct stat st;

	if (stat(path, &st) == -1)
		return false;
	if (S_ISDIR(st.st_mode)) {
		errno = EACCES;
		return false;
	}
	return faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) == 0;
}

/* dir/name in out, of PATH_MAX bytes; an empty dir is the current one. */
static bool
join(char *out, const char *dir, size_t len, const char *name)
{
	size_t n = strlen(name);

	if (len + 1 + n + 1 > PATH_MAX) {
		errno = ENAMETOOLONG;
		return false;
	}
	if (len == 0) {
		dir = ".";
		len = 1;
	}
	memcpy(out, dir, len);
	out[len] = '/';
	memcpy(out + len + 1, name, n + 1);
	return true;
}

char *
proc_find(const char *name)
{
	const char *path = getenv("PATH"), *next;
	char file[PATH_MAX + 1];
	int why = ENOENT;

	if (*name == '\0') {
		errno = ENOENT;
		return NULL;
	}
	if (strchr(name, '/') != NULL)
		return executable(name) ? strdup(name) : NULL;
	if (path == NULL)
		path = _PATH_STDPATH;
	for (; path != NULL; path = next) {
		next = strchr(path, ':');
		if (join(file, path,
			next ? (size_t)(next - path) : strlen(path), name) &&
		    executable(file))
			return strdup(file);
		if (errno == EACCES)
			why = EACCES;
		next = next ? next + 1 : NULL;
	}
	errno = why;
	return NULL;
}

enum mp_status
proc_status(int err)
{
	return err == ENOENT || err == ENOTDIR ? MP_NOT_FOUND : MP_CANNOT_EXEC;
}
