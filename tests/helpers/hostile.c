/* SPDX-License-Identifier: ISC */
/*
 * A program for the tests that does all it can not to be ended: each
 * subcommand is one kind of process tree. usage:
 *
 *	hostile KIND N FILE
 *
 * FILE is made when the tree stands. Whatever happens, none of it lives
 * longer than LIFE seconds: every process has an alarm of its own, which
 * nothing here ignores, and a limit of CPU time; and no kind makes more than
 * N processes at a time.
 */
#include "config.h"

#include "hostile.h"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/types.h>
#include <sys/wait.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LIFE 30 /* seconds */

struct hostile_shared *hostile_shared;
long hostile_count;

static time_t end_of_life;
static const char *file;

static time_t
now(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec;
}

/* An alarm is not inherited: each new process calls this first. */
void
hostile_mortal(void)
{
	time_t t = now();

	if (t >= end_of_life)
		_exit(0);
	(void)alarm((unsigned)(end_of_life - t));
}

void
hostile_ignore_all(void)
{
	int sig;

	for (sig = 1; sig <= SIGRTMAX; sig++)
		if (sig != SIGALRM && sig != SIGXCPU && sig != SIGCHLD)
			(void)signal(sig, SIG_IGN);
}

pid_t
hostile_fork(void)
{
	pid_t pid = fork();

	if (pid == 0)
		hostile_mortal();
	return pid;
}

pid_t
hostile_fork_or_end(void)
{
	pid_t pid = hostile_fork();

	if (pid == -1)
		err(HOSTILE_BROKEN, "fork");
	return pid;
}

void
hostile_ready(void)
{
	int fd = open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);

	if (fd == -1)
		err(HOSTILE_BROKEN, "%s", file);
	(void)close(fd);
}

/* One more of them stands; the last one says so. */
void
hostile_stand(void)
{
	if (atomic_fetch_add(&hostile_shared->ready, 1) + 1 == hostile_count)
		hostile_ready();
}

_Noreturn void
hostile_stay(void)
{
	for (;;)
		(void)pause();
}

static void
reap(pid_t pid)
{
	while (waitpid(pid, NULL, 0) == -1 && errno == EINTR)
		continue;
}

/* A process in a session of its own whose parent is gone; true is returned
 * there. */
bool
hostile_daemon(void)
{
	pid_t pid = hostile_fork_or_end();

	if (pid > 0) {
		reap(pid);
		return false;
	}
	(void)setsid();
	if (hostile_fork_or_end() > 0)
		_exit(0);
	(void)setsid();
	return true;
}

/* N daemons that ignore every signal. */
static void
daemons(void)
{
	long i;

	for (i = 0; i < hostile_count; i++) {
		if (hostile_daemon()) {
			hostile_ignore_all();
			hostile_stand();
			hostile_stay();
		}
	}
	hostile_stay();
}

/* N processes, each the child of the one before, in sessions of their own. */
static void
chain(void)
{
	long i;

	hostile_ignore_all();
	for (i = 0; i < hostile_count; i++) {
		hostile_stand();
		if (hostile_fork_or_end() > 0)
			hostile_stay();
		(void)setsid();
	}
	hostile_stay();
}

/* A subreaper of its own, in a session of its own, with N daemons. */
static void
reaper(void)
{
	if (hostile_fork_or_end() > 0)
		hostile_stay();
	(void)setsid();
	if (prctl(PR_SET_CHILD_SUBREAPER, 1) == -1)
		err(HOSTILE_BROKEN, "prctl");
	hostile_ignore_all();
	daemons();
}

/* N daemons that are stopped. */
static void
stopped(void)
{
	long i;

	for (i = 0; i < hostile_count; i++) {
		if (hostile_daemon()) {
			hostile_ignore_all();
			hostile_stand();
			(void)raise(SIGSTOP);
			hostile_stay();
		}
	}
	hostile_stay();
}

static volatile sig_atomic_t terms;

static void
on_term(int sig)
{
	(void)sig;
	terms++;
}

/* Waits for TERM and a while longer; FILE gets a line for each that came. */
_Noreturn static void
count_terms(int fd, const sigset_t *open)
{
	struct timespec more = {0, 20000000};
	int i;

	while (terms == 0)
		(void)sigsuspend(open);
	(void)sigprocmask(SIG_SETMASK, open, NULL);
	while (nanosleep(&more, &more) == -1)
		continue;
	for (i = 0; i < terms; i++)
		(void)dprintf(fd, "%ld\n", (long)getpid());
	_exit(0);
}

/* N processes, some in sessions of their own, each of which tells of every
 * TERM that comes. When all are there, their starter gets ALRM. */
static void
once(void)
{
	struct sigaction sa = {.sa_handler = on_term};
	pid_t starter = getppid();
	sigset_t term, old;
	int fd = open(file, O_WRONLY | O_CREAT | O_APPEND, 0666);
	long i;

	if (fd == -1)
		err(HOSTILE_BROKEN, "%s", file);
	(void)sigaction(SIGTERM, &sa, NULL);
	(void)sigemptyset(&term);
	(void)sigaddset(&term, SIGTERM);
	(void)sigprocmask(SIG_BLOCK, &term, &old);
	for (i = 1; i < hostile_count && hostile_fork_or_end() > 0; i++)
		continue;
	if (i < hostile_count && i % 2 == 0)
		(void)setsid();
	if (atomic_fetch_add(&hostile_shared->ready, 1) + 1 == hostile_count)
		(void)kill(starter, SIGALRM);
	count_terms(fd, &old);
}

/* For a program file that is set-user-ID to root: one process that another
 * user may not signal. */
static void
privileged(void)
{
	if (setuid(0) == -1)
		err(HOSTILE_BROKEN, "setuid");
	if (hostile_daemon()) {
		hostile_ignore_all();
		hostile_ready();
	}
	hostile_stay();
}

static const struct {
	const char *name;
	void (*run)(void);
} kinds[] = {
    {"daemons", daemons},
    {"chain", chain},
    {"bomb", hostile_bomb_group},
    {"bomb-sessions", hostile_bomb_sessions},
    {"pairs", hostile_pairs},
    {"hoppers", hostile_hoppers},
    {"reaper", reaper},
    {"stopped", stopped},
    {"once", once},
    {"privileged", privileged},
};

static void
set_limits(void)
{
	const struct rlimit cpu = {LIFE, LIFE}, core = {0, 0};

	end_of_life = now() + LIFE;
	hostile_mortal();
	(void)signal(SIGALRM, SIG_DFL);
	if (setrlimit(RLIMIT_CPU, &cpu) == -1 ||
	    setrlimit(RLIMIT_CORE, &core) == -1)
		err(HOSTILE_BROKEN, "setrlimit");
	hostile_shared = mmap(NULL, sizeof(*hostile_shared),
	    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (hostile_shared == MAP_FAILED)
		err(HOSTILE_BROKEN, "mmap");
}

int
main(int argc, char **argv)
{
	const char *why;
	size_t i;

	if (argc != 4)
		errx(HOSTILE_BROKEN, "usage: hostile kind n file");
	hostile_count = (long)strtonum(argv[2], 1, HOSTILE_MOST, &why);
	if (why != NULL)
		errx(HOSTILE_BROKEN, "%s: %s", argv[2], why);
	file = argv[3];
	set_limits();
	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcmp(argv[1], kinds[i].name) == 0) {
			kinds[i].run();
			return 0;
		}
	}
	errx(HOSTILE_BROKEN, "%s: no such kind", argv[1]);
}
