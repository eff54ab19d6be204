/* SPDX-License-Identifier: ISC */
/*
 * Small files that must be ours alone.
 */
#include "config.h"

#include "files.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "io.h"

/* O_NONBLOCK: to open a FIFO would wait for somebody at its other end. */
#define SAFE (O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)

static int
check(const struct stat *st)
{
	if (S_ISLNK(st->st_mode))
		errno = ELOOP;
	else if (!S_ISREG(st->st_mode))
		errno = EINVAL;
	else if (st->st_nlink > 1) /* 0: was replaced just now */
		errno = EMLINK;
	else if (st->st_uid != geteuid())
		errno = EPERM;
	else
		return 0;
	return -1;
}

const char *
files_why(int error)
{
	if (error == ELOOP)
		return "is a symbolic link";
	if (error == EINVAL)
		return "is not a regular file";
	if (error == EMLINK)
		return "has more than one name";
	if (error == EPERM)
		return "belongs to another user";
	return strerror(error);
}

int
files_open(int dirfd, const char *name, int flags)
{
	struct stat st;
	int fd = openat(dirfd, name, flags | SAFE, 0600);

	if (fd == -1 && errno == ENXIO) /* a FIFO or a socket */
		errno = EINVAL;
	if (fd == -1 || (fstat(fd, &st) == 0 && check(&st) == 0))
		return fd;
	io_close(&fd);
	return -1;
}

int
files_check(int dirfd, const char *name)
{
	struct stat st;

	if (fstatat(dirfd, name, &st, AT_SYMLINK_NOFOLLOW) == -1)
		return errno == ENOENT ? 0 : -1;
	return check(&st);
}

/* A name that is gone or new is nobody's: O_EXCL. What a process with our
 * pid has left behind when it was killed goes. */
static int
open_new(int dirfd, const char *name, char *part, size_t size)
{
	int fd, n;

	n = snprintf(part, size, ".%s.%d", name, (int)getpid());
	if (n < 0 || (size_t)n >= size) {
		errno = ENAMETOOLONG;
		return -1;
	}
	fd = openat(dirfd, part, O_WRONLY | O_CREAT | O_EXCL | SAFE, 0600);
	if (fd != -1 || errno != EEXIST || unlinkat(dirfd, part, 0) == -1)
		return fd;
	return openat(dirfd, part, O_WRONLY | O_CREAT | O_EXCL | SAFE, 0600);
}

int
files_put(int dirfd, const char *name, const struct buf *text, mode_t mode)
{
	char part[NAME_MAX + 1];
	int fd, rc, saved;

	if (files_check(dirfd, name) == -1)
		return -1;
	fd = open_new(dirfd, name, part, sizeof(part));
	if (fd == -1)
		return -1;
	rc = io_write_all(fd, buf_data(text), buf_len(text));
	if (rc == 0)
		rc = fchmod(fd, mode);
	if (rc == 0)
		rc = renameat(dirfd, part, dirfd, name);
	saved = errno;
	if (rc == -1)
		(void)unlinkat(dirfd, part, 0);
	io_close(&fd);
	errno = saved;
	return rc;
}

int
files_get(int dirfd, const char *name, struct buf *text)
{
	int fd = files_open(dirfd, name, O_RDONLY), rc = -1;
	char *p;
	ssize_t n;

	if (fd == -1)
		return -1;
	p = buf_reserve(text, FILES_MAX + 1);
	n = p == NULL ? -1 : io_read_all(fd, p, FILES_MAX + 1);
	if (n > FILES_MAX) {
		errno = EFBIG;
	} else if (n >= 0) {
		buf_grown(text, (size_t)n);
		rc = 0;
	}
	io_close(&fd);
	return rc;
}
