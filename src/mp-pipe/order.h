/* SPDX-License-Identifier: ISC */
/*
 * The order in which processes end. wait(2) does not tell: of several that
 * have ended by the time we look it hands out whichever was started first.
 * A pidfd becomes readable at the end of its process, and epoll(7) lists
 * what has become readable in that order.
 */
#ifndef MP_PIPE_ORDER_H
#define MP_PIPE_ORDER_H

#include <sys/types.h>

#include <stddef.h>

struct order {
	int epfd; /* or -1: the order is that of the calls */
	size_t n;
	int *pidfd;
	unsigned *rank; /* 0: not known yet */
	unsigned last;
};

/* Looks after n children, none of them reaped. Where the kernel or a limit
 * does not allow it, the order is that in which order_ended() is called.
 * order_free() releases. Returns 0, or -1 and ENOMEM. */
int order_init(struct order *, const pid_t *pids, size_t n);
void order_free(struct order *);

/* Child i was reaped. Returns its rank, from 1 on: the lower one has ended
 * earlier. */
unsigned order_ended(struct order *, size_t i);

/* The rank of child i so far, 0 for none. Gives it the next one, whatever it
 * had, and returns that. */
unsigned order_rank(const struct order *, size_t i);
unsigned order_next(struct order *, size_t i);

#endif
