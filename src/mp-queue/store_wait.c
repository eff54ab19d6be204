/* SPDX-License-Identifier: ISC */
/*
 * Waiting for a change of a queue.
 */
#include "config.h"

#include "store_wait.h"

#include <sys/epoll.h>
#include <sys/syscall.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bell.h"
#include "dur.h"
#include "io.h"

#define LOOK_AGAIN DUR_SECOND

/* Who keeps watch looks more often, for he only knows the owners of leases
 * that were there when he looked. */
#define WATCH_AGAIN (100 * DUR_MS)

/* Exclusive: of all that sleep a byte wakes one, the one that came first. */
int
store_wait_begin(
    struct store *s, struct store_wait *w, const char *bell, bool all)
{
	struct epoll_event event = {
	    .events = EPOLLIN | (all ? 0 : (uint32_t)EPOLLEXCLUSIVE)};

	memset(w, 0, sizeof(*w));
	w->s = s;
	w->name = bell;
	w->all = all;
	w->due = LOOP_NEVER;
	w->bell.fd = bell_open(s->dirfd, bell);
	w->epoll = w->bell.fd == -1 ? -1 : epoll_create1(EPOLL_CLOEXEC);
	if (w->epoll != -1 &&
	    epoll_ctl(w->epoll, EPOLL_CTL_ADD, w->bell.fd, &event) == 0)
		return 0;
	store_wait_end(w, false);
	return -1;
}

/* A descriptor that is closed is not waited for any more. */
static void
unwatch(struct store_wait *w)
{
	while (w->n > 0)
		io_close(&w->owner[--w->n]);
}

/* The lock of the bell says who waits for all that may happen; the others
 * only look now and then, and one of them is the next. */
static bool
keeps_watch(struct store_wait *w)
{
	if (!w->watches)
		w->watches = w->all || gate_try(&w->bell) == 0;
	return w->watches;
}

static int64_t
least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

void
store_wait_watch(struct store_wait *w, const pid_t *pid, size_t n, int64_t due)
{
	struct epoll_event event = {.events = EPOLLIN};
	size_t i;
	int fd;

	unwatch(w);
	w->due = least(due, loop_now() + WATCH_AGAIN);
	for (i = 0; keeps_watch(w) && i < n && i < STORE_WATCH_MAX; i++) {
		fd = (int)syscall(SYS_pidfd_open, pid[i], 0);
		if (fd == -1)
			continue;
		w->owner[w->n++] = fd;
		(void)epoll_ctl(w->epoll, EPOLL_CTL_ADD, fd, &event);
	}
}

int
store_wait(struct store_wait *w, int64_t until)
{
	int64_t now = loop_now(), end = least(now + LOOK_AGAIN, until);
	struct epoll_event event;

	if (now >= until)
		return -1;
	if (keeps_watch(w))
		end = least(end, w->due);
	/* Rounded up, so as not to look too early. */
	if (end > now)
		(void)epoll_wait(w->epoll, &event, 1,
		    (int)((end - now + DUR_MS - 1) / DUR_MS));
	(void)bell_take(w->bell.fd);
	return 0;
}

void
store_wait_also(struct store_wait *w, int fd)
{
	struct epoll_event event = {.events = EPOLLIN};

	(void)epoll_ctl(w->epoll, EPOLL_CTL_ADD, fd, &event);
}

void
store_wait_pause(struct store_wait *w)
{
	unwatch(w);
	gate_unlock(&w->bell);
	w->watches = false;
}

void
store_wait_end(struct store_wait *w, bool more)
{
	/* Somebody else is to keep watch. */
	if (w->watches && !w->all)
		more = true;
	unwatch(w);
	io_close(&w->epoll);
	gate_close(&w->bell);
	if (more)
		bell_ring(w->s->dirfd, w->name, 1);
}
