/* SPDX-License-Identifier: ISC */
/*
 * Where services are known.
 */
#include "config.h"

#include "rundir.h"

#include <sys/file.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "files.h"
#include "io.h"
#include "place.h"

#define DIR_FLAGS (O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
#define LOCK "lock"

/* Whether what stands under that name is what is open. */
static bool
is_open(int dirfd, const char *name, int fd)
{
	struct stat there, here;

	return fstatat(dirfd, name, &there, AT_SYMLINK_NOFOLLOW) == 0 &&
	    fstat(fd, &here) == 0 && there.st_dev == here.st_dev &&
	    there.st_ino == here.st_ino;
}

int
rundir_root(bool create, struct buf *why)
{
	const char *set = getenv("MP_DAEMON_DIR"), *option = NULL;
	struct buf path = BUF_INIT;
	int fd = -1;

	if (geteuid() == 0 && (set == NULL || *set == '\0'))
		option = "/run/mp-daemon";
	if (place_find(option, place_daemons, &path) == -1) {
		(void)buf_adds(why, "MP_DAEMON_DIR: no directory is known");
	} else {
		(void)buf_addf(why, "%s: ", buf_data(&path));
		fd = place_open(buf_data(&path), create, true, why);
	}
	if (fd != -1)
		buf_clear(why);
	buf_free(&path);
	return fd;
}

int
rundir_open(
    struct rundir *r, int root, const char *name, bool create, struct buf *why)
{
	int saved;

	*r = (struct rundir){name, root, -1, -1};
	if (create && mkdirat(root, name, 0700) == -1 && errno != EEXIST) {
		(void)buf_adds(why, strerror(errno));
		return -1;
	}
	r->dir = openat(root, name, DIR_FLAGS);
	if (r->dir == -1) {
		saved = errno;
		(void)buf_adds(
		    why, errno == ENOENT ? "no such service" : strerror(errno));
		errno = saved;
		return -1;
	}
	if (place_check(r->dir, true, why) == 0)
		return 0;
	saved = errno;
	rundir_close(r);
	errno = saved;
	return -1;
}

void
rundir_close(struct rundir *r)
{
	io_close(&r->lock);
	io_close(&r->dir);
}

/* Locks of open files; where there are none, flock(2), which can only be
 * asked by trying. */
#ifdef F_OFD_SETLK

static int
lock_take(int fd)
{
	struct flock l = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	if (fcntl(fd, F_OFD_SETLK, &l) == 0)
		return 0;
	if (errno == EACCES || errno == EAGAIN)
		errno = EWOULDBLOCK;
	return -1;
}

static int
lock_ask(int fd)
{
	struct flock l = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	if (fcntl(fd, F_OFD_GETLK, &l) == -1)
		return -1;
	return l.l_type != F_UNLCK;
}

#else

static int
lock_take(int fd)
{
	return flock(fd, LOCK_EX | LOCK_NB);
}

static int
lock_ask(int fd)
{
	if (flock(fd, LOCK_SH | LOCK_NB) == -1)
		return errno == EWOULDBLOCK ? 1 : -1;
	return flock(fd, LOCK_UN);
}

#endif

/* One try. What was removed meanwhile is no lock to anybody: then *again. */
static int
lock_once(struct rundir *r, bool *again, struct buf *why)
{
	int saved;

	*again = false;
	r->lock = files_open(r->dir, LOCK, O_RDWR | O_CREAT);
	if (r->lock == -1) {
		saved = errno;
		(void)buf_addf(why, "%s: %s", LOCK, files_why(errno));
		errno = saved;
		return -1;
	}
	if (lock_take(r->lock) == -1) {
		if (errno != EWOULDBLOCK)
			(void)buf_addf(why, "%s: %s", LOCK, strerror(errno));
		io_close(&r->lock);
		return -1;
	}
	if (is_open(r->dir, LOCK, r->lock) && is_open(r->root, r->name, r->dir))
		return 0;
	*again = true;
	io_close(&r->lock);
	return -1;
}

int
rundir_lock(struct rundir *r, struct buf *why)
{
	bool again;

	while (lock_once(r, &again, why) == -1) {
		if (!again)
			return -1;
		if (is_open(r->root, r->name, r->dir))
			continue;
		rundir_close(r);
		if (rundir_open(r, r->root, r->name, true, why) == -1)
			return -1;
	}
	return 0;
}

int
rundir_busy(const struct rundir *r)
{
	int fd = files_open(r->dir, LOCK, O_RDWR), busy;

	if (fd == -1)
		return errno == ENOENT ? 0 : -1;
	busy = lock_ask(fd);
	io_close(&fd);
	return busy;
}
