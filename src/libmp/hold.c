/* SPDX-License-Identifier: ISC */
/*
 * Held output. The file only grows at its end; space that was read is
 * punched out of it again, and it starts over when nothing is left in it.
 * Writing small tails to the file would cost more for the list of pieces
 * than it saves, so a stream that still grows keeps up to HOLD_TAIL bytes
 * in memory whatever the limit.
 */
#include "config.h"

#include "hold.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io.h"

#define HOLD_TAIL 4096

void
hold_store_init(struct hold_store *s, size_t limit)
{
	memset(s, 0, sizeof(*s));
	s->fd = -1;
	s->limit = limit;
}

void
hold_store_free(struct hold_store *s)
{
	io_close(&s->fd);
}

/* Runs a change of h->mem and keeps the account of it. */
static void
mem_account(struct hold_store *s, size_t before, const struct hold *h)
{
	s->mem = s->mem - before + h->mem.cap;
}

static struct hold_piece *
piece_room(struct hold *h)
{
	struct hold_piece *piece;
	size_t cap = h->cap == 0 ? 4 : 2 * h->cap;

	if (h->first + h->npieces < h->cap)
		return &h->piece[h->first + h->npieces];
	piece = reallocarray(h->piece, cap, sizeof(*piece));
	if (piece == NULL)
		return NULL;
	h->piece = piece;
	h->cap = cap;
	return &h->piece[h->first + h->npieces];
}

static int
file_write(struct hold_store *s, const char *p, size_t n)
{
	size_t done = 0;
	ssize_t put;

	while (done < n) {
		put = pwrite(s->fd, p + done, n - done, s->end + (off_t)done);
		if (put == -1 && errno == EINTR)
			continue;
		if (put == -1)
			return -1;
		done += (size_t)put;
	}
	return 0;
}

/* Puts what is in memory into the file. Returns 0, or -1 and errno with
 * the stream as it was. */
static int
spill(struct hold_store *s, struct hold *h)
{
	size_t before = h->mem.cap, n = buf_len(&h->mem);
	struct hold_piece *last, *piece;

	if (s->fd == -1)
		s->fd = io_tmpfile();
	if (s->fd == -1 || (piece = piece_room(h)) == NULL ||
	    file_write(s, buf_data(&h->mem), n) == -1) {
		/* ENOMEM is for what is not kept. */
		s->err = errno == ENOMEM ? ENOBUFS : errno;
		errno = s->err;
		return -1;
	}
	s->err = 0;
	last = h->npieces == 0 ? NULL : piece - 1;
	if (last != NULL && last->at + (off_t)last->len == s->end) {
		last->len += n;
	} else {
		*piece = (struct hold_piece){s->end, n};
		h->npieces++;
	}
	s->end += (off_t)n;
	s->infile += n;
	buf_reset(&h->mem, HOLD_TAIL);
	mem_account(s, before, h);
	return 0;
}

int
hold_add(struct hold_store *s, struct hold *h, const void *p, size_t n)
{
	size_t before = h->mem.cap;

	if (buf_add(&h->mem, p, n) == -1)
		return -1;
	mem_account(s, before, h);
	if (s->mem <= s->limit || buf_len(&h->mem) < HOLD_TAIL)
		return 0;
	return spill(s, h);
}

void
hold_settle(struct hold_store *s, struct hold *h)
{
	size_t before = h->mem.cap;

	if (s->mem > s->limit && buf_len(&h->mem) > 0)
		(void)spill(s, h);
	if (buf_len(&h->mem) == 0) {
		before = h->mem.cap;
		buf_free(&h->mem);
		mem_account(s, before, h);
	}
}

bool
hold_empty(const struct hold *h)
{
	return h->npieces == 0 && buf_len(&h->mem) == 0;
}

bool
hold_full(const struct hold_store *s)
{
	return s->err != 0 && s->mem > s->limit;
}

/* n bytes at the front of the first piece have been read. */
static void
piece_drop(struct hold_store *s, struct hold *h, size_t n)
{
	struct hold_piece *p = &h->piece[h->first];

#ifdef HAVE_FALLOCATE
	(void)fallocate(
	    s->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, p->at, (off_t)n);
#endif
	p->at += (off_t)n;
	p->len -= n;
	s->infile -= n;
	if (p->len == 0) {
		h->first++;
		h->npieces--;
	}
	if (s->infile == 0 && ftruncate(s->fd, 0) == 0)
		s->end = 0;
}

static ssize_t
piece_take(struct hold_store *s, struct hold *h, char *p, size_t n)
{
	struct hold_piece *piece = &h->piece[h->first];
	ssize_t got;

	if (n > piece->len)
		n = piece->len;
	do
		got = pread(s->fd, p, n, piece->at);
	while (got == -1 && errno == EINTR);
	if (got == 0) {
		errno = EIO;
		return -1;
	}
	if (got > 0)
		piece_drop(s, h, (size_t)got);
	return got;
}

ssize_t
hold_take(struct hold_store *s, struct hold *h, char *p, size_t n)
{
	size_t before;

	if (h->npieces > 0)
		return piece_take(s, h, p, n);
	if (n > buf_len(&h->mem))
		n = buf_len(&h->mem);
	if (n == 0)
		return 0;
	memcpy(p, buf_data(&h->mem), n);
	buf_drop(&h->mem, n);
	if (buf_len(&h->mem) == 0) {
		before = h->mem.cap;
		buf_free(&h->mem);
		mem_account(s, before, h);
	}
	return (ssize_t)n;
}

void
hold_drop(struct hold_store *s, struct hold *h)
{
	size_t before = h->mem.cap;

	while (h->npieces > 0)
		piece_drop(s, h, h->piece[h->first].len);
	buf_free(&h->mem);
	mem_account(s, before, h);
	free(h->piece);
	memset(h, 0, sizeof(*h));
}
