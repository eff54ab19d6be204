/* SPDX-License-Identifier: ISC */
/*
 * Replies in shared memory. Whoever is killed is killed between two stores, so
 * their order is what counts: bytes are there before they are used, and after
 * a flush the box is empty before the place of what comes next is known. In
 * between it ends before what came through the pipe, so there is nothing in it
 * that was not seen. past changes before the bytes do: who has copied them and
 * finds it as it was has copied what was put.
 */
#include "config.h"

#include "outbox.h"

#include <string.h>

#include "io.h"

static uint32_t
used(const struct outbox *o)
{
	return atomic_load_explicit(&o->used, memory_order_relaxed);
}

char *
outbox_room(struct outbox *o, size_t n)
{
	size_t at = used(o);

	return n <= OUTBOX_SIZE - at ? o->data + at : NULL;
}

void
outbox_put(struct outbox *o, size_t n)
{
	atomic_store_explicit(
	    &o->used, used(o) + (uint32_t)n, memory_order_release);
}

/* n more bytes are in the pipe, and the box is empty. */
static void
moved(struct outbox *o, size_t n)
{
	uint32_t past = atomic_load_explicit(&o->past, memory_order_relaxed);

	atomic_store_explicit(&o->used, 0, memory_order_release);
	atomic_store_explicit(
	    &o->past, past + (uint32_t)n, memory_order_release);
	atomic_thread_fence(memory_order_release);
}

int
outbox_flush(struct outbox *o, int fd)
{
	size_t n = used(o);

	if (n == 0)
		return 0;
	if (io_write_all(fd, o->data, n) == -1)
		return -1;
	moved(o, n);
	return 0;
}

int
outbox_pass(struct outbox *o, int fd, const void *p, size_t n)
{
	if (outbox_flush(o, fd) == -1 || io_write_all(fd, p, n) == -1)
		return -1;
	moved(o, n);
	return 0;
}

size_t
outbox_came(struct outbox_reader *r, size_t n)
{
	uint32_t known = r->seen - r->piped;

	if (known > n)
		known = (uint32_t)n;
	r->piped += (uint32_t)n;
	r->seen += (uint32_t)n - known;
	return known;
}

size_t
outbox_peek(struct outbox_reader *r, char *p)
{
	const struct outbox *o = r->outbox;
	uint32_t past = atomic_load_explicit(&o->past, memory_order_acquire);
	uint32_t end = atomic_load_explicit(&o->used, memory_order_acquire);
	uint32_t begin = r->seen - past;

	/* What a worker that has gone mad has written there is not used. */
	if (end > OUTBOX_SIZE || begin > end)
		return 0;
	memcpy(p, o->data + begin, end - begin);
	atomic_thread_fence(memory_order_acquire);
	if (atomic_load_explicit(&o->past, memory_order_relaxed) != past)
		return 0;
	r->seen += end - begin;
	return end - begin;
}
