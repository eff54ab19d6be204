/* SPDX-License-Identifier: ISC */
/*
 * One of our output descriptors. A pipe or a terminal is written through a
 * non-blocking description of our own. Where there is none (a socket, a
 * pipe of another user's) poll(2) promises room for PIPE_BUF bytes; a
 * regular file never makes us wait.
 */
#include "config.h"

#include "out.h"

#include <sys/stat.h>

#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "io.h"

#define OUT_WRITE (64 * 1024)
#define OUT_FULL (256 * 1024)

/* Writes once. Returns whether to go on at once. */
static bool
write_some(struct out *o)
{
	size_t n = buf_len(&o->pending);
	ssize_t put;

	put = io_write(
	    o->w.fd, buf_data(&o->pending), n < o->most ? n : o->most);
	if (put == -1 && errno == EAGAIN)
		return false;
	if (put == -1) {
		o->err = errno;
		buf_free(&o->pending);
		return false;
	}
	buf_drop(&o->pending, (size_t)put);
	o->written += (uint64_t)put;
	/* With a blocking description only poll(2) knows about the rest. */
	return o->most > PIPE_BUF;
}

/* Writes while the descriptor takes it, and has the loop tell when it
 * takes more. ready: poll(2) has just said that it does. */
static void
flush(struct out *o, bool ready)
{
	bool may = ready || o->most > PIPE_BUF;

	while (may && buf_len(&o->pending) > 0)
		may = write_some(o);
	if (buf_len(&o->pending) == 0) {
		buf_reset(&o->pending, (size_t)2 * OUT_FULL);
		loop_fd_del(o->loop, &o->w);
	} else if (loop_fd_add(o->loop, &o->w) == -1) {
		o->err = ENOMEM;
		buf_free(&o->pending);
	}
}

static void
out_ready(struct loop_fd *w, short revents)
{
	struct out *o = w->arg;
	bool was_full = out_full(o);

	(void)revents;
	flush(o, true);
	if ((was_full && !out_full(o)) || out_idle(o))
		o->drained(o->arg);
}

void
out_init(struct out *o, struct loop *loop, int fd, void (*drained)(void *arg),
    void *arg)
{
	struct stat st;

	*o = (struct out){.loop = loop, .fd = fd, .most = SSIZE_MAX};
	o->drained = drained;
	o->arg = arg;
	o->own = io_own_writer(fd);
	if (o->own == -1 && fstat(fd, &st) == 0 &&
	    (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode) || isatty(fd)))
		o->most = PIPE_BUF;
	o->w.fd = o->own == -1 ? fd : o->own;
	o->w.events = POLLOUT;
	o->w.cb = out_ready;
	o->w.arg = o;
}

void
out_free(struct out *o)
{
	loop_fd_del(o->loop, &o->w);
	io_close(&o->own);
	buf_free(&o->pending);
}

void
out_flush(struct out *o)
{
	if (o->w.place == 0)
		flush(o, false);
}

char *
out_room(struct out *o, size_t n)
{
	return buf_reserve(&o->pending, n);
}

void
out_added(struct out *o, size_t n)
{
	buf_grown(&o->pending, n);
	if (o->err != 0)
		buf_clear(&o->pending);
	else if (buf_len(&o->pending) >= OUT_WRITE)
		flush(o, false);
}

int
out_add(struct out *o, const void *p, size_t n)
{
	char *room = out_room(o, n);

	if (room == NULL)
		return -1;
	memcpy(room, p, n);
	out_added(o, n);
	return 0;
}

uint64_t
out_end(const struct out *o)
{
	return o->written + buf_len(&o->pending);
}

bool
out_full(const struct out *o)
{
	return buf_len(&o->pending) >= OUT_FULL;
}

bool
out_idle(const struct out *o)
{
	return buf_len(&o->pending) == 0;
}
