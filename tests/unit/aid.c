/* SPDX-License-Identifier: ISC */
/*
 * What unit tests of processes and descriptors share.
 */
#include "config.h"

#include "aid.h"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define PATIENCE 20 /* seconds */
#define WHY 4096

static char *why; /* what the child has to say; shared */
static pid_t program; /* the test program */
static char dir[PATH_MAX]; /* the test's own */
static char *tmpdir; /* what $TMPDIR was */
static bool in_child;

bool
aid_valgrind(void)
{
	return getenv("MP_VALGRIND") != NULL;
}

_Noreturn void
aid_fail(const char *file, int line, const char *what)
{
	if (!in_child)
		ck_abort_msg("%s:%d: %s (errno %d)", file, line, what, errno);
	(void)snprintf(
	    why, WHY, "%s:%d: %s (errno %d)", file, line, what, errno);
	_exit(1);
}

static void
must(bool ok, const char *what)
{
	if (!ok)
		aid_fail(__FILE__, 0, what);
}

void *
aid_shared(size_t n)
{
	void *p = mmap(
	    NULL, n, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	must(p != MAP_FAILED, "mmap");
	return p;
}

void
aid_plain_signals(void)
{
	struct sigaction sa = {.sa_handler = SIG_DFL};
	sigset_t none;
	int sig;

	for (sig = 1; sig < NSIG; sig++)
		(void)sigaction(sig, &sa, NULL);
	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

pid_t
aid_begin(void (*fn)(void *arg), void *arg)
{
	pid_t pid;

	if (why == NULL)
		why = aid_shared(WHY);
	*why = '\0';
	(void)fflush(NULL);
	pid = fork();
	must(pid != -1, "fork");
	if (pid == 0) {
		in_child = true;
		aid_plain_signals();
		fn(arg);
		exit(0);
	}
	return pid;
}

int
aid_wait(pid_t pid)
{
	int status = -1;

	while (waitpid(pid, &status, 0) == -1 && errno == EINTR)
		;
	return status;
}

void
aid_end(pid_t pid)
{
	int status = aid_wait(pid);

	ck_assert_msg(status == 0, "child: %s (wait status %#x)", why, status);
}

void
aid_in_child(void (*fn)(void *arg), void *arg)
{
	aid_end(aid_begin(fn, arg));
}

void
aid_enter(void)
{
	const char *tmp = getenv("TMPDIR");

	tmpdir = tmp == NULL ? NULL : strdup(tmp);
	(void)snprintf(dir, sizeof(dir), "%s/mp-unit.XXXXXX",
	    tmp != NULL && *tmp != '\0' ? tmp : "/tmp");
	must(mkdtemp(dir) != NULL, dir);
	must(setenv("TMPDIR", dir, 1) == 0, "setenv");
}

/* Removes what is in the directory, one level below it included. */
static void
empty(const char *path, int depth)
{
	char name[2 * PATH_MAX];
	DIR *d = opendir(path);
	struct dirent *e;

	while (d != NULL && (e = readdir(d)) != NULL) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		(void)snprintf(name, sizeof(name), "%s/%s", path, e->d_name);
		if (unlink(name) == -1 && depth > 0)
			empty(name, depth - 1);
		(void)rmdir(name);
	}
	if (d != NULL)
		(void)closedir(d);
}

void
aid_leave(void)
{
	empty(dir, 1);
	must(rmdir(dir) == 0, dir);
	if (tmpdir == NULL)
		(void)unsetenv("TMPDIR");
	else
		(void)setenv("TMPDIR", tmpdir, 1);
	free(tmpdir);
}

char *
aid_file(const char *name)
{
	static char path[4][2 * PATH_MAX];
	static unsigned turn;
	char *p = path[turn++ % 4];

	(void)snprintf(p, sizeof(path[0]), "%s/%s", dir, name);
	return p;
}

void
aid_make(const char *name, const char *text, mode_t mode)
{
	FILE *f = fopen(aid_file(name), "we");

	must(f != NULL && fputs(text, f) >= 0, name);
	must(fchmod(fileno(f), mode) == 0 && fclose(f) == 0, name);
}

int
aid_memfd(void)
{
	int fd = memfd_create("capture", MFD_CLOEXEC);

	must(fd != -1, "memfd_create");
	/* Without this writers in several processes may overwrite each other:
	 * this is no file for which the kernel guards the position. */
	must(fcntl(fd, F_SETFL, O_APPEND) == 0, "O_APPEND");
	return fd;
}

const char *
aid_text(int fd, size_t *len)
{
	static char *text;
	struct stat st;

	must(fstat(fd, &st) == 0, "fstat");
	free(text);
	text = malloc((size_t)st.st_size + 1);
	must(text != NULL, "malloc");
	*len = (size_t)st.st_size;
	must(pread(fd, text, *len, 0) == (ssize_t)*len, "pread");
	text[*len] = '\0';
	return text;
}

size_t
aid_slurp(int fd, char *p, size_t n)
{
	size_t have = 0;
	ssize_t got = 1;

	while (got != 0 && have < n - 1) {
		got = read(fd, p + have, n - 1 - have);
		if (got == -1 && errno == EINTR)
			continue;
		must(got != -1, "read");
		have += (size_t)got;
	}
	p[have] = '\0';
	return have;
}

char *
aid_helper(void)
{
	static char path[PATH_MAX];
	const char *helpers = getenv("MP_HELPERS");

	must(helpers != NULL, "MP_HELPERS");
	(void)snprintf(path, sizeof(path), "%s/child", helpers);
	return path;
}

bool
aid_until(bool (*cond)(void *arg), void *arg)
{
	struct timespec now, start;

	(void)clock_gettime(CLOCK_MONOTONIC, &start);
	do {
		if (cond(arg))
			return true;
		(void)poll(NULL, 0, 1);
		(void)clock_gettime(CLOCK_MONOTONIC, &now);
	} while (now.tv_sec <= start.tv_sec + PATIENCE);
	return false;
}

static bool
is_there(void *file)
{
	return access(file, F_OK) == 0;
}

pid_t
aid_await(const char *file)
{
	char name[PATH_MAX];
	int pid = -1;
	FILE *f;

	(void)snprintf(name, sizeof(name), "%s", file);
	if (!aid_until(is_there, name) || (f = fopen(name, "re")) == NULL)
		return -1;
	if (fscanf(f, "%d", &pid) != 1)
		pid = -1;
	(void)fclose(f);
	return pid;
}

void
aid_adopt(void)
{
	program = getpid();
	(void)prctl(PR_SET_CHILD_SUBREAPER, 1);
}

/* The parent of a process that has not ended, or -1. */
static pid_t
parent_of(const char *pid)
{
	char path[64], line[512], *p, state;
	int ppid = -1;
	FILE *f;

	(void)snprintf(path, sizeof(path), "/proc/%.20s/stat", pid);
	f = fopen(path, "re");
	if (f == NULL)
		return -1;
	p = fgets(line, sizeof(line), f) ? strrchr(line, ')') : NULL;
	(void)fclose(f);
	if (p == NULL || sscanf(p + 1, " %c %d", &state, &ppid) != 2)
		return -1;
	return state == 'Z' ? -1 : ppid;
}

/* How many processes are below us or the test program; each gets sig. */
static int
below(int sig)
{
	DIR *proc = opendir("/proc");
	struct dirent *d;
	pid_t pid, ppid;
	int n = 0;

	while (proc != NULL && (d = readdir(proc)) != NULL) {
		pid = (pid_t)strtol(d->d_name, NULL, 10);
		if (pid <= 0 || pid == getpid())
			continue;
		ppid = parent_of(d->d_name);
		if (ppid != getpid() && ppid != program)
			continue;
		n++;
		(void)kill(pid, sig);
	}
	if (proc != NULL)
		(void)closedir(proc);
	return n;
}

static bool
none(void *arg)
{
	return below(*(int *)arg) == 0;
}

void
aid_clear(void)
{
	int sig = SIGKILL;

	must(aid_until(none, &sig), "processes cannot be killed");
}

void
aid_alone(void)
{
	int sig = 0;

	ck_assert_msg(aid_until(none, &sig), "processes are left");
}

bool
aid_reap(void *arg)
{
	pid_t pid;

	(void)arg;
	do
		pid = waitpid(-1, NULL, WNOHANG);
	while (pid > 0);
	return pid == 0;
}

pid_t
aid_fork(void)
{
	pid_t pid = fork();

	AID_NEED(pid != -1);
	return pid;
}
