/* SPDX-License-Identifier: ISC */
/*
 * Starting a process: the parent's side.
 */
#include "config.h"

#include "proc_impl.h"

#include <sys/wait.h>

#include <errno.h>
#include <paths.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "io.h"

/* How often a child is asked whether it is stopped: at once, and then every
 * millisecond. */
#define RELEASE_YIELDS 20
#define RELEASE_TRIES 10000

/* A stack that grows down, as on all machines but one. */
#if defined(HAVE_CLONE) && !defined(__hppa__)
#define USE_CLONE
#define CLONE_STACK 65536
#endif

enum proc_method
proc_method_used(enum proc_method method)
{
#ifdef USE_CLONE
	return method;
#else
	return method == PROC_SPAWN ? PROC_VFORK : method;
#endif
}

/* A function of its own, so that no variable of the caller lives across
 * the second return. */
__attribute__((noinline)) static pid_t
start_vfork(struct proc_try *t)
{
	pid_t pid = vfork();

	if (pid == 0)
		_exit(proc_child(t));
	return pid;
}

#ifdef USE_CLONE
static int
clone_child(void *t)
{
	return proc_child(t);
}

/* We wait while the child uses it, so one stack is enough. */
static pid_t
start_clone(struct proc_try *t)
{
	static _Alignas(max_align_t) char stack[CLONE_STACK];

	return clone(clone_child, stack + sizeof(stack),
	    CLONE_VM | CLONE_VFORK | SIGCHLD, t);
}
#endif

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
		_exit(proc_child(t));
	io_close(&fd[1]);
	if (pid != -1 &&
	    io_read_all(fd[0], &news, sizeof(news)) == sizeof(news))
		t->news = news;
	io_close(&fd[0]);
	return pid;
}

static pid_t
start_by(struct proc_try *t)
{
	enum proc_method method = proc_method_used(t->spec->method);

	if (t->spec->entry != NULL || method == PROC_FORK)
		return start_fork(t);
#ifdef USE_CLONE
	if (method == PROC_SPAWN)
		return start_clone(t);
#endif
	return start_vfork(t);
}

/* What the child said, in *step and errno. Returns -1. */
static int
tell(const struct proc_try *t, enum proc_step *step)
{
	struct state_fault *fault = t->spec->fault;

	if (fault != NULL) {
		fault->step = t->news.fault.step;
		fault->limit = t->news.fault.limit;
	}
	*step = t->news.step;
	errno = t->news.err;
	return -1;
}

static int
start_once(const struct proc_spec *spec, pid_t *pid, enum proc_step *step)
{
	struct proc_try t = {.spec = spec, .parent = getpid(), .report = -1};
	sigset_t all, old;
	int saved;

	*step = PROC_STEP_START;
	sigfillset(&all);
	if (sigprocmask(SIG_SETMASK, &all, &old) == -1)
		return -1;
	*pid = start_by(&t);
	saved = errno;
	(void)sigprocmask(SIG_SETMASK, &old, NULL);
	errno = saved;
	if (*pid == -1)
		return -1;
	if (t.news.err == 0)
		return 0;
	while (waitpid(*pid, NULL, 0) == -1 && errno == EINTR)
		;
	return tell(&t, step);
}

/* The arguments by which /bin/sh runs the file as a script, to be freed;
 * or NULL. */
static char **
script_argv(const struct proc_spec *spec)
{
	static char name[] = "sh";
	char **argv;
	size_t n = 0;

	while (spec->argv[n] != NULL)
		n++;
	argv = calloc(n + 3, sizeof(argv[0]));
	if (argv == NULL)
		return NULL;
	argv[0] = name;
	memcpy(&argv[1], &spec->path, sizeof(argv[1]));
	if (n > 1)
		memcpy(&argv[2], &spec->argv[1], (n - 1) * sizeof(argv[0]));
	return argv;
}

static int
start_script(const struct proc_spec *spec, pid_t *pid, enum proc_step *step)
{
	struct proc_spec sh = *spec;
	char **argv = script_argv(spec);
	int rc;

	if (argv == NULL)
		return -1;
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

int
proc_replace(const struct proc_spec *spec, pid_t parent, enum proc_step *step)
{
	struct proc_try t = {.spec = spec, .parent = parent, .report = -1};
	char **argv;

	t.news.step = proc_become(&t);
	t.news.err = errno;
	if (t.news.step == PROC_STEP_EXEC && t.news.err == ENOEXEC &&
	    (argv = script_argv(spec)) != NULL) {
		(void)execve(_PATH_BSHELL, argv, spec->envp);
		free(argv);
	}
	return tell(&t, step);
}

/* Whether the child is stopped or dead. */
static bool
is_stopped(pid_t pid, siginfo_t *si)
{
	si->si_pid = 0;
	return waitid(P_PID, (id_t)pid, si,
		   WSTOPPED | WEXITED | WNOHANG | WNOWAIT) == 0 &&
	    si->si_pid != 0;
}

/* A child that has executed its file stops within microseconds. */
static int
await_stop(pid_t pid, siginfo_t *si)
{
	const struct timespec pace = {0, 1000000};
	int i;

	for (i = 0; i < RELEASE_TRIES; i++) {
		if (is_stopped(pid, si))
			return 0;
		(void)(i < RELEASE_YIELDS ? sched_yield()
					  : nanosleep(&pace, NULL));
	}
	errno = ETIMEDOUT;
	return -1;
}

int
proc_held(pid_t pid)
{
	siginfo_t si;

	return await_stop(pid, &si);
}

int
proc_release(pid_t pid)
{
	siginfo_t si;

	if (await_stop(pid, &si) == -1)
		return -1;
	if (si.si_code != CLD_STOPPED)
		return 0;
	(void)waitid(P_PID, (id_t)pid, &si, WSTOPPED | WNOHANG);
	return kill(pid, SIGCONT);
}
