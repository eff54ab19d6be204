/* SPDX-License-Identifier: ISC */
/*
 * When nothing moves. A deadlock is a ring of directions each of which holds
 * up its writer, who is the reader of the one before; and for a time nothing
 * has moved anywhere, and the writers' pipes are full, too. Where buffers are
 * automatic that is when they grow, and nobody needs to know.
 */
#include "config.h"

#include <inttypes.h>

#include "dur.h"
#include "io.h"
#include "relay_impl.h"

/* How soon buffers grow that do so by themselves. */
#define SOON (20 * DUR_MS)

/* The direction that holds up the reader of d, or NULL. */
static struct relay_dir *
next(struct relay *r, const struct relay_dir *d)
{
	size_t i;

	for (i = 0; i < r->n; i++)
		if (r->dirs[i].stalled != 0 &&
		    r->dirs[i].link.from == d->link.to)
			return &r->dirs[i];
	return NULL;
}

static bool
in_ring(struct relay *r, struct relay_dir *d)
{
	struct relay_dir *e = d;
	size_t i;

	for (i = 0; i < r->n && e != NULL; i++) {
		e = next(r, e);
		if (e == d)
			return true;
	}
	return false;
}

/* The first direction of a ring, or NULL. */
static struct relay_dir *
ring(struct relay *r)
{
	size_t i;

	for (i = 0; i < r->n; i++)
		if (r->dirs[i].stalled != 0 && in_ring(r, &r->dirs[i]))
			return &r->dirs[i];
	return NULL;
}

/* Whether all of the ring write, and wait. */
static bool
all_jammed(struct relay *r, struct relay_dir *first)
{
	struct relay_dir *d = first;

	do {
		if (!relay_dir_jammed(d))
			return false;
		d = next(r, d);
	} while (d != first);
	return true;
}

/* Has the buffers of the ring grow, and goes on. Returns whether any may. */
static bool
grow(struct relay *r, struct relay_dir *first)
{
	struct relay_dir *d = first;
	bool grown = false;
	size_t i;

	do {
		grown |= relay_dir_grow(d);
		d = next(r, d);
	} while (d != first);
	for (i = 0; grown && i < r->n; i++)
		relay_dir_run(&r->dirs[i]);
	return grown;
}

static void
tell(struct relay *r, struct relay_dir *first)
{
	char from[RELAY_NAME], to[RELAY_NAME];
	struct relay_dir *d = first;
	struct buf text = BUF_INIT;
	uint64_t unread;

	do {
		unread = d->held.len + io_pending(d->in.fd) +
		    io_pending(d->out.fd);
		(void)buf_addf(&text,
		    "%s%s waits for %s, which has %" PRIu64 " bytes to read",
		    d == first ? "" : "; ", relay_name(d->link.from, from),
		    relay_name(d->link.to, to), unread);
		d = next(r, d);
	} while (d != first);
	if (buf_addc(&text, '\0') == 0)
		r->events.deadlock(r->events.arg, buf_data(&text));
	buf_free(&text);
}

static void
arm(struct relay *r)
{
	if (r->may_grow)
		loop_timer_after(r->loop, &r->stuck, SOON);
	else if (r->conf.deadlock_after > 0)
		loop_timer_after(r->loop, &r->stuck, r->conf.deadlock_after);
}

static void
stuck_due(struct loop_timer *t)
{
	struct relay *r = t->arg;
	struct relay_dir *first = ring(r);

	if (first == NULL)
		return;
	if (!all_jammed(r, first)) {
		arm(r);
	} else if (r->may_grow) {
		r->may_grow = grow(r, first);
		if (!r->may_grow)
			arm(r);
	} else {
		r->stuck_told = true;
		tell(r, first);
		if (r->conf.deadlock == RELAY_GROW && ring(r) == first)
			(void)grow(r, first);
	}
}

void
relay_stuck_init(struct relay *r)
{
	r->stuck = (struct loop_timer){.cb = stuck_due, .arg = r};
	r->may_grow = r->conf.automatic;
}

void
relay_stuck_look(struct relay *r)
{
	if (!r->stuck.set && !r->stuck_told && ring(r) != NULL)
		arm(r);
}

void
relay_stuck_over(struct relay *r)
{
	loop_timer_del(r->loop, &r->stuck);
	r->stuck_told = false;
}
