/* SPDX-License-Identifier: ISC */
/*
 * The copy. Duplicating is only for files that never make us wait: then the
 * pipe in between is empty again before anything else happens, and the two
 * ways can take turns.
 */
#include "config.h"

#include "relay_copy.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "io.h"

#define PIPE_SIZE (256 * 1024)
#define READ_SIZE ((size_t)64 * 1024)

/* Opens the pipe in between where that is possible and worth it. */
static void
open_pipe(struct relay_copy *c)
{
#ifdef HAVE_SPLICE
	struct stat st;

	if (fstat(c->fd, &st) == -1 ||
	    !(S_ISREG(st.st_mode) || (S_ISCHR(st.st_mode) && !isatty(c->fd))))
		return;
	if (pipe2(c->pipe, O_CLOEXEC | O_NONBLOCK) == 0)
		io_pipe_size(c->pipe[1], PIPE_SIZE);
#endif
}

void
relay_copy_init(struct relay_copy *c, struct loop *loop, int fd,
    void (*drained)(void *arg), void *arg)
{
	*c = (struct relay_copy){.fd = fd, .pipe = {-1, -1}};
	out_init(&c->out, loop, fd, drained, arg);
	if (fd != -1)
		open_pipe(c);
}

void
relay_copy_free(struct relay_copy *c)
{
	out_free(&c->out);
	io_close(&c->pipe[0]);
	io_close(&c->pipe[1]);
	io_close(&c->fd);
}

/* No more of the copy. */
static void
give_up(struct relay_copy *c, int err)
{
	c->err = err;
	c->ahead = 0;
	relay_copy_free(c);
}

int
relay_copy_error(struct relay_copy *c)
{
	if (c->err == 0 && c->out.err != 0)
		give_up(c, c->out.err);
	return c->err;
}

bool
relay_copy_direct(const struct relay_copy *c)
{
	return c->fd == -1 || c->pipe[0] != -1;
}

bool
relay_copy_full(const struct relay_copy *c)
{
	return c->fd != -1 && out_full(&c->out);
}

bool
relay_copy_idle(const struct relay_copy *c)
{
	return c->fd == -1 || out_idle(&c->out);
}

#ifdef HAVE_SPLICE

/* As splice(2), for a file that cannot be spliced to. */
static ssize_t
copy_by_hand(struct relay_copy *c)
{
	static char block[READ_SIZE];
	ssize_t got = io_read(c->pipe[0], block, sizeof(block));

	if (got > 0 && io_write_all(c->fd, block, (size_t)got) == -1)
		return -1;
	return got;
}

/* Moves n bytes from the pipe in between to the file. Returns 0, or -1 and
 * errno. */
static int
flush_pipe(struct relay_copy *c, size_t n)
{
	ssize_t put;

	while (n > 0) {
		put = splice(c->pipe[0], NULL, c->fd, NULL, n, SPLICE_F_MOVE);
		if (put == -1 && errno == EINVAL)
			put = copy_by_hand(c);
		if (put == -1 && errno == EINTR)
			continue;
		if (put <= 0)
			return -1;
		n -= (size_t)put;
	}
	return 0;
}

ssize_t
relay_copy_front(struct relay_copy *c, int in, size_t most)
{
	ssize_t n;

	if (c->ahead > 0)
		return (ssize_t)c->ahead;
	do
		n = tee(in, c->pipe[1], most, SPLICE_F_NONBLOCK);
	while (n == -1 && errno == EINTR);
	if (n <= 0)
		return n;
	c->ahead = (size_t)n;
	if (flush_pipe(c, (size_t)n) == -1)
		give_up(c, errno);
	return n;
}

#else

ssize_t
relay_copy_front(struct relay_copy *c, int in, size_t most)
{
	(void)c;
	(void)in;
	(void)most;
	errno = EINVAL;
	return -1;
}

#endif

void
relay_copy_moved(struct relay_copy *c, size_t n)
{
	c->ahead -= n < c->ahead ? n : c->ahead;
}

void
relay_copy_bytes(struct relay_copy *c, const char *p, size_t n)
{
	size_t skip = n < c->ahead ? n : c->ahead;

	c->ahead -= skip;
	if (c->fd == -1 || n == skip)
		return;
	if (out_add(&c->out, p + skip, n - skip) == -1)
		c->out.err = errno;
	out_flush(&c->out);
}
