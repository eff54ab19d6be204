/* SPDX-License-Identifier: ISC */
/*
 * Which end of a wire was closed first. An event comes when the last
 * descriptor for an end goes, before the other end can notice. An end that
 * was opened once more, as /dev/stdin, has several; the last one counts.
 */
#include "config.h"

#include "ends.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#ifdef HAVE_SYS_INOTIFY_H
#include <sys/inotify.h>
#endif

#include "io.h"
#include "scan.h"

#define READ_SIZE 4096

int
ends_init(struct ends *e, size_t n, bool sockets)
{
	size_t i;

	*e = (struct ends){.n = n, .sockets = sockets};
	e->w.fd = -1;
	e->wire = calloc(n, sizeof(e->wire[0]));
	if (e->wire == NULL)
		return -1;
	for (i = 0; i < n; i++)
		e->wire[i].reader = e->wire[i].writer = -1;
#ifdef HAVE_SYS_INOTIFY_H
	e->w.fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
#endif
	return 0;
}

void
ends_free(struct ends *e)
{
	if (e->wire == NULL) /* not initialised */
		return;
	free(e->wire);
	e->wire = NULL;
	/* Takes Linux some ten milliseconds, see HACKING. */
	io_close(&e->w.fd);
}

#ifdef HAVE_SYS_INOTIFY_H
static int
watch(struct ends *e, int fd)
{
	char path[32];

	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return inotify_add_watch(e->w.fd, path, IN_CLOSE);
}

/* Whether the member is ending, or was reaped. */
static bool
is_ending(const struct ends_wire *member)
{
	struct scan_proc p;

	return scan_read(member->pid, &p) == -1 || p.exiting;
}

static void
closed(struct ends *e, struct ends_wire *member, unsigned long *when)
{
	*when = e->closed;
	if (member->ending == 0 && is_ending(member))
		member->ending = e->closed;
}

/* A socket is open for both. */
static void
note(struct ends *e, const struct inotify_event *ev)
{
	uint32_t reads = e->sockets ? IN_CLOSE_WRITE : IN_CLOSE_NOWRITE;
	struct ends_wire *w;
	size_t i;

	e->closed++;
	for (i = 0; i < e->n; i++) {
		w = &e->wire[i];
		if (w->reader == ev->wd && (ev->mask & reads) != 0)
			closed(e, &e->wire[(i + 1) % e->n], &w->read_closed);
		if (w->writer == ev->wd && (ev->mask & IN_CLOSE_WRITE) != 0)
			closed(e, w, &w->write_closed);
	}
}

void
ends_take(struct ends *e)
{
	_Alignas(struct inotify_event) char text[READ_SIZE];
	const struct inotify_event *ev;
	ssize_t n, at;

	while ((n = io_read(e->w.fd, text, sizeof(text))) > 0) {
		for (at = 0; at < n; at += (ssize_t)(sizeof(*ev) + ev->len)) {
			ev = (const void *)(text + at);
			note(e, ev);
		}
	}
}
#else
static int
watch(struct ends *e, int fd)
{
	(void)e;
	(void)fd;
	return -1;
}

void
ends_take(struct ends *e)
{
	(void)e;
}
#endif

void
ends_watch(struct ends *e, size_t i, int out, int in)
{
	e->wire[i].reader = watch(e, in);
	e->wire[i].writer = watch(e, out);
}

static void
ready(struct loop_fd *w, short revents)
{
	(void)revents;
	ends_take(w->arg);
}

int
ends_follow(struct ends *e, struct loop *loop, const pid_t *pids)
{
	size_t i;

	for (i = 0; i < e->n; i++)
		e->wire[i].pid = pids[i];
	if (e->w.fd == -1)
		return 0;
	e->w.events = POLLIN;
	e->w.cb = ready;
	e->w.arg = e;
	e->loop = loop;
	return loop_fd_add(loop, &e->w);
}

void
ends_leave(struct ends *e)
{
	if (e->loop != NULL)
		loop_fd_del(e->loop, &e->w);
	e->loop = NULL;
}

bool
ends_unread(const struct ends *e, size_t i)
{
	const struct ends_wire *w = &e->wire[i];

	if (w->reader == -1 || w->writer == -1)
		return true;
	return w->read_closed != 0 &&
	    (w->write_closed == 0 || w->read_closed < w->write_closed);
}

bool
ends_before(const struct ends *e, size_t i, size_t k)
{
	return e->wire[i].ending != 0 && e->wire[i].ending < e->wire[k].ending;
}
