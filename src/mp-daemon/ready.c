/* SPDX-License-Identifier: ISC */
/*
 * Waiting for a service to be ready: what tells it by itself. What must be
 * looked at again and again is in ready_poll.c.
 */
#include "config.h"

#include "ready.h"

#include <errno.h>
#include <string.h>

#include "io.h"
#include "ready_impl.h"

void
ready_done(struct ready *r)
{
	ready_stop(r);
	r->events.ready(r->events.arg);
}

void
ready_failed(struct ready *r, const char *why)
{
	ready_stop(r);
	r->events.failed(r->events.arg, why);
}

static void
fd_ready(struct loop_fd *w, short revents)
{
	struct ready *r = w->arg;
	char text[512];
	ssize_t n = io_read(w->fd, text, sizeof(text));

	(void)revents;
	if (n <= 0)
		ready_failed(r, "its descriptor was closed without a newline");
	else if (memchr(text, '\n', (size_t)n) != NULL)
		ready_done(r);
}

static int
open_fd(struct ready *r)
{
	int fd[2];

	if (io_pipe(fd) == -1)
		return -1;
	r->child_fd = fd[1];
	r->watch.fd = fd[0];
	r->watch.cb = fd_ready;
	return loop_fd_add(r->loop, &r->watch);
}

static int
open_log(struct ready *r)
{
	if (regcomp(&r->regex, r->spec->text, REG_EXTENDED | REG_NOSUB) != 0) {
		errno = ENOMEM; /* it is correct: ready_parse() */
		return -1;
	}
	rec_init(&r->lines, '\n', READY_LINE_MAX);
	r->compiled = true;
	return 0;
}

int
ready_open(struct ready *r, const struct ready_spec *spec, struct loop *loop,
    const struct ready_events *events)
{
	int rc = 0;

	memset(r, 0, sizeof(*r));
	r->spec = spec;
	r->loop = loop;
	r->events = *events;
	r->child_fd = -1;
	r->watch = (struct loop_fd){.fd = -1, .events = POLLIN, .arg = r};
	if (spec->kind == READY_FD)
		rc = open_fd(r);
	else if (spec->kind == READY_LOG)
		rc = open_log(r);
	if (rc == -1)
		ready_stop(r);
	return rc;
}

void
ready_begin(struct ready *r)
{
	r->waiting = true;
	io_close(&r->child_fd);
	switch (r->spec->kind) {
	case READY_EXEC:
		ready_done(r);
		break;
	case READY_FD:
	case READY_NOTIFY:
	case READY_LOG:
		break;
	case READY_CHECK:
	case READY_TCP:
	case READY_UNIX:
	case READY_FILE:
		ready_poll(r);
		break;
	}
}

void
ready_stop(struct ready *r)
{
	r->waiting = false;
	io_close(&r->child_fd);
	loop_fd_del(r->loop, &r->watch);
	io_close(&r->watch.fd);
	ready_poll_stop(r);
	if (r->compiled) {
		regfree(&r->regex);
		rec_free(&r->lines);
	}
	r->compiled = false;
}

void
ready_told(struct ready *r)
{
	if (r->waiting && r->spec->kind == READY_NOTIFY)
		ready_done(r);
}

/* Whether the next line that has come matches; *more is false where there is
 * none. */
static bool
next_matches(struct ready *r, bool *more)
{
	char line[READY_LINE_MAX + 1];
	const char *text;
	enum rec_status got;
	size_t len;

	got = rec_next(&r->lines, &text, &len);
	*more = got == REC_OK || got == REC_LONG;
	if (!*more)
		return false;
	memcpy(line, text, len);
	line[len] = '\0';
	return regexec(&r->regex, line, 0, NULL, 0) == 0;
}

void
ready_output(struct ready *r, const char *p, size_t n)
{
	bool more = true;
	char *room;

	if (!r->waiting || !r->compiled || n == 0)
		return;
	room = rec_room(&r->lines, n);
	if (room == NULL)
		return;
	memcpy(room, p, n);
	rec_fed(&r->lines, n);
	while (more) {
		if (next_matches(r, &more)) {
			ready_done(r);
			return;
		}
	}
}
