/* SPDX-License-Identifier: ISC */
/*
 * Wake-ups over FIFOs. Whoever opens one opens it for reading and writing:
 * so it never waits for the other side, and a ringer whose listeners leave
 * gets no SIGPIPE.
 */
#include "config.h"

#include "bell.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>

#include "io.h"

#define RING_MOST 4096 /* bytes; a pipe takes as many at once */

/* Opens what is there, if it is a FIFO. */
static int
fifo_open(int dirfd, const char *name)
{
	struct stat st;
	int fd = openat(dirfd, name,
	    O_RDWR | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC);

	if (fd == -1)
		return -1;
	if (fstat(fd, &st) == 0) {
		if (S_ISFIFO(st.st_mode))
			return fd;
		errno = EINVAL;
	}
	io_close(&fd);
	return -1;
}

int
bell_open(int dirfd, const char *name)
{
	int fd = fifo_open(dirfd, name);

	if (fd != -1 || errno != ENOENT)
		return fd;
	if (mkfifoat(dirfd, name, 0600) == -1 && errno != EEXIST)
		return -1;
	return fifo_open(dirfd, name);
}

void
bell_ring(int dirfd, const char *name, size_t n)
{
	static const char bytes[RING_MOST];
	int fd, saved = errno;

	fd = n == 0 ? -1 : fifo_open(dirfd, name);
	if (fd != -1) {
		if (n > sizeof(bytes))
			n = sizeof(bytes);
		/* All or nothing: where there is too little room less will
		 * do, for there are bytes to wake others. */
		while (n > 0 && io_write(fd, bytes, n) == -1)
			n /= 2;
		io_close(&fd);
	}
	errno = saved;
}

int
bell_take(int fd)
{
	char c;

	return io_read(fd, &c, 1) == 1;
}

int
bell_drain(int fd)
{
	char bytes[4096];
	ssize_t got;
	int any = 0;

	do {
		got = io_read(fd, bytes, sizeof(bytes));
		if (got > 0)
			any = 1;
	} while (got == (ssize_t)sizeof(bytes));
	return any;
}

void
bell_silence(int dirfd, const char *name)
{
	int fd, saved = errno;

	fd = fifo_open(dirfd, name);
	if (fd != -1) {
		(void)bell_drain(fd);
		io_close(&fd);
	}
	errno = saved;
}
