/* SPDX-License-Identifier: ISC */
/*
 * The tree below this process: scans of /proc that signal what they find,
 * and reaping in between, until the kernel says that nothing is left.
 */
#include "config.h"

#include "tree.h"

#include <sys/resource.h>
#include <sys/wait.h>

#include <errno.h>
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
#include "loop.h"

static long long
foreign_add(struct scan *s, const struct scan_proc *p, void *arg)
{
	struct tree *t = arg;
	pid_t *foreign;

	if (!scan_is_child(s, p))
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
	siginfo_t si;

	memset(t, 0, sizeof(*t));
#ifdef HAVE_SYS_PRCTL_H
	t->exact = prctl(PR_SET_CHILD_SUBREAPER, 1) == 0;
#endif
	if (waitid(P_ALL, 0, &si, WEXITED | WNOHANG | WNOWAIT) == -1)
		return errno == ECHILD ? 0 : -1;
	return scan_below(NULL, 0, foreign_add, t) == 0 ? 0 : -1;
}

void
tree_free(struct tree *t)
{
	free(t->foreign);
	t->foreign = NULL;
	t->nforeign = 0;
}

int
tree_spare(struct tree *t, pid_t pid)
{
	pid_t *foreign;

	if (t->spares)
		t->nforeign--;
	t->spares = false;
	if (pid == 0)
		return 0;
	foreign = reallocarray(t->foreign, t->nforeign + 1, sizeof(pid_t));
	if (foreign == NULL)
		return -1;
	t->foreign = foreign;
	t->foreign[t->nforeign++] = pid;
	t->spares = true;
	return 0;
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

static long long
soft_signal(struct scan *s, const struct scan_proc *p, void *arg)
{
	const struct soft *soft = arg;
	size_t i;

	if (p->dead)
		return 0;
	for (i = 0; i < soft->n; i++)
		if (soft->groups[i] == p->pgrp)
			return 0;
	if (scan_signal(s, p, soft->sig) == 0 && p->state == 'T')
		(void)scan_signal(s, p, SIGCONT);
	return 0;
}

int
tree_signal_rest(struct tree *t, int sig, const pid_t *groups, size_t n)
{
	struct soft soft = {sig, groups, n};

	return scan_below(t->foreign, t->nforeign, soft_signal, &soft) == -1
	    ? -1
	    : 0;
}

static long long
count_one(struct scan *s, const struct scan_proc *p, void *arg)
{
	(void)s;
	(void)p;
	(void)arg;
	return 1;
}

bool
tree_empty(struct tree *t)
{
	siginfo_t si;

	if (t->nforeign > 0)
		return scan_below(t->foreign, t->nforeign, count_one, NULL) ==
		    0;
	return waitid(P_ALL, 0, &si, WEXITED | WNOHANG | WNOWAIT) == -1 &&
	    errno == ECHILD;
}

static long long
add_cpu(struct scan *s, const struct scan_proc *p, void *arg)
{
	(void)s;
	(void)arg;
	return (long long)p->cpu;
}

int64_t
tree_cpu(struct tree *t)
{
	struct rusage ru;
	int64_t ticks;

	ticks = scan_below(t->foreign, t->nforeign, add_cpu, NULL);
	if (ticks == -1 || getrusage(RUSAGE_CHILDREN, &ru) == -1)
		return -1;
	return ticks * (DUR_SECOND / sysconf(_SC_CLK_TCK)) +
	    dur_timeval(&ru.ru_utime) + dur_timeval(&ru.ru_stime);
}

/* What one hard scan saw. */
struct hard {
	struct tree_report *report;
	int killed; /* processes */
	int empty; /* scans in a row that found nothing */
};

static long long
hard_signal(struct scan *s, const struct scan_proc *p, void *arg)
{
	struct hard *h = arg;
	struct tree_report *r = h->report;

	if (p->dead)
		return 0;
	/* The whole group first, while its leader is there to hold its id:
	 * nothing that forks within it can get away. */
	if (scan_is_child(s, p) && p->pgrp == p->pid)
		(void)kill(-p->pid, SIGKILL);
	if (scan_signal(s, p, SIGKILL) == 0)
		h->killed++;
	else if (errno == EPERM)
		r->eperm = true;
	else
		return 0;
	if (r->nleft < TREE_NAMED) {
		r->left[r->nleft].proc = *p;
		r->left[r->nleft].uid = scan_owner(s, p);
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
		if (scan_below(t->foreign, t->nforeign, hard_signal, h) == -1)
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

bool
tree_left_text(const struct tree_report *r, size_t i, char *text)
{
	const struct tree_left *l;
	const char *why = r->eperm ? ": not permitted" : "";

	if (i > TREE_NAMED || i >= r->nleft)
		return false;
	if (i == TREE_NAMED) {
		(void)snprintf(text, TREE_TEXT,
		    "and %zu more processes not ended", r->nleft - TREE_NAMED);
		return true;
	}
	l = &r->left[i];
	(void)snprintf(text, TREE_TEXT,
	    "process %d (%s), state %c, uid %u: not ended%s", (int)l->proc.pid,
	    l->proc.comm, l->proc.state, (unsigned)l->uid, why);
	return true;
}
