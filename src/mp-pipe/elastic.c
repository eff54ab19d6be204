/* SPDX-License-Identifier: ISC */
/*
 * The elastic queue. Blocks go round: one that was emptied is kept as the
 * spare one, so that none has to be allocated while the list is empty. The
 * file is a queue, too: written at its tail by whole blocks, read at its
 * head, where what was read is given back to the file system; it starts over
 * when it is empty.
 */
#include "config.h"

#include "elastic.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io.h"

static size_t
block_len(const struct elastic_block *b)
{
	return b->end - b->off;
}

/* The spare block, empty, or NULL where memory is short. */
static struct elastic_block *
spare(struct elastic *e)
{
	if (e->spare == NULL) {
		e->spare = malloc(sizeof(*e->spare));
		if (e->spare == NULL)
			return NULL;
	}
	e->spare->off = e->spare->end = 0;
	return e->spare;
}

/* Appends the spare block, which has been filled, to the list. */
static void
append_spare(struct elastic *e)
{
	TAILQ_INSERT_TAIL(&e->blocks, e->spare, link);
	e->mem += block_len(e->spare);
	e->spare = NULL;
}

/* Takes the first block, which is empty, off the list. */
static void
retire(struct elastic *e, struct elastic_block *b)
{
	TAILQ_REMOVE(&e->blocks, b, link);
	if (e->spare == NULL)
		e->spare = b;
	else
		free(b);
}

int
elastic_init(struct elastic *e, uint64_t mem_max, uint64_t file_max)
{
	memset(e, 0, sizeof(*e));
	TAILQ_INIT(&e->blocks);
	e->mem_max = mem_max;
	e->file_max = file_max;
	e->fd = -1;
	e->stage = malloc(sizeof(*e->stage));
	if (e->stage == NULL || spare(e) == NULL) {
		elastic_free(e);
		return -1;
	}
	e->stage->off = e->stage->end = 0;
	return 0;
}

void
elastic_free(struct elastic *e)
{
	struct elastic_block *b;

	while ((b = TAILQ_FIRST(&e->blocks)) != NULL) {
		TAILQ_REMOVE(&e->blocks, b, link);
		free(b);
	}
	free(e->stage);
	free(e->spare);
	e->stage = e->spare = NULL;
	e->len = e->mem = e->head = e->tail = 0;
	io_close(&e->fd);
}

uint64_t
elastic_spooled(const struct elastic *e)
{
	return e->tail - e->head + (e->stage == NULL ? 0 : block_len(e->stage));
}

/* Puts the stage into the file. Returns 0, or -1 and e->err; then the rest
 * of it stays. */
static int
unstage(struct elastic *e)
{
	struct elastic_block *b = e->stage;
	ssize_t put;

	if (e->fd == -1)
		e->fd = io_tmpfile();
	while (block_len(b) > 0) {
		put = e->fd == -1 ? -1
				  : pwrite(e->fd, b->data + b->off,
					block_len(b), (off_t)e->tail);
		if (put == -1 && errno == EINTR)
			continue;
		if (put == -1) {
			e->err = errno;
			return -1;
		}
		b->off += (size_t)put;
		e->tail += (uint64_t)put;
	}
	b->off = b->end = 0;
	e->err = 0;
	return 0;
}

static size_t
least(size_t a, uint64_t b)
{
	return b < a ? (size_t)b : a;
}

/* A block of memory that takes at least one byte, *room, or NULL. */
static struct elastic_block *
room_in_memory(struct elastic *e, size_t *room)
{
	struct elastic_block *b = TAILQ_LAST(&e->blocks, elastic_blocks);

	/* What comes is to stay behind what is in the file. */
	if (e->mem >= e->mem_max || elastic_spooled(e) > 0)
		return NULL;
	if (b == NULL || b->end == ELASTIC_BLOCK)
		b = spare(e);
	if (b != NULL)
		*room = least(ELASTIC_BLOCK - b->end, e->mem_max - e->mem);
	return b;
}

static struct elastic_block *
room_in_file(struct elastic *e, size_t *room)
{
	struct elastic_block *b = e->stage;

	if (elastic_spooled(e) >= e->file_max)
		return NULL;
	if (b->end == ELASTIC_BLOCK && unstage(e) == -1)
		return NULL;
	*room = least(ELASTIC_BLOCK - b->end, e->file_max - elastic_spooled(e));
	return b;
}

/* Where the next bytes go, *n at most. */
static struct elastic_block *
room(struct elastic *e, size_t *n)
{
	struct elastic_block *b = room_in_memory(e, n);

	return b != NULL ? b : room_in_file(e, n);
}

bool
elastic_full(struct elastic *e)
{
	size_t n;

	return room(e, &n) == NULL;
}

ssize_t
elastic_fill(struct elastic *e, int fd, size_t most, const char **p)
{
	struct elastic_block *b;
	ssize_t got;
	size_t n;

	b = room(e, &n);
	if (b == NULL) {
		errno = ENOBUFS;
		return -1;
	}
	*p = b->data + b->end;
	got = io_read(fd, b->data + b->end, n < most ? n : most);
	if (got <= 0)
		return got;
	b->end += (size_t)got;
	e->len += (uint64_t)got;
	if (b == e->spare)
		append_spare(e);
	else if (b != e->stage)
		e->mem += (uint64_t)got;
	return got;
}

/* The first n bytes of the file were read. */
static void
drop_head(struct elastic *e, size_t n)
{
#ifdef HAVE_FALLOCATE
	(void)fallocate(e->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
	    (off_t)e->head, (off_t)n);
#endif
	e->head += n;
	if (e->head == e->tail && ftruncate(e->fd, 0) == 0)
		e->head = e->tail = 0;
}

/* Brings what comes next into memory, where there is nothing; so there is a
 * spare block. Returns 0, or -1 and errno. */
static int
refill(struct elastic *e)
{
	struct elastic_block *b = spare(e);
	ssize_t got;

	if (e->head == e->tail) {
		e->spare = e->stage;
		e->stage = b;
		append_spare(e);
		return 0;
	}
	do
		got = pread(e->fd, b->data,
		    least(ELASTIC_BLOCK, e->tail - e->head), (off_t)e->head);
	while (got == -1 && errno == EINTR);
	if (got == 0)
		errno = EIO;
	if (got <= 0)
		return -1;
	b->end = (size_t)got;
	append_spare(e);
	drop_head(e, (size_t)got);
	return 0;
}

ssize_t
elastic_drain(struct elastic *e, int fd, size_t most)
{
	struct elastic_block *b;
	ssize_t put;

	if (TAILQ_EMPTY(&e->blocks) && refill(e) == -1)
		return -1;
	b = TAILQ_FIRST(&e->blocks);
	put = io_write(
	    fd, b->data + b->off, block_len(b) < most ? block_len(b) : most);
	if (put <= 0)
		return put;
	b->off += (size_t)put;
	e->mem -= (uint64_t)put;
	e->len -= (uint64_t)put;
	if (block_len(b) == 0)
		retire(e, b);
	return put;
}
