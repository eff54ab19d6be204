/* SPDX-License-Identifier: ISC */
/*
 * The poll loop. Descriptors stand in one dense array for ppoll(2); a
 * deleted one's place is taken by the last. Timers and children are red-
 * black trees of the callers' structs.
 */
#include "config.h"

#include "loop.h"

#include <sys/wait.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "dur.h"

static int
timer_cmp(const struct loop_timer *a, const struct loop_timer *b)
{
	if (a->at != b->at)
		return a->at < b->at ? -1 : 1;
	return a < b ? -1 : a > b;
}

static int
child_cmp(const struct loop_child *a, const struct loop_child *b)
{
	return a->pid < b->pid ? -1 : a->pid > b->pid;
}

/* libbsd's RB_GENERATE_STATIC needs a system that defines __unused. */
#define LOCAL __attribute__((unused)) static
RB_GENERATE_INTERNAL(loop_timers, loop_timer, link, timer_cmp, LOCAL)
RB_GENERATE_INTERNAL(loop_children, loop_child, link, child_cmp, LOCAL)

int64_t
loop_now(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * DUR_SECOND + ts.tv_nsec;
}

/* Hands on what the signal descriptor holds; SIGCHLD means reaping. */
static void
signals_ready(struct loop_fd *w, short revents)
{
	struct loop *loop = w->arg;
	struct loop_signal sig;
	bool chld = false;

	(void)revents;
	while (loop_sig_next(&loop->sig, &sig)) {
		if (sig.signo == SIGCHLD)
			chld = true;
		else if (loop->signal != NULL)
			loop->signal(loop->arg, &sig);
	}
	if (chld)
		(void)loop_reap(loop);
}

int
loop_init(struct loop *loop, const int *sigs, size_t nsigs,
    void (*signal)(void *arg, const struct loop_signal *), void *arg)
{
	memset(loop, 0, sizeof(*loop));
	RB_INIT(&loop->timers);
	RB_INIT(&loop->children);
	loop->signal = signal;
	loop->arg = arg;
	if (loop_sig_init(&loop->sig, sigs, nsigs) == -1)
		return -1;
	loop->sigfd.fd = loop->sig.fd;
	loop->sigfd.events = POLLIN;
	loop->sigfd.cb = signals_ready;
	loop->sigfd.arg = loop;
	if (loop_fd_add(loop, &loop->sigfd) == -1) {
		loop_free(loop);
		return -1;
	}
	return 0;
}

void
loop_free(struct loop *loop)
{
	loop_sig_free(&loop->sig);
	free(loop->pfd);
	free(loop->fds);
	loop->pfd = NULL;
	loop->fds = NULL;
	loop->n = loop->cap = 0;
}

int
loop_reserve(struct loop *loop, size_t n)
{
	struct loop_fd **fds;
	struct pollfd *pfd;

	if (n <= loop->cap)
		return 0;
	fds = reallocarray(loop->fds, n, sizeof(fds[0]));
	if (fds == NULL)
		return -1;
	loop->fds = fds;
	pfd = reallocarray(loop->pfd, n, sizeof(pfd[0]));
	if (pfd == NULL)
		return -1;
	loop->pfd = pfd;
	loop->cap = n;
	return 0;
}

int
loop_fd_add(struct loop *loop, struct loop_fd *w)
{
	if (w->place != 0)
		return 0;
	if (loop->n == loop->cap &&
	    loop_reserve(loop, loop->cap == 0 ? 16 : 2 * loop->cap) == -1)
		return -1;
	loop->pfd[loop->n] = (struct pollfd){w->fd, w->events, 0};
	loop->fds[loop->n] = w;
	w->place = ++loop->n;
	return 0;
}

void
loop_fd_del(struct loop *loop, struct loop_fd *w)
{
	size_t i;

	if (w->place == 0)
		return;
	i = w->place - 1;
	loop->n--;
	loop->pfd[i] = loop->pfd[loop->n];
	loop->fds[i] = loop->fds[loop->n];
	loop->fds[i]->place = i + 1;
	w->place = 0;
}

void
loop_timer_set(struct loop *loop, struct loop_timer *t, int64_t at)
{
	loop_timer_del(loop, t);
	t->at = at;
	t->round = loop->round;
	t->set = true;
	RB_INSERT(loop_timers, &loop->timers, t);
}

void
loop_timer_after(struct loop *loop, struct loop_timer *t, int64_t ns)
{
	int64_t now = loop_now();

	loop_timer_del(loop, t);
	if (ns < LOOP_NEVER - now)
		loop_timer_set(loop, t, now + ns);
}

void
loop_timer_del(struct loop *loop, struct loop_timer *t)
{
	if (t->set)
		RB_REMOVE(loop_timers, &loop->timers, t);
	t->set = false;
}

void
loop_child_add(struct loop *loop, struct loop_child *c)
{
	RB_INSERT(loop_children, &loop->children, c);
}

void
loop_child_del(struct loop *loop, struct loop_child *c)
{
	if (RB_FIND(loop_children, &loop->children, c) == c)
		RB_REMOVE(loop_children, &loop->children, c);
}

bool
loop_reap(struct loop *loop)
{
	struct loop_child key, *c;
	struct rusage ru;
	int status;

	for (;;) {
		key.pid = wait4(-1, &status, WNOHANG, &ru);
		if (key.pid == -1 && errno == EINTR)
			continue;
		if (key.pid <= 0)
			return key.pid == 0;
		c = RB_FIND(loop_children, &loop->children, &key);
		if (c == NULL)
			continue;
		RB_REMOVE(loop_children, &loop->children, c);
		c->cb(c, status, &ru);
	}
}

/* The first timer that is due and was not set in this round. */
static struct loop_timer *
timer_due(struct loop *loop, int64_t now)
{
	struct loop_timer *t;

	RB_FOREACH(t, loop_timers, &loop->timers) {
		if (t->at > now)
			return NULL;
		if (t->round != loop->round)
			return t;
	}
	return NULL;
}

/* Calls back for the timers that are due; one that is set by a callback
 * waits for the next step. */
static void
timers_run(struct loop *loop)
{
	struct loop_timer *t;
	int64_t now;

	if (RB_EMPTY(&loop->timers))
		return;
	now = loop_now();
	loop->round++;
	while ((t = timer_due(loop, now)) != NULL) {
		loop_timer_del(loop, t);
		t->cb(t);
	}
}

/*
 * Downwards, so that what a callback deletes is replaced by something that
 * was looked at already or is new; both have no revents.
 */
static void
fds_run(struct loop *loop, int ready)
{
	struct loop_fd *w;
	short revents;
	size_t i;

	for (i = loop->n; i-- > 0 && ready > 0;) {
		if (i >= loop->n || loop->pfd[i].revents == 0)
			continue;
		ready--;
		w = loop->fds[i];
		revents = loop->pfd[i].revents;
		loop->pfd[i].revents = 0;
		w->cb(w, revents);
	}
}

int
loop_step(struct loop *loop, int64_t until)
{
	struct loop_timer *t = RB_MIN(loop_timers, &loop->timers);
	struct timespec ts, *wait = NULL;
	int64_t left;
	int n;

	if (t != NULL && t->at < until)
		until = t->at;
	if (until != LOOP_NEVER) {
		left = until - loop_now();
		if (left < 0)
			left = 0;
		ts.tv_sec = (time_t)(left / DUR_SECOND);
		ts.tv_nsec = (long)(left % DUR_SECOND);
		wait = &ts;
	}
	n = ppoll(loop->pfd, loop->n, wait, NULL);
	if (n == -1 && errno != EINTR)
		return -1;
	if (n > 0)
		fds_run(loop, n);
	timers_run(loop);
	return 0;
}
