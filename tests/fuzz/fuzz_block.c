/* SPDX-License-Identifier: ISC */
/*
 * Fuzz target of blocks: the first three bytes are the delimiter, the least
 * size and how the rest is chopped. The rest in a file and through a pipe must
 * be cut at the same places, which are those that the simple way finds.
 */
#include "config.h"

#include "fuzz.h"
#include "io.h"
#include "source_block.h"

static struct loop loop;
static int woken;

static void
wake(void *arg)
{
	(void)arg;
	woken = 1;
}

static const struct source_calls calls = {.wake = wake};

/* What is still to come, as the simple way sees it. */
struct stream {
	const char *p;
	size_t left;
	uint64_t at;
	char delim;
	uint64_t size;
	uint32_t seed;
};

/* The length of the next block. */
static size_t
block_len(const struct stream *s)
{
	const char *found;

	if (s->left <= s->size)
		return s->left;
	found = memchr(s->p + s->size - 1, s->delim, s->left - s->size + 1);
	return found == NULL ? s->left : (size_t)(found - s->p) + 1;
}

static void
check_block(struct stream *s, const struct task *task)
{
	const struct block *b = task->block;
	size_t len = block_len(s);
	char name[64], *copy = fuzz_alloc(len);

	FUZZ_CHECK(b != NULL && len > 0 && b->len == len);
	FUZZ_CHECK(io_pread(b->fd, copy, len, b->at) == (ssize_t)len);
	FUZZ_CHECK(memcmp(copy, s->p, len) == 0);
	FUZZ_CHECK(b->own == -1 || (b->own == b->fd && b->at == 0));
	(void)snprintf(name, sizeof(name), "bytes %ju-%ju", (uintmax_t)s->at,
	    (uintmax_t)(s->at + len - 1));
	FUZZ_CHECK(strcmp(buf_data(&task->text), name) == 0);
	s->p += len;
	s->left -= len;
	s->at += len;
	free(copy);
}

/* Checks what there is now. Returns why there is no more. */
static enum source_got
take(struct source *source, struct stream *s)
{
	struct task *task = task_new();
	enum source_got got;

	FUZZ_CHECK(task != NULL);
	while ((got = source->ops->next(source, task)) == SOURCE_TASK) {
		check_block(s, task);
		task_reset(task);
	}
	task_free(task);
	return got;
}

static struct source *
source_of(int fd, const struct stream *s)
{
	struct source *source = source_block_new(fd, "it", s->delim, s->size);

	FUZZ_CHECK(source != NULL);
	source->loop = &loop;
	source->calls = &calls;
	return source;
}

static void
check_file(struct stream s)
{
	struct source *source;
	int fd = io_memfile();

	FUZZ_CHECK(io_write_all(fd, s.p, s.left) == 0);
	FUZZ_CHECK(lseek(fd, 0, SEEK_SET) == 0);
	source = source_of(fd, &s);
	FUZZ_CHECK(take(source, &s) == SOURCE_END && s.left == 0);
	source->ops->free(source);
	io_close(&fd);
}

/* Some of it now, which fits into a pipe; or its end. */
static void
feed(struct stream *s, const char **p, size_t *left, int *fd)
{
	size_t n;

	s->seed = s->seed * 1664525 + 1013904223;
	n = 1 + (s->seed >> 8) % 20;
	n = n < *left ? n : *left;
	if (n == 0)
		io_close(fd);
	else
		FUZZ_CHECK(io_write_all(*fd, *p, n) == 0);
	*p += n;
	*left -= n;
}

static void
check_pipe(struct stream s)
{
	const char *p = s.p;
	size_t left = s.left;
	struct source *source;
	enum source_got got;
	int fd[2];

	FUZZ_CHECK(io_pipe(fd) == 0);
	source = source_of(fd[0], &s);
	while ((got = take(source, &s)) == SOURCE_WAIT) {
		feed(&s, &p, &left, &fd[1]);
		woken = 0;
		FUZZ_CHECK(loop_step(&loop, LOOP_NEVER) == 0 && woken);
	}
	FUZZ_CHECK(got == SOURCE_END && s.left == 0 && fd[1] == -1);
	source->ops->stop(source);
	source->ops->free(source);
	io_close(&fd[0]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int has_loop;
	char *text = fuzz_string(data, size);
	struct stream s;

	FUZZ_CHECK(has_loop || loop_init(&loop, NULL, 0, NULL, NULL) == 0);
	has_loop = 1;
	if (size >= 3) {
		s = (struct stream){
		    text + 3, size - 3, 0, text[0], 1U + data[1] % 64, data[2]};
		check_file(s);
		check_pipe(s);
	}
	free(text);
	return 0;
}
