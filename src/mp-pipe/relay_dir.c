/* SPDX-License-Identifier: ISC */
/*
 * One direction: its life, and what the loop watches for it. A side that
 * cannot be used now is not polled for it, but that the other end was closed
 * is seen at any time: by the reader's leaving the writer is broken off at
 * once, and a writer that has left waits for nobody.
 */
#include "config.h"

#include <sys/socket.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "dur.h"
#include "io.h"
#include "relay_impl.h"

#define PIPE_SIZE (256 * 1024)
#define GROW_MIN ((uint64_t)1 << 20)
#define RETRY DUR_SECOND /* for a file system that was full */

enum told { TOLD_FILE = 1, TOLD_COPY = 2 };

static void
watch(struct loop *loop, struct loop_fd *w, short events, bool on)
{
	if (w->place != 0 && (!on || w->events != events))
		loop_fd_del(loop, w);
	w->events = events;
	if (on)
		(void)loop_fd_add(loop, w); /* there is room */
}

/* Tells people what has gone wrong, and what comes of it. */
static void
say(struct relay_dir *d, const char *what, int err, const char *effect)
{
	struct relay *r = d->relay;
	struct buf why = BUF_INIT;

	(void)buf_addf(&why, "%s: %s", strerror(err), effect);
	if (buf_addc(&why, '\0') == 0)
		r->events.say(r->events.arg, what, buf_data(&why));
	buf_free(&why);
}

/* Says what has gone wrong besides the stream, once. */
static void
say_errors(struct relay_dir *d)
{
	char from[RELAY_NAME], text[100];

	relay_trace_check(d->relay);
	(void)relay_name(d->link.from, from);
	if (d->held.err != 0 && !(d->told & TOLD_FILE)) {
		d->told |= TOLD_FILE;
		(void)snprintf(text, sizeof(text), "%s waits", from);
		say(d, "temporary file", d->held.err, text);
	}
	if (relay_copy_error(&d->copy) != 0 && !(d->told & TOLD_COPY)) {
		d->told |= TOLD_COPY;
		d->relay->failed = true;
		(void)snprintf(
		    text, sizeof(text), "the copy of %s> ends here", from);
		say(d, "--tee", d->copy.err, text);
	}
}

bool
relay_dir_paused(const struct relay_dir *d)
{
	return relay_trace_full(&d->relay->trace) || relay_copy_full(&d->copy);
}

void
relay_dir_stall(struct relay_dir *d, bool on)
{
	if (on == (d->stalled != 0))
		return;
	if (on) {
		d->stalled = loop_now();
		return;
	}
	d->stat.stall += loop_now() - d->stalled;
	d->stalled = 0;
}

void
relay_dir_indirect(struct relay_dir *d)
{
	d->direct = false;
	if (d->held.mem_max < ELASTIC_BLOCK)
		d->held.mem_max = ELASTIC_BLOCK;
}

/* What the loop is to wait for; out is what holds up the way to the
 * reader. */
static void
watch_both(struct relay_dir *d, enum flow out)
{
	struct loop *loop = d->relay->loop;
	bool straight = d->direct && d->held.len == 0;
	bool stopped = out == FLOW_BLOCKED || out == FLOW_LATER;
	bool full = elastic_full(&d->held);
	bool in = (!full || (straight && !stopped)) && !relay_dir_paused(d);
	bool wait = out == FLOW_BLOCKED || d->held.len > 0 || d->eof;

	watch(loop, &d->in, in ? POLLIN : 0, !d->eof && (in || !d->hung_up));
	watch(loop, &d->out, wait && out != FLOW_LATER ? POLLOUT : 0, true);
	loop_timer_del(loop, &d->later);
	if (out == FLOW_LATER)
		loop_timer_set(loop, &d->later, rate_next(&d->rate));
	else if (full && d->held.err != 0)
		loop_timer_after(loop, &d->later, RETRY);
	relay_dir_stall(d, out == FLOW_BLOCKED && full && !d->hung_up);
	if (d->stalled != 0)
		relay_stuck_look(d->relay);
}

/* The direction is over; err is why, or 0. */
static void
end(struct relay_dir *d, enum relay_end how, int err)
{
	struct relay *r = d->relay;
	char from[RELAY_NAME], to[RELAY_NAME], text[60] = "end";

	if (how == RELAY_BROKEN)
		(void)snprintf(text, sizeof(text), "%s has closed",
		    relay_name(d->link.to, to));
	if (err == EPIPE)
		err = 0;
	if (err != 0) {
		r->failed = true;
		(void)snprintf(text, sizeof(text), "the rest of %s> is lost",
		    relay_name(d->link.from, from));
		say(d, "relay", err, text);
	}
	if (r->trace.on)
		relay_trace_say(
		    &r->trace, d->link.from, loop_now() - r->begin, text);
	relay_dir_shut(d, how, err);
	r->events.ended(r->events.arg, (size_t)(d - r->dirs));
}

void
relay_dir_run(struct relay_dir *d)
{
	enum flow out;
	int err;

	if (d->stat.end != RELAY_OPEN)
		return;
	out = relay_flow(d);
	err = errno;
	say_errors(d);
	if (out == FLOW_ALL)
		end(d, RELAY_ALL, 0);
	else if (out == FLOW_BROKEN)
		end(d, RELAY_BROKEN, err);
	else
		watch_both(d, out);
}

/* Without POLLIN, which may not have been asked for: the writer has closed
 * its end, and waits no more. */
static void
in_ready(struct loop_fd *w, short revents)
{
	struct relay_dir *d = w->arg;

	if (revents & (POLLHUP | POLLERR)) {
		d->hung_up = true;
		relay_dir_stall(d, false);
	}
	relay_dir_run(d);
}

static void
out_ready(struct loop_fd *w, short revents)
{
	struct relay_dir *d = w->arg;

	if (revents & (POLLERR | POLLHUP | POLLNVAL))
		end(d, RELAY_BROKEN, 0);
	else
		relay_dir_run(d);
}

static void
later_due(struct loop_timer *t)
{
	relay_dir_run(t->arg);
}

/* The copy has taken what had to wait. */
static void
copy_drained(void *arg)
{
	struct relay_dir *d = arg;

	say_errors(d);
	if (d->stat.end == RELAY_OPEN)
		relay_dir_run(d);
	else if (relay_copy_idle(&d->copy))
		relay_copy_free(&d->copy);
}

static int
set_up_fd(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags == -1 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) == -1)
		return -1;
	io_pipe_size(fd, PIPE_SIZE);
	return 0;
}

int
relay_dir_init(
    struct relay_dir *d, struct relay *r, const struct relay_link *link)
{
	const struct relay_conf *c = &r->conf;

	memset(d, 0, sizeof(*d));
	d->relay = r;
	d->link = *link;
	d->in = (struct loop_fd){.fd = link->in, .cb = in_ready, .arg = d};
	d->out = (struct loop_fd){.fd = link->out, .cb = out_ready, .arg = d};
	d->later = (struct loop_timer){.cb = later_due, .arg = d};
	relay_copy_init(&d->copy, r->loop, link->tee, copy_drained, d);
	d->direct = true;
	if (set_up_fd(link->in) == -1 || set_up_fd(link->out) == -1 ||
	    elastic_init(&d->held, c->automatic ? 0 : c->buffer,
		c->automatic ? 0 : c->spool) == -1) {
		relay_dir_shut(d, RELAY_STOPPED, errno);
		relay_copy_free(&d->copy);
		return -1;
	}
	if (r->trace.on || !relay_copy_direct(&d->copy))
		relay_dir_indirect(d);
	return 0;
}

void
relay_dir_start(struct relay_dir *d)
{
	rate_init(&d->rate, d->relay->conf.rate, d->relay->begin);
	loop_timer_set(d->relay->loop, &d->later, d->relay->begin);
}

/* A duplicate of a socket may still serve the other direction. */
static void
shut_fd(struct relay_dir *d, struct loop_fd *w, int how)
{
	loop_fd_del(d->relay->loop, w);
	(void)shutdown(w->fd, how);
	io_close(&w->fd);
}

void
relay_dir_shut(struct relay_dir *d, enum relay_end how, int err)
{
	shut_fd(d, &d->in, SHUT_RD);
	shut_fd(d, &d->out, SHUT_WR);
	loop_timer_del(d->relay->loop, &d->later);
	relay_dir_stall(d, false);
	d->stat.lost = d->held.len;
	d->stat.end = how;
	d->stat.err = err;
	elastic_free(&d->held);
	if (relay_copy_idle(&d->copy))
		relay_copy_free(&d->copy);
}

bool
relay_dir_jammed(struct relay_dir *d)
{
	int fd = io_own_writer(d->in.fd);
	struct pollfd p = {.fd = fd, .events = POLLOUT};
	bool jammed;

	if (fd == -1)
		return d->stalled != 0 && io_pending(d->in.fd) > 0;
	jammed = d->stalled != 0 && poll(&p, 1, 0) == 0;
	io_close(&fd);
	return jammed;
}

bool
relay_dir_grow(struct relay_dir *d)
{
	const struct relay_conf *c = &d->relay->conf;
	struct elastic *e = &d->held;
	uint64_t was = e->mem_max + e->file_max;
	uint64_t most = c->spool > 0 ? c->spool : UINT64_MAX / 4;
	uint64_t next = 2 * was < GROW_MIN ? GROW_MIN : 2 * was, mem;

	mem = c->buffer > 0 ? c->buffer : RELAY_AUTO_BUFFER;
	mem = mem > next ? next : mem;
	if (mem > e->mem_max)
		e->mem_max = mem;
	next -= mem;
	next = next < most ? next : most;
	if (next > e->file_max)
		e->file_max = next;
	return e->mem_max + e->file_max > was;
}
