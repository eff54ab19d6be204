/* SPDX-License-Identifier: ISC */
/*
 * Descriptors: EINTR, closed standard descriptors, temporary files, pipes.
 */
#include "config.h"

#include "io.h"

#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <linux/close_range.h>

void
io_keep_to_ourselves(void)
{
	long fd, max;

#ifdef HAVE_CLOSE_RANGE
	if (close_range(3, UINT_MAX, CLOSE_RANGE_CLOEXEC) == 0)
		return;
#endif
	max = sysconf(_SC_OPEN_MAX);
	for (fd = 3; fd < max; fd++)
		(void)fcntl((int)fd, F_SETFD, FD_CLOEXEC);
}

int
io_setup(void)
{
	int fd, got;

	for (fd = 0; fd <= 2; fd++) {
		if (fcntl(fd, F_GETFD) != -1 || errno != EBADF)
			continue;
		got = open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
		if (got == -1)
			return -1;
	}
	return 0;
}

ssize_t
io_read(int fd, void *p, size_t n)
{
	ssize_t got;

	do
		got = read(fd, p, n);
	while (got == -1 && errno == EINTR);
	return got;
}

ssize_t
io_write(int fd, const void *p, size_t n)
{
	ssize_t put;

	do
		put = write(fd, p, n);
	while (put == -1 && errno == EINTR);
	return put;
}

int
io_write_all(int fd, const void *data, size_t n)
{
	const char *p = data;
	ssize_t put;

	while (n > 0) {
		put = io_write(fd, p, n);
		if (put == -1)
			return -1;
		p += put;
		n -= (size_t)put;
	}
	return 0;
}

ssize_t
io_read_all(int fd, void *data, size_t n)
{
	char *p = data;
	size_t have = 0;
	ssize_t got;

	while (have < n) {
		got = io_read(fd, p + have, n - have);
		if (got == -1)
			return -1;
		if (got == 0)
			break;
		have += (size_t)got;
	}
	return (ssize_t)have;
}

int
io_pipe(int fd[2])
{
	return pipe2(fd, O_CLOEXEC);
}

void
io_close(int *fd)
{
	int saved = errno;

	if (*fd != -1)
		(void)close(*fd);
	*fd = -1;
	errno = saved;
}

void
io_to_null(int fd)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null != -1)
		(void)dup2(null, fd);
	io_close(&null);
}

size_t
io_pending(int fd)
{
	int n = 0;

	if (ioctl(fd, FIONREAD, &n) == -1 || n < 0)
		return 0;
	return (size_t)n;
}

ssize_t
io_pread(int fd, void *p, size_t n, off_t at)
{
	ssize_t got;

	do
		got = pread(fd, p, n, at);
	while (got == -1 && errno == EINTR);
	return got;
}

#ifdef HAVE_SPLICE
static ssize_t
move(int file, off_t at, int pipe, size_t n)
{
	ssize_t moved;

	do
		moved = splice(file, &at, pipe, NULL, n, SPLICE_F_NONBLOCK);
	while (moved == -1 && errno == EINTR);
	return moved;
}
#else
static ssize_t
move(int file, off_t at, int pipe, size_t n)
{
	(void)file;
	(void)at;
	(void)pipe;
	(void)n;
	errno = EINVAL;
	return -1;
}
#endif

ssize_t
io_move(int file, off_t at, int pipe, size_t n)
{
	static char copy[64 * 1024];
	ssize_t moved = move(file, at, pipe, n);

	/* Not every file system can. */
	if (moved != -1 || errno != EINVAL)
		return moved;
	moved = io_pread(file, copy, n < sizeof(copy) ? n : sizeof(copy), at);
	return moved > 0 ? io_write(pipe, copy, (size_t)moved) : moved;
}

void
io_pipe_size(int fd, int size)
{
#ifdef F_SETPIPE_SZ
	(void)fcntl(fd, F_SETPIPE_SZ, size);
#endif
}

/* A named file whose name goes at once, where O_TMPFILE is unknown. */
static int
tmpfile_named(const char *dir)
{
	char name[PATH_MAX];
	int fd, n;

	n = snprintf(name, sizeof(name), "%s/mp.XXXXXXXXXX", dir);
	if (n < 0 || (size_t)n >= sizeof(name)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	fd = mkostemp(name, O_CLOEXEC);
	if (fd != -1)
		(void)unlink(name);
	return fd;
}

int
io_tmpfile(void)
{
	const char *dir = getenv("TMPDIR");
	int fd = -1;

	if (dir == NULL || *dir == '\0')
		dir = "/tmp";
#ifdef O_TMPFILE
	fd = open(dir, O_TMPFILE | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
	if (fd != -1)
		return fd;
#endif
	return tmpfile_named(dir);
}

/* Opens what fd is once more. */
static int
open_again(int fd, int flags)
{
	char name[32];

	(void)snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	return open(name, flags | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

int
io_memfile(void)
{
#ifdef HAVE_MEMFD_CREATE
	int fd = memfd_create("mp", MFD_CLOEXEC);

	if (fd != -1 || errno != ENOSYS)
		return fd;
#endif
	return io_tmpfile();
}

int
io_own_writer(int fd)
{
	struct stat st;

	if (fstat(fd, &st) == -1)
		return -1;
	if (!S_ISFIFO(st.st_mode) && !(S_ISCHR(st.st_mode) && isatty(fd)))
		return -1;
	return open_again(fd, O_WRONLY);
}

int
io_own_reader(int fd)
{
	struct stat st;

	if (fstat(fd, &st) == -1)
		return -1;
	if (S_ISFIFO(st.st_mode))
		return open_again(fd, O_RDONLY);
	errno = EBADF;
	return -1;
}
