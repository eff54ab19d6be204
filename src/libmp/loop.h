/* SPDX-License-Identifier: ISC */
/*
 * The only poll loop: descriptors, deadlines, ends of children, signals.
 * Everything that is watched is a struct of the caller's, linked in here;
 * nothing is copied. Callbacks run one after the other out of loop_step()
 * and may add and remove anything, themselves included.
 */
#ifndef MP_LOOP_H
#define MP_LOOP_H

#include <sys/queue.h>
#include <sys/resource.h>
#include <sys/tree.h>
#include <sys/types.h>

#include <poll.h>
#include <stdbool.h>
#include <stdint.h>

#include "loop_sig.h"

#define LOOP_NEVER INT64_MAX

struct loop_fd {
	int fd;
	short events; /* POLLIN, POLLOUT */
	void (*cb)(struct loop_fd *, short revents);
	void *arg;
	size_t place; /* 1 + index in the loop's arrays; 0: not watched */
};

struct loop_timer {
	int64_t at; /* in the time of loop_now() */
	void (*cb)(struct loop_timer *);
	void *arg;
	bool set;
	unsigned long round; /* of timers in which it was set */
	RB_ENTRY(loop_timer) link;
};

struct loop_child {
	pid_t pid;
	void (*cb)(struct loop_child *, int status, const struct rusage *);
	void *arg;
	RB_ENTRY(loop_child) link;
};

RB_HEAD(loop_timers, loop_timer);
RB_HEAD(loop_children, loop_child);

struct loop {
	struct pollfd *pfd;
	struct loop_fd **fds;
	size_t n, cap;
	struct loop_timers timers;
	unsigned long round; /* of timers that were called */
	struct loop_children children;
	struct loop_sig sig;
	struct loop_fd sigfd;
	void (*signal)(void *arg, const struct loop_signal *);
	void *arg;
};

/* Nanoseconds of CLOCK_MONOTONIC. */
int64_t loop_now(void);

/*
 * Takes over SIGCHLD and the nsigs signals in sigs: they are blocked, and
 * arrive by the callback from then on; those that were ignored at our
 * start stay ignored and never arrive. loop_free() gives the old state
 * back. Returns 0, or -1 and errno.
 */
int loop_init(struct loop *, const int *sigs, size_t nsigs,
    void (*signal)(void *arg, const struct loop_signal *), void *arg);
void loop_free(struct loop *);

/* Makes room for n descriptors in all, so that loop_fd_add() cannot fail
 * up to there. Returns 0, or -1 and ENOMEM. */
int loop_reserve(struct loop *, size_t n);

/* Watch w->fd for w->events. Adding what is watched already, and deleting
 * what is not, do nothing. Return 0, or -1 and ENOMEM. */
int loop_fd_add(struct loop *, struct loop_fd *w);
void loop_fd_del(struct loop *, struct loop_fd *w);

/* Calls back once, at t->at or soon after; setting again moves it. */
void loop_timer_set(struct loop *, struct loop_timer *t, int64_t at);
void loop_timer_del(struct loop *, struct loop_timer *t);

/* The same, ns nanoseconds from now; never if that is beyond all time. */
void loop_timer_after(struct loop *, struct loop_timer *t, int64_t ns);

/* Calls back once, when the child c->pid was reaped; its status is as
 * wait(2) gives it. The link is gone when the callback runs. */
void loop_child_add(struct loop *, struct loop_child *c);

/* Does not call back any more; the child is reaped all the same. What is
 * not watched stays so. */
void loop_child_del(struct loop *, struct loop_child *c);

/*
 * Reaps all that has ended, also children that nobody watches, and calls
 * back. Returns whether there are children left, ended or not.
 */
bool loop_reap(struct loop *);

/* Waits for the next event, until LOOP_NEVER or the time until, and calls
 * back for all that has happened. Returns 0, or -1 and errno. */
int loop_step(struct loop *, int64_t until);

#endif
