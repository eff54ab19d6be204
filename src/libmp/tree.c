/* SPDX-License-Identifier: ISC */
/*
 * The tree below this process. A scan streams /proc/PID/stat in the order
 * of pids and acts on each descendant while reading: against a program
 * that forks faster than it is listed, a list made first is always late.
 * What one scan misses has this process for its parent, or will have, so
 * that a later scan finds it.
 *
 * Pids are safe from reuse as follows: a direct child keeps its pid until
 * it is reaped, and nothing is reaped during a scan; a deeper process is
 * held by a pidfd, opened first and then compared with what was read.
 */
#include "config.h"

#include "tree.h"

#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#ifdef HAVE_SYS_PRCTL_H
#include <sys/prctl.h>
#endif

#include "dur.h"
#include "io.h"
#include "loop.h"

/* A scan's state: who is known to descend from us, in ascending order of
 * pids but for those that /proc lists out of order. */
struct scan {
	struct tree *tree;
	DIR *dir;
	pid_t self;
	pid_t *below;
	size_t nbelow, cap;
};

/* Calls back with each descendant; what it returns is added up. */
typedef int scan_fn(struct scan *, const struct tree_proc *, void *arg);

static bool
is_foreign(const struct tree *t, pid_t pid)
{
	size_t i;

	for (i = 0; i < t->nforeign; i++)
		if (t->foreign[i] == pid)
			return true;
	return false;
}

/* Fields 1 to 5 and 22 of /proc/PID/stat. The name may hold anything, a
 * closing parenthesis too; nothing behind it does. */
static int
stat_parse(char *line, struct tree_proc *p)
{
	char *open = strchr(line, '('), *close = strrchr(line, ')');
	size_t len;
	int ppid, pgrp;

	if (open == NULL || close == NULL || close < open)
		return -1;
	len = (size_t)(close - open - 1);
	if (len >= sizeof(p->comm))
		len = sizeof(p->comm) - 1;
	memcpy(p->comm, open + 1, len);
	p->comm[len] = '\0';
	if (sscanf(close + 1,
		" %c %d %d %*d %*d %*d %*u %*u %*u %*u %*u"
		" %*u %*u %*d %*d %*d %*d %*d %*d %llu",
		&p->state, &ppid, &pgrp, &p->start) != 4)
		return -1;
	p->ppid = ppid;
	p->pgrp = pgrp;
	return 0;
}

/* Returns 0, or -1 if the process is gone. */
static int
stat_read(int dirfd, const char *name, struct tree_proc *p)
{
	char file[32], line[1024];
	ssize_t n;
	int fd;

	(void)snprintf(file, sizeof(file), "%s/stat", name);
	fd = openat(dirfd, file, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return -1;
	n = io_read(fd, line, sizeof(line) - 1);
	io_close(&fd);
	if (n <= 0)
		return -1;
	line[n] = '\0';
	p->pid = (pid_t)strtol(name, NULL, 10);
	return stat_parse(line, p);
}

static int
pid_cmp(const void *a, const void *b)
{
	pid_t x = *(const pid_t *)a, y = *(const pid_t *)b;

	return x < y ? -1 : x > y;
}

static bool
scan_descends(const struct scan *s, const struct tree_proc *p)
{
	if (p->ppid == s->self)
		return !is_foreign(s->tree, p->pid);
	return s->nbelow > 0 &&
	    bsearch(&p->ppid, s->below, s->nbelow, sizeof(pid_t), pid_cmp);
}

static int
scan_mark(struct scan *s, pid_t pid)
{
	pid_t *below;
	size_t cap = s->cap == 0 ? 64 : 2 * s->cap;

	if (s->nbelow == s->cap) {
		below = reallocarray(s->below, cap, sizeof(pid_t));
		if (below == NULL)
			return -1;
		s->below = below;
		s->cap = cap;
	}
	s->below[s->nbelow++] = pid;
	return 0;
}

static int
scan_run(struct scan *s, scan_fn *fn, void *arg)
{
	struct tree_proc p;
	struct dirent *d;
	int sum = 0;

	while ((d = readdir(s->dir)) != NULL) {
		if (!isdigit((unsigned char)d->d_name[0]) ||
		    stat_read(dirfd(s->dir), d->d_name, &p) == -1 ||
		    !scan_descends(s, &p))
			continue;
		if (scan_mark(s, p.pid) == -1)
			return -1;
		sum += fn(s, &p, arg);
	}
	return sum;
}

/* Returns the sum of what fn returned, or -1 and errno. */
static int
scan(struct tree *t, scan_fn *fn, void *arg)
{
	struct scan s = {t, opendir("/proc"), getpid(), NULL, 0, 0};
	int sum;

	if (s.dir == NULL)
		return -1;
	sum = scan_run(&s, fn, arg);
	(void)closedir(s.dir);
	free(s.below);
	return sum;
}

/* A process that is not our child: through a pidfd, which is opened first
 * and used if the process is still the one that was read. */
static int
signal_deep(struct scan *s, const struct tree_proc *p, int sig)
{
	struct tree_proc again;
	char name[16];
	int fd, rc = -1;

	fd = (int)syscall(SYS_pidfd_open, p->pid, 0);
	if (fd == -1)
		return errno == ENOSYS ? kill(p->pid, sig) : -1;
	(void)snprintf(name, sizeof(name), "%d", (int)p->pid);
	errno = ESRCH;
	if (stat_read(dirfd(s->dir), name, &again) == 0 &&
	    again.start == p->start && again.ppid == p->ppid)
		rc = (int)syscall(SYS_pidfd_send_signal, fd, sig, NULL, 0);
	io_close(&fd);
	return rc;
}

static int
signal_one(struct scan *s, const struct tree_proc *p, int sig)
{
	if (p->ppid == s->self)
		return kill(p->pid, sig);
	return signal_deep(s, p, sig);
}

static int
foreign_add(struct scan *s, const struct tree_proc *p, void *arg)
{
	struct tree *t = arg;
	pid_t *foreign;

	if (p->ppid != s->self)
		return 0;
	foreign = reallocarray(t->foreign, t->nforeign + 1, sizeof(pid_t));
	if (foreign == NULL)
		return 1;
	t->foreign = foreign;
	t->foreign[t->nforeign++] = p->pid;
	return 0;
}

int
tree_init(struct tree *t)
{
	struct tree none = {NULL, 0, false};
	siginfo_t si;

	*t = none;
#ifdef HAVE_SYS_PRCTL_H
	t->exact = prctl(PR_SET_CHILD_SUBREAPER, 1) == 0;
#endif
	if (waitid(P_ALL, 0, &si, WEXITED | WNOHANG | WNOWAIT) == -1)
		return errno == ECHILD ? 0 : -1;
	return scan(&none, foreign_add, t) == 0 ? 0 : -1;
}

void
tree_free(struct tree *t)
{
	free(t->foreign);
	t->foreign = NULL;
	t->nforeign = 0;
}

bool
tree_exact(const struct tree *t)
{
	return t->exact;
}

void
tree_signal_groups(int sig, const pid_t *groups, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (kill(-groups[i], sig) == 0)
			(void)kill(-groups[i], SIGCONT);
}

struct soft {
	int sig;
	const pid_t *groups;
	size_t n;
};

static int
soft_signal(struct scan *s, const struct tree_proc *p, void *arg)
{
	const struct soft *soft = arg;
	size_t i;

	if (p->state == 'Z')
		return 0;
	for (i = 0; i < soft->n; i++)
		if (soft->groups[i] == p->pgrp)
			return 0;
	if (signal_one(s, p, soft->sig) == 0 && p->state == 'T')
		(void)signal_one(s, p, SIGCONT);
	return 0;
}

int
tree_signal_rest(struct tree *t, int sig, const pid_t *groups, size_t n)
{
	struct soft soft = {sig, groups, n};

	return scan(t, soft_signal, &soft) == -1 ? -1 : 0;
}

/* What one hard scan saw. */
struct hard {
	struct tree_report *report;
	int killed; /* processes */
	int empty; /* scans in a row that found nothing */
};

static int
hard_signal(struct scan *s, const struct tree_proc *p, void *arg)
{
	struct hard *h = arg;
	struct tree_report *r = h->report;
	struct stat st;
	char name[16];

	if (p->state == 'Z')
		return 0;
	/* The whole group first, while its leader is there to hold its id:
	 * nothing that forks within it can get away. */
	if (p->ppid == s->self && p->pgrp == p->pid)
		(void)kill(-p->pid, SIGKILL);
	if (signal_one(s, p, SIGKILL) == 0)
		h->killed++;
	else if (errno == EPERM)
		r->eperm = true;
	else
		return 0;
	if (r->nleft < TREE_NAMED) {
		(void)snprintf(name, sizeof(name), "%d", (int)p->pid);
		r->left[r->nleft].proc = *p;
		r->left[r->nleft].uid = fstatat(dirfd(s->dir), name, &st, 0) ==
			0
		    ? st.st_uid
		    : 0;
	}
	r->nleft++;
	return 0;
}

/* Waits for the end of a child, ms milliseconds at most. */
static void
wait_chld(const sigset_t *chld, long ms)
{
	struct timespec ts = {0, ms * 1000000};

	(void)sigtimedwait(chld, NULL, &ts);
}

/* Whether it is over after a scan, and how, in *rc. With children that are
 * not ours ECHILD never comes: then two scans in a row that find nothing. */
static bool
hard_over(const struct tree *t, const struct hard *h, int *rc)
{
	if (h->report->nleft == 0) {
		*rc = 0;
		return t->nforeign > 0 && h->empty >= 2;
	}
	*rc = -1;
	return h->killed == 0 && h->report->eperm;
}

static int
hard_loop(struct tree *t, int64_t end, struct hard *h, bool (*reap)(void *arg),
    void *arg)
{
	sigset_t chld;
	int rc = 0;

	sigemptyset(&chld);
	sigaddset(&chld, SIGCHLD);
	while (reap(arg)) {
		memset(h->report, 0, sizeof(*h->report));
		h->killed = 0;
		if (scan(t, hard_signal, h) == -1)
			return -1;
		h->empty = h->report->nleft == 0 ? h->empty + 1 : 0;
		if (hard_over(t, h, &rc))
			return rc;
		if (loop_now() > end)
			return -1;
		wait_chld(&chld, h->killed > 0 ? 1 : 5);
	}
	memset(h->report, 0, sizeof(*h->report));
	return 0;
}

int
tree_end(struct tree *t, int64_t bound, bool (*reap)(void *arg), void *arg,
    struct tree_report *r)
{
	struct hard h = {r, 0, 0};
	sigset_t chld, old;
	int rc;

	memset(r, 0, sizeof(*r));
	sigemptyset(&chld);
	sigaddset(&chld, SIGCHLD);
	if (sigprocmask(SIG_BLOCK, &chld, &old) == -1)
		return -1;
	rc = hard_loop(t, loop_now() + bound, &h, reap, arg);
	(void)sigprocmask(SIG_SETMASK, &old, NULL);
	return rc;
}
