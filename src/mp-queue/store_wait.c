/* SPDX-License-Identifier: ISC */
/*
 * Waiting for a change of a queue.
 */
#include "config.h"

#include "store_wait.h"

#include <sys/syscall.h>

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "bell.h"
#include "dur.h"
#include "io.h"

#define LOOK_AGAIN DUR_SECOND

int
store_wait_begin(struct store *s, struct store_wait *w, const char *q,
    const char *turnstile, const char *bell)
{
	char name[300];

	memset(w, 0, sizeof(*w));
	w->s = s;
	w->turnstile.fd = -1;
	(void)snprintf(w->bell, sizeof(w->bell), "%s.%s", q, bell);
	w->pfd[0].fd = bell_open(s->dirfd, w->bell);
	w->pfd[0].events = POLLIN;
	w->n = 1;
	if (w->pfd[0].fd == -1)
		return -1;
	if (turnstile == NULL) {
		w->first = true;
		return 0;
	}
	(void)snprintf(name, sizeof(name), "%s.%s", q, turnstile);
	if (gate_open(&w->turnstile, s->dirfd, name) == 0)
		return 0;
	io_close(&w->pfd[0].fd);
	return -1;
}

static void
unwatch(struct store_wait *w)
{
	while (w->n > 1)
		io_close(&w->pfd[--w->n].fd);
}

void
store_wait_watch(struct store_wait *w, const pid_t *pid, size_t n)
{
	size_t i;
	int fd;

	unwatch(w);
	for (i = 0; i < n && i < STORE_WATCH_MAX; i++) {
		fd = (int)syscall(SYS_pidfd_open, pid[i], 0);
		if (fd == -1)
			continue;
		w->pfd[w->n].fd = fd;
		w->pfd[w->n++].events = POLLIN;
	}
}

static int64_t
least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

/* At the turnstile, a second at most. */
static int
line_up(struct store_wait *w, int64_t until)
{
	if (gate_lock(&w->turnstile, until) == 0)
		w->first = true;
	else if (errno != ETIMEDOUT && errno != EINTR)
		return -1;
	return 0;
}

int
store_wait(struct store_wait *w, int64_t until, int64_t due)
{
	int64_t now = loop_now(), end = least(now + LOOK_AGAIN, until);

	if (now >= until)
		return -1;
	if (!w->first)
		return line_up(w, end);
	end = least(end, due);
	/* Rounded up, so as not to look too early. */
	if (end > now)
		(void)poll(w->pfd, (nfds_t)w->n,
		    (int)((end - now + DUR_MS - 1) / DUR_MS));
	(void)bell_take(w->pfd[0].fd);
	return 0;
}

void
store_wait_end(struct store_wait *w, bool more)
{
	unwatch(w);
	if (w->pfd[0].fd != -1 && more)
		bell_ring(w->s->dirfd, w->bell, 1);
	io_close(&w->pfd[0].fd);
	gate_close(&w->turnstile);
}
