/* SPDX-License-Identifier: ISC */
/*
 * The way of the bytes in one direction. What is in the writer's pipe goes
 * straight into the reader's by splice(2), without being copied, as long as
 * nothing is held. What the reader does not take goes to the buffer, as far
 * as there is one, and from there to the reader first. Where splice(2) is
 * not possible or somebody wants to see the bytes, all of them go through
 * the buffer, which then has a block at least.
 */
#include "config.h"

#include "relay_impl.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <unistd.h>

#include "io.h"

#define MOST ((size_t)1 << 20) /* bytes in one call */
#define MUCH ((uint64_t)32 * 1024) /* bytes in one run */
#define TURNS 8 /* calls, before other directions have their turn */

static void
handed_on(struct relay_dir *d, size_t n)
{
	int64_t now = loop_now();

	if (d->stat.first == 0)
		d->stat.first = now;
	d->stat.last = now;
	d->stat.bytes += n;
	rate_used(&d->rate, n);
	relay_dir_stall(d, false);
	relay_moved(d->relay, now);
}

static void
taken(struct relay_dir *d, const char *p, size_t n)
{
	struct relay_trace *trace = &d->relay->trace;
	int64_t now = loop_now();
	char text[40];

	if (trace->on) {
		(void)snprintf(text, sizeof(text), "%zu bytes", n);
		relay_trace_say(
		    trace, d->link.from, now - d->relay->begin, text);
		relay_trace_bytes(trace, d->taken, p, n);
	}
	d->taken += n;
	relay_copy_bytes(&d->copy, p, n);
	if (d->held.len > d->stat.held)
		d->stat.held = d->held.len;
	if (elastic_spooled(&d->held) > d->stat.spooled)
		d->stat.spooled = elastic_spooled(&d->held);
	relay_moved(d->relay, now);
}

#ifdef HAVE_SPLICE

/* From the writer straight to the reader, as splice(2). */
static ssize_t
transfer(struct relay_dir *d, size_t most)
{
	ssize_t n;

	if (d->copy.fd != -1) {
		n = relay_copy_front(&d->copy, d->in.fd, most);
		if (n <= 0)
			return n;
		most = (size_t)n < most ? (size_t)n : most;
	}
	do
		n = splice(d->in.fd, NULL, d->out.fd, NULL, most,
		    SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
	while (n == -1 && errno == EINTR);
	if (n > 0)
		relay_copy_moved(&d->copy, (size_t)n);
	return n;
}

#else

static ssize_t
transfer(struct relay_dir *d, size_t most)
{
	(void)d;
	(void)most;
	errno = EINVAL;
	return -1;
}

#endif

static enum flow
hand_on(struct relay_dir *d)
{
	bool held = d->held.len > 0;
	size_t most;
	ssize_t n;

	if (!held && d->eof)
		return FLOW_ALL;
	if (!held && !d->direct)
		return FLOW_DRY;
	most = rate_allows(&d->rate, loop_now(), MOST);
	if (most == 0)
		return FLOW_LATER;
	n = held ? elastic_drain(&d->held, d->out.fd, most) : transfer(d, most);
	if (n > 0) {
		handed_on(d, (size_t)n);
		return FLOW_MOVED;
	}
	if (n == 0)
		return FLOW_ALL;
	if (errno == EAGAIN)
		return held || io_pending(d->in.fd) > 0 ? FLOW_BLOCKED
							: FLOW_DRY;
	if (held || errno != EINVAL)
		return FLOW_BROKEN;
	relay_dir_indirect(d);
	return FLOW_DRY;
}

/* One step from the writer into the buffer. */
static enum flow
take_in(struct relay_dir *d)
{
	const char *p;
	ssize_t n;

	if (d->eof || relay_dir_paused(d))
		return FLOW_BLOCKED;
	n = elastic_fill(&d->held, d->in.fd, MOST, &p);
	if (n > 0) {
		taken(d, p, (size_t)n);
		return FLOW_MOVED;
	}
	if (n == -1 && (errno == EAGAIN || errno == ENOBUFS))
		return errno == EAGAIN ? FLOW_DRY : FLOW_BLOCKED;
	if (n == -1 && errno != ECONNRESET)
		return FLOW_BROKEN;
	d->eof = true;
	return FLOW_MOVED;
}

/*
 * One step towards the reader. But in the middle of much, whoever waits for
 * our CPU, which may be the writer, goes first: what it brings meanwhile
 * takes one step, and nobody has to be woken for each part of it.
 */
static enum flow
hand_on_much(struct relay_dir *d, uint64_t moved)
{
	enum flow flow = hand_on(d);

	if (flow != FLOW_DRY || !d->direct || moved < MUCH)
		return flow;
	(void)sched_yield();
	return hand_on(d);
}

enum flow
relay_flow(struct relay_dir *d)
{
	const uint64_t before = d->stat.bytes;
	enum flow in, out;
	int turns = 0;

	do {
		in = FLOW_DRY;
		out = hand_on_much(d, d->stat.bytes - before);
		if (out == FLOW_BLOCKED || out == FLOW_LATER ||
		    (out == FLOW_DRY && !d->direct))
			in = take_in(d);
	} while ((out == FLOW_MOVED || in == FLOW_MOVED) && ++turns < TURNS);
	return in == FLOW_BROKEN ? in : out;
}
