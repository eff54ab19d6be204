/* SPDX-License-Identifier: ISC */
/*
 * Blocks of a regular file.
 */
#include "config.h"

#include "source_block.h"

#include <sys/stat.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "block.h"
#include "io.h"

#define LOOK_SIZE ((size_t)64 * 1024)

struct source_block {
	struct source head;
	int fd;
	off_t at; /* of the next block */
	uint64_t size;
	char delim;
};

int
source_block_fill(struct task *task, const struct block *b, uint64_t at)
{
	char text[64];
	int n = snprintf(text, sizeof(text), "bytes %ju-%ju", (uintmax_t)at,
	    (uintmax_t)(at + b->len - 1));

	if (task_add_record(task, text, (size_t)n) == -1)
		return -1;
	task->block = block_new(b);
	return task->block == NULL ? -1 : 0;
}

/* Behind the first delimiter from at on, or the end of the file; or -1 and
 * errno. */
static off_t
record_end(const struct source_block *s, off_t at)
{
	static char look[LOOK_SIZE];
	const char *found;
	ssize_t n;

	while ((n = io_pread(s->fd, look, LOOK_SIZE, at)) > 0) {
		found = memchr(look, s->delim, (size_t)n);
		if (found != NULL)
			return at + (found - look) + 1;
		at += n;
	}
	return n == 0 ? at : -1;
}

static enum source_got
block_next(struct source *source, struct task *task)
{
	struct source_block *s = (struct source_block *)source;
	struct block b = {.fd = s->fd, .at = s->at, .own = -1};
	struct stat st;
	off_t end;

	if (fstat(s->fd, &st) == -1)
		return SOURCE_FAILED;
	if (s->at >= st.st_size)
		return SOURCE_END;
	if ((uint64_t)(st.st_size - s->at) <= s->size)
		end = st.st_size;
	else
		end = record_end(s, s->at + (off_t)s->size - 1);
	if (end == -1)
		return SOURCE_FAILED;
	b.len = (uint64_t)(end - s->at);
	if (source_block_fill(task, &b, (uint64_t)s->at) == -1)
		return SOURCE_FAILED;
	s->at = end;
	return SOURCE_TASK;
}

static void
source_free(struct source *source)
{
	free(source);
}

static const struct source_ops block_ops = {
    .next = block_next, .free = source_free};

struct source *
source_block_new(int fd, const char *name, char delim, uint64_t size)
{
	struct source_block *s;
	struct stat st;
	off_t at = lseek(fd, 0, SEEK_CUR);

	/* What the kernel makes up has no size. */
	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode) || st.st_size == 0 ||
	    at == -1)
		return source_copy_new(fd, name, delim, size);
	s = calloc(1, sizeof(*s));
	if (s == NULL)
		return NULL;
	s->head.ops = &block_ops;
	s->head.name = name;
	s->fd = fd;
	s->at = at;
	s->size = size;
	s->delim = delim;
	return &s->head;
}
