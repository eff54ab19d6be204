/* SPDX-License-Identifier: ISC */
/*
 * The copy. Duplicating is only for files that never make us wait: what the
 * reader has got by tee(2) is still in the writer's pipe, goes from there to
 * the file before anything else happens, and the two ways can take turns.
 */
#include "config.h"

#include "relay_copy.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "io.h"

#define READ_SIZE ((size_t)64 * 1024)

/* Whether it takes all that it is given, at once, or fails. */
static bool
never_waits(int fd)
{
#ifdef HAVE_SPLICE
	struct stat st;

	return fstat(fd, &st) == 0 &&
	    (S_ISREG(st.st_mode) || (S_ISCHR(st.st_mode) && !isatty(fd)));
#else
	(void)fd;
	return false;
#endif
}

void
relay_copy_init(struct relay_copy *c, struct loop *loop, int fd,
    void (*drained)(void *arg), void *arg)
{
	*c = (struct relay_copy){.fd = fd};
	out_init(&c->out, loop, fd, drained, arg);
	c->direct = fd == -1 || never_waits(fd);
}

void
relay_copy_free(struct relay_copy *c)
{
	out_free(&c->out);
	io_close(&c->fd);
}

/* No more of the copy. */
static void
give_up(struct relay_copy *c, int err)
{
	c->err = err;
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
	return c->fd == -1 || c->direct;
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

/* From the pipe to the file. Returns 0 where that is not possible. */
static ssize_t
by_splice(struct relay_copy *c, int in, size_t n)
{
	ssize_t got;

	if (c->fd == -1)
		return 0;
	got = splice(in, NULL, c->fd, NULL, n, SPLICE_F_MOVE);
	if (got == -1 && errno != EINTR && errno != EINVAL)
		give_up(c, errno);
	return got == -1 ? 0 : got;
}

/* The same for a file that cannot be spliced to, and for one that has failed:
 * then the bytes go nowhere. */
static ssize_t
by_hand(struct relay_copy *c, int in, size_t n)
{
	static char block[READ_SIZE];
	ssize_t got = io_read(in, block, n < READ_SIZE ? n : READ_SIZE);

	if (got > 0 && c->fd != -1 &&
	    io_write_all(c->fd, block, (size_t)got) == -1)
		give_up(c, errno);
	return got;
}

/* Takes the first n bytes from the pipe, which are there. */
static void
consume(struct relay_copy *c, int in, size_t n)
{
	ssize_t got;

	for (; n > 0; n -= (size_t)got) {
		got = by_splice(c, in, n);
		if (got == 0)
			got = by_hand(c, in, n);
		if (got <= 0)
			return;
	}
}

ssize_t
relay_copy_move(struct relay_copy *c, int in, int out, size_t most)
{
	ssize_t n;

	do
		n = tee(in, out, most, SPLICE_F_NONBLOCK);
	while (n == -1 && errno == EINTR);
	if (n > 0)
		consume(c, in, (size_t)n);
	return n;
}

#else

ssize_t
relay_copy_move(struct relay_copy *c, int in, int out, size_t most)
{
	(void)c;
	(void)in;
	(void)out;
	(void)most;
	errno = EINVAL;
	return -1;
}

#endif

void
relay_copy_bytes(struct relay_copy *c, const char *p, size_t n)
{
	if (c->fd == -1)
		return;
	if (out_add(&c->out, p, n) == -1)
		c->out.err = errno;
	out_flush(&c->out);
}
