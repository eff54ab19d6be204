/* SPDX-License-Identifier: ISC */
/*
 * Locks between processes. flock(2) knows no time limit: what ends a wait
 * is a signal, that of an interval timer.
 */
#include "config.h"

#include "gate.h"

#include <sys/file.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/types.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

#include "dur.h"
#include "io.h"
#include "loop.h"

/* The timer goes off anew after this time, for the case that the first
 * time was just before the wait began. */
#define TICK (10 * DUR_MS)

/* More than this is waited for in pieces, so that every time_t will do. */
#define PIECE (86400 * DUR_SECOND)

/* What others had set up. */
struct before {
	struct itimerval timer;
	int64_t due; /* when it would go off; LOOP_NEVER */
	struct sigaction action;
	sigset_t mask;
	bool pending; /* there was a signal, blocked */
};

static volatile sig_atomic_t rang; /* the timer */
static volatile sig_atomic_t sent; /* the signal, but by somebody */

int
gate_open(struct gate *g, int dirfd, const char *name)
{
	struct stat st;

	/* Non-blocking, so that it does not wait for what is no file. */
	g->fd = openat(dirfd, name,
	    O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC,
	    0600);
	if (g->fd == -1)
		return -1;
	if (fstat(g->fd, &st) == 0) {
		if (S_ISREG(st.st_mode))
			return 0;
		errno = EINVAL;
	}
	io_close(&g->fd);
	return -1;
}

void
gate_close(struct gate *g)
{
	io_close(&g->fd);
}

int
gate_try(struct gate *g)
{
	return flock(g->fd, LOCK_EX | LOCK_NB);
}

static void
on_alarm(int sig, siginfo_t *info, void *context)
{
	(void)sig;
	(void)context;
	if (info->si_code > 0)
		rang = 1;
	else
		sent = 1;
}

/* At least a microsecond: 0 would stop a timer. */
static struct timeval
timeval(int64_t ns)
{
	int64_t us = ns <= 1000 ? 1 : ns / 1000 + (ns % 1000 != 0);

	return (struct timeval){
	    .tv_sec = (time_t)(us / 1000000),
	    .tv_usec = (suseconds_t)(us % 1000000),
	};
}

/* Makes the timer and its signal ours. */
static void
take_alarm(struct before *b)
{
	const struct itimerval off = {0};
	/* Without SA_RESTART: it is to interrupt. */
	struct sigaction sa = {
	    .sa_sigaction = on_alarm, .sa_flags = SA_SIGINFO};
	int64_t left, now;
	sigset_t set;

	(void)setitimer(ITIMER_REAL, &off, &b->timer);
	now = loop_now();
	left = dur_timeval(&b->timer.it_value);
	b->due = left == 0 || left > LOOP_NEVER - now ? LOOP_NEVER : now + left;
	/* One that has gone off starts anew when its signal is taken. */
	if (left == 0 && timerisset(&b->timer.it_interval))
		b->timer.it_value = timeval(0);
	(void)sigpending(&set);
	b->pending = sigismember(&set, SIGALRM) == 1;
	sigemptyset(&sa.sa_mask);
	sent = 0;
	(void)sigaction(SIGALRM, &sa, &b->action);
	sigemptyset(&set);
	sigaddset(&set, SIGALRM);
	(void)sigprocmask(SIG_UNBLOCK, &set, &b->mask);
}

/* Gives them back; what was due or came meanwhile comes now. Keeps errno. */
static void
give_back_alarm(struct before *b)
{
	const struct itimerval off = {0};
	int saved = errno;

	(void)setitimer(ITIMER_REAL, &off, NULL);
	(void)sigprocmask(SIG_SETMASK, &b->mask, NULL);
	(void)sigaction(SIGALRM, &b->action, NULL);
	if (b->pending || sent)
		(void)kill(getpid(), SIGALRM);
	if (timerisset(&b->timer.it_value)) {
		if (b->due != LOOP_NEVER)
			b->timer.it_value = timeval(b->due - loop_now());
		(void)setitimer(ITIMER_REAL, &b->timer, NULL);
	}
	errno = saved;
}

/* Waits until the timer goes off, in ns nanoseconds or earlier. */
static int
wait_for(struct gate *g, int64_t ns)
{
	const struct itimerval timer = {
	    .it_interval = timeval(TICK),
	    .it_value = timeval(ns < PIECE ? ns : PIECE),
	};

	rang = 0;
	(void)setitimer(ITIMER_REAL, &timer, NULL);
	return flock(g->fd, LOCK_EX);
}

/* The same until that time, or until others' timer is due. */
static int
wait_until(struct gate *g, int64_t until, int64_t due)
{
	const int64_t end = until < due ? until : due;
	int64_t now;

	for (now = loop_now(); now < end; now = loop_now()) {
		if (wait_for(g, end - now) == 0)
			return 0;
		if (errno != EINTR || !rang)
			return -1;
	}
	errno = now < until ? EINTR : ETIMEDOUT;
	return -1;
}

int
gate_lock(struct gate *g, int64_t until)
{
	struct before b;
	int rc;

	if (gate_try(g) == 0)
		return 0;
	if (errno != EWOULDBLOCK)
		return -1;
	if (until == LOOP_NEVER)
		return flock(g->fd, LOCK_EX);
	take_alarm(&b);
	rc = wait_until(g, until, b.due);
	give_back_alarm(&b);
	return rc;
}

/* "1: FLOCK  ADVISORY  WRITE PID MAJOR:MINOR:INODE 0 EOF", the numbers of the
 * device in hexadecimal. Some file systems show another device there than in
 * stat(2), so it is the inode that counts. */
pid_t
gate_holder(const struct gate *g)
{
	FILE *f = fopen("/proc/locks", "re");
	uintmax_t inode;
	pid_t holder = 0;
	struct stat st;
	char line[200];
	intmax_t pid;

	if (f == NULL)
		return 0;
	if (fstat(g->fd, &st) == 0)
		while (holder == 0 && fgets(line, sizeof(line), f) != NULL)
			if (sscanf(line,
				"%*d: FLOCK ADVISORY WRITE %jd %*x:%*x:%ju",
				&pid, &inode) == 2 &&
			    inode == (uintmax_t)st.st_ino && pid > 0)
				holder = (pid_t)pid;
	(void)fclose(f);
	return holder;
}

void
gate_unlock(struct gate *g)
{
	int saved = errno;

	(void)flock(g->fd, LOCK_UN);
	errno = saved;
}
