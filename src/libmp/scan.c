/* SPDX-License-Identifier: ISC */
/*
 * Streaming /proc, see proc(5).
 */
#include "config.h"

#include "scan.h"

#include <sys/stat.h>
#include <sys/syscall.h>

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io.h"

/* A path to a process has as many numbers that are smaller than the one
 * before as the numbers have started over meanwhile: no more passes than
 * that are of use. */
#define PASSES 8

/* PF_EXITING in field 9 of /proc/PID/stat. */
#define FLAG_EXITING 0x4u

struct pids {
	pid_t *pid;
	size_t n, cap;
};

/* A scan's state: who is known to descend from us, in ascending order of
 * pids but for the last ones; and, of this pass, the parents of those who
 * may, by a parent with a greater number. */
struct scan {
	const pid_t *foreign;
	size_t nforeign;
	DIR *dir;
	pid_t self;
	struct pids below, late;
	size_t nsorted; /* of below */
	int passes;
};

static bool
is_foreign(const struct scan *s, pid_t pid)
{
	size_t i;

	for (i = 0; i < s->nforeign; i++)
		if (s->foreign[i] == pid)
			return true;
	return false;
}

/* Fields 1 to 5, 9, 14 to 17, 20 and 22 of /proc/PID/stat. The name may hold
 * anything, a closing parenthesis too; nothing behind it does. */
static int
stat_parse(char *line, struct scan_proc *p)
{
	char *open = strchr(line, '('), *close = strrchr(line, ')');
	unsigned long long cpu[2];
	long long child[2];
	long threads;
	size_t len;
	int ppid, pgrp;
	unsigned flags;

	if (open == NULL || close == NULL || close < open)
		return -1;
	len = (size_t)(close - open - 1);
	if (len >= sizeof(p->comm))
		len = sizeof(p->comm) - 1;
	memcpy(p->comm, open + 1, len);
	p->comm[len] = '\0';
	if (sscanf(close + 1,
		" %c %d %d %*d %*d %*d %u %*u %*u %*u %*u"
		" %llu %llu %lld %lld %*d %*d %ld %*d %llu",
		&p->state, &ppid, &pgrp, &flags, &cpu[0], &cpu[1], &child[0],
		&child[1], &threads, &p->start) != 10)
		return -1;
	/* The first thread may end before the others. */
	p->dead = (p->state == 'Z' || p->state == 'X') && threads <= 1;
	p->exiting = (flags & FLAG_EXITING) != 0;
	p->cpu = cpu[0] + cpu[1] + (unsigned long long)(child[0] + child[1]);
	p->ppid = ppid;
	p->pgrp = pgrp;
	return 0;
}

/* Returns 0, or -1 if the process is gone. */
static int
stat_read(int dirfd, const char *name, struct scan_proc *p)
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

int
scan_read(pid_t pid, struct scan_proc *p)
{
	char name[32];

	(void)snprintf(name, sizeof(name), "/proc/%d", (int)pid);
	if (stat_read(AT_FDCWD, name, p) == -1)
		return -1;
	p->pid = pid;
	return 0;
}

static int
pid_cmp(const void *a, const void *b)
{
	pid_t x = *(const pid_t *)a, y = *(const pid_t *)b;

	return x < y ? -1 : x > y;
}

/* Whether the pid is marked: among the first, which are in order, or among
 * those behind. */
static bool
scan_marked(const struct scan *s, pid_t pid)
{
	size_t i;

	if (s->nsorted > 0 &&
	    bsearch(&pid, s->below.pid, s->nsorted, sizeof(pid_t), pid_cmp))
		return true;
	for (i = s->nsorted; i < s->below.n; i++)
		if (s->below.pid[i] == pid)
			return true;
	return false;
}

static bool
scan_descends(const struct scan *s, const struct scan_proc *p)
{
	if (p->ppid == s->self)
		return !is_foreign(s, p->pid);
	return scan_marked(s, p->ppid);
}

static int
pids_add(struct pids *p, pid_t pid)
{
	size_t cap = p->cap == 0 ? 64 : 2 * p->cap;
	pid_t *bigger;

	if (p->n == p->cap) {
		bigger = reallocarray(p->pid, cap, sizeof(pid_t));
		if (bigger == NULL)
			return -1;
		p->pid = bigger;
		p->cap = cap;
	}
	p->pid[p->n++] = pid;
	return 0;
}

static int
scan_mark(struct scan *s, pid_t pid)
{
	size_t n = s->below.n;

	if (s->nsorted == n && (n == 0 || s->below.pid[n - 1] < pid))
		s->nsorted++;
	return pids_add(&s->below, pid);
}

/* Reads all of /proc once and adds to *sum for each descendant that is not
 * marked yet. */
static int
scan_pass(struct scan *s, scan_fn *fn, void *arg, long long *sum)
{
	struct scan_proc p;
	struct dirent *d;

	s->late.n = 0;
	while ((d = readdir(s->dir)) != NULL) {
		if (!isdigit((unsigned char)d->d_name[0]) ||
		    stat_read(dirfd(s->dir), d->d_name, &p) == -1)
			continue;
		if (!scan_descends(s, &p)) {
			if (p.ppid > p.pid && pids_add(&s->late, p.ppid) == -1)
				return -1;
			continue;
		}
		if (s->passes > 0 && scan_marked(s, p.pid))
			continue;
		if (scan_mark(s, p.pid) == -1)
			return -1;
		*sum += fn(s, &p, arg);
	}
	return 0;
}

/* Whether the last pass has marked a parent behind its child. */
static bool
scan_again(const struct scan *s)
{
	size_t i;

	for (i = 0; i < s->late.n; i++)
		if (scan_marked(s, s->late.pid[i]))
			return true;
	return false;
}

/* A parent comes before its child but where the numbers have started over
 * in between; then the child is found by another pass. */
static int
scan_run(struct scan *s, scan_fn *fn, void *arg, long long *sum)
{
	do {
		if (scan_pass(s, fn, arg, sum) == -1)
			return -1;
		s->passes++;
		if (s->below.n > 0)
			qsort(s->below.pid, s->below.n, sizeof(pid_t), pid_cmp);
		s->nsorted = s->below.n;
		rewinddir(s->dir);
	} while (scan_again(s) && s->passes < PASSES);
	return 0;
}

long long
scan_below(const pid_t *foreign, size_t nforeign, scan_fn *fn, void *arg)
{
	struct scan s = {.foreign = foreign, .nforeign = nforeign};
	long long sum = 0;

	s.self = getpid();
	s.dir = opendir("/proc");
	if (s.dir == NULL)
		return -1;
	if (scan_run(&s, fn, arg, &sum) == -1)
		sum = -1;
	(void)closedir(s.dir);
	free(s.below.pid);
	free(s.late.pid);
	return sum;
}

/* A process that is not our child: through a pidfd, which is opened first
 * and used if the process is still the one that was read; its parent may
 * have died, so that we are. */
static int
signal_deep(struct scan *s, const struct scan_proc *p, int sig)
{
	struct scan_proc again;
	char name[16];
	int fd, rc = -1;

	fd = (int)syscall(SYS_pidfd_open, p->pid, 0);
	if (fd == -1)
		return errno == ENOSYS ? kill(p->pid, sig) : -1;
	(void)snprintf(name, sizeof(name), "%d", (int)p->pid);
	errno = ESRCH;
	if (stat_read(dirfd(s->dir), name, &again) == 0 &&
	    again.start == p->start &&
	    (again.ppid == p->ppid || again.ppid == s->self))
		rc = (int)syscall(SYS_pidfd_send_signal, fd, sig, NULL, 0);
	io_close(&fd);
	return rc;
}

int
scan_signal(struct scan *s, const struct scan_proc *p, int sig)
{
	if (scan_is_child(s, p))
		return kill(p->pid, sig);
	return signal_deep(s, p, sig);
}

int
scan_is_child(const struct scan *s, const struct scan_proc *p)
{
	return p->ppid == s->self;
}

uid_t
scan_owner(struct scan *s, const struct scan_proc *p)
{
	struct stat st;
	char name[16];

	(void)snprintf(name, sizeof(name), "%d", (int)p->pid);
	return fstatat(dirfd(s->dir), name, &st, 0) == 0 ? st.st_uid : 0;
}
