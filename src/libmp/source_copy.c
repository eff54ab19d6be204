/* SPDX-License-Identifier: ISC */
/*
 * Blocks of a stream that cannot be read twice. Each is collected in a file
 * in memory, which then is the command's input, so no more than the blocks
 * of the tasks that run and one more are there at a time.
 */
#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "block.h"
#include "intake.h"
#include "io.h"
#include "source_block.h"

#define READ_SIZE ((size_t)128 * 1024)

struct source_copy {
	struct source head;
	struct intake from;
	struct buf in; /* read, and in no block yet */
	struct block b; /* the one that is being filled */
	uint64_t at; /* its place in the stream */
	uint64_t size;
	char delim;
	bool eof;
};

/* Returns 0, or -1 and errno. */
static int
copy_read(struct source *source)
{
	struct source_copy *s = (struct source_copy *)source;
	char *p = buf_reserve(&s->in, READ_SIZE);
	ssize_t n;

	if (p == NULL)
		return -1;
	n = io_read(s->from.w.fd, p, READ_SIZE);
	if (n == -1)
		return -1;
	buf_grown(&s->in, (size_t)n);
	s->eof = n == 0;
	return 0;
}

/* How much of what was read belongs to the block; *whole tells whether that
 * completes it. */
static size_t
cut(const struct source_copy *s, bool *whole)
{
	const char *p = buf_data(&s->in), *found;
	size_t n = buf_len(&s->in), from = 0;

	*whole = s->eof;
	if (s->size > s->b.len && n < s->size - s->b.len)
		return n;
	if (s->size > s->b.len)
		from = (size_t)(s->size - s->b.len) - 1;
	found = memchr(p + from, s->delim, n - from);
	if (found == NULL)
		return n;
	*whole = true;
	return (size_t)(found + 1 - p);
}

/* Moves what was read to the block. Returns 1 if that completes it, else 0;
 * or -1 and errno. */
static int
copy_put(struct source_copy *s)
{
	bool whole = s->eof;
	size_t n = 0;

	if (buf_len(&s->in) > 0)
		n = cut(s, &whole);
	if (n > 0) {
		if (s->b.own == -1)
			s->b.fd = s->b.own = io_memfile();
		if (s->b.own == -1 ||
		    io_write_all(s->b.own, buf_data(&s->in), n) == -1)
			return -1;
		buf_drop(&s->in, n);
		s->b.len += n;
	}
	return whole && s->b.len > 0;
}

static enum source_got
copy_fill(struct source_copy *s, struct task *task)
{
	if (source_block_fill(task, &s->b, s->at) == -1)
		return SOURCE_FAILED;
	s->at += s->b.len;
	s->b = (struct block){.fd = -1, .own = -1};
	return SOURCE_TASK;
}

static enum source_got
copy_next(struct source *source, struct task *task)
{
	struct source_copy *s = (struct source_copy *)source;
	int whole;

	while (s->from.err == 0) {
		whole = copy_put(s);
		if (whole == 1)
			return copy_fill(s, task);
		if (whole == 0 && s->eof)
			return SOURCE_END;
		if (whole == -1)
			s->from.err = errno;
		else if (!intake_more(&s->from))
			return SOURCE_WAIT;
	}
	errno = s->from.err;
	return SOURCE_FAILED;
}

static void
copy_stop(struct source *source)
{
	struct source_copy *s = (struct source_copy *)source;

	intake_stop(&s->from);
}

static void
copy_free(struct source *source)
{
	struct source_copy *s = (struct source_copy *)source;

	io_close(&s->b.own);
	buf_free(&s->in);
	free(s);
}

static const struct source_ops copy_ops = {
    .next = copy_next, .stop = copy_stop, .free = copy_free};

struct source *
source_copy_new(int fd, const char *name, char delim, uint64_t size)
{
	struct source_copy *s = calloc(1, sizeof(*s));

	if (s == NULL)
		return NULL;
	s->head.ops = &copy_ops;
	s->head.name = name;
	intake_init(&s->from, &s->head, fd, copy_read);
	s->b = (struct block){.fd = -1, .own = -1};
	s->size = size;
	s->delim = delim;
	return &s->head;
}
