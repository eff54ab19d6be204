/* SPDX-License-Identifier: ISC */
/*
 * The last lines of a log, found by reading its files from their ends.
 */
#include "config.h"

#include "logview.h"

#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io.h"
#include "logfile.h"
#include "logview_impl.h"

/* One file of the log, and from where to where it is put. */
struct piece {
	int fd;
	off_t from, to;
};

void
logview_init(struct logview *v, int dirfd, const char *name,
    int (*put)(void *arg, const char *, size_t), void *arg)
{
	memset(v, 0, sizeof(*v));
	v->dirfd = dirfd;
	v->name = name;
	v->put = put;
	v->arg = arg;
	v->fd = v->before_fd = v->watch.fd = -1;
}

void
logview_free(struct logview *v)
{
	if (v->loop != NULL) {
		loop_fd_del(v->loop, &v->watch);
		loop_timer_del(v->loop, &v->timer);
	}
	io_close(&v->watch.fd);
	io_close(&v->before_fd);
	io_close(&v->fd);
}

int
logview_open(const struct logview *v, unsigned i, struct stat *st)
{
	char name[LOGFILE_NAME];
	int fd;

	logfile_name(name, v->name, i);
	fd = openat(v->dirfd, name,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd == -1)
		return -1;
	if (fstat(fd, st) == 0) {
		if (S_ISREG(st->st_mode))
			return fd;
		errno = EINVAL;
	}
	io_close(&fd);
	return -1;
}

int
logview_put(struct logview *v, int fd, off_t *at, off_t to)
{
	char block[LOGVIEW_BLOCK];
	ssize_t got;
	size_t n;

	while (*at < to) {
		n = to - *at < LOGVIEW_BLOCK ? (size_t)(to - *at)
					     : LOGVIEW_BLOCK;
		got = pread(fd, block, n, *at);
		if (got == -1)
			return -1;
		if (got == 0)
			break;
		if (v->put(v->arg, block, (size_t)got) == -1)
			return -1;
		*at += got;
	}
	return 0;
}

/*
 * Looks for the beginning of the last *lines lines before p->to. Sets p->from,
 * and takes those that there are off *lines.
 */
static int
find_start(struct piece *p, uint64_t *lines)
{
	char block[LOGVIEW_BLOCK];
	off_t at = p->to;
	ssize_t n;

	p->from = 0;
	while (at > 0 && *lines > 0) {
		n = at < LOGVIEW_BLOCK ? (ssize_t)at : LOGVIEW_BLOCK;
		if (pread(p->fd, block, (size_t)n, at - n) != n)
			return -1;
		for (; n > 0; n--, at--) {
			/* The newline at the very end begins no line. */
			if (block[n - 1] != '\n' || at == p->to)
				continue;
			if (--*lines == 0) {
				p->from = at;
				return 0;
			}
		}
	}
	if (p->to > 0 && *lines > 0)
		--*lines;
	return 0;
}

/* The pieces of a log, the newest first. */
struct pieces {
	struct piece *p;
	size_t n, cap;
};

/* Adds a file, which becomes its. */
static int
add(struct pieces *all, int fd, const struct stat *st, uint64_t *lines)
{
	struct piece *p;

	if (all->n == all->cap) {
		p = reallocarray(all->p, all->cap + 16, sizeof(*p));
		if (p == NULL) {
			io_close(&fd);
			return -1;
		}
		all->p = p;
		all->cap += 16;
	}
	p = &all->p[all->n++];
	*p = (struct piece){fd, st->st_size, st->st_size};
	return *lines == 0 ? 0 : find_start(p, lines);
}

/*
 * Collects files until there are lines enough. Where the log is renamed
 * meanwhile the same file turns up once more, and is passed over. Older ones
 * that cannot be opened end it.
 */
static int
collect(struct logview *v, struct pieces *all, uint64_t lines)
{
	ino_t last = v->ino;
	struct stat st;
	unsigned i;
	int fd;

	for (i = 1; i <= LOGFILE_KEEP_MAX + 1; i++) {
		fd = logview_open(v, i, &st);
		if (fd == -1)
			break;
		if (st.st_ino == last) {
			io_close(&fd);
			continue;
		}
		if (v->before == 0) {
			v->before = st.st_ino;
			v->before_fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
		}
		if (lines == 0) {
			io_close(&fd);
			break;
		}
		if (add(all, fd, &st, &lines) == -1)
			return -1;
		last = st.st_ino;
	}
	return 0;
}

/* The newest file stays open, to be followed. */
static int
put_all(struct logview *v, struct pieces *all)
{
	struct piece *p;
	size_t i;

	for (i = all->n; i-- > 0;) {
		p = &all->p[i];
		if (logview_put(v, p->fd, &p->from, p->to) == -1)
			return -1;
		if (i == 0)
			v->at = p->from;
	}
	return 0;
}

int
logview_tail(struct logview *v, uint64_t n)
{
	struct pieces all = {NULL, 0, 0};
	struct stat st;
	int rc = -1;
	size_t i;

	v->fd = logview_open(v, 0, &st);
	if (v->fd == -1)
		return -1;
	v->ino = st.st_ino;
	if (add(&all, v->fd, &st, &n) == 0 && collect(v, &all, n) == 0)
		rc = put_all(v, &all);
	for (i = 1; i < all.n; i++)
		io_close(&all.p[i].fd);
	free(all.p);
	return rc;
}
