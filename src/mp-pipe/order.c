/* SPDX-License-Identifier: ISC */
/*
 * The order in which processes end. A descriptor is watched until its first
 * event, which is the only one it has.
 */
#include "config.h"

#include "order.h"

#include <sys/syscall.h>

#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#ifdef HAVE_SYS_EPOLL_H
#include <sys/epoll.h>
#endif

#include "io.h"

#define BATCH 64

unsigned
order_rank(const struct order *o, size_t i)
{
	return o->rank[i];
}

unsigned
order_next(struct order *o, size_t i)
{
	io_close(&o->pidfd[i]);
	return o->rank[i] = ++o->last;
}

#ifdef HAVE_SYS_EPOLL_H
static int
open_set(void)
{
	return epoll_create1(EPOLL_CLOEXEC);
}

static void
watch(struct order *o, size_t i, pid_t pid)
{
	struct epoll_event ev = {.events = EPOLLIN | EPOLLONESHOT};

	ev.data.u64 = i;
	o->pidfd[i] = (int)syscall(SYS_pidfd_open, pid, 0);
	if (o->pidfd[i] != -1 &&
	    epoll_ctl(o->epfd, EPOLL_CTL_ADD, o->pidfd[i], &ev) == -1)
		io_close(&o->pidfd[i]);
}

/* Gives ranks to all that have ended by now. */
static void
look(struct order *o)
{
	struct epoll_event ev[BATCH];
	int i, n;

	do {
		n = epoll_wait(o->epfd, ev, BATCH, 0);
		for (i = 0; i < n; i++)
			(void)order_next(o, ev[i].data.u64);
	} while (n == BATCH);
}
#else
static int
open_set(void)
{
	return -1;
}

static void
watch(struct order *o, size_t i, pid_t pid)
{
	(void)pid;
	o->pidfd[i] = -1;
}

static void
look(struct order *o)
{
	(void)o;
}
#endif

int
order_init(struct order *o, const pid_t *pids, size_t n)
{
	size_t i;

	*o = (struct order){.n = n};
	o->epfd = open_set();
	o->pidfd = calloc(n, sizeof(o->pidfd[0]));
	o->rank = calloc(n, sizeof(o->rank[0]));
	if (o->pidfd == NULL || o->rank == NULL) {
		o->n = 0;
		order_free(o);
		return -1;
	}
	for (i = 0; i < n; i++)
		watch(o, i, pids[i]);
	return 0;
}

void
order_free(struct order *o)
{
	size_t i;

	for (i = 0; i < o->n; i++)
		io_close(&o->pidfd[i]);
	free(o->pidfd);
	free(o->rank);
	o->pidfd = NULL;
	o->rank = NULL;
	o->n = 0;
	io_close(&o->epfd);
}

unsigned
order_ended(struct order *o, size_t i)
{
	if (o->rank[i] == 0)
		look(o);
	return o->rank[i] != 0 ? o->rank[i] : order_next(o, i);
}
